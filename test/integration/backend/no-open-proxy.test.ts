/**
 * Proves that a hosted backend is neither an open proxy nor a port scanner: what leaves it is MCP towards servers of existing sessions, and
 * what it says about other addresses tells nothing of them.
 */
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { beforeEach, describe, expect, it } from 'vitest';
import { type ApiClient, startInProcess } from '../../support/api-client.ts';
import { endLater } from '../../support/at-end.ts';
import { type ScriptedServer, startScriptedServer } from '../../support/scripted-server.ts';

const HOSTED = { VERCEL: '1', MOORING_PUBLIC: '1' };
const SECRET = 'what-only-the-inside-may-read';

type Answer = { status: number; type: string; body: string; headers?: Record<string, string> };

/** Answers everything alike, and keeps what it was asked. */
async function startOther(answer: (path: string) => Answer): Promise<{ port: number; url: string; asked: string[] }> {
  const asked: string[] = [];
  const server = createServer((request, response) => {
    asked.push(`${request.method} ${request.url}`);
    const { status, type, body, headers } = answer(request.url ?? '');
    response.writeHead(status, { 'content-type': type, ...headers }).end(body);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  endLater(async () => {
    server.closeAllConnections();
    server.close();
  });
  const { port } = server.address() as AddressInfo;
  return { port, url: `http://127.0.0.1:${port}/mcp`, asked };
}

const startHosted = (...ports: number[]) =>
  startInProcess({ ...HOSTED, MOORING_ALLOW_PRIVATE: ports.map((port) => `127.0.0.1:${port}`).join() });

describe('an address that is no MCP server', () => {
  it.each<[string, Answer]>([
    ['a page', { status: 200, type: 'text/html', body: `<h1>${SECRET}</h1>` }],
    ['plain text', { status: 200, type: 'text/plain', body: SECRET }],
    ['JSON', { status: 200, type: 'application/json', body: JSON.stringify({ secret: SECRET }) }],
    [
      'JSON-RPC without sense',
      { status: 200, type: 'application/json', body: JSON.stringify({ jsonrpc: '2.0', id: SECRET, result: { secret: SECRET } }) },
    ],
    ['a stream', { status: 200, type: 'text/event-stream', body: `event: ${SECRET}\ndata: ${SECRET}\n\n` }],
    ['a refusal', { status: 403, type: 'text/plain', body: SECRET }],
    ['an error with its page', { status: 500, type: 'text/html', body: SECRET }],
    ['not found', { status: 404, type: 'application/json', body: JSON.stringify({ error: SECRET }) }],
    ['a challenge', { status: 401, type: 'text/plain', body: SECRET, headers: { 'x-secret': SECRET } }],
    ['a redirect to elsewhere', { status: 302, type: 'text/plain', body: SECRET, headers: { location: `http://127.0.0.1:9/${SECRET}` } }],
  ])(
    'gets no word of its answer to the user: %s',
    async (_what, answer) => {
      const other = await startOther(() => answer);
      const api = await startHosted(other.port);
      const token = await api.register();
      const connect = (transport: string) => api.ask('POST', '/sessions', { token, body: { url: other.url, transport } });
      for (const { status, body, headers } of await Promise.all(['auto', 'streamable-http', 'sse'].map(connect))) {
        expect([202, 422, 502, 504]).toContain(status);
        expect(JSON.stringify([body, [...headers]])).not.toContain(SECRET);
      }
      expect(other.asked.length).toBeGreaterThan(0);
      expect(other.asked.filter((asked) => !/^(POST|GET) /.test(asked))).toEqual([]);
      // Some of them are silent for as long as a handshake may take.
    },
    60_000,
  );
});

describe('an address that may not be reached', () => {
  const ask = async (api: ApiClient, token: string, url: string) => {
    const { status, body } = await api.ask('POST', '/sessions', { token, body: { url } });
    return JSON.stringify({ status, body }).replaceAll(new URL(url).host, 'HOST');
  };

  it('is refused in the same words whether anything is there or not', async () => {
    const [open, allowed] = await Promise.all([
      startOther(() => ({ status: 200, type: 'text/plain', body: SECRET })),
      startScriptedServer(),
    ]);
    const closed = await startScriptedServer();
    await closed.shut();
    const api = await startHosted(allowed.port);
    const token = await api.register();
    const urls = [
      ...[`https://127.0.0.1:${open.port}/`, `https://127.0.0.1:${closed.port}/`, 'https://10.0.0.1/', 'https://192.168.1.1/'],
      ...['https://169.254.169.254/latest/meta-data/', 'https://[::1]/', 'https://[::ffff:127.0.0.1]/', 'https://2130706433/'],
      ...['https://localhost/', 'https://intranet/', 'https://db.internal/', 'https://printer.local/', 'https://metadata.google.internal/'],
    ];
    const answers = new Set<string>();
    for (const url of urls) answers.add(await ask(api, token, url));
    expect([...answers]).toEqual([expect.stringContaining('"code":"SERVER_ADDRESS_FORBIDDEN","hint"')]);
    expect([...answers][0]).toContain('This backend may not reach HOST.');
    expect(open.asked).toEqual([]);
  });

  it('is not reached by a redirect, an endpoint or a link that a server names', async () => {
    const inside = await startOther(() => ({ status: 200, type: 'text/plain', body: SECRET }));
    const target = `http://127.0.0.1:${inside.port}`;
    const redirecting = await startOther(() => ({
      status: 307,
      type: 'text/plain',
      body: '',
      headers: { location: `${target}/redirect` },
    }));
    const sse = await startOther(() => ({ status: 200, type: 'text/event-stream', body: `event: endpoint\ndata: ${target}/endpoint\n\n` }));
    const linking = await startScriptedServer({ sessions: false });
    const greeting = {
      protocolVersion: '2025-11-25',
      capabilities: { tools: {} },
      serverInfo: { name: 'x', version: '1', websiteUrl: `${target}/site`, icons: [{ src: `${target}/icon` }] },
      instructions: `${target}/instructions`,
    };
    linking.on('initialize', ({ result, message }) => result(greeting, message.id, { link: `<${target}/link>; rel=preload` }));
    const api = await startHosted(redirecting.port, sse.port, linking.port);
    const token = await api.register();
    for (const [url, transport] of [
      [redirecting.url, 'auto'],
      [sse.url, 'sse'],
    ])
      expect((await api.ask('POST', '/sessions', { token, body: { url, transport } })).status).toBeGreaterThanOrEqual(400);
    expect((await api.connect(token, linking.url)).server).toMatchObject({ name: 'x' });
    expect(sse.asked.length).toBeGreaterThan(0);
    expect(inside.asked).toEqual([]);
  });
});

describe('a session', () => {
  let server: ScriptedServer;
  let api: ApiClient;
  let token: string;
  let id: string;
  beforeEach(async () => {
    server = await startScriptedServer();
    api = await startHosted(server.port);
    token = await api.register();
    ({ id } = await api.connect(token, server.url));
  });

  it('passes no header of a client on, its token least of all', async () => {
    let headers: Record<string, unknown> = {};
    server.on('tools/call', (exchange) => {
      headers = exchange.headers;
      exchange.behave();
    });
    const own = {
      ...{ cookie: 'a=b', 'x-forwarded-for': '203.0.113.9', 'x-api-key': 'k', 'proxy-authorization': 'Basic eA==', te: 'trailers' },
      ...{
        'user-agent': 'Evil/1',
        referer: 'https://evil.example/',
        'mcp-param-x': '1',
        'mcp-name': 'n',
        range: 'bytes=0-1',
        host: 'localhost',
      },
    };
    expect((await api.rpc(token, id, { id: 1, method: 'tools/call', params: { name: 'act' } }, own)).status).toBe(200);
    expect(Object.keys(headers).toSorted()).toEqual([
      ...[
        'accept',
        'accept-encoding',
        'connection',
        'content-length',
        'content-type',
        'host',
        'mcp-protocol-version',
        'mcp-session-id',
        'user-agent',
      ],
    ]);
    expect(headers['user-agent']).toMatch(/^Mooring\//);
    expect(JSON.stringify(headers)).not.toContain(token);
  });

  it.each(['PUT', 'PATCH', 'HEAD', 'TRACE-LIKE'])('takes no %s', async (method) => {
    const before = server.received.length;
    const response = await api.open(method, `/mcp/${id}`, { token, headers: { accept: 'application/json' } });
    expect(response.status).toBeGreaterThanOrEqual(400);
    expect([server.received.length, server.listened.length]).toEqual([before, 0]);
  });

  it.each([
    ['no JSON', 'GET / HTTP/1.1\r\nHost: evil\r\n\r\n'],
    ['no message', '{"url":"http://127.0.0.1/","method":7}'],
    ['a batch', '[{"jsonrpc":"2.0","method":"x"}]'],
    ['a message of another version', '{"jsonrpc":"1.0","id":1,"method":"x"}'],
  ])('sends nothing of a body that is %s', async (_what, text) => {
    const before = server.received.length;
    expect((await api.ask('POST', `/mcp/${id}`, { token, text, headers: { accept: 'application/json' } })).status).toBe(400);
    expect(server.received.length).toBe(before);
  });

  it('reaches its own URL alone, whatever stands in the path of a request', async () => {
    const paths: string[] = [];
    server.on('tools/call', (exchange) => {
      paths.push('called');
      exchange.behave();
    });
    const before = server.received.length;
    for (const tail of ['/extra', '/../../x', '%2f..%2fx', '?url=http://127.0.0.1:1/', '/http://127.0.0.1:1/', '@127.0.0.1:1'])
      await api.ask('POST', `/mcp/${id}${tail}`, {
        token,
        body: { jsonrpc: '2.0', id: 1, method: 'ping' },
        headers: { accept: 'application/json' },
      });
    // A query is none of ours, so the message goes where the session goes.
    expect(server.received.slice(before).map(({ method }) => method)).toEqual(['ping']);
    expect(paths).toEqual([]);
  });

  it('of another workspace looks as if it were not there, and nothing is sent', async () => {
    const stranger = await api.register();
    const before = server.received.length;
    const message = { id: 1, method: 'tools/call', params: { name: 'act' } };
    const [foreign, absent] = [await api.rpc(stranger, id, message), await api.rpc(stranger, '0'.repeat(32), message)];
    expect(foreign.body).toEqual(absent.body);
    expect([foreign.status, absent.status]).toEqual([404, 404]);
    expect(server.received.length).toBe(before);
  });
});
