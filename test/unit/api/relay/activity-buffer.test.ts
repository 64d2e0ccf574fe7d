/** Proves that the activity is written in order, together where it can be, within bounds, and again after a failure. */
import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { createBackgroundWork } from '../../../../api/_lib/background-work.ts';
import { MAX_WAITING_MESSAGE_BYTES } from '../../../../api/_lib/limits.ts';
import { createLog } from '../../../../api/_lib/log.ts';
import { type ActivityBuffer, createActivityBuffer } from '../../../../api/_lib/relay/activity-buffer.ts';
import type { CallNews } from '../../../../api/_lib/store/call-ledger.ts';
import type { Settlement } from '../../../../api/_lib/store/store.ts';
import { AppError } from '../../../../shared/errors.ts';
import { MAX_ACTIVITY_BODY_BYTES } from '../../../../shared/limits.ts';

type Write = { settlement: Settlement; succeed: () => void; fail: (error?: Error) => void };

let writes: Write[];
let logged: string;
let buffer: ActivityBuffer;
let settled: () => Promise<void>;
let news: CallNews[];

beforeEach(() => {
  // Only what waits for seconds: the turns of the event loop stay real.
  vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] });
  writes = [];
  logged = '';
  const store = {
    settle(id: string, settlement: Settlement) {
      expect(id).toBe('session');
      const { promise, resolve, reject } = Promise.withResolvers<void>();
      // What is written must not change afterwards.
      writes.push({
        settlement: structuredClone(settlement),
        succeed: resolve,
        fail: (error = new Error('storage is away')) => reject(error),
      });
      return promise;
    },
  };
  const work = createBackgroundWork(
    createLog((line) => {
      logged += line;
    }),
  );
  settled = () => work.settled();
  news = [];
  buffer = createActivityBuffer('session', store, work, () => news.splice(0));
});
afterEach(() => {
  vi.useRealTimers();
});

const say = (method: string, bytes = 10) => buffer.message({ direction: 'to-server', bytes, method }, { jsonrpc: '2.0', method });
const methodsOf = ({ settlement }: Write) => settlement.activity.map((entry) => (entry.kind === 'mark' ? entry.mark : entry.method));
/** Returns the n-th write as soon as it has begun. */
const writeOf = (n: number): Promise<Write> =>
  vi.waitFor(() => {
    const write = writes[n - 1];
    if (!write) throw new Error(`write ${n} has not begun`);
    return write;
  });

it('writes what waits in one request, in order, with the changes', async () => {
  say('one');
  buffer.mark('client-left', { durationMs: 5 });
  say('two');
  buffer.change({ logLevel: 'debug' });
  buffer.flush();
  buffer.flush();
  const first = await writeOf(1);
  expect(first.settlement).toEqual({
    id: expect.any(String),
    logLevel: 'debug',
    activity: [
      {
        kind: 'message',
        at: expect.any(String),
        direction: 'to-server',
        bytes: 10,
        method: 'one',
        message: { jsonrpc: '2.0', method: 'one' },
      },
      { kind: 'mark', at: expect.any(String), mark: 'client-left', durationMs: 5 },
      {
        kind: 'message',
        at: expect.any(String),
        direction: 'to-server',
        bytes: 10,
        method: 'two',
        message: { jsonrpc: '2.0', method: 'two' },
      },
    ],
  });
  first.succeed();
  await settled();
  expect(writes).toHaveLength(1);
});

it('writes by itself after a second, and not before', async () => {
  say('one');
  vi.advanceTimersByTime(999);
  await settled();
  expect(writes).toEqual([]);
  vi.advanceTimersByTime(1);
  expect(methodsOf(await writeOf(1))).toEqual(['one']);
});

it('writes nothing when nothing waits', async () => {
  buffer.flush();
  vi.advanceTimersByTime(60_000);
  await settled();
  expect(writes).toEqual([]);
});

it('has one write under way at a time: what comes meanwhile follows in the next', async () => {
  say('one');
  buffer.flush();
  const first = await writeOf(1);
  say('two');
  buffer.flush();
  say('three');
  buffer.flush();
  expect(writes).toHaveLength(1);
  first.succeed();
  const second = await writeOf(2);
  expect(methodsOf(second)).toEqual(['two', 'three']);
  second.succeed();
  await settled();
  expect(writes).toHaveLength(2);
});

it.each([0, 1, 2, 3, 4, 5, 6, 7])('forgets nothing that comes while a write ends, %i turns after storage answered', async (turns) => {
  say('one');
  buffer.flush();
  (await writeOf(1)).succeed();
  for (let turn = 0; turn < turns; turn++) await Promise.resolve();
  say('two');
  buffer.change({ subscribed: 'x://a' });
  buffer.flush();
  const second = await writeOf(2);
  expect([methodsOf(second), second.settlement.subscribed]).toEqual([['two'], 'x://a']);
  second.succeed();
  await settled();
  expect(writes).toHaveLength(2);
});

it('writes each of several changes, in order', async () => {
  buffer.change({ subscribed: 'x://a' });
  buffer.change({ unsubscribed: 'x://a' });
  buffer.change({ logLevel: 'error' });
  buffer.flush();
  for (const n of [1, 2, 3]) (await writeOf(n)).succeed();
  await settled();
  expect(writes.map(({ settlement }) => settlement)).toEqual([
    { id: expect.any(String), activity: [], subscribed: 'x://a' },
    { id: expect.any(String), activity: [], unsubscribed: 'x://a' },
    { id: expect.any(String), activity: [], logLevel: 'error' },
  ]);
});

it('writes the same again five seconds after a failure, under the same id, before what came later, and logs the failure', async () => {
  say('one');
  buffer.change({ logLevel: 'debug' });
  buffer.settleCall({ key: 'call-key', owner: 'me', state: 'done', response: '{}' });
  buffer.flush();
  const first = await writeOf(1);
  say('two');
  buffer.change({ subscribed: 'x://a' });
  first.fail();
  await settled();
  expect(logged).toContain('"failure":"settle"');
  expect(writes).toHaveLength(1);
  vi.advanceTimersByTime(5000);
  const second = await writeOf(2);
  expect(second.settlement).toEqual(first.settlement);
  expect(second.settlement.settledCalls).toEqual([{ key: 'call-key', owner: 'me', state: 'done', response: '{}' }]);
  second.succeed();
  const third = await writeOf(3);
  expect(third.settlement).toMatchObject({ subscribed: 'x://a' });
  expect(methodsOf(third)).toEqual(['two']);
  expect(third.settlement.id).not.toBe(first.settlement.id);
  third.succeed();
  await settled();
  expect(writes).toHaveLength(3);
});

it('takes along what running calls have to tell, and what a call told last', async () => {
  const told = (key: string): CallNews => ({ key, owner: 'me', progress: { progress: 1 } });
  buffer.callNews(told('ended'));
  news.push(told('running'));
  buffer.flush();
  const first = await writeOf(1);
  expect(first.settlement.runningCalls).toEqual([told('ended'), told('running')]);
  first.succeed();
  await settled();
  expect(writes).toHaveLength(1);
});

it('keeps three hundred entries at most, the latest, beside those whose write is not known', async () => {
  for (let n = 1; n <= 400; n++) say(`${n}`);
  buffer.flush();
  const first = await writeOf(1);
  expect([first.settlement.activity.length, methodsOf(first)[1], methodsOf(first).at(-1)]).toEqual([301, '101', '400']);
  // Whoever reads it sees that something is missing, and how much.
  expect(first.settlement.activity[0]).toEqual({ kind: 'mark', at: expect.any(String), mark: 'entries-dropped', dropped: 100 });
  for (let n = 401; n <= 450; n++) say(`${n}`);
  first.fail();
  await settled();
  buffer.flush();
  const second = await writeOf(2);
  expect(second.settlement).toEqual(first.settlement);
  second.succeed();
  const third = await writeOf(3);
  expect([third.settlement.activity.length, methodsOf(third)[0], methodsOf(third).at(-1)]).toEqual([50, '401', '450']);
  third.succeed();
  await settled();
});

it('leaves out a body above the limit and tells its size', async () => {
  say('small', MAX_ACTIVITY_BODY_BYTES);
  say('large', MAX_ACTIVITY_BODY_BYTES + 1);
  buffer.flush();
  const { settlement } = await writeOf(1);
  expect(settlement.activity.map((entry) => entry.kind === 'message' && [entry.bytes, 'message' in entry])).toEqual([
    [MAX_ACTIVITY_BODY_BYTES, true],
    [MAX_ACTIVITY_BODY_BYTES + 1, false],
  ]);
});

it('puts as many responses into one settlement as storage takes in a request, and at least one', async () => {
  const settle = (key: string, length: number) => buffer.settleCall({ key, owner: 'me', state: 'done', response: 'x'.repeat(length) });
  settle('one', 250_000);
  settle('two', 100_000);
  settle('three', 250_000);
  settle('four', 500_000);
  buffer.flush();
  for (const n of [1, 2, 3]) (await writeOf(n)).succeed();
  await settled();
  expect(writes.map(({ settlement }) => settlement.settledCalls?.map(({ key }) => key))).toEqual([['one', 'two'], ['three'], ['four']]);
});

it('lets go of what storage will never take, and writes what comes after it', async () => {
  const refused = new AppError('BODY_TOO_LARGE', 'Too large.');
  say('one');
  buffer.flush();
  (await writeOf(1)).fail(refused);
  await settled();
  say('two');
  buffer.flush();
  const second = await writeOf(2);
  expect(methodsOf(second)).toEqual(['two']);
  second.succeed();
  await settled();
});

it('writes what passes once a second, however much it is: only an end or a change is written sooner', async () => {
  say('one');
  buffer.flush();
  const first = await writeOf(1);
  for (let n = 0; n < 500; n++) say(`more ${n}`);
  news.push({ key: 'running', owner: 'me', progress: { progress: 1 } });
  first.succeed();
  await settled();
  expect(writes).toHaveLength(1);
  vi.advanceTimersByTime(1000);
  const second = await writeOf(2);
  expect([second.settlement.activity.length, second.settlement.runningCalls?.length]).toEqual([301, 1]);
  say('last');
  buffer.settleCall({ key: 'call-key', owner: 'me', state: 'done' });
  second.succeed();
  const third = await writeOf(3);
  expect(methodsOf(third)).toEqual(['last']);
  third.succeed();
  await settled();
});

it('spreads the events of many calls over several settlements, and writes the end of a call after its events', async () => {
  const told = (key: string): CallNews => ({ key, owner: 'me', events: { from: 1, texts: ['x'.repeat(250_000)] } });
  for (const key of ['one', 'two', 'three']) news.push(told(key));
  buffer.settleCall({ key: 'three', owner: 'me', state: 'done' });
  buffer.flush();
  for (const n of [1, 2, 3]) (await writeOf(n)).succeed();
  await settled();
  const facts = writes.map(({ settlement }) => [settlement.runningCalls?.map(({ key }) => key), settlement.settledCalls?.length]);
  expect(facts).toEqual([
    [['one'], undefined],
    [['two'], undefined],
    [['three'], 1],
  ]);
});

it('lets a flood of questions wait within bounds, and forgets nothing else for it', async () => {
  for (let n = 0; n < 1000; n++) buffer.change({ asked: `question ${n}` });
  buffer.change({ subscribed: 'x://a' });
  buffer.flush();
  for (let done = 0; done < 201; await new Promise((resolve) => setImmediate(resolve))) {
    if (writes.length > done) writes[done++]?.succeed();
  }
  await settled();
  expect([writes.length, writes.at(-1)?.settlement.subscribed]).toEqual([201, 'x://a']);
});

it('keeps the latest messages within their bytes; the entries of earlier ones stay without them', async () => {
  for (let n = 1; n <= 150; n++) say(`${n}`, 10_000);
  buffer.flush();
  const write = await writeOf(1);
  expect(methodsOf(write)).toEqual(Array.from({ length: 150 }, (_, n) => `${n + 1}`));
  const withMessage = write.settlement.activity.flatMap((entry) => (entry.kind === 'message' && entry.message ? [entry.method] : []));
  expect(withMessage).toEqual(Array.from({ length: MAX_WAITING_MESSAGE_BYTES / 10_000 }, (_, n) => `${n + 51}`));
  write.succeed();
  await settled();
  // What waits from then on has all of the room again.
  for (let n = 1; n <= 100; n++) say(`${n}`, 10_000);
  buffer.flush();
  const next = await writeOf(2);
  expect(next.settlement.activity.every((entry) => entry.kind === 'message' && entry.message !== undefined)).toBe(true);
  next.succeed();
  await settled();
});
