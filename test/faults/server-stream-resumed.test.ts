/** Proves that the server's own stream goes on after the last event that was stored, at the same instance and at the one that takes it over. */
import { beforeEach, expect, it } from 'vitest';
import { clientOf } from '../support/api-client.ts';
import { startCutProxy } from '../support/cut-proxy.ts';
import { startEverything } from '../support/everything.ts';
import { AFTER_LEASE_MS, addDevice, at, type SharedSession, shareSession, useSession } from '../support/fault-session.ts';
import type { EventReader } from '../support/fault-stream.ts';
import { startKv } from '../support/kv.ts';
import { startBackend } from '../support/processes.ts';
import { type Exchange, rpcError, type ScriptedServer, startScriptedServer } from '../support/scripted-server.ts';

let server: ScriptedServer;
let shared: SharedSession;
beforeEach(async () => {
  server = await startScriptedServer();
});

type EventStore = {
  /** Says something, to whoever listens now or comes back. */
  say(data: string): void;
  /** Resolves when a stream is open. */
  opened(): Promise<void>;
  /** Keeps what is said from whoever listens: it is only there for who comes back. */
  mute(): void;
  /** Breaks the stream. */
  cut(): void;
};

/** Gives the server's stream event ids from 0 on, and a store of all that it said. @param overlap Events that it repeats to who comes back. */
function keepEvents(overlap = 0): EventStore {
  const said: string[] = [];
  let current: Exchange | undefined;
  let isMute = false;
  const send = (to: Exchange, index: number) =>
    to.event({ method: 'notifications/message', params: { level: 'info', data: said[index] } }, `event-${index}`);
  server.on('GET', (exchange) => {
    const last = exchange.headers['last-event-id'];
    if (current) return exchange.send(409, rpcError(-32000, 'Conflict: Only one SSE stream is allowed per session'));
    current = exchange;
    isMute = false;
    void exchange.closed.then(() => {
      if (current === exchange) current = undefined;
    });
    exchange.raw(last === undefined ? 'id: event-start\ndata:\n\n' : ': again\n\n');
    const known = last === 'event-start' ? -1 : Number(String(last).slice('event-'.length));
    if (last !== undefined) for (let index = Math.max(0, known + 1 - overlap); index < said.length; index++) send(exchange, index);
  });
  return {
    say(data) {
      said.push(data);
      if (current && !isMute) send(current, said.length - 1);
    },
    opened: () => expect.poll(() => current, { timeout: 20_000 }).toBeDefined(),
    mute() {
      isMute = true;
    },
    cut: () => current?.reset(),
  };
}

async function hear(reader: EventReader, count: number): Promise<unknown[]> {
  const heard: unknown[] = [];
  while (heard.length < count) heard.push((await reader.message())?.params?.['data']);
  return heard;
}

it.each([0, 2])(
  'that breaks is taken up after the last event: nothing is missed or comes twice, with %i events repeated',
  async (overlap) => {
    shared = await shareSession(server.url);
    const events = keepEvents(overlap);
    const listener = await at(shared.users, 0).listen();
    await events.opened();
    for (const data of ['one', 'two', 'three']) events.say(data);
    expect(await hear(listener, 3)).toEqual(['one', 'two', 'three']);
    events.mute();
    events.say('meanwhile');
    events.cut();
    expect(await hear(listener, 1)).toEqual(['meanwhile']);
    events.say('after');
    expect(await hear(listener, 1)).toEqual(['after']);
    expect(server.listened.slice(0, 2)).toEqual([undefined, 'event-2']);
    // Whether the stream goes on is asked once: a second one is refused.
    await expect.poll(() => server.listened.slice(2)).toEqual([undefined]);
    events.say('at last');
    expect(await hear(listener, 1)).toEqual(['at last']);
    await listener.cancel();
  },
);

it('whose instance was killed is taken up by the next one after what had been stored', async () => {
  const kv = await startKv();
  const backends = await Promise.all([startBackend(kv.env), startBackend(kv.env)]);
  const [one, two] = [clientOf(at(backends, 0).url), clientOf(at(backends, 1).url)];
  const token = await one.register();
  const { id } = await one.connect(token, server.url);
  const events = keepEvents(1);
  const here = await useSession(one, token, id).listen();
  await events.opened();
  const there = await useSession(two, await addDevice(one, token, 'Phone'), id).listen();
  // Until both listen.
  let isHeard = false;
  const hello = Promise.all([hear(here, 1), hear(there, 1)]).then(() => {
    isHeard = true;
  });
  const speak = (): boolean => {
    if (!isHeard) events.say('hello');
    return isHeard;
  };
  await expect.poll(speak, { interval: 200, timeout: 10_000 }).toBe(true);
  await hello;
  for (const data of ['one', 'two']) events.say(data);
  for (const reader of [here, there]) for (let [data] = await hear(reader, 1); data !== 'two'; [data] = await hear(reader, 1));
  events.mute();
  for (const data of ['three', 'four']) events.say(data);
  await at(backends, 0).kill();
  await kv.redis.moveClock(2 * AFTER_LEASE_MS);
  expect(await hear(there, 2)).toEqual(['three', 'four']);
  const back = await useSession(two, token, id).listen(here.lastEventId());
  expect(await hear(back, 2)).toEqual(['three', 'four']);
  expect(server.listened[1]).toMatch(/^event-\d+$/);
  await Promise.all([there.cancel(), back.cancel()]);
});

it('whose server does not know the event begins anew', async () => {
  shared = await shareSession(server.url);
  const streams: Exchange[] = [];
  server.on('GET', (exchange) => {
    if (exchange.headers['last-event-id'] !== undefined) return exchange.send(400, rpcError(-32000, 'Invalid event ID format'));
    streams.push(exchange);
    exchange.event({ method: 'notifications/message', params: { level: 'info', data: `stream ${streams.length}` } }, `${streams.length}`);
  });
  const listener = await at(shared.users, 0).listen();
  expect(await hear(listener, 1)).toEqual(['stream 1']);
  at(streams, 0).end();
  expect(await hear(listener, 1)).toEqual(['stream 2']);
  expect([server.listened, server.handshakes()]).toEqual([[undefined, '1', undefined], 1]);
  await listener.cancel();
});

it('of a server session that was forgotten is not asked for in the next one', async () => {
  shared = await shareSession(server.url);
  const streams: Exchange[] = [];
  server.on('GET', (exchange) => {
    if (exchange.headers['mcp-session-id'] === 'server-session-1' && streams.length > 0)
      return exchange.send(404, rpcError(-32001, 'Session not found'));
    streams.push(exchange);
    exchange.event({ method: 'notifications/message', params: { level: 'info', data: `stream ${streams.length}` } }, `${streams.length}`);
  });
  const listener = await at(shared.users, 0).listen();
  expect(await hear(listener, 1)).toEqual(['stream 1']);
  server.forget();
  at(streams, 0).end();
  expect(await hear(listener, 1)).toEqual(['stream 2']);
  expect([server.listened, server.handshakes()]).toEqual([[undefined, '1', undefined, undefined], 2]);
  await listener.cancel();
});

it('that only ever repeats the past is listened to from now on', async () => {
  shared = await shareSession(server.url);
  let isLive = false;
  server.on('GET', (exchange) => {
    const last = exchange.headers['last-event-id'];
    exchange.raw('retry: 100\n\n');
    if (last === undefined && server.listened.length > 1) {
      isLive = true;
      return exchange.event({ method: 'notifications/message', params: { level: 'info', data: 'live' } }, 'two');
    }
    exchange.event({ method: 'notifications/message', params: { level: 'info', data: 'past' } }, 'one');
    exchange.end();
  });
  const listener = await at(shared.users, 0).listen();
  expect(await hear(listener, 2)).toEqual(['past', 'live']);
  expect([isLive, server.listened.filter((last) => last === 'one').length]).toEqual([true, 5]);
  await listener.cancel();
});

it('that is silent after it has repeated the past is replaced by a new one, also when that ends', async () => {
  shared = await shareSession(server.url);
  const streams: Exchange[] = [];
  const say = (to: Exchange, data: string) =>
    to.event({ method: 'notifications/message', params: { level: 'info', data } }, `event ${data}`);
  server.on('GET', (exchange) => {
    streams.push(exchange);
    if (exchange.headers['last-event-id'] === undefined) exchange.raw(': open\n\n');
    else say(exchange, `missed ${streams.length}`);
  });
  const listener = await at(shared.users, 0).listen();
  await expect.poll(() => streams.length).toBe(1);
  say(at(streams, 0), 'one');
  at(streams, 0).end();
  expect(await hear(listener, 2)).toEqual(['one', 'missed 2']);
  await expect.poll(() => streams.length, { timeout: 5000 }).toBe(3);
  say(at(streams, 2), 'two');
  expect(await hear(listener, 1)).toEqual(['two']);
  at(streams, 2).end();
  // The silent one goes with it.
  await at(streams, 1).closed;
  expect(await hear(listener, 1)).toEqual(['missed 4']);
  expect(server.listened.slice(0, 4)).toEqual([undefined, 'event one', undefined, 'event two']);
  await listener.cancel();
});

it('brings nothing again of a call, where a server keeps one row of events for all', async () => {
  shared = await shareSession(server.url);
  const user = at(shared.users, 0);
  const tell = (to: Exchange, data: string) =>
    to.event({ method: 'notifications/message', params: { level: 'info', data } }, `event ${data}`);
  server.on('tools/call', (exchange) => {
    tell(exchange, 'of the call');
    exchange.event({ id: exchange.message.id ?? null, result: { content: [] } }, 'event response');
    exchange.end();
  });
  const streams: Exchange[] = [];
  server.on('GET', (exchange) => {
    streams.push(exchange);
    exchange.raw(': open\n\n');
    if (exchange.headers['last-event-id'] !== undefined) for (const data of ['of the call', 'missed']) tell(exchange, data);
  });
  const listener = await user.listen();
  await expect.poll(() => streams.length).toBe(1);
  tell(at(streams, 0), 'one');
  expect(await hear(listener, 1)).toEqual(['one']);
  expect(await user.ask({ key: 'one-row-of-events' })).toMatchObject({ id: 1, result: {} });
  at(streams, 0).reset();
  expect(await hear(listener, 1)).toEqual(['missed']);
  await listener.cancel();
});

it('of the reference server, which has an event store, goes on after a break of the network', async () => {
  const everything = await startEverything();
  const proxy = await startCutProxy(everything.port);
  shared = await shareSession(`http://127.0.0.1:${proxy.port}/mcp`);
  const user = at(shared.users, 0);
  const listener = await user.listen();
  const methods: unknown[] = [];
  const hearLog = async (): Promise<void> => {
    do methods.push((await listener.message())?.method);
    while (methods.at(-1) !== 'notifications/message');
  };
  const opened = async () =>
    (await everything.seen()).exchanges.filter(({ httpMethod, status }) => httpMethod === 'GET' && status === 200).length;
  await expect.poll(opened).toBe(1);
  expect(await user.ask({ params: { name: 'toggle-simulated-logging', arguments: {} } })).toMatchObject({ id: 1, result: {} });
  await hearLog();
  proxy.cut();
  await expect.poll(opened, { timeout: 10_000 }).toBe(2);
  await hearLog();
  await hearLog();
  // It asks once for each session: what is sent again would come twice.
  const asked = methods.filter((method) => method === 'roots/list');
  expect([methods.includes(undefined), asked.length <= 1]).toEqual([false, true]);
  await listener.cancel();
  await everything.stop();
});
