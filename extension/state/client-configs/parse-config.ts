/**
 * Owns how the config files of MCP clients read: Claude Desktop, Claude Code, Cursor, VS Code, Windsurf, Gemini, Zed, plain mcp.json, and
 * the registry's server.json. Pure, total: whatever somebody pastes, the answer says what was found in it. Writing them is write-config.ts.
 */
import { type ParseError, parse } from 'jsonc-parser';
import type { TransportChoice } from '../../../shared/contract.ts';
import { isRecord } from '../../platform/stored-repair.ts';
import { readInstallLink } from '../install-links.ts';
import { textOf } from '../kept-values.ts';
import { hostOf } from '../server-words.ts';
import { recordsIn, type TextRecord } from './config-values.ts';
import type { ConfigHeader, ConfiguredServer } from './configured-server.ts';
import { findPlaceholders, type Placeholder } from './placeholders.ts';
import { readServerJson } from './server-json.ts';

export type ParsedConfig =
  | { kind: 'servers'; servers: ConfiguredServer[]; isCut: boolean }
  | { kind: 'unreadable'; line: number; column: number }
  | { kind: 'empty' | 'too-long' | 'no-servers' };

/** Longest text that is read, characters; a client's whole state file may be some hundred kB. */
const MAX_LENGTH = 4_000_000;
export const MAX_SERVERS = 200;
/** Where the clients keep their list; what is nested (a project of Claude Code, settings.json of VS Code) has it once more. */
const LIST_KEYS = ['mcpServers', 'servers', 'context_servers', 'mcp_servers'] as const;
const MAX_DEPTH = 4;
const ADDRESS_KEYS = ['url', 'serverUrl', 'httpUrl', 'uri', 'endpoint'] as const;
/** A bridge that a client starts as a program: the server itself is remote. */
const BRIDGE = /^mcp-remote(@|$)/;

export function parseConfig(text: string): ParsedConfig {
  const trimmed = text.trim();
  if (trimmed === '') return { kind: 'empty' };
  if (trimmed.length > MAX_LENGTH) return { kind: 'too-long' };
  const linked = readInstallLink(trimmed);
  if (linked.length > 0) return toServers(linked.map(({ url, name }) => toRemote(name, url, 'auto', [], [])));
  const errors: ParseError[] = [];
  let value: unknown;
  try {
    value = parse(trimmed, errors, { allowTrailingComma: true, disallowComments: false });
  } catch {
    // Nested deeper than the stack goes: nobody's config.
    return { kind: 'no-servers' };
  }
  const [error] = errors;
  if (error !== undefined) return { kind: 'unreadable', ...placeOf(trimmed, error.offset) };
  const inputs = isRecord(value) ? readInputs(value) : new Map<string, Placeholder>();
  return toServers(findServers(value, inputs, 0));
}

function toServers(servers: ConfiguredServer[]): ParsedConfig {
  if (servers.length === 0) return { kind: 'no-servers' };
  return { kind: 'servers', servers: servers.slice(0, MAX_SERVERS), isCut: servers.length > MAX_SERVERS };
}

function findServers(value: unknown, inputs: ReadonlyMap<string, Placeholder>, depth: number): ConfiguredServer[] {
  if (Array.isArray(value)) return value.slice(0, MAX_SERVERS + 1).flatMap((item) => findServers(item, inputs, depth + 1));
  if (!isRecord(value) || depth > MAX_DEPTH) return [];
  const published = readServerJson(value);
  if (published) return published;
  const lists = LIST_KEYS.flatMap((key) => (value[key] === undefined ? [] : [value[key]]));
  // "mcp" of VS Code's settings.json, "projects" of Claude Code: lists further in.
  const nested = ['mcp', 'customizations', 'vscode', 'settings', 'projects'].flatMap((key) => {
    const inner = value[key];
    return isRecord(inner) ? (key === 'projects' ? recordsIn(inner).map(([, project]) => project) : [inner]) : [];
  });
  if (lists.length > 0 || nested.length > 0)
    return [
      ...lists.flatMap((list) => readList(list, inputs, depth)),
      ...nested.flatMap((inner) => findServers(inner, new Map([...inputs, ...(isRecord(inner) ? readInputs(inner) : [])]), depth + 1)),
    ];
  const own = readServer(textOf(value['name']), value, inputs);
  if (own.kind !== 'without-address') return [own];
  // A fragment of a list, as documentation shows it: {"name": {"url": …}}.
  return depth > 0 ? [] : recordsIn(value).flatMap(([name, inner]) => (looksLikeServer(inner) ? [readServer(name, inner, inputs)] : []));
}

function readList(list: unknown, inputs: ReadonlyMap<string, Placeholder>, depth: number): ConfiguredServer[] {
  if (Array.isArray(list)) return findServers(list, inputs, depth);
  return isRecord(list) ? recordsIn(list).map(([name, server]) => readServer(name, server, inputs)) : [];
}

const looksLikeServer = (value: TextRecord): boolean => [...ADDRESS_KEYS, 'command'].some((key) => typeof value[key] === 'string');

function readServer(name: string, server: TextRecord, inputs: ReadonlyMap<string, Placeholder>): ConfiguredServer {
  const url = ADDRESS_KEYS.map((key) => textOf(server[key])).find((address) => address !== '') ?? '';
  if (url !== '') return toRemote(name, url, transportOf(server), headersOf(server['headers']), [...inputs.values()]);
  const words = [server['command'], ...(Array.isArray(server['args']) ? server['args'] : [])].flatMap((word) => textOf(word) || []);
  const bridged = readBridge(words, server['env']);
  if (bridged) return toRemote(name, bridged.url, bridged.transport, bridged.headers, [...inputs.values()]);
  const variables = isRecord(server['env']) ? Object.keys(server['env']) : [];
  return words.length > 0 ? { name, kind: 'local', command: words, variables } : { name, kind: 'without-address' };
}

function toRemote(name: string, url: string, transport: TransportChoice, headers: ConfigHeader[], known: Placeholder[]): ConfiguredServer {
  const found = [url, ...headers.map(({ value }) => value)].flatMap(findPlaceholders);
  const places = new Map(found.map((place) => [place.token, known.find(({ token }) => token === place.token) ?? place]));
  return { name: name || hostOf(url), kind: 'remote', url, transport, headers, places: [...places.values()] };
}

function transportOf(server: TextRecord): TransportChoice {
  const type = (textOf(server['type']) || textOf(server['transport']) || textOf(server['transportType']))
    .toLowerCase()
    .replaceAll(/[-_]/g, '');
  if (type === 'sse') return 'sse';
  return type === 'http' || type === 'streamablehttp' || type === 'streamable' ? 'streamable-http' : 'auto';
}

const headersOf = (headers: unknown): ConfigHeader[] =>
  isRecord(headers) ? Object.entries(headers).flatMap(([name, value]) => (typeof value === 'string' ? [{ name, value }] : [])) : [];

/** Reads `npx mcp-remote <url> --header "Name: value" --transport sse-only`; what its environment leaves empty is asked for. */
function readBridge(words: readonly string[], env: unknown) {
  if (!words.some((word) => BRIDGE.test(word))) return undefined;
  const url = words.find((word) => /^https?:\/\//i.test(word));
  if (url === undefined) return undefined;
  const resolve = (text: string) =>
    text.replaceAll(
      /\$\{(\w{1,100})\}/g,
      (token, name: string) => (isRecord(env) && Object.hasOwn(env, name) && textOf(env[name])) || token,
    );
  const after = (flag: string) => words.flatMap((word, at) => (words[at - 1] === flag ? [word] : []));
  const headers = after('--header').flatMap((line) => {
    const [, name, value] = /^([^:]+):\s*(.*)$/s.exec(resolve(line)) ?? [];
    return name === undefined || value === undefined ? [] : [{ name: name.trim(), value }];
  });
  const [wish = ''] = after('--transport');
  const transport: TransportChoice = wish === 'sse-only' ? 'sse' : wish === 'http-only' ? 'streamable-http' : 'auto';
  return { url: resolve(url), transport, headers };
}

/** VS Code lets a file say what it asks for, and whether it is to be hidden. */
function readInputs(config: TextRecord): Map<string, Placeholder> {
  const inputs = Array.isArray(config['inputs']) ? config['inputs'].filter(isRecord) : [];
  return new Map(
    inputs.flatMap((input) => {
      const id = textOf(input['id']);
      if (id === '') return [];
      const token = `\${input:${id}}`;
      const label = textOf(input['description']) || id;
      return [[token, { token, label, isSecret: input['password'] === true, initial: textOf(input['default']) }] as const];
    }),
  );
}

function placeOf(text: string, offset: number): { line: number; column: number } {
  const before = text.slice(0, offset).split('\n');
  return { line: before.length, column: (before.at(-1)?.length ?? 0) + 1 };
}
