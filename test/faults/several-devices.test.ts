/** Proves that the devices of one session hear everything once and in order, that one answers a question, and that results wait for all of them. */
import { beforeEach, describe, expect, it } from 'vitest';
import { clientOf } from '../support/api-client.ts';
import {
  ACT,
  AFTER_LEASE_MS,
  addDevice,
  at,
  type SessionUser,
  type SharedSession,
  shareSession,
  takeExchanges,
  textResult,
  useSession,
} from '../support/fault-session.ts';
import type { EventReader } from '../support/fault-stream.ts';
import { startKv } from '../support/kv.ts';
import { startBackend } from '../support/processes.ts';
import { type Exchange, rpcError, type ScriptedServer, startScriptedServer } from '../support/scripted-server.ts';

let server: ScriptedServer;
let shared: SharedSession;
let laptop: SessionUser;
let phone: SessionUser;
beforeEach(async () => {
  server = await startScriptedServer();
  shared = await shareSession(server.url, 2);
  laptop = at(shared.users, 0);
  phone = useSession(at(shared.users, 1).api, await addDevice(at(shared.users, 1).api, shared.token, 'Phone'), shared.id);
});

const news = (data: string) => ({ method: 'notifications/message', params: { level: 'info', data } });
const HELLO = 'hello';
const dataOf = (params: unknown) => (params as { data?: string } | undefined)?.data;

/** Gives the server's stream to one listener at a time, as servers do: a second one is refused. */
function offerStream(): () => Promise<Exchange> {
  const next = takeExchanges(server, 'GET');
  let open: Exchange | undefined;
  return async () => {
    for (;;) {
      const exchange = await next();
      if (open) {
        exchange.send(409, rpcError(-32000, 'Conflict: Only one SSE stream is allowed per session'));
        continue;
      }
      open = exchange;
      void exchange.closed.then(() => {
        if (open === exchange) open = undefined;
      });
      exchange.raw(': open\n\n');
      return exchange;
    }
  };
}

async function readUntil(reader: EventReader, last: string): Promise<(string | undefined)[]> {
  const heard: (string | undefined)[] = [];
  while (heard.at(-1) !== last) {
    const message = await reader.message();
    if (!message) throw new Error(`The stream ended before ${last}.`);
    const data = dataOf(message.params);
    if (data !== HELLO) heard.push(data);
  }
  return heard;
}

/** Speaks until a listener hears: it may still be on its way in. What it says then is passed over by `readUntil`. */
async function untilHeard(reader: EventReader, stream: Exchange): Promise<void> {
  let isHeard = false;
  const heard = reader.message().then(() => {
    isHeard = true;
  });
  const speak = (): boolean => {
    if (!isHeard) stream.event(news(HELLO));
    return isHeard;
  };
  await expect.poll(speak, { interval: 100, timeout: 10_000 }).toBe(true);
  await heard;
}

describe('what the server says', () => {
  it('reaches devices at two instances once and in order, by one stream at the server', async () => {
    const opened = offerStream();
    const [here, there] = await Promise.all([laptop.listen(), phone.listen()]);
    const stream = await opened();
    await Promise.all([here, there].map((reader) => untilHeard(reader, stream)));
    const said = Array.from({ length: 50 }, (_, n) => `news ${n}`);
    for (const data of said) stream.event(news(data));
    expect(await readUntil(here, 'news 49')).toEqual(said);
    expect(await readUntil(there, 'news 49')).toEqual(said);
    await Promise.all([here.cancel(), there.cancel()]);
  });

  it('reaches them once though the answers of storage to it are lost', async () => {
    const opened = offerStream();
    const here = await laptop.listen();
    const stream = await opened();
    stream.event(news('before'));
    expect(await readUntil(here, 'before')).toEqual(['before']);
    // The library asks twice: both answers are lost, yet the message is stored.
    shared.kv.front.setFault({ kind: 'drop-after' }, 2);
    stream.event(news('in doubt'));
    stream.event(news('after'));
    expect(await readUntil(here, 'after')).toEqual(['in doubt', 'after']);
    await here.cancel();
  });

  it('is there for a device that comes back with its last event id, at the other instance', async () => {
    const opened = offerStream();
    const [here, away] = [await laptop.listen(), await phone.listen()];
    const stream = await opened();
    await Promise.all([here, away].map((reader) => untilHeard(reader, stream)));
    stream.event(news('one'));
    expect(await readUntil(here, 'one')).toEqual(['one']);
    expect(await readUntil(away, 'one')).toEqual(['one']);
    await away.cancel();
    for (const data of ['two', 'three']) stream.event(news(data));
    expect(await readUntil(here, 'three')).toEqual(['two', 'three']);
    const back = await useSession(laptop.api, phone.token, shared.id).listen(away.lastEventId());
    stream.event(news('four'));
    expect(await readUntil(back, 'four')).toEqual(['two', 'three', 'four']);
    await Promise.all([here.cancel(), back.cancel()]);
  });

  it('goes on when the instance that holds the stream is killed: the other one takes it over, nothing comes twice', async () => {
    const kv = await startKv();
    const backends = await Promise.all([startBackend(kv.env), startBackend(kv.env)]);
    const [one, two] = [clientOf(at(backends, 0).url), clientOf(at(backends, 1).url)];
    const token = await one.register();
    const { id } = await one.connect(token, server.url);
    const opened = offerStream();
    const here = await useSession(one, token, id).listen();
    const first = await opened();
    const there = await useSession(two, await addDevice(two, token, 'Phone'), id).listen();
    await untilHeard(there, first);
    first.event(news('one'));
    expect(await readUntil(here, 'one')).toEqual(['one']);
    expect(await readUntil(there, 'one')).toEqual(['one']);
    const second = opened();
    await at(backends, 0).kill();
    await kv.redis.moveClock(2 * AFTER_LEASE_MS);
    const stream = await second;
    stream.event(news('two'));
    expect(await readUntil(there, 'two')).toEqual(['two']);
    const back = await useSession(two, token, id).listen(here.lastEventId());
    expect(await readUntil(back, 'two')).toEqual(['two']);
    await Promise.all([there.cancel(), back.cancel()]);
  });
});

describe('a question of the server', () => {
  const question = (id: number) => ({ id, method: 'elicitation/create', params: { message: 'Sure?' } });
  const accept = { action: 'accept', content: {} };

  it('reaches every device; the first answer counts, the others are told, a later one is dropped', async () => {
    const opened = offerStream();
    const answers = takeExchanges(server, 'answer');
    const [here, there] = await Promise.all([laptop.listen(), phone.listen()]);
    const stream = await opened();
    stream.event(question(7));
    const [askedHere, askedThere] = await Promise.all([here.message(), there.message()]);
    expect(askedHere).toMatchObject({ method: 'elicitation/create', params: { message: 'Sure?' } });
    expect(askedThere).toEqual(askedHere);
    const id = askedHere?.id ?? null;
    const told = phone.tell({ id, result: accept });
    const answer = await answers();
    expect(answer.message).toMatchObject({ id: 7, result: accept });
    answer.send(202);
    expect(await told).toBe(202);
    for (const reader of [here, there])
      expect(await reader.message()).toMatchObject({
        method: 'notifications/cancelled',
        params: { requestId: id, reason: expect.stringContaining('Phone') },
      });
    expect(await laptop.tell({ id, result: { action: 'decline' } })).toBe(202);
    expect(server.received.filter(({ method }) => method === undefined)).toHaveLength(1);
    await Promise.all([here.cancel(), there.cancel()]);
  });

  it('is answered once when all devices answer at the same moment', async () => {
    const opened = offerStream();
    const [here, there] = await Promise.all([laptop.listen(), phone.listen()]);
    const stream = await opened();
    stream.event(question(8));
    const [asked] = await Promise.all([here.message(), there.message()]);
    const id = asked?.id ?? null;
    const statuses = await Promise.all([laptop, phone, laptop, phone].map((user) => user.tell({ id, result: accept })));
    expect(statuses).toEqual([202, 202, 202, 202]);
    expect(server.received.filter(({ method }) => method === undefined)).toHaveLength(1);
    await Promise.all([here.cancel(), there.cancel()]);
  });

  it('that was asked while nobody listened is there for who comes, also at the other instance', async () => {
    const next = takeExchanges(server);
    const asked = laptop.open({ key: 'asks-nobody' });
    const exchange = await next();
    exchange.event(question(9));
    await (await asked).body?.cancel();
    const there = await phone.listen();
    const heard = await there.message();
    expect(heard).toMatchObject({ method: 'elicitation/create' });
    expect(await phone.tell({ id: heard?.id ?? null, result: accept })).toBe(202);
    expect(server.received.filter(({ method }) => method === undefined)).toMatchObject([{ id: 9, result: accept }]);
    exchange.event({ id: exchange.message.id ?? null, result: textResult('accepted') });
    exchange.end();
    await expect.poll(() => phone.look('asks-nobody')).toMatchObject({ state: 'done', response: { result: textResult('accepted') } });
    await there.cancel();
  });

  it('whose answer could not be claimed, because storage was away, can be answered again', async () => {
    const opened = offerStream();
    const here = await laptop.listen();
    const stream = await opened();
    stream.event(question(10));
    const id = (await here.message())?.id ?? null;
    // The first request enters the session, the second one claims the answer.
    shared.kv.front.setFault({ kind: 'drop-before' });
    expect(await laptop.tell({ id, result: accept })).toBe(503);
    shared.kv.front.clearFault();
    expect(await laptop.tell({ id, result: accept })).toBe(202);
    expect(server.received.filter(({ method }) => method === undefined)).toHaveLength(1);
    await here.cancel();
  });
});

describe('a call of another device', () => {
  it('whose window was closed is listed with its progress; its result waits for every device of the workspace, and for nobody else', async () => {
    const next = takeExchanges(server);
    const streamed = await laptop.open({ key: 'window-closed', params: { ...ACT, _meta: { progressToken: 1 } } });
    const exchange = await next();
    const { progressToken } = (exchange.message.params as { _meta: { progressToken: string } })._meta;
    exchange.event({ method: 'notifications/progress', params: { progressToken, progress: 1, total: 2 } });
    await streamed.body?.cancel();
    await expect
      .poll(() => phone.list(), { timeout: 5000 })
      .toMatchObject([{ key: 'window-closed', state: 'sent', device: 'Laptop', label: 'act', progress: { progress: 1, total: 2 } }]);
    exchange.event({ id: exchange.message.id ?? null, result: textResult('waited') });
    exchange.end();
    await expect
      .poll(() => phone.look('window-closed'))
      .toMatchObject({ state: 'done', response: { id: 1, result: textResult('waited') } });
    const stranger = useSession(phone.api, await phone.api.register('Stranger'), shared.id);
    expect(await stranger.look('window-closed')).toMatchObject({ code: 'SESSION_NOT_FOUND' });
    expect(server.ran('tools/call')).toBe(1);
  });

  it('is cancelled from this one: it has one end, and the server is told by the id that it knows', async () => {
    const next = takeExchanges(server);
    const asked = laptop.ask({ key: 'cancel-elsewhere' });
    const exchange = await next();
    expect(await phone.cancel('cancel-elsewhere')).toBe(202);
    expect(await asked).toMatchObject({ error: { data: { code: 'CALL_CANCELLED' } } });
    await expect
      .poll(() => server.received.filter(({ method }) => method === 'notifications/cancelled'))
      .toMatchObject([{ params: { requestId: exchange.message.id } }]);
    await expect.poll(() => phone.look('cancel-elsewhere')).toMatchObject({ state: 'failed' });
    exchange.result(textResult('too late'));
    expect(await laptop.look('cancel-elsewhere')).toMatchObject({ state: 'failed' });
    expect(server.ran('tools/call')).toBe(1);
  });

  it('is cancelled while it ends: whichever came first is the only end, and both devices see the same', async () => {
    const next = takeExchanges(server);
    const ends: string[] = [];
    for (let round = 0; round < 20; round++) {
      const key = `cancel-race-${round}`;
      const asked = laptop.ask({ key });
      const exchange = await next();
      const cancelling = phone.cancel(key);
      if (round % 2 === 0) await new Promise((resolve) => setImmediate(resolve));
      exchange.result(textResult('done'));
      const [answer] = await Promise.all([asked, cancelling]);
      await expect.poll(async () => (await phone.look(key)).state, { timeout: 8000 }).toMatch(/done|failed/);
      const [here, there] = [await laptop.look(key), await phone.look(key)];
      expect(here).toEqual(there);
      expect('result' in (answer ?? {})).toBe(here.state === 'done');
      ends.push(here.state);
    }
    expect(new Set(ends).size).toBeGreaterThan(0);
    expect(server.ran('tools/call')).toBe(20);
  });

  it('can be asked for again under the same key: each gets the answer under his own id; another act under it is refused', async () => {
    const next = takeExchanges(server);
    const asked = [laptop.ask({ key: 'asked-again', id: 'first' }), phone.ask({ key: 'asked-again', id: 2 })];
    (await next()).result(textResult('once'));
    expect(await Promise.all(asked)).toMatchObject([
      { id: 'first', result: textResult('once') },
      { id: 2, result: textResult('once') },
    ]);
    expect(await phone.ask({ key: 'asked-again', id: 3, params: { ...ACT, _meta: { progressToken: 3 } } })).toMatchObject({
      id: 3,
      result: textResult('once'),
    });
    const other = await phone.open({ key: 'asked-again', params: { name: 'act', arguments: { other: true } } });
    expect(other.status).toBe(409);
    expect(await other.json()).toMatchObject({ error: { data: { code: 'CALL_KEY_REUSED' } } });
    expect(server.ran('tools/call')).toBe(1);
  });
});
