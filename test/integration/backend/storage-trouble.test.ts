/** What users and operators are told when storage is missing, read-only or refuses; and that nothing stored lives for ever. */
import { describe, expect, it } from 'vitest';
import { clientOf, startInProcess } from '../../support/api-client.ts';
import { startEverything } from '../../support/everything.ts';
import { KV_READ_ONLY_TOKEN, startKv } from '../../support/kv.ts';
import { startBackend } from '../../support/processes.ts';

const ping = { id: 1, method: 'ping' };

describe('a hosted backend without KV', () => {
  it('works while it is warm, loses sessions at a cold start, and says all along that it does', async () => {
    const server = await startEverything();
    const env = { VERCEL: '1', MOORING_PUBLIC: '1', MOORING_ALLOW_PRIVATE: new URL(server.url).host };
    const backend = await startBackend(env);
    const api = clientOf(backend.url);
    expect((await api.ask('GET', '/health')).body).toMatchObject({
      status: 'ok',
      storage: { kind: 'embedded', persistent: false, writable: true, hint: expect.stringMatching(/KV_REST_API_URL.*KV_REST_API_TOKEN/) },
    });
    const token = await api.register();
    const { id } = await api.connect(token, server.url);
    expect(await api.rpc(token, id, ping)).toMatchObject({ status: 200 });

    await backend.restart();
    const lost = { code: 'SESSION_NOT_FOUND', status: 404, hint: expect.stringMatching(/KV_REST_API_URL/) };
    // The memory held the device too, but what its user has to know is what became of the session.
    expect(await api.ask('GET', `/sessions/${id}`, { token })).toMatchObject({ status: 404, body: lost });
    expect(await api.rpc(token, id, ping)).toMatchObject({ status: 404, body: { id: 1, error: { data: lost } } });
    expect(await api.ask('GET', '/sessions', { token })).toMatchObject({ status: 401, body: { code: 'UNAUTHORIZED' } });
    const again = await api.register();
    const reconnected = await api.connect(again, server.url);
    expect(await api.rpc(again, reconnected.id, ping)).toMatchObject({ status: 200 });
  });
});

describe('a backend whose KV token', () => {
  it('is the read-only one says so, with the variable to look at', async () => {
    const kv = await startKv();
    const api = await startInProcess({ ...kv.env, KV_REST_API_TOKEN: KV_READ_ONLY_TOKEN });
    expect((await api.ask('GET', '/health')).body).toMatchObject({
      status: 'degraded',
      storage: { kind: 'kv', writable: false, hint: expect.stringContaining('KV_REST_API_TOKEN') },
    });
    const refused = await api.ask('POST', '/devices', { body: { name: 'x' } });
    expect(refused).toMatchObject({ status: 503, body: { code: 'STORAGE_READ_ONLY', hint: expect.stringContaining('KV_REST_API_TOKEN') } });
    expect(JSON.stringify(refused.body)).not.toContain(KV_READ_ONLY_TOKEN);
  });
  it('is wrong says so, with the variable to look at', async () => {
    const kv = await startKv();
    const api = await startInProcess({ ...kv.env, KV_REST_API_TOKEN: 'not-the-token' });
    expect((await api.ask('GET', '/health')).body).toMatchObject({
      status: 'degraded',
      storage: { kind: 'kv', writable: false, hint: expect.stringContaining('KV_REST_API_TOKEN') },
    });
    const refused = await api.ask('POST', '/devices', { body: { name: 'x' } });
    expect(refused).toMatchObject({
      status: 503,
      body: { code: 'STORAGE_UNAUTHORIZED', hint: expect.stringContaining('KV_REST_API_TOKEN') },
    });
    expect(JSON.stringify(refused.body)).not.toContain('not-the-token');
  });
});

describe('KV', () => {
  it('holds no key without an end of life after all that a session goes through', async () => {
    const [kv, server] = await Promise.all([startKv(), startEverything()]);
    const api = await startInProcess(kv.env);
    const token = await api.register();
    const { id } = await api.connect(token, server.url);
    await api.rpc(token, id, { id: 1, method: 'logging/setLevel', params: { level: 'info' } });
    await server.restart();
    await api.rpc(token, id, ping);
    await api.ask('PATCH', `/sessions/${id}`, { token, body: { name: 'Renamed' } });
    await api.backend.settled();
    const keys = await kv.redis.keys();
    expect(keys.length).toBeGreaterThan(3);
    expect(keys.filter(({ key, ttlMs }) => !key.startsWith('mooring:') || ttlMs <= 0)).toEqual([]);
    await api.ask('DELETE', `/sessions/${id}`, { token });
    await api.backend.settled();
    expect((await kv.redis.keys()).filter(({ key }) => key.includes(id))).toEqual([]);
  });
});
