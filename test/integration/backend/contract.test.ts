/** The HTTP contract, row by row, with its bad inputs. */
import { mkdtemp } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { beforeAll, describe, expect, it } from 'vitest';
import { findFreePort } from '../../../api/_local/listen.ts';
import { EXTENSION_ID } from '../../../shared/extension-id.ts';
import { MAX_BODY_BYTES } from '../../../shared/limits.ts';
import { type ApiClient, startInProcess } from '../../support/api-client.ts';
import { type Everything, startEverything } from '../../support/everything.ts';

let api: ApiClient;
let server: Everything;
let token: string;
beforeAll(async () => {
  const file = join(await mkdtemp(join(tmpdir(), 'mooring-')), 'mooring.sqlite');
  [api, server] = await Promise.all([startInProcess({ MOORING_DATA: file }), startEverything()]);
  token = await api.register();
});

const problem = (code: string, status: number) => ({
  status,
  body: expect.objectContaining({ code, status, type: 'about:blank', detail: expect.stringMatching(/\.$/) }),
});
const EXTENSION = `chrome-extension://${EXTENSION_ID}`;
const FIREFOX = 'moz-extension://0f8fad5b-d9cb-469f-a165-70867728950e';

describe('every path', () => {
  it.each([
    ['PUT', '/health', 'GET'],
    ['POST', '/health', 'GET'],
    ['PATCH', '/devices', 'GET, POST'],
    ['GET', '/devices/x', 'DELETE'],
    ['DELETE', '/sessions', 'GET, POST'],
    ['PUT', '/sessions/x', 'GET, PATCH, DELETE'],
    ['POST', '/sessions/x/activity', 'GET'],
  ])('answers %s %s with 405 and names what it takes', async (method, path, allow) => {
    const answer = await api.ask(method, path, { token });
    expect(answer).toMatchObject(problem('METHOD_NOT_ALLOWED', 405));
    expect(answer.headers.get('allow')).toBe(allow);
  });
  it('answers what is not there with 404 ROUTE_NOT_FOUND', async () => {
    expect(await api.ask('GET', '/nothing')).toMatchObject(problem('ROUTE_NOT_FOUND', 404));
    expect(await api.ask('POST', '/parings', { token, body: {} })).toMatchObject(problem('ROUTE_NOT_FOUND', 404));
  });
  it('names each answer, lets nothing be cached or sniffed', async () => {
    const { headers } = await api.ask('GET', '/health');
    expect(headers.get('x-request-id')).toMatch(/^[0-9a-f-]{36}$/);
    expect(headers.get('cache-control')).toBe('no-store');
    expect(headers.get('x-content-type-options')).toBe('nosniff');
  });
  it('sends errors as application/problem+json', async () => {
    const { headers } = await api.ask('GET', '/nothing');
    expect(headers.get('content-type')).toBe('application/problem+json');
  });
});

describe('Origin and Host', () => {
  it.each([
    'null',
    'https://evil.example',
    'http://localhost:8787',
    'chrome-extension://abcdefghijklmnopabcdefghijklmnop',
    'moz-extension://evil',
    '',
    ' ',
  ])('refuses the origin %j without letting it read why', async (origin) => {
    const answer = await api.ask('GET', '/health', { headers: { origin } });
    // An empty header is no origin at all: browsers never send one.
    if (origin.trim() === '') return expect(answer.headers.get('access-control-allow-origin')).not.toBe('*');
    expect(answer).toMatchObject(problem('ORIGIN_FORBIDDEN', 403));
    expect(answer.headers.has('access-control-allow-origin')).toBe(false);
  });
  it.each([EXTENSION, FIREFOX])('lets %s in, by name and never by a wildcard', async (origin) => {
    const answer = await api.ask('GET', '/health', { headers: { origin } });
    expect(answer.status).toBe(200);
    expect(answer.headers.get('access-control-allow-origin')).toBe(origin);
    expect(answer.headers.get('vary')).toContain('Origin');
    expect(answer.headers.has('access-control-allow-credentials')).toBe(false);
  });
  it('answers a preflight', async () => {
    const answer = await api.ask('OPTIONS', '/mcp/x', { headers: { origin: EXTENSION, 'access-control-request-method': 'POST' } });
    expect(answer.status).toBe(204);
    expect(answer.headers.get('access-control-allow-headers')?.toLowerCase()).toContain('authorization');
    expect(answer.headers.get('access-control-max-age')).toBe('7200');
  });
  it.each(['evil.example', 'localhost.evil.example', '127.0.0.1.evil.example:80', '169.254.169.254'])(
    'refuses the host %s at a local backend (DNS rebinding)',
    async (host) => {
      expect(await api.ask('GET', '/health', { headers: { host } })).toMatchObject(problem('HOST_FORBIDDEN', 403));
    },
  );
});

describe('bodies', () => {
  it.each([
    ['text/plain', 415],
    ['application/x-www-form-urlencoded', 415],
    ['application/jsonx', 415],
    ['application/json; charset=utf-8', 201],
  ])('of the media type %s are answered %i', async (mediaType, status) => {
    const answer = await api.ask('POST', '/devices', { text: '{"name":"x"}', headers: { 'content-type': mediaType } });
    expect(answer.status).toBe(status);
  });
  it.each([
    ['not JSON', '{"name":', 'JSON_MALFORMED', 400],
    ['empty', '', 'JSON_MALFORMED', 400],
    ['10,000 levels deep', '['.repeat(10_000) + ']'.repeat(10_000), 'JSON_TOO_DEEP', 400],
    ['too large', `"${'x'.repeat(MAX_BODY_BYTES)}"`, 'BODY_TOO_LARGE', 413],
    ['an array', '[]', 'BODY_INVALID', 400],
    ['null', 'null', 'BODY_INVALID', 400],
  ])('that are %s are refused everywhere', async (_name, text, code, status) => {
    expect(await api.ask('POST', '/devices', { text })).toMatchObject(problem(code, status));
    expect(await api.ask('POST', '/sessions', { text, token })).toMatchObject(problem(code, status));
  });
  it('are refused by their declared length before they are read', async () => {
    const headers = { 'content-length': String(MAX_BODY_BYTES + 1) };
    expect(await api.ask('POST', '/devices', { text: '{}', headers })).toMatchObject(problem('BODY_TOO_LARGE', 413));
  });
  it('with unknown or wrong fields are refused by the fields’ names, not their values', async () => {
    const unknown = await api.ask('POST', '/devices', { body: { name: 'x', admin: 'secret-value' } });
    expect(unknown).toMatchObject(problem('BODY_INVALID', 400));
    expect(unknown.body).toMatchObject({ detail: expect.stringContaining('`admin`') });
    expect(JSON.stringify(unknown.body)).not.toContain('secret-value');
    const wrong = await api.ask('POST', '/sessions', { token, body: { url: 5, transport: 'websocket' } });
    expect(wrong.body).toMatchObject({ detail: expect.stringMatching(/`url`.*`transport`/) });
  });
  it.each([{ name: '' }, { name: '   ' }, { name: 'x'.repeat(121) }, {}])(
    'for a device without a usable name are refused: %j',
    async (body) => {
      expect(await api.ask('POST', '/devices', { body })).toMatchObject(problem('BODY_INVALID', 400));
    },
  );
});

describe('tokens', () => {
  const paths: [string, string, unknown?][] = [
    ['GET', '/devices'],
    ['DELETE', '/devices/x'],
    ['GET', '/sessions'],
    ['POST', '/sessions', { url: 'http://127.0.0.1:1/mcp' }],
    ['GET', '/sessions/x'],
    ['PATCH', '/sessions/x', { name: 'y' }],
    ['DELETE', '/sessions/x'],
    ['GET', '/sessions/x/activity'],
  ];
  it.each(paths)('%s %s: missing, malformed, unknown and another workspace’s look the same', async (method, path, body) => {
    const [, workspace, secret] = token.split('_');
    const forged = `mooring_${'0'.repeat(32)}_${secret}`;
    const unknown = `mooring_${workspace}_${'A'.repeat(43)}`;
    const bodies = await Promise.all(
      [undefined, 'nonsense', unknown, forged].map(async (given) => {
        const answer = await api.ask(method, path, { token: given, ...(body !== undefined && { body }) });
        expect(answer.status).toBe(401);
        return answer.body;
      }),
    );
    expect(new Set(bodies.map((answer) => JSON.stringify(answer))).size).toBe(1);
  });
});

describe('/devices', () => {
  it('registers, lists and removes; a removed device is not known any more', async () => {
    const mine = await api.register('Kitchen laptop');
    const listed = await api.ask('GET', '/devices', { token: mine });
    const time = expect.stringMatching(/^\d{4}-\d\d-\d\dT.*Z$/);
    const id = expect.stringMatching(/^[0-9a-f]{32}$/);
    const device = { id, name: 'Kitchen laptop', createdAt: time, lastSeenAt: time, current: true, membership: 'member' };
    expect(listed.body).toEqual({ devices: [device] });
    const { devices } = listed.body as { devices: { id: string }[] };
    expect(await api.ask('DELETE', '/devices/nobody', { token: mine })).toMatchObject(problem('DEVICE_NOT_FOUND', 404));
    expect(await api.ask('DELETE', `/devices/${devices[0]?.id}`, { token })).toMatchObject(problem('DEVICE_NOT_FOUND', 404));
    expect((await api.ask('DELETE', `/devices/${devices[0]?.id}`, { token: mine })).status).toBe(204);
    expect(await api.ask('GET', '/devices', { token: mine })).toMatchObject(problem('UNAUTHORIZED', 401));
  });
  it('wants the access code where there is one', async () => {
    const closed = await startInProcess({ VERCEL: '1' });
    expect(await closed.ask('POST', '/devices', { body: { name: 'x' } })).toMatchObject(problem('REGISTRATION_CLOSED', 403));
    expect(await closed.ask('GET', '/health')).toMatchObject({ body: { access: 'closed' } });
    const coded = await startInProcess({ MOORING_ACCESS_CODE: 'correct horse' });
    expect(await coded.ask('POST', '/devices', { body: { name: 'x' } })).toMatchObject(problem('ACCESS_CODE_REQUIRED', 403));
    expect(await coded.ask('POST', '/devices', { body: { name: 'x', accessCode: 'no' } })).toMatchObject(problem('ACCESS_CODE_WRONG', 403));
    expect((await coded.ask('POST', '/devices', { body: { name: 'x', accessCode: 'correct horse' } })).status).toBe(201);
    const open = await startInProcess({ VERCEL: '1', MOORING_PUBLIC: '1' });
    expect((await open.ask('POST', '/devices', { body: { name: 'x' } })).status).toBe(201);
  });
});

describe('/sessions', () => {
  it('connects, shows, lists newest use first, renames and ends, the server session too', async () => {
    const mine = await api.register('Desktop');
    const created = await api.ask('POST', '/sessions', { token: mine, body: { url: server.url } });
    const time = expect.stringMatching(/^\d{4}-\d\d-\d\dT.*Z$/);
    expect(created.status).toBe(201);
    expect(created.body).toEqual({
      id: expect.stringMatching(/^[0-9a-f]{32}$/),
      name: 'Everything Reference Server',
      url: server.url,
      transport: 'streamable-http',
      protocolVersion: '2025-11-25',
      revision: 'stateful',
      server: expect.objectContaining({ name: 'mcp-servers/everything' }),
      capabilities: expect.objectContaining({ tools: { listChanged: true } }),
      instructions: expect.any(String),
      status: 'live',
      running: 0,
      questions: 0,
      roots: [],
      createdAt: time,
      lastUsedAt: time,
      expiresAt: time,
      ...{ coldStarts: 0, renewals: 0 },
      headerNames: [],
      signedIn: false,
    });
    const { id, expiresAt, lastUsedAt } = created.body as { id: string; expiresAt: string; lastUsedAt: string };
    expect(Date.parse(expiresAt) - Date.parse(lastUsedAt)).toBe(1_800_000);
    expect(await api.ask('GET', `/sessions/${id}`, { token: mine })).toMatchObject({ status: 200, body: { id } });

    const second = await api.connect(mine, server.url, { name: 'Second', transport: 'streamable-http' });
    expect(second.name).toBe('Second');
    await api.rpc(mine, id, { id: 1, method: 'ping' });
    const list = await api.ask('GET', '/sessions', { token: mine });
    expect((list.body as { sessions: { id: string }[] }).sessions.map((session) => session.id)).toEqual([id, second.id]);

    const renamed = await api.ask('PATCH', `/sessions/${id}`, { token: mine, body: { name: '  Renamed ‏عربي ' } });
    expect(renamed).toMatchObject({ status: 200, body: { name: 'Renamed ‏عربي' } });

    const before = (await server.seen()).exchanges.filter(({ httpMethod }) => httpMethod === 'DELETE').length;
    expect((await api.ask('DELETE', `/sessions/${id}`, { token: mine })).status).toBe(204);
    const deletes = (await server.seen()).exchanges.filter(({ httpMethod }) => httpMethod === 'DELETE');
    expect(deletes.slice(before)).toMatchObject([{ status: 200 }]);
    expect(await api.ask('GET', `/sessions/${id}`, { token: mine })).toMatchObject(problem('SESSION_NOT_FOUND', 404));
  });
  it('hides another workspace’s session as if it were not there', async () => {
    const { id } = await api.connect(token, server.url);
    const stranger = await api.register('Stranger');
    for (const [method, path, body] of [
      ['GET', ''],
      ['PATCH', '', { name: 'x' }],
      ['DELETE', ''],
      ['GET', '/activity'],
    ] as [string, string, unknown?][])
      expect(await api.ask(method, `/sessions/${id}${path}`, { token: stranger, ...(body !== undefined && { body }) })).toMatchObject(
        problem('SESSION_NOT_FOUND', 404),
      );
    const relayed = await api.rpc(stranger, id, { id: 1, method: 'ping' });
    expect(relayed).toMatchObject({ status: 404, body: { id: 1, error: { data: { code: 'SESSION_NOT_FOUND' } } } });
    expect((await api.ask('GET', `/sessions/${id}`, { token })).status).toBe(200);
  });
  it.each(['nonsense with spaces', 'ftp://example.com', 'https://user:pw@example.com/mcp', 'javascript:alert(1)', 'https://'])(
    'refuses the address %j',
    async (url) => {
      expect(await api.ask('POST', '/sessions', { token, body: { url } })).toMatchObject(problem('SERVER_URL_INVALID', 400));
    },
  );
  it('says what is wrong with a server that is none', async () => {
    const failing = async (body: Record<string, unknown>) => (await api.ask('POST', '/sessions', { token, body })).body;
    expect(await failing({ url: `http://127.0.0.1:${await findFreePort(0)}/mcp` })).toMatchObject({ code: 'SERVER_UNREACHABLE' });
    expect(await failing({ url: 'http://169.254.169.254/mcp' })).toMatchObject({ code: 'SERVER_ADDRESS_FORBIDDEN' });
    expect(await failing({ url: server.url.replace('/mcp', '/elsewhere') })).toMatchObject({ code: 'SERVER_NOT_MCP' });
    expect(await failing({ url: server.url, transport: 'sse' })).toMatchObject({ code: 'SERVER_NOT_MCP' });
  });
  it('keeps nothing of a connect that the user cancelled', async () => {
    const mine = await api.register('Hasty');
    const signal = AbortSignal.abort();
    const answer = await api.ask('POST', '/sessions', { token: mine, body: { url: server.url }, signal }).catch((error: unknown) => error);
    if (answer instanceof Error) expect(answer.name).toBe('AbortError');
    else expect((answer as { status: number }).status).toBeGreaterThanOrEqual(400);
    expect((await api.ask('GET', '/sessions', { token: mine })).body).toEqual({ sessions: [] });
  });
});

describe('/sessions/{id}/activity', () => {
  it('tells what passed, with cursors, sizes and pairs', async () => {
    const mine = await api.register('Watcher');
    const { id } = await api.connect(mine, server.url);
    await api.rpc(mine, id, { id: 'a:"1"', method: 'tools/call', params: { name: 'echo', arguments: { message: 'hello' } } });
    type Page = { next: number; entries: Record<string, unknown>[] };
    const read = async () => (await api.ask('GET', `/sessions/${id}/activity`, { token: mine })).body as Page;
    await expect.poll(async () => (await read()).next).toBe(3);
    const [connected, request, answer] = (await read()).entries;
    expect(connected).toEqual({ seq: 1, kind: 'mark', at: expect.any(String), mark: 'connected' });
    expect(request).toEqual({
      seq: 2,
      kind: 'message',
      at: expect.any(String),
      direction: 'to-server',
      device: 'Watcher',
      bytes: expect.any(Number),
      exchange: expect.any(String),
      key: expect.any(String),
      method: 'tools/call',
      message: { jsonrpc: '2.0', id: 'a:"1"', method: 'tools/call', params: { name: 'echo', arguments: { message: 'hello' } } },
    });
    expect(answer).toMatchObject({
      seq: 3,
      direction: 'to-client',
      exchange: request?.['exchange'],
      durationMs: expect.any(Number),
      message: { id: 'a:"1"', result: { content: [{ type: 'text', text: 'Echo: hello' }] } },
    });
    expect(await api.ask('GET', `/sessions/${id}/activity?after=2&limit=1`, { token: mine })).toMatchObject({
      body: { entries: [{ seq: 3 }], next: 3 },
    });
    expect((await api.ask('GET', `/sessions/${id}/activity?after=3`, { token: mine })).body).toEqual({ entries: [], next: 3 });
  });
  it('leaves out bodies over the limit and tells their size', async () => {
    const mine = await api.register('Watcher');
    const { id } = await api.connect(mine, server.url);
    await api.rpc(mine, id, { id: 1, method: 'tools/call', params: { name: 'echo', arguments: { message: 'x'.repeat(20_000) } } });
    await expect
      .poll(async () => ((await api.ask('GET', `/sessions/${id}/activity`, { token: mine })).body as { next: number }).next)
      .toBe(3);
    const { body } = await api.ask('GET', `/sessions/${id}/activity?after=1`, { token: mine });
    for (const entry of (body as { entries: Record<string, unknown>[] }).entries) {
      expect(entry['bytes']).toBeGreaterThan(20_000);
      expect(entry).not.toHaveProperty('message');
    }
  });
  it.each(['after=-1', 'after=x', 'limit=100000', 'limit=1e3', 'after=99999999999999999999'])('refuses %s', async (query) => {
    expect(await api.ask('GET', `/sessions/x/activity?${query}`, { token })).toMatchObject(problem('QUERY_INVALID', 400));
  });
});

describe('/mcp/{id}', () => {
  it('answers failures as JSON-RPC errors that hold the problem', async () => {
    const { id } = await api.connect(token, server.url);
    const rpcError = (code: string, status: number) => ({
      status,
      body: { jsonrpc: '2.0', id: null, error: { message: expect.any(String), data: { code } } },
    });
    const headers = { accept: 'application/json, text/event-stream' };
    const path = `/mcp/${id}`;
    expect(await api.ask('POST', path, { headers, body: {} })).toMatchObject(rpcError('UNAUTHORIZED', 401));
    expect(await api.ask('PUT', path, { token })).toMatchObject(rpcError('METHOD_NOT_ALLOWED', 405));
    expect(await api.ask('POST', path, { token, headers: { accept: 'text/html' }, body: {} })).toMatchObject(
      rpcError('NOT_ACCEPTABLE', 406),
    );
    expect(await api.ask('GET', path, { token, headers: { accept: 'application/json' } })).toMatchObject(rpcError('NOT_ACCEPTABLE', 406));
    expect(await api.ask('POST', path, { token, headers, text: '[]' })).toMatchObject(rpcError('BATCH_UNSUPPORTED', 400));
    expect(await api.ask('POST', path, { token, headers, text: '{"jsonrpc":"2.0"}' })).toMatchObject(rpcError('MESSAGE_INVALID', 400));
    expect(await api.ask('POST', path, { token, headers, text: '{' })).toMatchObject(rpcError('JSON_MALFORMED', 400));
    expect(await api.ask('POST', path, { token, headers: { ...headers, 'mcp-session-id': 'x'.repeat(200) }, text: '{}' })).toMatchObject(
      rpcError('MESSAGE_INVALID', 400),
    );
    expect(await api.ask('POST', path, { token, headers, text: `"${'x'.repeat(MAX_BODY_BYTES)}"` })).toMatchObject(
      rpcError('BODY_TOO_LARGE', 413),
    );
    const notThere = await api.rpc(token, 'nothing', { id: 7, method: 'ping' });
    expect(notThere).toMatchObject({ status: 404, body: { id: 7, error: { data: { code: 'SESSION_NOT_FOUND' } } } });
  });
  it('answers initialize from the record and gives each client a connection of its own', async () => {
    const { id } = await api.connect(token, server.url);
    const { handshakes } = await server.seen();
    const initialize = () =>
      api.rpc(token, id, {
        id: 0,
        method: 'initialize',
        params: { protocolVersion: '2025-06-18', capabilities: {}, clientInfo: { name: 'x', version: '1' } },
      });
    const [first, second] = await Promise.all([initialize(), initialize()]);
    expect(first.body).toMatchObject({ id: 0, result: { protocolVersion: '2025-11-25', serverInfo: { name: 'mcp-servers/everything' } } });
    expect(first.headers.get('mcp-session-id')).not.toBe(second.headers.get('mcp-session-id'));
    expect((await api.rpc(token, id, { method: 'notifications/initialized' })).status).toBe(202);
    expect((await server.seen()).handshakes).toBe(handshakes);
  });
  it('ends a client’s connection on DELETE, and leaves the session to the others', async () => {
    const { id } = await api.connect(token, server.url);
    expect((await api.ask('DELETE', `/mcp/${id}`, { token })).status).toBe(204);
    expect((await api.rpc(token, id, { id: 1, method: 'ping' })).body).toEqual({ jsonrpc: '2.0', id: 1, result: {} });
  });
});

describe('the log', () => {
  it('is one line a request, without tokens, bodies or names', async () => {
    const logging = await startInProcess();
    const mine = await logging.register('A private name');
    const { id } = await logging.connect(mine, `${server.url}?key=in-the-address`);
    await logging.rpc(mine, id, { id: 1, method: 'tools/call', params: { name: 'echo', arguments: { message: 'very private' } } });
    await logging.ask('POST', '/devices', { text: '{"name": "half of a private body' });
    const lines = logging.logged().trim().split('\n');
    expect(lines.map((line) => JSON.parse(line))).toMatchObject([
      { method: 'POST', path: '/api/devices', status: 201 },
      { method: 'POST', path: '/api/sessions', status: 201 },
      {
        method: 'POST',
        path: `/api/mcp/${id}`,
        status: 200,
        rpc: 'tools/call',
        requestId: expect.any(String),
        durationMs: expect.any(Number),
      },
      { method: 'POST', path: '/api/devices', status: 400, code: 'JSON_MALFORMED' },
    ]);
    // The secret itself may hold the separator.
    const secret = mine.slice(-43);
    for (const private_ of ['private', 'in-the-address', secret]) expect(logging.logged()).not.toContain(private_);
  });
});
