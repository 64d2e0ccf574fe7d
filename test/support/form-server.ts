/** Owns a server whose tools have the schemas that forms must bear, many tools, and calls that last as long as a test wants. */
import { isTooDeep } from '../../shared/json-text.ts';
import { SCHEMA_SAMPLES } from './schema-samples.ts';
import { type Exchange, type ScriptedServer, startScriptedServer } from './scripted-server.ts';

export type FormServer = ScriptedServer & {
  /** Arguments of the calls of a tool, oldest first. */
  argumentsOf(tool: string): unknown[];
  /** Calls of `silent` that wait, oldest first. */
  readonly waiting: readonly Exchange[];
};

const MANY = 1000;

/** Describes tools as servers do: from all that can be said to nothing. */
const OWN = [
  {
    name: 'everything-at-once',
    title: 'All that a form can ask for',
    description: 'Takes one of each.',
    annotations: { destructiveHint: false, idempotentHint: true, openWorldHint: true },
    _meta: { 'example.com/team': 'tides' },
    inputSchema: {
      type: 'object',
      required: ['name', 'shape'],
      properties: {
        name: { type: 'string', minLength: 1, pattern: '^[a-z]+$', description: 'Small letters' },
        note: { type: 'string', description: 'May be empty on purpose' },
        count: { type: 'integer', minimum: 1, maximum: 10, default: 3 },
        on: { type: 'boolean' },
        day: { type: 'string', format: 'date' },
        at: { type: 'string', format: 'date-time' },
        id: { type: 'string', format: 'uuid' },
        secret: { type: 'string', format: 'password' },
        shape: {
          oneOf: [
            { type: 'object', properties: { kind: { const: 'circle' }, radius: { type: 'number' } }, required: ['kind', 'radius'] },
            { type: 'object', properties: { kind: { const: 'square' }, side: { type: 'number' } }, required: ['kind', 'side'] },
          ],
        },
        labels: { type: 'object', additionalProperties: { type: 'string' } },
        point: { type: 'array', prefixItems: [{ type: 'number' }, { type: 'number' }], items: false },
        tree: { $ref: '#/$defs/node' },
        anything: { description: 'No schema at all' },
        made: { type: 'string', readOnly: true },
      },
      $defs: {
        node: {
          type: 'object',
          properties: { value: { type: 'string' }, children: { type: 'array', items: { $ref: '#/$defs/node' } } },
        },
      },
    },
  },
  {
    name: 'wipe',
    description: 'Removes what is named.',
    annotations: { destructiveHint: true },
    inputSchema: { type: 'object', properties: { what: { type: 'string' } } },
  },
  { name: 'silent', description: 'Answers when it wants to.', inputSchema: { type: 'object' } },
  { name: 'without-schema' },
];

/** Tools named `sample-0`, …: one for each of the schemas of the list that a backend lets through. */
export const SAMPLE_TOOLS = SCHEMA_SAMPLES.filter(({ schema }) => !isTooDeep(JSON.stringify([[[{ schema }]]]))).map(
  ({ name, schema }, at) => ({ name: `sample-${at}`, description: name, ...(schema !== undefined && { inputSchema: schema }) }),
);

export async function startFormServer({ isLong = false } = {}): Promise<FormServer> {
  const server = await startScriptedServer({ sessions: false });
  const calls: { name: string; arguments: unknown }[] = [];
  const waiting: Exchange[] = [];
  const many = Array.from({ length: isLong ? MANY : 0 }, (_, at) => ({
    name: `tool-${at}`,
    description: `Does what number ${at} does`,
    inputSchema: { type: 'object' },
  }));
  server.on('tools/list', (exchange) => exchange.result({ tools: [...OWN, ...SAMPLE_TOOLS, ...many] }));
  server.on('tools/call', (exchange) => {
    const { name, arguments: args } = exchange.message.params ?? {};
    calls.push({ name: String(name), arguments: args });
    if (name === 'silent') waiting.push(exchange);
    else exchange.result({ content: [{ type: 'text', text: `done: ${JSON.stringify(args)}` }] });
  });
  return Object.assign(server, {
    argumentsOf: (tool: string) => calls.filter(({ name }) => name === tool).map((call) => call.arguments),
    waiting,
  });
}
