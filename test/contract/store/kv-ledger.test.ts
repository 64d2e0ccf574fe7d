/** Owns the proof of what the ledger promises behind a network: an answer that is lost changes nothing, and many instances are as one. */
import { randomUUID } from 'node:crypto';
import { afterAll, afterEach, beforeAll, expect, it } from 'vitest';
import { openKvStore } from '../../../api/_lib/store/kv.ts';
import type { Store } from '../../../api/_lib/store/store.ts';
import { type KvFront, startKvRest } from '../../support/kv-rest.ts';
import { type RedisServer, startRedis } from '../../support/redis.ts';
import { beginLedger, LEASE_MS, type Ledger, toLedger, toOpening } from './call-samples.ts';
import { CONNECTED, TTL_SECONDS, toMessage } from './store-under-test.ts';

let redis: RedisServer;
let front: KvFront;
let store: Store;
const open = (): Store => openKvStore({ url: front.url, token: 'token', ttlSeconds: TTL_SECONDS });
beforeAll(async () => {
  redis = await startRedis();
  front = await startKvRest({ redisUrl: redis.url, token: 'token' });
  store = open();
});
afterAll(async () => {
  await front.close();
  await redis.close();
});
afterEach(() => front.clearFault());

/** Loses the first answer, after it has been served; the store asks once more. */
async function losing<T>(act: () => Promise<T>): Promise<T> {
  front.setFault({ kind: 'drop-after' }, 1);
  front.resetCounts();
  const result = await act();
  expect(front.requests()).toBe(2);
  return result;
}

it('answers the same when an answer was lost, for each method of a call', async () => {
  const ledger = await beginLedger(store);
  const opening = toOpening({ ready: false });
  const { key } = opening;
  expect(await losing(() => ledger.enter(opening))).toMatchObject({ kind: 'begun', call: { state: 'pending' } });
  expect(await losing(() => ledger.advance(key, 'a', 'sent'))).toBe('held');
  expect(await losing(() => ledger.advance(key, 'a', 'pending'))).toBe('held');
  expect(await losing(() => ledger.advance(key, 'a', 'sent'))).toBe('held');
  await losing(() => ledger.tell({ key, owner: 'a', serverEventId: '1', events: { from: 1, texts: ['x'] } }));
  await redis.moveClock(LEASE_MS + 1000);
  expect(await losing(() => ledger.adopt(key, 'b'))).toMatchObject({ state: 'sent' });
  await redis.moveClock(LEASE_MS + 1000);
  expect(await losing(() => ledger.enter({ ...opening, owner: 'c' }))).toMatchObject({ kind: 'orphaned' });
  expect(await losing(() => ledger.cancel(key))).toMatchObject({ cancelRequested: true, state: 'sent' });
  expect(await losing(() => ledger.advance(key, 'c'))).toBe('cancelled');
  await losing(() => ledger.end({ key, owner: 'c', state: 'done', response: '{}' }));
  expect(await losing(() => ledger.read(key))).toMatchObject({
    result: { call: { state: 'done' }, response: '{}' },
    events: [{ text: 'x' }],
  });
  expect(await losing(() => ledger.list())).toMatchObject([{ key, state: 'done' }]);
});

it('takes a call over once when the answer to that was lost', async () => {
  const ledger = await beginLedger(store);
  const [unsent, left] = [toOpening({ ready: false }), toOpening({ ready: false })];
  for (const opening of [unsent, left]) await ledger.enter(opening);
  await redis.moveClock(LEASE_MS + 1000);
  expect(await losing(() => ledger.enter({ ...unsent, owner: 'b', ready: true }))).toMatchObject({
    kind: 'begun',
    call: { state: 'sent' },
  });
  expect(await ledger.enter({ ...unsent, owner: 'c' })).toMatchObject({ kind: 'running' });
  expect(await losing(() => ledger.cancel(left.key))).toMatchObject({ state: 'failed' });
  expect(await ledger.enter({ ...left, owner: 'b' })).toMatchObject({ kind: 'settled' });
});

it('writes a settlement once when its answer was lost', async () => {
  const ledger = await beginLedger(store);
  const opening = toOpening();
  await ledger.enter(opening);
  const settlement = {
    ...{ id: randomUUID(), activity: [toMessage('x')], coldStarts: 1 },
    settledCalls: [{ key: opening.key, owner: 'a', state: 'done' as const, response: '{}' }],
  };
  await losing(() => store.settle(ledger.id, settlement));
  const { entries } = await store.readActivity(ledger.member.credential, ledger.id, { after: 0, limit: 9 });
  expect(entries).toEqual([
    { ...CONNECTED, seq: 1 },
    { ...toMessage('x'), seq: 2 },
  ]);
  expect(await store.loadSession(ledger.id)).toMatchObject({ coldStarts: 1, running: 0 });
});

it('answers the same when an answer was lost, for what a server says', async () => {
  const { id } = await beginLedger(store);
  expect(await losing(() => store.holdServerStream(id, 'a', 10_000))).toBe(true);
  expect(await losing(() => store.addServerMessages(id, 'one', ['x', 'y']))).toBe(1);
  expect(await losing(() => store.addServerMessages(id, 'two', ['z']))).toBe(3);
  expect((await losing(() => store.readServerMessages(id, 0))).messages.map(({ text }) => text)).toEqual(['x', 'y', 'z']);
  expect(await losing(() => store.claimAnswer(id, 'q', 'a', 10_000))).toBe('claimed');
  await losing(() => store.settleAnswer(id, 'q', 'a', 'failed'));
  expect(await losing(() => store.claimAnswer(id, 'q', 'b', 10_000))).toBe('claimed');
  await losing(() => store.settleAnswer(id, 'q', 'b', 'sent'));
  expect(await store.claimAnswer(id, 'q', 'c', 10_000)).toBe('answered');
  await losing(() => store.releaseServerStream(id, 'a'));
  expect(await store.holdServerStream(id, 'b', 10_000)).toBe(true);
});

it('lets one of fifty instances begin a call, though the answers to ten are lost', async () => {
  const ledger = await beginLedger(store);
  const opening = toOpening();
  const instances: Ledger[] = Array.from({ length: 50 }, () => toLedger(open(), ledger.member, ledger.id));
  front.setFault({ kind: 'drop-after' }, 10);
  const entries = await Promise.allSettled(instances.map((instance, at) => instance.enter({ ...opening, owner: `instance-${at}` })));
  const kinds = entries.map((entry) => (entry.status === 'fulfilled' ? entry.value.kind : 'outage'));
  // Who met two lost answers is told of an outage, and sends nothing.
  expect(kinds.filter((kind) => kind === 'begun').length).toBeLessThanOrEqual(1);
  expect(kinds.filter((kind) => kind === 'running').length).toBeGreaterThanOrEqual(40);
  front.clearFault();
  const owner = await redis.command('HGET', `mooring:call:${ledger.id}:${opening.key}`, 'owner');
  const begun = kinds.indexOf('begun');
  if (begun >= 0) expect(owner).toBe(`instance-${begun}`);
});

it('enters a call without a byte to spare: one request, and one to settle it', async () => {
  const ledger = await beginLedger(store);
  const opening = toOpening();
  front.resetCounts();
  await ledger.enter(opening);
  await ledger.end({ key: opening.key, owner: 'a', state: 'done', response: '{}' });
  expect({ requests: front.requests(), commands: front.commands() }).toEqual({ requests: 2, commands: { eval: 2 } });
});

it('reads a broken call as one that has ended, so that it never runs again', async () => {
  const ledger = await beginLedger(store);
  const opening = toOpening();
  await ledger.enter(opening);
  await redis.moveClock(LEASE_MS + 1000);
  await redis.command(
    'HSET',
    `mooring:call:${ledger.id}:${opening.key}`,
    'state',
    'what',
    'facts',
    '{"method":1',
    'epoch',
    'x',
    'progress',
    '[',
  );
  const repaired = { key: opening.key, state: 'unknown', method: '', requestId: 'null', epoch: 1 };
  expect(await ledger.enter({ ...opening, owner: 'b' })).toMatchObject({ kind: 'settled', call: repaired });
  expect(await ledger.list()).toMatchObject([repaired]);
  await redis.command('HDEL', `mooring:call:${ledger.id}:${opening.key}`, 'bodyHash');
  expect(await ledger.enter({ ...opening, owner: 'b' })).toEqual({ kind: 'conflict' });
});

it('writes the end of a call into an entry that outlived its session, and no news of it', async () => {
  const ledger = await beginLedger(store);
  const { key } = toOpening();
  await ledger.enter(toOpening({ key, leaseMs: TTL_SECONDS * 2000 }));
  await redis.moveClock(TTL_SECONDS * 1000 + 1000);
  const news = { key, owner: 'a', progress: { progress: 1 }, events: { from: 1, texts: ['late'] } };
  const end = { key, owner: 'a', state: 'done', response: '{}' } as const;
  await store.settle(ledger.id, { id: randomUUID(), activity: [toMessage('late')], runningCalls: [news], settledCalls: [end] });
  const entry = `mooring:call:${ledger.id}:${key}`;
  expect(await redis.command('HMGET', entry, 'state', 'response', 'progress', 'events')).toEqual(['done', '{}', null, null]);
  const stored = (await redis.keys()).filter((found) => found.key.includes(ledger.id)).map((found) => found.key);
  expect(stored).toEqual([entry, `mooring:gone:${ledger.id}`]);
});
