/** Owns a server with resources and prompts of every kind: long lists, all contents, long and hostile texts, failures. */
import { rpcError, type ScriptedServer, startScriptedServer } from './scripted-server.ts';

const PNG = 'iVBORw0KGgoAAAANSUhEUgAAAAoAAAAKCAYAAACNMs+9AAAAFUlEQVR42mNk+M9Qz0AEYBxVSF+FABJADveWkH6oAAAAAElFTkSuQmCC';
const PDF = btoa('%PDF-1.4\n%%EOF\n');
const PAGE = 200;
export const MANY = 1200;
const LONG_NAME =
  'A resource with a name that is longer than anybody should make one, and goes on after that, because some servers take it from a title';

export const SPECIAL = [
  {
    uri: 'demo://image',
    name: 'Image',
    mimeType: 'image/png',
    size: 78,
    annotations: { audience: ['user'], priority: 0.9, lastModified: '2026-10-01T12:00:00Z' },
  },
  {
    uri: 'demo://report.pdf',
    name: 'report.pdf',
    title: 'Report',
    mimeType: 'application/pdf',
    size: 1_234_567,
    icons: [{ src: 'https://example.com/icon.png' }],
  },
  { uri: 'demo://several', name: 'Several', description: 'A folder: three contents in one answer.' },
  { uri: 'ui://app/index.html', name: 'App', mimeType: 'text/html;profile=mcp-app', _meta: { ui: { csp: {} } } },
  { uri: 'demo://broken', name: 'Broken' },
  { uri: `demo://long/${'unbroken'.repeat(40)}`, name: LONG_NAME, description: `${'A description without end. '.repeat(60)}` },
  { uri: 'demo://rtl', name: 'مورد بالعربية', description: 'safe\u202egnp.exe\u202c and \u200b hidden' },
];

const CONTENTS: Record<string, unknown[]> = {
  'demo://image': [{ uri: 'demo://image', mimeType: 'image/png', blob: PNG }],
  'demo://report.pdf': [{ uri: 'demo://report.pdf', mimeType: 'application/pdf', blob: PDF, _meta: { pages: 1 } }],
  'demo://several': [
    { uri: 'demo://several/read.me', mimeType: 'text/plain', text: 'The first of three.' },
    { uri: 'demo://several/picture', mimeType: 'image/png', blob: PNG },
    { uri: 'demo://several/data.bin', mimeType: 'application/octet-stream', blob: btoa('\x00\x01\x02') },
  ],
  'ui://app/index.html': [
    { uri: 'ui://app/index.html', mimeType: 'text/html;profile=mcp-app', text: '<h1>App</h1>\n<script>window.ran = "app"</script>' },
  ],
};

const text = (role: string, said: string) => ({ role, content: { type: 'text', text: said } });
const MESSAGES = [
  text('user', 'What does this picture show?'),
  { role: 'user', content: { type: 'image', data: PNG, mimeType: 'image/png' } },
  text('assistant', 'A square.\n\nIt is **small**.'),
  { role: 'user', content: { type: 'resource_link', uri: 'demo://several', name: 'Several' } },
  text('narrator', 'word '.repeat(400)),
];

const PROMPTS = [
  {
    name: 'describe',
    title: 'Describe a picture',
    description: 'All kinds of content.',
    arguments: [{ name: 'style', description: 'How.', required: true }],
  },
  { name: 'broken' },
  { name: 'a-prompt-with-a-name-that-is-much-longer-than-the-list-is-wide-and-goes-on', title: LONG_NAME },
];

const TEMPLATES = [
  { uriTemplate: 'demo://files/{+path}{?lines,tags*}', name: 'Files', mimeType: 'text/plain', description: 'Any file of the project.' },
];

/** Starts it; it keeps no server sessions, so that nothing has to be restored. */
export async function startOffersServer(): Promise<ScriptedServer> {
  const server = await startScriptedServer({ sessions: false });
  const capabilities = { tools: {}, resources: { listChanged: true }, prompts: {}, completions: {} };
  server.on('initialize', ({ result }) =>
    result({ protocolVersion: '2025-11-25', capabilities, serverInfo: { name: 'offers', version: '1' } }),
  );
  const all = [...SPECIAL, ...Array.from({ length: MANY - SPECIAL.length }, (_, i) => ({ uri: `demo://item/${i}`, name: `item ${i}` }))];
  server.on('resources/list', ({ message, result }) => {
    const start = Number(message.params?.['cursor'] ?? 0);
    const next = start + PAGE;
    result({ resources: all.slice(start, next), ...(next < all.length && { nextCursor: String(next) }) });
  });
  server.on('resources/templates/list', ({ result }) => result({ resourceTemplates: TEMPLATES }));
  server.on('resources/read', ({ message, result, send }) => {
    const uri = String(message.params?.['uri']);
    if (uri === 'demo://broken') return send(200, rpcError(-32_002, 'The tide is out: nothing can be read', message.id));
    return result({
      contents: CONTENTS[uri] ?? [{ uri, mimeType: 'text/plain', text: `${uri}\n${'line after line of text\n'.repeat(300)}` }],
    });
  });
  server.on('prompts/list', ({ result }) => result({ prompts: PROMPTS }));
  server.on('prompts/get', ({ message, result, send }) =>
    message.params?.['name'] === 'broken'
      ? send(200, rpcError(-32_603, 'The tide is out', message.id))
      : result({ description: 'A conversation of every kind.', messages: MESSAGES }),
  );
  server.on('completion/complete', ({ message, result }) => {
    const { value } = (message.params?.['argument'] ?? {}) as { value?: string };
    const values = ['short', 'long', 'poetic', 'src/main.ts', 'src/other.ts'].filter((each) => each.startsWith(value ?? ''));
    result({ completion: { values, total: values.length + 40, hasMore: true } });
  });
  return server;
}
