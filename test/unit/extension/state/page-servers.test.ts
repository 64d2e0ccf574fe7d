// @vitest-environment node
/** Proves which servers a page names: install links, configurations, addresses; and what is no server, or is not to be trusted. */
import { describe, expect, it } from 'vitest';
import { MAX_PAGE_SERVERS, parsePageServers } from '../../../../extension/state/page-servers.ts';

type Found = { links?: { href: string; text: string }[]; hints?: { href: string; title: string }[]; codes?: string[]; pageUrl?: string };
const parse = (found: Found) => parsePageServers({ pageUrl: 'https://docs.acme.dev/guide', links: [], hints: [], codes: [], ...found });
const link = (href: string, text = 'Install') => parse({ links: [{ href, text }] });
const code = (text: string) => parse({ codes: [text] });

const URL_1 = 'https://mcp.acme.dev/mcp';
const encode = (value: unknown) => encodeURIComponent(JSON.stringify(value));
const base64 = (value: unknown) => Buffer.from(JSON.stringify(value)).toString('base64');
const config = { name: 'Acme', type: 'http', url: URL_1 };
const ACME = [{ url: URL_1, name: 'Acme' }];

describe('install links', () => {
  it.each([
    ['VS Code', `vscode:mcp/install?${encode(config)}`],
    ['VS Code Insiders', `vscode-insiders:mcp/install?${encode(config)}`],
    [
      'the redirect of VS Code',
      `https://insiders.vscode.dev/redirect/mcp/install?name=Acme&config=${encode({ type: 'http', url: URL_1 })}`,
    ],
    ['a redirect around a link', `https://vscode.dev/redirect?url=${encodeURIComponent(`vscode:mcp/install?${encode(config)}`)}`],
    ['Cursor', `cursor://anysphere.cursor-deeplink/mcp/install?name=Acme&config=${base64({ url: URL_1 })}`],
    ['Cursor, encoded', `cursor://anysphere.cursor-deeplink/mcp/install?name=Acme&config=${encodeURIComponent(base64({ url: URL_1 }))}`],
    ['Cursor, by name', `cursor://anysphere.cursor-deeplink/mcp/install?name=x&config=${base64({ Acme: { url: URL_1 } })}`],
    ['Cursor on the web', `https://cursor.com/en/install-mcp?name=Acme&config=${base64({ type: 'http', url: URL_1 })}`],
    ['LM Studio', `lmstudio://add_mcp?name=Acme&config=${base64({ url: URL_1 })}`],
    ['goose', `goose://extension?type=streamable_http&url=${encodeURIComponent(URL_1)}&id=acme&name=Acme`],
    [
      'a bridge to a remote server',
      `vscode:mcp/install?${encode({ name: 'Acme', command: 'npx', args: ['-y', 'mcp-remote@latest', URL_1] })}`,
    ],
    ['a whole configuration', `cursor://anysphere.cursor-deeplink/mcp/install?config=${base64({ mcpServers: { Acme: { url: URL_1 } } })}`],
  ])('of %s carry their server', (_, href) => {
    expect(link(href)).toEqual(ACME);
  });

  it.each([
    ['of a program', `vscode:mcp/install?${encode({ name: 'Acme', command: 'npx', args: ['-y', 'acme-mcp'] })}`],
    ['of a script', `vscode:mcp/install?${encode({ name: 'Acme', url: 'javascript:alert(1)' })}`],
    ['of a file', `vscode:mcp/install?${encode({ name: 'Acme', url: 'file:///etc/passwd' })}`],
    ['with a password', `vscode:mcp/install?${encode({ name: 'Acme', url: 'https://me:secret@mcp.acme.dev/mcp' })}`],
    ['cut off', `vscode:mcp/install?${encode(config).slice(0, 30)}`],
    ['with broken escapes', 'vscode:mcp/install?%E0%A4%A'],
    ['with broken base64', 'cursor://anysphere.cursor-deeplink/mcp/install?name=x&config=%%%'],
    ['without anything', 'vscode:mcp/install'],
    [
      'nested without end',
      `https://vscode.dev/redirect?url=${encodeURIComponent('https://vscode.dev/redirect?url=https://vscode.dev/redirect?url=x')}`,
    ],
  ])('%s carry none', (_, href) => {
    expect(link(href)).toEqual([]);
  });
});

describe('links', () => {
  it.each([
    ['https://mcp.other.dev/mcp', 'Our server', [{ url: 'https://mcp.other.dev/mcp', name: 'Our server' }]],
    ['https://mcp.other.dev/sse', 'SSE', [{ url: 'https://mcp.other.dev/sse', name: 'SSE' }]],
    ['http://localhost:3001/mcp', 'local', [{ url: 'http://localhost:3001/mcp', name: 'local' }]],
    ['/mcp', 'docs.acme.dev/mcp', [{ url: 'https://docs.acme.dev/mcp', name: 'docs.acme.dev' }]],
    ['/docs/mcp', 'Documentation of MCP', []],
    ['https://blog.other.dev/what-is/mcp', 'What is MCP?', []],
    ['https://mcp.other.dev/mcp/quickstart', 'Quickstart', []],
  ])('to %s with the text "%s" give %j', (href, text, expected) => {
    expect(link(href, text)).toEqual(expected);
  });
});

describe('code', () => {
  it('names servers of a configuration by their keys, comments and trailing commas included', () => {
    expect(
      code(`{
        // put this into mcp.json
        "mcpServers": { "docs": { "type": "http", "url": "https://docs.other.dev/mcp", },
          "search": { "headers": [], "serverUrl": "https://search.other.dev/v1" } } }`),
    ).toEqual([
      { url: 'https://docs.other.dev/mcp', name: 'docs' },
      { url: 'https://search.other.dev/v1', name: 'search' },
    ]);
  });

  it.each([
    ['an address in a sentence', 'Connect to https://mcp.acme.dev/mcp.', [{ url: URL_1, name: 'mcp.acme.dev' }]],
    ['a command', 'claude mcp add --transport http acme https://acme.dev/tools', [{ url: 'https://acme.dev/tools', name: 'acme.dev' }]],
    ['a bridge', 'npx -y mcp-remote https://acme.dev/tools --debug', [{ url: 'https://acme.dev/tools', name: 'acme.dev' }]],
    ['an address of something else', 'curl https://api.acme.dev/v1/users', []],
    ['a placeholder host', 'https://your-server.example.com/mcp', []],
    ['a placeholder in braces', 'https://{tenant}.acme.dev/mcp', []],
    ['an example', 'https://example.com/mcp', []],
  ])('with %s', (_, text, expected) => {
    expect(code(text)).toEqual(expected);
  });

  it('that would keep a careless expression busy for hours names nothing', () => {
    expect(code('"a":{'.repeat(4_000))).toEqual([]);
    expect(code(`"a":{${' '.repeat(9_000)}"url":`.repeat(2))).toEqual([]);
    expect(code('https://'.repeat(2_500))).toEqual([]);
  });
});

describe('what a page says of itself', () => {
  it('comes first', () => {
    const found = parse({
      hints: [{ href: '/mcp', title: 'Acme' }],
      codes: ['https://mcp.other.dev/mcp'],
    });
    expect(found).toEqual([
      { url: 'https://docs.acme.dev/mcp', name: 'Acme' },
      { url: 'https://mcp.other.dev/mcp', name: 'mcp.other.dev' },
    ]);
  });

  it('counts when the page is an endpoint', () => {
    expect(parse({ pageUrl: 'http://127.0.0.1:3001/mcp' })).toEqual([{ url: 'http://127.0.0.1:3001/mcp', name: '127.0.0.1:3001' }]);
  });
});

describe('a list', () => {
  it('names each server once, by its surest name', () => {
    expect(
      parse({
        links: [
          { href: `${URL_1}/`, text: 'again' },
          { href: `vscode:mcp/install?${encode(config)}`, text: 'Install' },
        ],
        codes: [URL_1],
      }),
    ).toEqual(ACME);
  });

  it(`ends at ${MAX_PAGE_SERVERS}`, () => {
    expect(parse({ codes: Array.from({ length: 50 }, (_, index) => `https://mcp${index}.acme.dev/mcp`) })).toHaveLength(MAX_PAGE_SERVERS);
  });

  it('shows names without what is not seen, and not at length', () => {
    const name = `Ac\u202eme\u0000 \u200b${'x'.repeat(200)}\u{e0041}`;
    const [server] = link(`vscode:mcp/install?${encode({ ...config, name })}`);
    expect(server?.name).toMatch(/^Ac me x+…$/);
    expect(server?.name.length).toBeLessThanOrEqual(60);
  });

  it.each([[undefined], [null], ['text'], [{ links: 'x', hints: 4, codes: null }], [[]]])('is empty for %j', (collected) => {
    expect(parsePageServers(collected)).toEqual([]);
  });
});
