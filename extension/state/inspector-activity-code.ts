/** Owns a message to a server as a TypeScript program for the official client. A test compiles what comes of it. Pure. */
import { t } from '../platform/i18n.ts';
import { asRecord } from './inspector-activity.ts';
import { accessHeaders, type ServerFacts, toVisibleJson, withoutSecrets } from './inspector-activity-secrets.ts';

/** Methods that the client has a function for, and whether it can be called without parameters. */
const FUNCTIONS: Readonly<Record<string, { name: string; needsParams: boolean }>> = {
  'tools/call': { name: 'callTool', needsParams: true },
  'tools/list': { name: 'listTools', needsParams: false },
  'resources/list': { name: 'listResources', needsParams: false },
  'resources/templates/list': { name: 'listResourceTemplates', needsParams: false },
  'resources/read': { name: 'readResource', needsParams: true },
  'resources/subscribe': { name: 'subscribeResource', needsParams: true },
  'resources/unsubscribe': { name: 'unsubscribeResource', needsParams: true },
  'prompts/list': { name: 'listPrompts', needsParams: false },
  'prompts/get': { name: 'getPrompt', needsParams: true },
};

/** What the program calls its things. */
const CLIENT = 'client';
const RESULT = 'result';
const TRANSPORT = 'transport';

/** Returns the program that sends a request or a notification to the server itself. */
export function toCode(message: unknown, facts: ServerFacts): string {
  const { method, params, id } = message as { method: string; params?: unknown; id?: unknown };
  const transport = facts.transport === 'sse' ? 'SSEClientTransport' : 'StreamableHTTPClientTransport';
  const headers = accessHeaders(facts);
  const address = withoutSecrets(facts.url);
  const requestInit = `{\n  requestInit: { headers: ${toSource(Object.fromEntries(headers)).replaceAll('\n', '\n  ')} },\n}`;
  const negotiation = facts.revision === 'stateless' ? [`{ versionNegotiation: { mode: 'auto' } }`] : [];
  const act = toAct(method, ownParams(asRecord(params)), id !== undefined);
  return [
    ...(act.includes('z.looseObject') ? [`import * as z from 'zod';`] : []),
    `import { Client, ${transport} } from '@modelcontextprotocol/client';`,
    '',
    ...(headers.length > 0 || address.includes('<') ? [`// ${t('activity_curl_secrets')}`] : []),
    `const ${CLIENT} = ${construct('Client', `{ name: 'my-client', version: '1.0.0' }`, ...negotiation)};`,
    `const ${TRANSPORT} = ${construct(transport, construct('URL', toSource(address)), ...(headers.length > 0 ? [requestInit] : []))};`,
    `await ${CLIENT}.connect(${TRANSPORT});`,
    ...(act === '' ? [] : [act]),
    ...(id === undefined || act === '' ? [] : [`console.log(${RESULT});`]),
    `await ${CLIENT}.close();`,
    '',
  ].join('\n');
}

const construct = (name: string, ...args: readonly string[]): string => `new ${name}(${args.join(', ')})`;

function toAct(method: string, params: Record<string, unknown> | undefined, isRequest: boolean): string {
  // The client shakes hands itself when it connects.
  if (method === 'initialize' || method === 'notifications/initialized' || method === 'server/discover') return '';
  const given = { method, ...(params && { params }) };
  if (!isRequest) return `await ${CLIENT}.notification(${toSource(given)});`;
  const known = Object.hasOwn(FUNCTIONS, method) ? FUNCTIONS[method] : undefined;
  if (known && (params || !known.needsParams)) return `const ${RESULT} = await ${CLIENT}.${known.name}(${params ? toSource(params) : ''});`;
  // Whatever the server answers: the method may be its own.
  return `const ${RESULT} = await ${CLIENT}.request(${toSource(given)}, z.looseObject({}));`;
}

/** Returns the parameters without what a client puts in by itself. */
function ownParams(params: Record<string, unknown> | undefined): Record<string, unknown> | undefined {
  if (params === undefined) return undefined;
  const { _meta, ...rest } = params;
  const meta = Object.entries(asRecord(_meta) ?? {}).filter(
    ([name]) => name !== 'progressToken' && !name.startsWith('io.modelcontextprotocol/'),
  );
  const own = meta.length === 0 ? rest : { ...rest, _meta: Object.fromEntries(meta) };
  return Object.keys(own).length === 0 ? undefined : own;
}

/** Returns a JSON value as an expression; in an object literal `"__proto__":` would set its prototype. */
const toSource = (value: unknown): string => toVisibleJson(value, 2).replaceAll(/(?<!\\)"__proto__":/g, '["__proto__"]:');
