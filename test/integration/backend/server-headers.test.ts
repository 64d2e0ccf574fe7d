/** Proves what becomes of the headers that a user has sent to a server: they go there, always, and nowhere else. */
import { beforeEach, describe, expect, it } from 'vitest';
import { startInProcess } from '../../support/api-client.ts';
import { type Door, startDoor } from '../../support/door.ts';
import { startScriptedServer } from '../../support/scripted-server.ts';
import { startScriptedSseServer } from '../../support/scripted-server-sse.ts';

const KEY = 'canary-key-value';
const HEADERS = { 'X-Api-Key': KEY };
const CALL = { id: 1, method: 'tools/call', params: { name: 'act', arguments: {} } };
const wantsKey =
  (key: string, status = 401): Parameters<Door['guard']>[0] =>
  ({ headers }) =>
    headers['x-api-key'] === key ? undefined : status;

type Api = Awaited<ReturnType<typeof startInProcess>>;
let api: Api;
let token: string;
beforeEach(async () => {
  api = await startInProcess();
  token = await api.register();
});
const create = (body: Record<string, unknown>) => api.ask('POST', '/sessions', { token, body });
const idOf = ({ body }: { body: unknown }): string => (body as { id: string }).id;

describe('headers of a server', () => {
  it('go with every request over Streamable HTTP: discovery, handshake, calls, stream, end', async () => {
    const door = await startDoor((await startScriptedServer()).url);
    door.guard(wantsKey(KEY));
    const created = await create({ url: door.url, headers: HEADERS });
    expect(created).toMatchObject({ status: 201, body: { status: 'live', headerNames: ['x-api-key'], signedIn: false } });
    const id = idOf(created);
    expect((await api.rpc(token, id, CALL)).body).toMatchObject({ result: {} });
    expect((await api.rpc(token, id, { method: 'notifications/roots/list_changed' })).status).toBe(202);
    const stream = await api.open('GET', `/mcp/${id}`, { token, headers: { accept: 'text/event-stream' } });
    await expect.poll(() => door.knocks.some(({ method }) => method === 'GET')).toBe(true);
    await stream.body?.cancel();
    expect((await api.ask('DELETE', `/sessions/${id}`, { token })).status).toBe(204);
    expect(new Set(door.knocks.map(({ method }) => method))).toEqual(new Set(['POST', 'GET', 'DELETE']));
    expect(door.knocks.filter(({ headers }) => headers['x-api-key'] !== KEY)).toEqual([]);
  });

  it('go with every request over HTTP+SSE', async () => {
    const server = await startScriptedSseServer();
    const door = await startDoor(server.url);
    door.guard(wantsKey(KEY));
    const created = await create({ url: door.url, transport: 'sse', headers: HEADERS });
    expect(created.status).toBe(201);
    expect((await api.rpc(token, idOf(created), CALL)).body).toMatchObject({ result: {} });
    expect(door.knocks.length).toBeGreaterThan(3);
    expect(door.knocks.filter(({ headers }) => headers['x-api-key'] !== KEY)).toEqual([]);
  });

  it('are sent to no other origin, though the server redirects there', async () => {
    const door = await startDoor((await startScriptedServer()).url);
    const created = await create({ url: door.url, headers: HEADERS });
    const thief = await startDoor((await startScriptedServer()).url);
    door.guard(() => ({ redirect: thief.url }));
    const { body } = await api.rpc(token, idOf(created), CALL);
    expect(body).toMatchObject({ error: {} });
    expect(thief.knocks).toEqual([]);
  });

  it('are told to nobody: neither in an answer, nor in the activity, nor in the log', async () => {
    const door = await startDoor((await startScriptedServer()).url);
    door.guard(wantsKey(KEY));
    const created = await create({ url: door.url, headers: HEADERS });
    const id = idOf(created);
    await api.rpc(token, id, CALL);
    door.guard(() => 403);
    const refused = await api.rpc(token, id, { ...CALL, id: 2 });
    await api.backend.settled();
    const seen = [
      created,
      refused,
      ...(await Promise.all(
        ['', `/${id}`, `/${id}/activity`, `/${id}/calls`].map((more) => api.ask('GET', `/sessions${more}`, { token })),
      )),
    ];
    expect(JSON.stringify(seen.map(({ body }) => body))).not.toContain(KEY);
    expect(api.logged()).not.toContain(KEY);
  });

  it('that the server refuses let the session wait, and say so by their names; better ones connect it', async () => {
    const server = await startScriptedServer();
    const door = await startDoor(server.url);
    door.guard(wantsKey('the-right-one', 403));
    const created = await create({ url: door.url, headers: HEADERS });
    expect(created).toMatchObject({ status: 202, body: { status: 'authorization-required', headerNames: ['x-api-key'] } });
    const id = idOf(created);
    const called = await api.rpc(token, id, CALL);
    expect(called.body).toMatchObject({ error: { data: { code: 'SERVER_SIGN_IN_REQUIRED' } } });
    expect((await api.rpc(token, id, { id: 3, method: 'initialize', params: {} })).body).toMatchObject({
      error: { data: { code: 'SERVER_SIGN_IN_REQUIRED' } },
    });
    const again = await api.ask('PATCH', `/sessions/${id}`, { token, body: { headers: { 'x-api-key': 'no better' } } });
    expect(again).toMatchObject({ status: 422, body: { code: 'SERVER_SIGN_IN_REQUIRED', detail: expect.stringContaining('x-api-key') } });
    const better = await api.ask('PATCH', `/sessions/${id}`, { token, body: { name: 'Mine', headers: { 'x-api-key': 'the-right-one' } } });
    expect(better).toMatchObject({ status: 200, body: { name: 'Mine', status: 'live', renewals: 0, server: { name: 'scripted' } } });
    expect((await api.rpc(token, id, { ...CALL, id: 4 })).body).toMatchObject({ result: {} });
    expect(server.handshakes()).toBe(1);
  });

  it('that stop working let a living session wait; the call has not run, and replaced ones set it going', async () => {
    const server = await startScriptedServer();
    const door = await startDoor(server.url);
    door.guard(wantsKey(KEY));
    const id = idOf(await create({ url: door.url, headers: HEADERS }));
    door.guard(wantsKey('new'));
    const refused = await api.rpc(token, id, CALL, { 'idempotency-key': 'act-0001' });
    expect(refused.body).toMatchObject({
      error: { data: { code: 'SERVER_SIGN_IN_REQUIRED', detail: expect.stringContaining('x-api-key') } },
    });
    await api.backend.settled();
    expect((await api.ask('GET', `/sessions/${id}`, { token })).body).toMatchObject({ status: 'authorization-required' });
    expect((await api.ask('GET', `/sessions/${id}/calls/act-0001`, { token })).body).toMatchObject({ state: 'failed' });
    const patched = await api.ask('PATCH', `/sessions/${id}`, { token, body: { headers: { 'x-api-key': 'new' } } });
    expect(patched.body).toMatchObject({ status: 'live' });
    expect((await api.rpc(token, id, { ...CALL, id: 2 })).body).toMatchObject({ result: {} });
    expect(server.ran('tools/call')).toBe(1);
  });

  it('are kept for the next session of the same server, until they are forgotten', async () => {
    const door = await startDoor((await startScriptedServer()).url);
    door.guard(wantsKey(KEY));
    const first = idOf(await create({ url: door.url, headers: HEADERS }));
    await api.ask('DELETE', `/sessions/${first}`, { token });
    const second = await create({ url: door.url });
    expect(second).toMatchObject({ status: 201, body: { headerNames: ['x-api-key'] } });
    const forgotten = await api.ask('PATCH', `/sessions/${idOf(second)}`, { token, body: { headers: {} } });
    expect(forgotten.body).toMatchObject({ headerNames: [] });
    expect(await create({ url: door.url })).toMatchObject({ status: 202, body: { status: 'authorization-required', headerNames: [] } });
  });

  it.each([
    [{ Host: 'x' }, 'host'],
    [{ 'mcp-session-id': 'x' }, 'mcp-session-id'],
    [{ Cookie: 'a=b' }, 'cookie'],
    [{ 'Proxy-Authorization': 'x' }, 'proxy-authorization'],
    [{ 'x-key': `${KEY}\r\nhost: y` }, 'x-key'],
    [{ 'x-key': 'é' }, 'x-key'],
    [{ 'x-key': ' ' }, 'x-key'],
    [{ 'x key': 'v' }, 'x key'],
    [{ 'X-Key': 'a', 'x-key': 'b' }, 'x-key'],
    [Object.fromEntries(Array.from({ length: 21 }, (_, at) => [`x-${at}`, 'v'])), '20'],
  ])('%j are refused before anything is sent', async (headers, named) => {
    const server = await startScriptedServer();
    const refused = await create({ url: server.url, headers });
    expect(refused).toMatchObject({ status: 400, body: { code: 'HEADERS_INVALID', detail: expect.stringContaining(named) } });
    expect(JSON.stringify(refused.body)).not.toContain(KEY);
    expect(server.received).toEqual([]);
  });
});
