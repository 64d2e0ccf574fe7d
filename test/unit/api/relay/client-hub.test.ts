/** Proves that what the server says on its own reaches every client once and in order, over instances and absences. */
import { beforeEach, expect, it } from 'vitest';
import { createBackgroundWork } from '../../../../api/_lib/background-work.ts';
import { createLog } from '../../../../api/_lib/log.ts';
import { type ClientHub, createClientHub } from '../../../../api/_lib/relay/client-hub.ts';
import { encodeServerId } from '../../../../api/_lib/relay/ids.ts';
import { openEmbeddedStore } from '../../../../api/_lib/store/embedded.ts';
import type { Store } from '../../../../api/_lib/store/store.ts';
import { AppError } from '../../../../shared/errors.ts';

let store: Store;
let sessionId: string;
const work = createBackgroundWork(createLog(() => {}));
beforeEach(async () => {
  store = openEmbeddedStore({ ttlSeconds: 1800, hosted: false });
  sessionId = crypto.randomUUID();
  const at = new Date().toISOString();
  const record = { id: sessionId, workspaceId: 'ws', name: 'x', url: 'https://mcp.example.com/mcp', createdAt: at };
  await store.createSession(
    { ...record, transport: 'streamable-http', revision: 'stateful' },
    { protocolVersion: '2025-11-25', greeting: {} },
    [],
  );
});

/** A hub of one instance; two of them share the storage. */
const openHub = (): ClientHub => createClientHub(sessionId, store, work, (epoch) => epoch === 1);
const news = (n: number) => ({ jsonrpc: '2.0' as const, method: `news/${n}` });
const question = (id: number, origin = '') => ({
  jsonrpc: '2.0' as const,
  id: encodeServerId(1, id, origin),
  method: 'elicitation/create',
});

function listenTo(hub: ClientHub, options: { after?: number; connection?: string; most?: () => number } = {}) {
  const { most = () => Number.POSITIVE_INFINITY } = options;
  const got: string[] = [];
  const numbers: (number | undefined)[] = [];
  const gaps: number[] = [];
  let ended = 0;
  const leave = hub.join(
    {
      connection: options.connection,
      hasRoom: () => got.length < most(),
      send(text, number) {
        const { id, method, params } = JSON.parse(text) as { id?: string; method: string; params?: { requestId?: string } };
        got.push(id ?? (params?.requestId === undefined ? method : `answered ${params.requestId}`));
        numbers.push(number);
      },
      gap: (number) => gaps.push(number),
      end() {
        ended++;
        leave();
      },
    },
    options.after,
  );
  return { got, numbers, gaps, leave, ended: () => ended };
}

it('hands every message to everybody, in order and numbered', async () => {
  const hub = openHub();
  const [first, second] = [listenTo(hub), listenTo(hub)];
  hub.deliver(news(1));
  hub.deliver(news(2));
  await work.settled();
  expect([first.got, first.numbers, second.got]).toEqual([
    ['news/1', 'news/2'],
    [1, 2],
    ['news/1', 'news/2'],
  ]);
});

it('gives a client that comes back what it missed, from whichever instance', async () => {
  const [here, there] = [openHub(), openHub()];
  for (let n = 1; n <= 5; n++) here.deliver(news(n));
  await work.settled();
  const back = listenTo(there, { after: 2 });
  await work.settled();
  expect(back.got).toEqual(['news/3', 'news/4', 'news/5']);
});

it('gives a new client no old news, but the questions that are still open', async () => {
  const hub = openHub();
  hub.deliver(news(1));
  hub.deliver(question(1));
  hub.deliver(question(2));
  await work.settled();
  hub.announceEnd(encodeServerId(1, 1), 'Answered on Desktop.');
  await work.settled();
  const newcomer = listenTo(openHub());
  await work.settled();
  expect(newcomer.got).toEqual([encodeServerId(1, 2)]);
});

it('gives no question of a server session that is gone', async () => {
  const hub = openHub();
  hub.deliver({ jsonrpc: '2.0', id: encodeServerId(0, 1), method: 'roots/list' });
  await work.settled();
  const newcomer = listenTo(hub);
  await work.settled();
  expect(newcomer.got).toEqual([]);
});

it('keeps what comes while nobody listens for whoever comes next, and for nobody else', async () => {
  const hub = openHub();
  const early = listenTo(hub);
  hub.deliver(news(1));
  await work.settled();
  early.leave();
  hub.deliver(news(2));
  await work.settled();
  const next = listenTo(hub);
  await work.settled();
  const other = listenTo(hub);
  await work.settled();
  expect([early.got, next.got, other.got]).toEqual([['news/1'], ['news/2'], []]);
});

it('brings the messages of another instance when asked to, each once', async () => {
  const [here, there] = [openHub(), openHub()];
  const listener = listenTo(there);
  await work.settled();
  here.deliver(news(1));
  await work.settled();
  there.deliver(news(2));
  await work.settled();
  await there.catchUp();
  expect([listener.got, listener.numbers]).toEqual([
    ['news/1', 'news/2'],
    [1, 2],
  ]);
});

it('says where messages are missing', async () => {
  const hub = openHub();
  for (let n = 1; n <= 300; n++) hub.deliver(news(n));
  await work.settled();
  const back = listenTo(hub, { after: 1 });
  await work.settled();
  const [first] = back.numbers;
  expect(back.gaps).toEqual([(first ?? 0) - 1]);
  expect(back.got.at(-1)).toBe('news/300');
});

it('keeps a question from the client that has it on the stream of its own call', async () => {
  const hub = openHub();
  const [caller, other, nameless] = [listenTo(hub, { connection: 'c1' }), listenTo(hub, { connection: 'c2' }), listenTo(hub)];
  hub.deliver(question(1, 'c1'));
  hub.deliver(question(2));
  await work.settled();
  const [own, everybody] = [encodeServerId(1, 1, 'c1'), encodeServerId(1, 2)];
  expect([caller.got, other.got, nameless.got]).toEqual([[everybody], [own, everybody], [own, everybody]]);
});

it('tells everybody that a question is answered', async () => {
  const hub = openHub();
  const listener = listenTo(hub);
  const id = encodeServerId(1, 7);
  hub.announceEnd(id, 'Answered on Laptop.');
  await work.settled();
  await hub.catchUp();
  expect(listener.got).toEqual([`answered ${id}`]);
});

it('hands out without a number while storage does not answer', async () => {
  const hub = openHub();
  const listener = listenTo(hub);
  await work.settled();
  await store.close();
  hub.deliver(news(1));
  await work.settled();
  expect([listener.got, listener.numbers]).toEqual([['news/1'], [undefined]]);
});

it('hands out once what storage kept though its answer was lost', async () => {
  const keeping = store;
  let isLost = true;
  store = {
    ...keeping,
    async addServerMessages(...added) {
      const number = await keeping.addServerMessages(...added);
      if (!isLost) return number;
      isLost = false;
      throw new AppError('STORAGE_UNAVAILABLE', 'The answer was lost.');
    },
  };
  const hub = openHub();
  const listener = listenTo(hub);
  hub.deliver(news(1));
  await work.settled();
  hub.deliver(news(2));
  await work.settled();
  await hub.catchUp();
  expect([listener.got, listener.numbers]).toEqual([
    ['news/1', 'news/2'],
    [undefined, 2],
  ]);
});

it('gives no old news to a client that came while storage did not answer', async () => {
  const first = openHub();
  first.deliver(news(1));
  await work.settled();
  const keeping = store;
  store = { ...keeping, readServerMessages: () => Promise.reject(new AppError('STORAGE_UNAVAILABLE', 'It is away.')) };
  const hub = openHub();
  const listener = listenTo(hub);
  await work.settled();
  Object.assign(store, keeping);
  hub.deliver(news(2));
  await work.settled();
  expect([listener.got, listener.numbers]).toEqual([['news/2'], [2]]);
});

it('hands nothing to who has left, and leaving twice changes nothing', async () => {
  const hub = openHub();
  const sizes: number[] = [];
  hub.onChange((size) => sizes.push(size));
  const [first, second] = [listenTo(hub), listenTo(hub)];
  first.leave();
  first.leave();
  hub.deliver(news(1));
  await work.settled();
  expect([first.got, second.got, hub.size()]).toEqual([[], ['news/1'], 1]);
  second.leave();
  expect(sizes).toEqual([1, 2, 1, 0]);
});

it('ends everybody, once', () => {
  const hub = openHub();
  const listeners = [listenTo(hub), listenTo(hub), listenTo(hub)];
  hub.end();
  hub.end();
  expect([listeners.map(({ ended }) => ended()), hub.size()]).toEqual([[1, 1, 1], 0]);
});

it('gives one storage request many messages, and asks who reads to wait when they are too many', async () => {
  const keeping = store;
  const additions: number[] = [];
  store = {
    ...keeping,
    addServerMessages(...added) {
      additions.push(added[2].length);
      return keeping.addServerMessages(...added);
    },
  };
  const hub = openHub();
  const listener = listenTo(hub);
  let waited = 0;
  for (let n = 1; n <= 5000; n++) {
    hub.deliver(news(n));
    const room = hub.whenRoom();
    if (room) waited++;
    await room;
  }
  await work.settled();
  expect(listener.got).toEqual(Array.from({ length: 5000 }, (_, at) => `news/${at + 1}`));
  expect(listener.numbers.at(-1)).toBe(5000);
  expect([additions.reduce((sum, count) => sum + count), additions.length <= 12, Math.max(...additions) <= 1000]).toEqual([
    5000,
    true,
    true,
  ]);
  expect(waited).toBeGreaterThan(2);
});

it('leaves out a client that is behind, which gets the rest from storage when it has read on, and is told of what is no longer there', async () => {
  const hub = openHub();
  let most = 1;
  const [slow, quick] = [listenTo(hub, { most: () => most }), listenTo(hub)];
  for (let n = 1; n <= 500; n++) hub.deliver(news(n));
  await work.settled();
  expect([slow.got, quick.got.length]).toEqual([['news/1'], 500]);
  most = 100;
  await hub.catchUp();
  expect([slow.gaps, slow.numbers.slice(0, 2), slow.got.length]).toEqual([[300], [1, 301], 100]);
  most = 1000;
  hub.deliver(news(501));
  await work.settled();
  expect(slow.numbers.slice(1)).toEqual(Array.from({ length: 201 }, (_, at) => 301 + at));
  expect(slow.gaps).toEqual([300]);
});

it('tells a client that was behind while storage was away that something is missing', async () => {
  const keeping = { ...store };
  const hub = openHub();
  let most = 0;
  const listener = listenTo(hub, { most: () => most });
  await work.settled();
  Object.assign(store, { addServerMessages: () => Promise.reject(new AppError('STORAGE_UNAVAILABLE', 'It is away.')) });
  hub.deliver(news(1));
  await work.settled();
  most = 10;
  Object.assign(store, keeping);
  hub.deliver(news(2));
  await work.settled();
  expect([listener.got, listener.gaps]).toEqual([['news/1', 'news/2'], [0]]);
});

it('stores where the server stream stands with the messages, and also without any', async () => {
  const hub = openHub();
  expect(await hub.catchUp()).toBeUndefined();
  hub.deliver(news(1), '1:a');
  expect(await hub.catchUp()).toBe('1:a');
  hub.pass('1:b');
  expect(await hub.catchUp()).toBe('1:b');
  expect(await openHub().catchUp()).toBe('1:b');
  expect((await store.readServerMessages(sessionId, 0)).messages).toHaveLength(1);
});

it('hears on when storage has gone back and counts from there', async () => {
  const hub = openHub();
  const ahead = listenTo(hub, { after: 70 });
  await work.settled();
  hub.deliver(news(1));
  await work.settled();
  expect([ahead.got, ahead.numbers]).toEqual([['news/1'], [1]]);
});

it('expects messages of others while a question is open, and after they have spoken', async () => {
  const [here, there] = [openHub(), openHub()];
  listenTo(here);
  await work.settled();
  expect([here.expectsOthers(), there.expectsOthers()]).toEqual([false, false]);
  here.deliver(question(1));
  await work.settled();
  expect(here.expectsOthers()).toBe(true);
  there.announceEnd(encodeServerId(1, 1), 'Answered on Laptop.');
  await work.settled();
  expect(there.expectsOthers()).toBe(false);
  await here.catchUp();
  expect(here.expectsOthers()).toBe(true);
});
