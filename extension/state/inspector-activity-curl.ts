/**
 * Owns a message to a server as a curl command for a POSIX shell.
 *
 * Comments are plain words: zsh, which takes them for a command where it is used by hand, then does nothing with them.
 */
import { toHeaderValue, toParamHeaders } from '../gateway/param-headers.ts';
import { t } from '../platform/i18n.ts';
import { asRecord } from './inspector-activity.ts';
import { accessHeaders, type ServerFacts, toVisibleJson, withoutSecrets } from './inspector-activity-secrets.ts';

/** Returns a word that the shell hands on as it is. Source: POSIX.1-2024, Shell Command Language, 2.2.2. */
export const quoteForShell = (text: string): string => `'${text.replaceAll("'", `'\\''`)}'`;

type Sent = { method: string; params: Record<string, unknown> };

/**
 * Returns the command that sends a request or a notification to the server itself.
 *
 * @param schemaOf Returns what the server says of a tool's arguments, where that is known.
 */
export function toCurl(message: unknown, facts: ServerFacts, schemaOf: (tool: string) => unknown = () => undefined): string {
  const { method, params } = readSent(message);
  const address = withoutSecrets(facts.url);
  const isGreeting = method === 'initialize' || method === 'server/discover';
  const headers: [string, string][] = [
    ['Content-Type', 'application/json'],
    ['Accept', 'application/json, text/event-stream'],
    ...revisionHeaders(facts, { method, params }, isGreeting, schemaOf),
    ...accessHeaders(facts),
  ];
  const isSse = facts.transport === 'sse';
  const command = [
    `curl -N ${/[[\]{}]/.test(address) ? '--globoff ' : ''}${quoteForShell(isSse ? '<endpoint>' : address)}`,
    ...headers.map(([name, value]) => `-H ${quoteForShell(`${name}: ${value}`)}`),
    `--data-raw ${quoteForShell(toVisibleJson(message))}`,
  ].join(' \\\n  ');
  return [...commentsOn(facts, address, isGreeting), command].join('\n');
}

function revisionHeaders(
  { revision, transport, protocolVersion }: ServerFacts,
  { method, params }: Sent,
  isGreeting: boolean,
  schemaOf: (tool: string) => unknown,
): [string, string][] {
  const version: [string, string] = ['MCP-Protocol-Version', protocolVersion];
  if (revision === 'stateless') {
    // Source: MCP 2026-07-28, Transports > Streamable HTTP > Headers.
    const name = { 'tools/call': params['name'], 'prompts/get': params['name'], 'resources/read': params['uri'] }[method];
    const repeated = method === 'tools/call' ? toParamHeaders(schemaOf(String(params['name'])), params['arguments']) : {};
    return [
      version,
      ['Mcp-Method', method],
      ...(typeof name === 'string' ? [['Mcp-Name', toHeaderValue(name)] as [string, string]] : []),
      ...Object.entries(repeated),
    ];
  }
  if (transport === 'sse' || isGreeting) return [];
  return [version, ['Mcp-Session-Id', '<session-id>']];
}

function commentsOn({ revision, transport, headerNames, signedIn }: ServerFacts, address: string, isGreeting: boolean): string[] {
  const hasGaps = headerNames.length > 0 || signedIn || /<[^>]+>/.test(address);
  const isSse = transport === 'sse';
  const isStateful = !isSse && revision === 'stateful' && !isGreeting;
  return [
    ...(isSse ? [t('activity_curl_sse'), `curl -N ${quoteForShell(address)} -H 'Accept: text/event-stream'`] : []),
    ...(isSse && !isGreeting ? [t('activity_curl_sseThenThis')] : []),
    ...(isStateful ? [t('activity_curl_keepsSessions'), t('activity_curl_thenThis')] : []),
    ...(hasGaps ? [t('activity_curl_secrets')] : []),
  ].map((comment) => `# ${comment}`);
}

function readSent(message: unknown): Sent {
  const { method, params } = message as { method?: unknown; params?: unknown };
  return { method: String(method), params: asRecord(params) ?? {} };
}
