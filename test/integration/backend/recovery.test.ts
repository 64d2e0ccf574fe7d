/** What becomes of a session when backend, server or both are killed: real processes, real storage. */
import { mkdtemp } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { beforeAll, describe, expect, it } from 'vitest';
import { type ApiClient, clientOf } from '../../support/api-client.ts';
import { type Everything, startEverything } from '../../support/everything.ts';
import { type Kv, startKv } from '../../support/kv.ts';
import { type BackendProcess, startBackend } from '../../support/processes.ts';

const echo = (message: string) => ({ id: 1, method: 'tools/call', params: { name: 'echo', arguments: { message } } });
const echoed = (message: string) => ({ status: 200, body: { id: 1, result: { content: [{ type: 'text', text: `Echo: ${message}` }] } } });

async function marksOf(api: ApiClient, token: string, id: string): Promise<string[]> {
  const { body } = await api.ask('GET', `/sessions/${id}/activity`, { token });
  return (body as { entries: { mark?: string }[] }).entries.flatMap(({ mark }) => mark ?? []);
}

const storages: [string, () => Promise<Record<string, string>>][] = [
  ['KV', async () => (await startKv()).env],
  ['the embedded store in a file', async () => ({ MOORING_DATA: join(await mkdtemp(join(tmpdir(), 'mooring-')), 'mooring.sqlite') })],
];

describe.each(storages)('with %s', (_name, prepare) => {
  let env: Record<string, string>;
  beforeAll(async () => {
    env = await prepare();
  });

  type World = { backend: BackendProcess; server: Everything; api: ApiClient; token: string; id: string };
  async function connectTo(transport: 'streamable-http' | 'sse'): Promise<World> {
    const [backend, server] = await Promise.all([startBackend(env), startEverything(transport)]);
    const api = clientOf(backend.url);
    const token = await api.register();
    const { id } = await api.connect(token, server.url);
    expect(await api.rpc(token, id, echo('before'))).toMatchObject(echoed('before'));
    return { backend, server, api, token, id };
  }

  it('a killed backend goes on in the same server session, without a handshake', async () => {
    const { backend, server, api, token, id } = await connectTo('streamable-http');
    await backend.restart();
    expect(await api.rpc(token, id, echo('after'))).toMatchObject(echoed('after'));
    const { handshakes, serverSessions, executions } = await server.seen();
    expect({ handshakes, serverSessions: serverSessions.length, executions: executions('echo') }).toEqual({
      handshakes: 1,
      serverSessions: 1,
      executions: 2,
    });
    await expect.poll(() => marksOf(api, token, id)).toEqual(['connected', 'cold-start']);
    const { body } = await api.ask('GET', `/sessions/${id}`, { token });
    expect(body).toMatchObject({ coldStarts: 1, renewals: 0, status: 'live' });
  });

  it('a restarted server gets one new handshake, and each call runs once', async () => {
    const { server, api, token, id } = await connectTo('streamable-http');
    await server.restart();
    const answers = await Promise.all(Array.from({ length: 20 }, (_, i) => api.rpc(token, id, { ...echo(`after ${i}`), id: i })));
    expect(answers.map(({ body }) => body)).toMatchObject(
      answers.map((_, i) => ({ id: i, result: { content: [{ text: `Echo: after ${i}` }] } })),
    );
    const { handshakes, executions } = await server.seen();
    expect({ handshakes, executions: executions('echo') }).toEqual({ handshakes: 2, executions: 21 });
    await expect.poll(() => marksOf(api, token, id)).toEqual(['connected', 'server-session-renewed']);
    expect((await api.ask('GET', `/sessions/${id}`, { token })).body).toMatchObject({ coldStarts: 0, renewals: 1 });
  });

  it('goes on when both were restarted, with log level and subscriptions as before', async () => {
    const { backend, server, api, token, id } = await connectTo('streamable-http');
    const uri = 'demo://resource/dynamic/text/1';
    expect(await api.rpc(token, id, { id: 2, method: 'logging/setLevel', params: { level: 'warning' } })).toMatchObject({
      body: { id: 2, result: {} },
    });
    expect(await api.rpc(token, id, { id: 3, method: 'resources/subscribe', params: { uri } })).toMatchObject({
      body: { id: 3, result: {} },
    });
    await expect.poll(async () => ((await api.ask('GET', `/sessions/${id}/activity`, { token })).body as { next: number }).next).toBe(7);
    await backend.kill();
    await server.restart();
    await backend.restart();
    expect(await api.rpc(token, id, echo('after'))).toMatchObject(echoed('after'));
    const later = (await server.seen()).exchanges.filter((exchange) => exchange.process === 2 && (exchange.status ?? 500) < 300);
    expect(later.map(({ method }) => method)).toEqual(
      expect.arrayContaining(['initialize', 'notifications/initialized', 'logging/setLevel', 'resources/subscribe', 'tools/call']),
    );
    const params = later.flatMap(({ body, method }) => (method?.match(/setLevel|subscribe/) ? [JSON.parse(body).params] : []));
    expect(params).toEqual(expect.arrayContaining([{ level: 'warning' }, { uri }]));
    await expect.poll(() => marksOf(api, token, id)).toEqual(['connected', 'cold-start', 'server-session-renewed']);
  });

  it('goes on with an HTTP+SSE server after a kill of the backend, of the server, and of both', async () => {
    const { backend, server, api, token, id } = await connectTo('sse');
    expect((await api.ask('GET', `/sessions/${id}`, { token })).body).toMatchObject({ transport: 'sse' });
    expect((await server.seen()).handshakes).toBe(1);
    await backend.restart();
    expect(await api.rpc(token, id, echo('1'))).toMatchObject(echoed('1'));
    await server.restart();
    expect(await api.rpc(token, id, echo('2'))).toMatchObject(echoed('2'));
    await backend.kill();
    await server.restart();
    await backend.restart();
    expect(await api.rpc(token, id, echo('3'))).toMatchObject(echoed('3'));
    const { handshakes, executions } = await server.seen();
    expect({ handshakes, executions: executions('echo') }).toEqual({ handshakes: 4, executions: 4 });
  });

  it('says when the server is gone, and goes on when it is back', async () => {
    const { server, api, token, id } = await connectTo('streamable-http');
    await server.stop();
    // The stream was open before the failure was certain: the status is 200, the failure is in it.
    expect(await api.rpc(token, id, echo('nobody there'))).toMatchObject({
      status: 200,
      body: { id: 1, error: { data: { code: 'SERVER_UNREACHABLE' } } },
    });
    const status = async () => ((await api.ask('GET', `/sessions/${id}`, { token })).body as { status: string }).status;
    await expect.poll(status).toBe('unreachable');
    await server.restart();
    expect(await api.rpc(token, id, echo('back'))).toMatchObject(echoed('back'));
    await expect.poll(status).toBe('live');
  });
});

describe('with KV', () => {
  let kv: Kv;
  beforeAll(async () => {
    kv = await startKv();
  });

  it('costs one storage request before the answer and two in all', async () => {
    const [backend, server] = await Promise.all([startBackend(kv.env), startEverything()]);
    const api = clientOf(backend.url);
    const token = await api.register();
    const { id } = await api.connect(token, server.url);
    let atOnce = 0;
    for (let i = 0; i < 20; i++) {
      kv.front.resetCounts();
      const { headers } = await api.rpc(token, id, echo(`${i}`));
      // On a busy machine an answer may take so long that it becomes a stream, which is stored for whoever comes back to it.
      const isAtOnce = headers.get('content-type') === 'application/json';
      if (isAtOnce) atOnce++;
      await expect.poll(() => kv.front.requests(), { timeout: 5000 }).toBe(isAtOnce ? 2 : 3);
    }
    expect(atOnce).toBeGreaterThan(0);
  });

  it('opens a session that another deployment made: several backends, one KV', async () => {
    const [first, second, server] = await Promise.all([startBackend(kv.env), startBackend(kv.env), startEverything()]);
    const token = await clientOf(first.url).register();
    const { id } = await clientOf(first.url).connect(token, server.url);
    expect(await clientOf(second.url).rpc(token, id, echo('there'))).toMatchObject(echoed('there'));
    expect((await server.seen()).handshakes).toBe(1);
  });

  it('reports an outage as an outage: 503, never 401 or 404, and nothing is sent', async () => {
    const [backend, server] = await Promise.all([startBackend(kv.env), startEverything()]);
    const api = clientOf(backend.url);
    const token = await api.register();
    const { id } = await api.connect(token, server.url);
    const before = (await server.seen()).executions();
    for (const fault of [
      { kind: 'drop-before' },
      { kind: 'status', status: 500 },
      { kind: 'status', status: 429 },
      { kind: 'hang' },
    ] as const) {
      kv.front.setFault(fault);
      const answers = await Promise.all([
        api.rpc(token, id, echo('into the void')),
        api.ask('GET', '/sessions', { token }),
        api.ask('GET', `/sessions/${id}`, { token }),
        api.ask('GET', '/devices', { token }),
        api.ask('POST', '/devices', { body: { name: 'x' } }),
      ]);
      expect(answers.map(({ status }) => status)).toEqual([503, 503, 503, 503, 503]);
      expect(JSON.stringify(answers)).toContain('STORAGE_UNAVAILABLE');
      expect(answers[0]?.headers.get('retry-after')).toBe('2');
      expect(await api.ask('GET', '/health')).toMatchObject({ status: 200 });
      kv.front.clearFault();
    }
    expect((await server.seen()).executions()).toBe(before);
    expect(await api.rpc(token, id, echo('again'))).toMatchObject(echoed('again'));
  });

  it('keeps a session that was used 29 minutes ago, and ends one after 31', async () => {
    const [backend, server] = await Promise.all([startBackend(kv.env), startEverything()]);
    const api = clientOf(backend.url);
    const token = await api.register();
    const { id } = await api.connect(token, server.url);
    const minute = 60_000;
    await kv.redis.moveClock(29 * minute);
    expect(await api.rpc(token, id, echo('still here'))).toMatchObject(echoed('still here'));
    await kv.redis.moveClock(29 * minute);
    expect(await api.rpc(token, id, echo('and still'))).toMatchObject(echoed('and still'));
    await expect.poll(async () => (await server.seen()).executions('echo')).toBe(2);
    await kv.redis.moveClock(31 * minute);
    const ended = await api.rpc(token, id, echo('too late'));
    expect(ended).toMatchObject({
      status: 404,
      body: { error: { data: { code: 'SESSION_EXPIRED', detail: expect.stringContaining('30 minutes') } } },
    });
    expect((await api.ask('GET', '/sessions', { token })).body).toEqual({ sessions: [] });
    expect((await server.seen()).executions('echo')).toBe(2);
  });
});
