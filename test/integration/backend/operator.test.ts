/** Proves what an operator can put a stop to over HTTP: new devices, sessions and calls; servers that are listed, sign-in included. */
import { expect, it } from 'vitest';
import { startInProcess } from '../../support/api-client.ts';
import { startKv } from '../../support/kv.ts';
import { startScriptedServer } from '../../support/scripted-server.ts';

const CALL = { id: 1, method: 'tools/call', params: { name: 'act', arguments: {} } };
const KEY = { 'idempotency-key': 'a-key-of-a-call' };
const PAUSED = { status: 503, body: { code: 'PAUSED', hint: expect.stringContaining('MOORING_PAUSE') } };

it('pauses what is new, and ends nothing that is there', async () => {
  const server = await startScriptedServer();
  const kv = await startKv();
  const before = await startInProcess(kv.env);
  const token = await before.register();
  const { id } = await before.connect(token, server.url);
  const first = (await before.rpc(token, id, CALL, KEY)).body;
  await before.backend.settled();
  const handshakes = server.received.length;
  const api = await startInProcess({ ...kv.env, MOORING_PAUSE: 'devices,sessions,calls' });
  expect(await api.ask('POST', '/devices', { body: { name: 'x' } })).toMatchObject(PAUSED);
  expect(await api.ask('POST', '/devices', { body: { name: 'x', pairingCode: 'BCDFGHJK' } })).toMatchObject(PAUSED);
  expect(await api.ask('POST', '/pairings', { token })).toMatchObject(PAUSED);
  expect(await api.ask('POST', '/sessions', { token, body: { url: server.url } })).toMatchObject(PAUSED);
  expect(await api.rpc(token, id, { ...CALL, id: 2 })).toMatchObject({ body: { error: { data: { code: 'PAUSED' } } } });
  expect(server.received.length).toBe(handshakes);
  // What ran before is answered; what only reads goes on.
  expect((await api.rpc(token, id, CALL, KEY)).body).toEqual(first);
  expect(await api.rpc(token, id, { id: 3, method: 'tools/list' })).toMatchObject({ body: { result: {} } });
  expect((await api.ask('GET', '/sessions', { token })).body).toMatchObject({ sessions: [{ id, status: 'live' }] });
  expect((await api.ask('DELETE', `/sessions/${id}`, { token })).status).toBe(204);
  // Nobody without a token learns more than without the pause.
  expect(await api.ask('POST', '/sessions', { body: { url: server.url } })).toMatchObject({ status: 401 });
});

it('pauses sessions alone where that is asked for', async () => {
  const server = await startScriptedServer();
  const api = await startInProcess({ MOORING_PAUSE: 'sessions' });
  const token = await api.register();
  expect(await api.ask('POST', '/sessions', { token, body: { url: server.url } })).toMatchObject(PAUSED);
  expect((await api.ask('POST', '/pairings', { token })).status).toBe(201);
});

it('connects to listed servers alone, and not to denied ones', async () => {
  const [good, bad] = [await startScriptedServer(), await startScriptedServer()];
  const ask = async (env: Record<string, string>, url: string) => {
    const api = await startInProcess(env);
    return api.ask('POST', '/sessions', { token: await api.register(), body: { url } });
  };
  const allow = { MOORING_SERVERS_ALLOW: `127.0.0.1:${good.port}` };
  expect((await ask(allow, good.url)).status).toBe(201);
  const refused = {
    status: 422,
    body: { code: 'SERVER_ADDRESS_FORBIDDEN', detail: 'Whoever runs this backend keeps it from 127.0.0.1:' },
  };
  for (const env of [allow, { MOORING_SERVERS_DENY: `127.0.0.1:${bad.port}` }, { MOORING_SERVERS_DENY: '127.0.0.1' }]) {
    const answer = await ask(env, bad.url);
    expect(answer).toMatchObject({ ...refused, body: { ...refused.body, detail: expect.stringContaining(refused.body.detail) } });
  }
  expect(bad.received).toHaveLength(0);
});
