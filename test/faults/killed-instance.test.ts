/** Proves what becomes of calls when the process that runs them is killed, paused or told to end. Executions are counted at the server. */
import { beforeEach, describe, expect, it } from 'vitest';
import { clientOf } from '../support/api-client.ts';
import {
  ACT,
  AFTER_LEASE_MS,
  at,
  failure,
  pauseProcess,
  type SessionUser,
  takeExchanges,
  textResult,
  useSession,
} from '../support/fault-session.ts';
import { type Kv, startKv } from '../support/kv.ts';
import { type BackendProcess, startBackend } from '../support/processes.ts';
import { type Exchange, type ScriptedServer, startScriptedServer } from '../support/scripted-server.ts';

const DONE = { id: 1, result: textResult('done') };

let kv: Kv;
let server: ScriptedServer;
let backends: BackendProcess[];
let users: SessionUser[];
beforeEach(async () => {
  [kv, server] = await Promise.all([startKv(), startScriptedServer()]);
  backends = await Promise.all([startBackend(kv.env), startBackend(kv.env)]);
  users = await openUsers(server.url);
});

async function openUsers(url: string): Promise<SessionUser[]> {
  const apis = backends.map((backend) => clientOf(backend.url));
  const token = await at(apis, 0).register();
  const { id } = await at(apis, 0).connect(token, url);
  return apis.map((api) => useSession(api, token, id));
}

it('fifty copies of one request at two processes run once, and all get the same answer', async () => {
  const next = takeExchanges(server);
  const copies = Array.from({ length: 50 }, (_, copy) => at(users, copy % 2).ask({ key: 'fifty-copies' }));
  const exchange = await next();
  exchange.result(textResult('the one'));
  for (const answer of await Promise.all(copies)) expect(answer).toMatchObject({ id: 1, result: textResult('the one') });
  expect(server.ran('tools/call')).toBe(1);
});

describe('a process is killed', () => {
  it('while a call is pending: another one takes the call over and runs it once, also for who waited already', async () => {
    const [one, two] = users as [SessionUser, SessionUser];
    // A call whose server session was lost is pending again until there is a new one.
    server.forget();
    const connecting = Promise.withResolvers<void>();
    server.on('initialize', () => connecting.resolve());
    const lost = one.ask({ key: 'killed-pending' }).catch(() => undefined);
    await connecting.promise;
    expect(await two.look('killed-pending')).toMatchObject({ state: 'pending' });
    const waiting = two.follow({ key: 'killed-pending', id: 'waiting' });
    await at(backends, 0).kill();
    await lost;
    server.on('initialize');
    expect(server.ran('tools/call')).toBe(0);
    // Longer than the lock that it held, too.
    await kv.redis.moveClock(2 * AFTER_LEASE_MS);
    expect((await (await waiting).rest()).at(-1)).toMatchObject({ ...DONE, id: 'waiting' });
    expect(await two.ask({ key: 'killed-pending' })).toMatchObject(DONE);
    expect(server.ran('tools/call')).toBe(1);
  });

  it('after a call was sent, at a server without event ids: the outcome is unknown, never repeated, also after 15 s of lease', async () => {
    const next = takeExchanges(server);
    const [one, two] = users as [SessionUser, SessionUser];
    const lost = one.ask({ key: 'killed-sent' }).catch(() => undefined);
    await next();
    const waiting = two.ask({ key: 'killed-sent' });
    await at(backends, 0).kill();
    await lost;
    await kv.redis.moveClock(AFTER_LEASE_MS);
    expect(await waiting).toMatchObject({ id: 1, ...failure('CALL_OUTCOME_UNKNOWN') });
    expect(await two.look('killed-sent')).toMatchObject({ state: 'unknown' });
    expect(await two.ask({ key: 'killed-sent' })).toMatchObject(failure('CALL_OUTCOME_UNKNOWN'));
    expect(server.ran('tools/call')).toBe(1);
  });

  it('after the server answered and before that was stored: the outcome is unknown, it ran once', async () => {
    const next = takeExchanges(server);
    const [one, two] = users as [SessionUser, SessionUser];
    const asked = one.ask({ key: 'killed-answered' });
    const exchange = await next();
    kv.front.setFault({ kind: 'hang' });
    exchange.result(textResult('done'));
    expect(await asked).toMatchObject(DONE);
    await at(backends, 0).kill();
    kv.front.clearFault();
    await kv.redis.moveClock(AFTER_LEASE_MS);
    expect(await two.look('killed-answered')).toMatchObject({ state: 'unknown' });
    expect(await two.ask({ key: 'killed-answered' })).toMatchObject(failure('CALL_OUTCOME_UNKNOWN'));
    expect(server.ran('tools/call')).toBe(1);
  });

  it('while a call streams, at a server with event ids: whoever lists the calls or asks again gets its result, it ran once', async () => {
    const next = takeExchanges(server);
    const [one, two] = users as [SessionUser, SessionUser];
    const stream = await one.follow({ key: 'killed-stream', params: { ...ACT, _meta: { progressToken: 'p' } } });
    const exchange = await next();
    const { progressToken } = (exchange.message.params as { _meta: { progressToken: string } })._meta;
    exchange.event({ method: 'notifications/progress', params: { progressToken, progress: 1 } }, 'event-1');
    expect(await stream.message()).toMatchObject({ params: { progressToken: 'p', progress: 1 } });
    // What passes is written once a second: as long as the default of a poll.
    await expect.poll(() => two.look('killed-stream'), { timeout: 10_000 }).toMatchObject({ progress: { progress: 1 } });
    await at(backends, 0).kill();
    await kv.redis.moveClock(AFTER_LEASE_MS);
    server.on('GET', (resumed) => {
      if (resumed.headers['last-event-id'] !== 'event-1') return resumed.send(405);
      // Some servers send all that they have again.
      resumed.event({ method: 'notifications/progress', params: { progressToken, progress: 2 } }, 'event-2');
      resumed.event({ id: exchange.message.id ?? null, result: textResult('resumed') }, 'event-3');
      resumed.end();
    });
    const rest = await (await two.listen(stream.lastEventId())).rest();
    expect(rest).toMatchObject([{ params: { progressToken: 'p', progress: 2 } }, { id: 1, result: textResult('resumed') }]);
    await expect.poll(() => two.look('killed-stream')).toMatchObject({ state: 'done', response: { id: 1, result: textResult('resumed') } });
    expect([server.ran('tools/call'), server.listened.filter((id) => id !== undefined)]).toEqual([1, ['event-1']]);
  });
});

it('a process that was paused for longer than its lease sends nothing any more, and the call has one end', async () => {
  const next = takeExchanges(server);
  const [one, two] = users as [SessionUser, SessionUser];
  const asked = one.ask({ key: 'paused-holder' });
  const exchange = await next();
  const resume = pauseProcess(at(backends, 0).pid());
  await kv.redis.moveClock(AFTER_LEASE_MS);
  expect(await two.look('paused-holder')).toMatchObject({ state: 'unknown' });
  exchange.result(textResult('late'));
  resume();
  // What came is true, and is shown to who waited; for everybody else the end that was told stays.
  expect(await asked).toMatchObject({ id: 1 });
  expect(await two.look('paused-holder')).toMatchObject({ state: 'unknown' });
  expect(server.ran('tools/call')).toBe(1);
});

describe('a process is told to end (SIGTERM)', () => {
  it('during ten calls that end soon: every stream gets its answer, and the ledger is consistent', async () => {
    const next = takeExchanges(server);
    const [one, two] = users as [SessionUser, SessionUser];
    const keys = Array.from({ length: 10 }, (_, n) => `ends-soon-${n}`);
    const streams = await Promise.all(keys.map((key, id) => one.follow({ key, id })));
    const exchanges = await Promise.all(keys.map(() => next()));
    const stopped = at(backends, 0).stop();
    for (const exchange of exchanges) exchange.result(textResult('done'));
    for (const [id, stream] of streams.entries()) expect((await stream.rest()).at(-1)).toMatchObject({ id, result: textResult('done') });
    await stopped;
    for (const key of keys) expect(await two.look(key)).toMatchObject({ state: 'done' });
    expect(server.ran('tools/call')).toBe(10);
  });

  it('during ten calls that take long: it ends all the same, streams end cleanly, and others take the calls up', async () => {
    const next = takeExchanges(server);
    const [one, two] = users as [SessionUser, SessionUser];
    const keys = Array.from({ length: 10 }, (_, n) => `takes-long-${n}`);
    const streams = await Promise.all(keys.map((key, id) => one.follow({ key, id })));
    const exchanges = await Promise.all(keys.map(() => next()));
    const numberOf = ({ message }: Exchange): string => String(message.id).split(':').at(-1) ?? '';
    for (const exchange of exchanges)
      exchange.event({ method: 'notifications/message', params: { level: 'info', data: 1 } }, `id-${numberOf(exchange)}`);
    for (const stream of streams) expect(await stream.message()).toMatchObject({ method: 'notifications/message' });
    server.on('GET', (resumed) => {
      const n = /^id-(\d+)$/.exec(String(resumed.headers['last-event-id']))?.[1];
      const asked = exchanges.find((exchange) => numberOf(exchange) === n);
      resumed.event({ id: asked?.message.id ?? null, result: textResult(`resumed ${n}`) }, `end-${n}`);
      resumed.end();
    });
    expect(await at(backends, 0).stop()).toMatchObject({ code: 0 });
    for (const stream of streams) expect(await stream.message()).toBeUndefined();
    // Handed over: nobody waits for a lease to lapse.
    const rest = await Promise.all(streams.map(async (stream) => (await two.listen(stream.lastEventId())).rest()));
    expect(rest).toMatchObject(keys.map((_, id) => [{ id, result: textResult(`resumed ${id}`) }]));
    for (const key of keys) await expect.poll(() => two.look(key)).toMatchObject({ state: 'done' });
    expect(server.ran('tools/call')).toBe(10);
  });
});

it('clocks of instances differ by twenty minutes: no lease, no session and no call is affected', async () => {
  const skewed = (ms: number) => ({
    ...kv.env,
    NODE_OPTIONS: `--import=data:text/javascript,const{now}=Date;Date.now=()=>now()+${ms}`,
  });
  backends = await Promise.all([startBackend(skewed(600_000)), startBackend(skewed(-600_000))]);
  const [ahead, behind] = (await openUsers(server.url)) as [SessionUser, SessionUser];
  const next = takeExchanges(server);
  const asked = [ahead.ask({ key: 'skewed-clocks' }), behind.ask({ key: 'skewed-clocks' })];
  (await next()).result(textResult('done'));
  for (const answer of await Promise.all(asked)) expect(answer).toMatchObject(DONE);
  await kv.redis.moveClock(29 * 60_000);
  for (const user of [ahead, behind]) expect(await user.look('skewed-clocks')).toMatchObject({ code: 'CALL_NOT_FOUND' });
  const again = behind.ask({ key: 'skewed-later' });
  (await next()).result(textResult('done'));
  expect(await again).toMatchObject(DONE);
  await expect.poll(() => ahead.look('skewed-later')).toMatchObject({ state: 'done' });
  expect(server.ran('tools/call')).toBe(2);
});
