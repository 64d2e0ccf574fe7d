/** Owns a server whose tools answer with all that a result can hold: ten megabytes, Markdown made to break readers, every kind of content. */
import { rpcError, type ScriptedServer, startScriptedServer } from './scripted-server.ts';

/** Stands once in each large result, near its end. */
export const NEEDLE = 'the needle in the hay';
const LARGE_BYTES = 10_000_000;
const LINE = 'The quick brown fox jumps over the lazy dog.\n';

/** Returns ten megabytes of lines. */
export function makeText(): string {
  const lines = Math.ceil(LARGE_BYTES / LINE.length);
  return `${LINE.repeat(lines - 1000)}And here is ${NEEDLE}.\n${LINE.repeat(1000)}`;
}

function makeRows(): unknown[] {
  const row = (n: number) => ({
    n,
    name: `Row number ${n}`,
    tags: ['red', 'green', 'blue'],
    at: { x: n / 3, y: null, isSet: n % 2 === 0 },
  });
  const rows: unknown[] = Array.from({ length: LARGE_BYTES / 110 }, (_, n) => row(n));
  rows.splice(-1000, 0, { ...row(-1), note: NEEDLE });
  return rows;
}

const ROWS_SCHEMA = {
  type: 'object',
  required: ['rows'],
  properties: { rows: { type: 'array', items: { type: 'object', required: ['n'], properties: { n: { type: 'number' } } } } },
};

export const MARKDOWN = [
  '# Harbour report',
  'Ships **in** port, _by name_, with `code` and ~~errors~~. See [the register](https://example.com/register) or https://example.org/auto.',
  '![A map](https://example.com/map.png) and <b onclick="alert(1)">markup</b>.',
  '## Arrivals',
  '| Ship | Berth | Tons |\n| :-- | :-: | --: |\n| Aurora | 4 | 12,400 |\n| Borealis | 11 | 9,800 |',
  '1. Ask for the pilot\n2. Then\n   - wait\n   - [x] moor\n   - [ ] unload',
  '> Fog is expected.\n>\n> > Twice.',
  '```ts\nconst tide = await readTide({ station: "Cuxhaven" });\nconsole.log(tide.height, "a line that is so long that it does not fit into any panel at all");\n```',
  'A note.[^1] And [a reference][ref], [no web page](javascript:alert(1)), [a picture in a link ![x](https://example.com/x.png)](https://example.com/y).',
  '[ref]: https://example.com/reference\n\n[^1]: As of today.',
].join('\n\n');

/** What makes a reader slow, deep or wrong. */
export const NASTY_MARKDOWN = [
  '<script>window.ran="markdown"</script>\n\n<img src=x onerror="window.ran=1">\n\n<!-- hidden -->',
  `${'>'.repeat(3000)} deep`,
  '['.repeat(3000),
  `${'*a **b '.repeat(400)}`,
  `${'`'.repeat(999)} x ${'`'.repeat(998)}`,
  `|${'a|'.repeat(500)}\n|${'-|'.repeat(500)}\n|${'b|'.repeat(500)}`,
  '[x](javascript:window.ran=2) [y](data:text/html,x) ![z](javascript:window.ran=3) <javascript:window.ran=4>',
  'safe\u202egnp.exe\u202c and pay\u200bpal',
  `${Array.from({ length: 60 }, (_, depth) => `${'  '.repeat(depth)}- item`).join('\n')}`,
].join('\n\n');

const PNG =
  'iVBORw0KGgoAAAANSUhEUgAAACAAAAAgCAYAAABzenr0AAAAOUlEQVR42u3QsQkAMAhFQfuMaun+JBtoZZUTfikcL2K4k3W7bf8DAADsAyQGAABQCAAAQGIAgO8BD/kV0C5E7/xPAAAAAElFTkSuQmCC';

const meta = { 'example.com/trace': { id: 'a1b2', spent: 3 } };
const KINDS = [
  {
    type: 'text',
    text: 'For you alone.',
    annotations: { audience: ['user'], priority: 0.8, lastModified: '2026-11-01T12:00:00Z' },
    _meta: meta,
  },
  { type: 'image', data: PNG, mimeType: 'image/png' },
  { type: 'audio', data: btoa('not a sound at all'), mimeType: 'audio/wav' },
  {
    type: 'resource',
    resource: { uri: 'harbour://berths/4', mimeType: 'text/markdown', text: '# Berth 4\n\nFree since **noon**.', _meta: meta },
  },
  { type: 'resource', resource: { uri: 'harbour://chart.pdf', mimeType: 'application/pdf', blob: btoa('%PDF-1.7 and so on') } },
  {
    type: 'resource_link',
    uri: 'harbour://tides',
    name: 'tides',
    title: 'Tide tables',
    description: 'Of this year.',
    mimeType: 'text/csv',
    size: 48_000,
  },
  { type: 'hologram', rays: [1, 2, 3], depth: { of: { field: 'deep' } } },
];

const ANSWERS: Record<string, () => Record<string, unknown>> = {
  text: () => ({ content: [{ type: 'text', text: makeText() }] }),
  rows: () => ({ content: [], structuredContent: { rows: makeRows() } }),
  'json-text': () => ({ content: [{ type: 'text', text: JSON.stringify({ rows: makeRows() }) }] }),
  markdown: () => ({ content: [{ type: 'text', text: MARKDOWN }] }),
  nasty: () => ({ content: [{ type: 'text', text: NASTY_MARKDOWN }] }),
  kinds: () => ({ content: KINDS, structuredContent: { berth: 'four' }, _meta: meta }),
  fails: () => ({ content: [{ type: 'text', text: 'The tide is out: no berth is deep enough.' }], isError: true }),
};
const SCHEMAS: Record<string, unknown> = {
  rows: ROWS_SCHEMA,
  kinds: { type: 'object', required: ['berth'], properties: { berth: { type: 'integer' } } },
};

export async function startResultsServer(): Promise<ScriptedServer> {
  const server = await startScriptedServer({ sessions: false });
  const names = [...Object.keys(ANSWERS), 'breaks'];
  server.on('tools/list', ({ result }) =>
    result({
      tools: names.map((name) => ({
        name,
        inputSchema: { type: 'object' },
        ...(SCHEMAS[name] !== undefined && { outputSchema: SCHEMAS[name] }),
      })),
    }),
  );
  server.on('tools/call', ({ message, result, send }) => {
    const answer = ANSWERS[String(message.params?.['name'])];
    if (answer !== undefined) return result(answer());
    const error = { code: -32_602, message: 'There is no such berth', data: { berth: 'nowhere', known: ['north', 'south'] } };
    send(200, { ...rpcError(-32_602, '', message.id), error });
  });
  return server;
}
