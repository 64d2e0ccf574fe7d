/**
 * Measures what an instance carries: calls per second at several degrees of parallelism, memory of idle sessions and of open streams, and
 * what sessions cost in KV. Rows without a goal: they tell what to expect, not what was promised.
 */
import { readFileSync } from 'node:fs';
import { type ClientRequest, get } from 'node:http';
import { startEverything } from '../support/everything.ts';
import { startKvRest } from '../support/kv-rest.ts';
import { type BackendProcess, startBackend } from '../support/processes.ts';
import { startRedis } from '../support/redis.ts';
import { openHttpCaller } from './mcp-caller.ts';
import type { Row } from './report.ts';
import { type BenchDevice, makeEmbeddedFile, registerDevice, startKvProcess, startMinimalProcess } from './surroundings.ts';

const PARALLEL = [1, 16, 128];
/** How long each degree is measured, ms. */
const MEASURE_MS = 4000;
const WARM_UP_CALLS = 500;
const IDLE_SESSIONS = 1000;
const STREAMS = 1000;
const KV_SESSIONS = 10_000;
/** Sessions that are made at a time. */
const MAKERS = 16;

/** Returns all rows. */
export async function measureLoad(): Promise<Row[]> {
  const serverUrl = await startMinimalProcess();
  return [
    ...(await measureThroughput('kv', 'KV', await startKvProcess(), serverUrl)),
    ...(await measureThroughput('embedded', 'embedded store', await makeEmbeddedFile(), serverUrl)),
    ...(await measureMemoryOfMany(serverUrl)),
    ...(await measureKvCost(serverUrl)),
  ];
}

async function measureThroughput(name: string, words: string, env: Record<string, string>, serverUrl: string): Promise<Row[]> {
  const backend = await startBackend(env);
  const device = await registerDevice(backend);
  const { id } = await device.createSession(serverUrl);
  const rows: Row[] = [];
  for (const parallel of PARALLEL) {
    const callers = Array.from({ length: parallel }, () => device.openCaller(id));
    for (const caller of callers) await caller.initialize();
    await Promise.all(callers.map(async (caller) => void (await repeat(Math.ceil(WARM_UP_CALLS / parallel), () => caller.callEcho()))));
    const until = performance.now() + MEASURE_MS;
    let calls = 0;
    const startedAt = performance.now();
    await Promise.all(
      callers.map(async (caller) => {
        for (; performance.now() < until; calls++) await caller.callEcho();
      }),
    );
    const perSecond = calls / ((performance.now() - startedAt) / 1000);
    for (const caller of callers) await caller.close();
    const what = `calls per second through one instance, ${parallel} at once, ${words}`;
    rows.push({
      name: `load-${name}-${parallel}`,
      what,
      unit: 'calls/s',
      value: perSecond,
      note: `${calls} calls; client, server and storage share the machine.`,
    });
  }
  await backend.kill();
  return rows;
}

async function repeat(times: number, act: () => Promise<unknown>): Promise<void> {
  for (let n = 0; n < times; n++) await act();
}

/** Memory that the system counts as the process's own, bytes. Source: Linux, proc(5), status. */
const readMemory = (backend: BackendProcess): number =>
  Number(/^VmRSS:\s+(\d+) kB/m.exec(readFileSync(`/proc/${backend.pid()}/status`, 'utf8'))?.[1]) * 1024;

/** Does something so often, several at a time. */
async function share(count: number, act: (maker: number) => Promise<unknown>): Promise<void> {
  let left = count;
  await Promise.all(
    Array.from({ length: MAKERS }, async (_, maker) => {
      while (left-- > 0) await act(maker);
    }),
  );
}

/** Makes sessions over several connections and returns the id of one. */
async function makeSessions({ backend, credential }: BenchDevice, serverUrl: string, count: number): Promise<string> {
  const makers = Array.from({ length: MAKERS }, () => openHttpCaller(backend.url, { authorization: `Bearer ${credential.token}` }));
  let id = '';
  await share(count, async (maker) => {
    const answer = await makers[maker]?.send('POST', '/api/sessions', { url: serverUrl });
    if (answer?.status !== 201) throw new Error(`A session was refused with ${answer?.status}: ${answer?.text}`);
    ({ id } = JSON.parse(answer.text) as { id: string });
  });
  await Promise.all(makers.map((maker) => maker.close()));
  return id;
}

async function measureMemoryOfMany(serverUrl: string): Promise<Row[]> {
  const backend = await startBackend(await startKvProcess());
  const device = await registerDevice(backend);
  const { id } = await device.createSession(serverUrl);
  const caller = device.openCaller(id);
  await caller.initialize();
  await repeat(WARM_UP_CALLS, () => caller.callEcho());
  await makeSessions(device, serverUrl, 200);
  const before = readMemory(backend);
  await makeSessions(device, serverUrl, IDLE_SESSIONS);
  const withSessions = readMemory(backend);

  // The minimal server has no stream of its own.
  const everything = await startEverything();
  const streamed = await device.createSession(everything.url);
  const streams = await openStreams(`${backend.api}/mcp/${streamed.id}`, device.credential.token);
  const withStreams = readMemory(backend);
  const took = await caller.callEcho();
  for (const stream of streams) stream.destroy();
  await everything.stop();
  await caller.close();
  await backend.kill();
  const each = (bytes: number, count: number): number => Math.max(0, bytes) / count / 1000;
  return [
    {
      name: 'load-idle-session',
      what: `memory of an idle session, of ${IDLE_SESSIONS.toLocaleString('en')}`,
      unit: 'kB',
      value: each(withSessions - before, IDLE_SESSIONS),
      note: `resident memory of the process: ${(before / 1e6).toFixed(0)} MB before, ${(withSessions / 1e6).toFixed(0)} MB with them, garbage included.`,
    },
    {
      name: 'load-open-stream',
      what: `memory of an open stream, of ${STREAMS.toLocaleString('en')} at once`,
      unit: 'kB',
      value: each(withStreams - withSessions, STREAMS),
      note: `${(withStreams / 1e6).toFixed(0)} MB with ${STREAMS.toLocaleString('en')} open streams of one session; a call beside them took ${took.toFixed(1)} ms.`,
    },
  ];
}

/** Opens streams until the first bytes of each are there. */
async function openStreams(url: string, token: string): Promise<ClientRequest[]> {
  const requests: ClientRequest[] = [];
  const open = (): Promise<void> =>
    new Promise((resolve, reject) => {
      const request = get(url, { agent: false, headers: { authorization: `Bearer ${token}`, accept: 'text/event-stream' } }, (response) => {
        if (response.statusCode !== 200) return reject(new Error(`A stream was refused with ${response.statusCode}.`));
        response.once('data', () => resolve());
        response.on('error', () => {});
        response.resume();
      });
      request.once('error', reject);
      requests.push(request);
    });
  await share(STREAMS, open);
  for (const request of requests) request.removeAllListeners('error').on('error', () => {});
  return requests;
}

async function measureKvCost(serverUrl: string): Promise<Row[]> {
  const redis = await startRedis();
  const front = await startKvRest({ redisUrl: redis.url, token: 'bench' });
  const backend = await startBackend({ KV_REST_API_URL: front.url, KV_REST_API_TOKEN: 'bench' });
  const device = await registerDevice(backend);
  const usedMemory = async (): Promise<number> => Number(/used_memory:(\d+)/.exec(String(await redis.command('INFO', 'memory')))?.[1]);
  const before = { keys: Number(await redis.command('DBSIZE')), bytes: await usedMemory() };
  const last = await makeSessions(device, serverUrl, KV_SESSIONS);
  const after = { keys: Number(await redis.command('DBSIZE')), bytes: await usedMemory() };
  const caller = device.openCaller(last);
  await caller.initialize();
  const keysOfSession = async (): Promise<string[]> => ((await redis.command('KEYS', `*${last}*`)) as string[]).sort();
  const sizeOf = async (): Promise<number> => {
    const sizes = await Promise.all(
      (await keysOfSession()).map(async (key) => Number(await redis.command('MEMORY', 'USAGE', key, 'SAMPLES', '0'))),
    );
    return sizes.reduce((sum, size) => sum + size, 0);
  };
  const idle = await sizeOf();
  await repeat(100, () => caller.callEcho());
  // Until all of them are stored.
  while (Number(await redis.command('HGET', `mooring:session:${last}`, 'running')) > 0);
  const busy = { bytes: await sizeOf(), keys: (await keysOfSession()).length };
  await caller.close();
  await backend.kill();
  await front.close();
  await redis.close();
  const count = KV_SESSIONS.toLocaleString('en');
  const perSession = (after.bytes - before.bytes) / KV_SESSIONS;
  return [
    { name: 'load-kv-keys', what: `keys of ${count} sessions in KV`, unit: 'keys', value: after.keys - before.keys },
    {
      name: 'load-kv-bytes',
      what: `what ${count} sessions take in KV`,
      unit: 'kB',
      value: (after.bytes - before.bytes) / 1000,
      note: `${(perSession / 1000).toFixed(2)} kB each of Redis' used memory; the keys of an idle one are ${(idle / 1000).toFixed(2)} kB by MEMORY USAGE, after 100 calls ${(busy.bytes / 1000).toFixed(1)} kB in ${busy.keys} keys.`,
    },
  ];
}
