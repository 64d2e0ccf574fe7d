/** Proves what a hosted backend gives to whom, over HTTP: who is counted, what a refusal says, and that nobody else is held up by it. */
import { beforeEach, describe, expect, it } from 'vitest';
import {
  ACT_ALLOWANCES,
  MAX_CALLS_OF_SESSION,
  MAX_DEVICES_OF_WORKSPACE,
  MAX_LISTENERS_OF_SESSION,
  MAX_OPEN_REQUESTS,
  ORIGIN_FAILURES,
  UNKNOWN_TOKENS,
} from '../../../api/_lib/allowances/allowances.ts';
import { EXTENSION_ID } from '../../../shared/extension-id.ts';
import { startInProcess } from '../../support/api-client.ts';
import { type Kv, startKv } from '../../support/kv.ts';
import { type Exchange, type ScriptedServer, startScriptedServer } from '../../support/scripted-server.ts';

const HOSTED = { VERCEL: '1', MOORING_PUBLIC: '1' };
const limited = (retryAfter: unknown) => ({
  status: 429,
  body: { code: 'RATE_LIMITED', title: 'Too many requests', detail: expect.stringMatching(retryAfter as RegExp) },
});
const isSoon = (headers: Headers) => expect(Number(headers.get('retry-after'))).toBeGreaterThan(0);
const madeUpToken = (n: number) => `mooring_${'0'.repeat(32)}_${String(n).padStart(43, 'x')}`;

let server: ScriptedServer;
let env: Record<string, string>;
beforeEach(async () => {
  server = await startScriptedServer();
  env = { ...HOSTED, MOORING_ALLOW_PRIVATE: `127.0.0.1:${server.port}` };
});

describe('connecting', () => {
  it('is counted by workspace on all instances together, and lets others go on', async () => {
    const kv = await startKv();
    const instances = await Promise.all([startInProcess({ ...env, ...kv.env }), startInProcess({ ...env, ...kv.env })]);
    const [one] = instances;
    const token = await one.register();
    const other = await one.register();
    const statuses: number[] = [];
    let last = await one.ask('GET', '/health');
    for (let n = 0; last.status !== 429 && n < 40; n++) {
      last = await (instances[n % 2] as typeof one).ask('POST', '/sessions', { token, body: { url: server.url } });
      statuses.push(last.status);
    }
    expect(statuses.filter((status) => status === 201).length).toBeGreaterThanOrEqual(20);
    expect(last).toMatchObject(limited(/^Too many sessions were connected of late\. Try again in (a second|\d seconds)\.$/));
    isSoon(last.headers);
    expect((await one.ask('POST', '/sessions', { token: other, body: { url: server.url } })).status).toBe(201);
    expect((await one.ask('GET', '/sessions', { token })).status).toBe(200);
  });

  it('reaches no server while it can’t be counted, and says that storage is away', async () => {
    const kv = await startKv();
    const api = await startInProcess({ ...env, ...kv.env });
    const token = await api.register();
    const handshakes = server.received.length;
    // The token is checked, then storage is away.
    kv.front.setFault({ kind: 'delay', ms: 0 }, 1);
    const asking = api.ask('POST', '/sessions', { token, body: { url: server.url } });
    await expect.poll(() => kv.front.requests()).toBeGreaterThan(0);
    kv.front.setFault({ kind: 'drop-before' });
    expect(await asking).toMatchObject({ status: 503, body: { code: 'STORAGE_UNAVAILABLE' } });
    expect(server.received.length).toBe(handshakes);
    expect(await api.ask('POST', '/devices', { body: { name: 'x' } })).toMatchObject({
      status: 503,
      body: { code: 'STORAGE_UNAVAILABLE' },
    });
  });
});

describe('devices', () => {
  const statusesOf = async (times: number, ask: () => Promise<{ status: number }>) => {
    const statuses: number[] = [];
    for (let n = 0; n < times; n++) statuses.push((await ask()).status);
    return statuses;
  };

  it('make so many pairing codes; another workspace makes its own', async () => {
    const api = await startInProcess(env);
    const [token, other] = [await api.register(), await api.register()];
    const pair = () => api.ask('POST', '/pairings', { token });
    expect(await statusesOf(6, pair)).toEqual([201, 201, 201, 201, 201, 429]);
    expect(await pair()).toMatchObject(limited(/^Too many pairing codes were made of late\./));
    expect((await api.ask('POST', '/pairings', { token: other })).status).toBe(201);
  });

  it('try so many codes, and the right one counts no more than a wrong one', async () => {
    const api = await startInProcess(env);
    const token = await api.register();
    const { code } = (await api.ask('POST', '/pairings', { token })).body as { code: string };
    const join = (pairingCode: string) => api.ask('POST', '/devices', { body: { name: 'Stranger', pairingCode } });
    expect(await statusesOf(5, () => join('BCDFGHJK'))).toEqual([403, 403, 403, 403, 403]);
    const refused = await join(code);
    expect(refused).toMatchObject(limited(/^Too many pairing codes were tried of late\./));
    isSoon(refused.headers);
    expect(await api.ask('GET', '/devices', { token })).toMatchObject({ body: { devices: [{ name: 'Laptop' }] } });
  });
});

it('a sign-in begins so often, and no authorization server is asked for more', async () => {
  const api = await startInProcess(env);
  const token = await api.register();
  const { id } = await api.connect(token, server.url);
  const redirectUri = `https://${EXTENSION_ID}.chromiumapp.org/`;
  const begin = () => api.ask('POST', `/sessions/${id}/sign-in`, { token, body: { redirectUri } });
  const [most] = ACT_ALLOWANCES['sign-in'].workspace;
  for (let n = 0; n < (most?.most ?? 0); n++) expect((await begin()).status).not.toBe(429);
  expect(await begin()).toMatchObject(limited(/^Too many sign-ins were begun of late\./));
});

describe('what is stored to count', () => {
  it('holds no address and no device, and ends', async () => {
    const kv = await startKv();
    const api = await startInProcess({ ...env, ...kv.env });
    const address = '198.51.100.77';
    const request = new Request('http://localhost/api/devices', {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: '{"name":"x"}',
    });
    expect((await api.backend.fetch(request, address)).status).toBe(201);
    const keys = (await kv.redis.keys()).filter(({ key }) => key.startsWith('mooring:allowance:'));
    expect(keys.length).toBeGreaterThan(1);
    for (const { ttlMs } of keys) expect(ttlMs).toBeGreaterThan(0);
    expect(await kv.redis.dump()).not.toContain(address);
    expect(api.logged()).not.toContain(address);
  });
});

describe('calls', () => {
  const requestsOf = async (kv: Kv, work: () => Promise<unknown>) => {
    kv.front.resetCounts();
    await work();
    return kv.front.requests();
  };

  it('cost no storage request more for being counted', async () => {
    const kv = await startKv();
    const api = await startInProcess({ ...env, ...kv.env });
    const token = await api.register();
    const { id } = await api.connect(token, server.url);
    await api.backend.settled();
    const spent = await requestsOf(kv, async () => {
      expect((await api.rpc(token, id, { id: 1, method: 'tools/call', params: { name: 'act' } })).status).toBe(200);
      await api.backend.settled();
    });
    expect(spent).toBeLessThanOrEqual(3);
  });

  it('of one session run so many at a time; one more is refused and not sent', async () => {
    const api = await startInProcess(env);
    const token = await api.register();
    const { id } = await api.connect(token, server.url);
    const held: Exchange[] = [];
    server.on('tools/call', (exchange) => void held.push(exchange));
    const call = (n: number) => api.rpc(token, id, { id: n, method: 'tools/call', params: { name: 'act' } });
    const running = Array.from({ length: MAX_CALLS_OF_SESSION }, (_, n) => call(n));
    await expect.poll(() => held.length).toBe(MAX_CALLS_OF_SESSION);
    const refused = await call(1000);
    expect(refused).toMatchObject({
      status: 429,
      body: { id: 1000, error: { data: { code: 'RATE_LIMITED', hint: 'Wait until one ends, or cancel one.' } } },
    });
    isSoon(refused.headers);
    expect(held.length).toBe(MAX_CALLS_OF_SESSION);
    for (const exchange of held) exchange.behave();
    for (const { status } of await Promise.all(running)) expect(status).toBe(200);
    server.on('tools/call');
    expect((await call(1001)).status).toBe(200);
  });

  it('have so many listeners of one session, and a place is free when one leaves', async () => {
    server.on('GET', () => {});
    const api = await startInProcess(env);
    const token = await api.register();
    const { id } = await api.connect(token, server.url);
    const listen = () => api.open('GET', `/mcp/${id}`, { token, headers: { accept: 'text/event-stream' } });
    const streams = [];
    for (let n = 0; n < MAX_LISTENERS_OF_SESSION; n++) streams.push(await listen());
    expect(streams.map(({ status }) => status)).toEqual(streams.map(() => 200));
    expect((await listen()).status).toBe(429);
    await streams[0]?.body?.cancel();
    await expect.poll(async () => (await listen()).status).toBe(200);
    for (const stream of streams.slice(1)) await stream.body?.cancel();
  });
});

describe('a device', () => {
  it('may have so many requests open, streams included; their end frees the place', async () => {
    server.on('GET', () => {});
    const api = await startInProcess(env);
    const token = await api.register();
    const ids = await Promise.all([1, 2, 3, 4].map(async () => (await api.connect(token, server.url)).id));
    await api.ask('GET', '/sessions', { token });
    const streams: Response[] = [];
    for (let n = 0; n < MAX_OPEN_REQUESTS; n++)
      streams.push(await api.open('GET', `/mcp/${ids[n % ids.length]}`, { token, headers: { accept: 'text/event-stream' } }));
    expect(streams.every(({ status }) => status === 200)).toBe(true);
    expect(await api.ask('GET', '/sessions', { token })).toMatchObject(limited(/open at a time/));
    const other = await api.register();
    expect((await api.ask('GET', '/sessions', { token: other })).status).toBe(200);
    // Whether its reader leaves or the session ends it.
    await streams[0]?.body?.cancel();
    await expect.poll(async () => (await api.ask('GET', '/sessions', { token })).status).toBe(200);
    await Promise.all(streams.map((stream) => stream.body?.cancel().catch(() => {})));
  });

  it('goes on when another one behind the same address tries tokens', async () => {
    const kv = await startKv();
    const api = await startInProcess({ ...env, ...kv.env });
    const token = await api.register();
    expect((await api.ask('GET', '/sessions', { token })).status).toBe(200);
    for (let n = 0; n < UNKNOWN_TOKENS.most; n++) expect((await api.ask('GET', '/sessions', { token: madeUpToken(n) })).status).toBe(401);
    const before = kv.front.requests();
    expect(await api.ask('GET', '/sessions', { token: madeUpToken(1000) })).toMatchObject(limited(/unknown tokens/));
    expect(kv.front.requests()).toBe(before);
    expect((await api.ask('GET', '/sessions', { token })).status).toBe(200);
  });

  it('does not make a token known by asking what is open to everybody', async () => {
    for (const method of ['GET', 'HEAD']) {
      const api = await startInProcess(env);
      expect((await api.open(method, '/health', { token: madeUpToken(1000) })).status).toBe(200);
      for (let n = 0; n < UNKNOWN_TOKENS.most; n++) await api.ask('GET', '/sessions', { token: madeUpToken(n) });
      expect(await api.ask('GET', '/sessions', { token: madeUpToken(1000) })).toMatchObject(limited(/unknown tokens/));
    }
  });
});

describe('a server that takes no connections', () => {
  it('is left alone for a while, with words, and others are reached', async () => {
    const gone = await startScriptedServer();
    const api = await startInProcess({ ...HOSTED, MOORING_ALLOW_PRIVATE: `127.0.0.1:${server.port},127.0.0.1:${gone.port}` });
    await gone.shut();
    const token = await api.register();
    let last = await api.ask('POST', '/sessions', { token, body: { url: gone.url } });
    for (let n = 0; n <= ORIGIN_FAILURES && !JSON.stringify(last.body).includes('leaves it alone'); n++)
      last = await api.ask('POST', '/sessions', { token, body: { url: gone.url } });
    expect(last).toMatchObject({
      status: 502,
      body: {
        code: 'SERVER_UNREACHABLE',
        detail: expect.stringMatching(/took no connection the last times, so this backend leaves it alone for \d+ s/),
      },
    });
    isSoon(last.headers);
    expect((await api.ask('POST', '/sessions', { token, body: { url: server.url } })).status).toBe(201);
  });

  it('is asked again and again by a local backend: a developer restarts it all day', async () => {
    const api = await startInProcess();
    const token = await api.register();
    const { id } = await api.connect(token, server.url);
    await server.shut();
    const refused: string[] = [];
    for (let n = 0; n < ORIGIN_FAILURES * 2; n++)
      refused.push(JSON.stringify((await api.rpc(token, id, { id: n, method: 'tools/call', params: { name: 'act' } })).body));
    // Of the first one it is not known whether the server had it.
    for (const body of refused.slice(1)) expect(body).toContain('Nothing answers at');
    await server.reopen();
    expect((await api.rpc(token, id, { id: 'back', method: 'tools/call', params: { name: 'act' } })).status).toBe(200);
  });
});

it('a local backend counts nothing', async () => {
  const api = await startInProcess();
  for (let n = 0; n < 3 * UNKNOWN_TOKENS.most; n++)
    expect((await api.ask('GET', '/sessions/x', { token: madeUpToken(n) })).status).toBe(404);
  for (let n = 0; n < MAX_DEVICES_OF_WORKSPACE; n++) expect(await api.register()).toMatch(/^mooring_/);
});
