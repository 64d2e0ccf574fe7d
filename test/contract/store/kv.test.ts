/** Owns the proof that the KV store keeps the contract on a real Redis, and what only a store behind a network promises. */
import { randomUUID } from 'node:crypto';
import { createServer } from 'node:http';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { openKvStore } from '../../../api/_lib/store/kv.ts';
import type { Store } from '../../../api/_lib/store/store.ts';
import { sealStore } from '../../../api/_lib/vault/seal-store.ts';
import { AppError } from '../../../shared/errors.ts';
import { type Fault, type KvFront, startKvRest } from '../../support/kv-rest.ts';
import { type RedisServer, startRedis } from '../../support/redis.ts';
import { everyMethod } from './every-method.ts';
import { describeStore } from './store-contract.ts';
import {
  addMember,
  begin,
  CONNECTED,
  enterOk,
  MINUTE_MS,
  NEWER_SERVER_SESSION,
  SERVER_SESSION,
  type StoreUnderTest,
  sessionsOf,
  TTL_SECONDS,
  toMessage,
  toRecord,
} from './store-under-test.ts';

const TOKEN = 'canary-write-token';
const READ_ONLY_TOKEN = 'canary-read-token';

async function openOnRedis(wrap = (store: Store) => store): Promise<StoreUnderTest> {
  const redis = await startRedis();
  const front = await startKvRest({ redisUrl: redis.url, token: TOKEN });
  return {
    store: wrap(openKvStore({ url: front.url, token: TOKEN, ttlSeconds: TTL_SECONDS })),
    advance: redis.moveClock,
    async age(id, ms) {
      await redis.moveClock(ms);
      // Settled calls are sorted by Redis's own clock, microseconds; nobody can move that.
      const calls = `mooring:calls:${id}`;
      for (const key of (await redis.command('ZRANGEBYSCORE', calls, '(0', '+inf')) as string[])
        await redis.command('ZINCRBY', calls, String(-ms * 1000), key);
    },
    async inspect() {
      // Ends within a minute, and belongs to nobody.
      const keys = (await redis.keys()).filter(({ key }) => key !== 'mooring:probe');
      expect(keys.filter(({ key }) => !key.startsWith('mooring:'))).toEqual([]);
      return { names: keys.map(({ key }) => key), immortal: keys.filter(({ ttlMs }) => ttlMs < 0).map(({ key }) => key) };
    },
    async close() {
      await front.close();
      await redis.close();
    },
  };
}

describeStore('the KV store', openOnRedis, { inspects: true });
describeStore('the KV store, sealed', () => openOnRedis(sealStore), { inspects: true, seals: true });

describe('the KV store behind its network', () => {
  let redis: RedisServer;
  let front: KvFront;
  let store: Store;
  beforeAll(async () => {
    redis = await startRedis();
    front = await startKvRest({ redisUrl: redis.url, token: TOKEN, readOnlyToken: READ_ONLY_TOKEN });
    store = open();
  });
  afterAll(async () => {
    await front.close();
    await redis.close();
  });
  afterEach(() => front.clearFault());
  const open = (more: { url?: string; token?: string; readOnlyToken?: string; ttlSeconds?: number } = {}): Store =>
    openKvStore({ url: front.url, token: TOKEN, ttlSeconds: TTL_SECONDS, ...more });

  it('sends exactly one request for each method, and none to be opened', async () => {
    const { member, id } = await begin(store);
    front.resetCounts();
    const fresh = open();
    for (const [name, act] of [...Object.entries(everyMethod(fresh, member, id)), ['probe', () => fresh.probe()] as const]) {
      expect({ name, requests: front.requests() }).toEqual({ name, requests: 0 });
      await act();
      expect({ name, requests: front.requests(), commands: front.commands() }).toEqual({ name, requests: 1, commands: { eval: 1 } });
      front.resetCounts();
    }
  });

  it('never puts the commands of two workspaces into one request', async () => {
    const begun = await Promise.all(Array.from({ length: 5 }, () => begin(store)));
    front.resetCounts();
    await Promise.all(begun.map(({ member, id }) => enterOk(store, member, id, true)));
    expect(front.requests()).toBe(5);
  });

  /** Everything that a log or a user could see of an error. */
  const toVisible = (error: AppError): string => [error.message, error.hint, String(error.cause), error.stack].join('\n');
  async function expectFailures(on: Store, code: string, hint: RegExp, fault?: Fault): Promise<void> {
    const { member, id } = await begin(store);
    if (fault !== undefined) front.setFault(fault);
    const acts = Object.entries(everyMethod(on, member, id));
    const failures = await Promise.all(
      acts.map(async ([name, act]) => {
        const error: unknown = await act().then(
          (value) => `answered ${JSON.stringify(value)}`,
          (thrown: unknown) => thrown,
        );
        if (!(error instanceof AppError)) return { name, error };
        for (const secret of ['canary', member.credential.tokenHash, member.credential.workspaceId, 'redis.call', 'mooring:'])
          expect(toVisible(error)).not.toContain(secret);
        return { name, code: error.code, hinted: hint.test(error.hint ?? '') };
      }),
    );
    expect(failures).toEqual(acts.map(([name]) => ({ name, code, hinted: true })));
    const probed = await on.probe();
    expect(probed).toEqual({ kind: 'kv', persistent: true, writable: false, hint: expect.stringMatching(hint) });
    expect(probed.hint).not.toContain('canary');
  }

  it('says that the token is read-only, and which variable holds it', async () => {
    await expectFailures(open({ token: READ_ONLY_TOKEN }), 'STORAGE_READ_ONLY', /KV_REST_API_TOKEN holds the read-only token/);
    const swapped = await open({ token: READ_ONLY_TOKEN, readOnlyToken: READ_ONLY_TOKEN }).probe();
    expect(swapped.hint).toContain('KV_REST_API_READ_ONLY_TOKEN');
  });
  it('says that the token is wrong, and which variable holds it', async () => {
    await expectFailures(open({ token: 'canary-wrong-token' }), 'STORAGE_UNAUTHORIZED', /KV_REST_API_TOKEN/);
  });
  it.each<[string, Fault]>([
    ['hangs', { kind: 'hang' }],
    ['fails with 500', { kind: 'status', status: 500 }],
    ['fails with 429', { kind: 'status', status: 429 }],
    ['breaks every connection before it has served', { kind: 'drop-before' }],
    ['breaks every connection after it has served', { kind: 'drop-after' }],
  ])('says that the storage does not answer when it %s', async (_, fault) => {
    await expectFailures(open(), 'STORAGE_UNAVAILABLE', /KV_REST_API_URL/, fault);
  });
  it('has lost nothing when it answers again', async () => {
    const { session, member, id } = await begin(store);
    front.setFault({ kind: 'drop-before' });
    await expect(store.enter(member.credential, id, { touch: true })).rejects.toMatchObject({ code: 'STORAGE_UNAVAILABLE' });
    front.clearFault();
    expect((await enterOk(store, member, id)).session).toEqual({ ...session, expiresAt: expect.any(String) });
  });
  it('says that the storage does not answer where nothing listens', async () => {
    const gone = await startKvRest({ redisUrl: redis.url, token: TOKEN });
    await gone.close();
    await expectFailures(open({ url: gone.url }), 'STORAGE_UNAVAILABLE', /KV_REST_API_URL/);
  });
  it('says what is wrong with an address that is not of REST', async () => {
    await expectFailures(open({ url: 'redis://canary.example:6379' }), 'STORAGE_UNAVAILABLE', /KV_REST_API_URL must begin with https/);
  });
  it('takes an answer that it does not understand for an outage', async () => {
    const stranger = createServer((_, response) => response.end('{"result":["canary"]}'));
    await new Promise<void>((resolve) => stranger.listen(0, '127.0.0.1', resolve));
    const address = stranger.address();
    if (typeof address !== 'object' || address === null) throw new Error('no port');
    const lost = open({ url: `http://127.0.0.1:${address.port}` });
    const { member, id } = await begin(store);
    for (const [name, act] of Object.entries(everyMethod(lost, member, id)))
      await expect(act(), name).rejects.toMatchObject({ code: 'STORAGE_UNAVAILABLE', hint: expect.stringContaining('KV_REST_API_URL') });
    expect(await lost.probe()).toMatchObject({ writable: false, hint: expect.stringContaining('KV_REST_API_URL') });
    stranger.closeAllConnections();
    stranger.close();
  });

  it('asks once more where an answer was lost and asking again is harmless', async () => {
    const member = await addMember(store);
    const record = toRecord(member);
    const losing = async <T>(act: () => Promise<T>): Promise<T> => {
      front.setFault({ kind: 'drop-after' }, 1);
      front.resetCounts();
      const result = await act();
      expect(front.requests()).toBe(2);
      return result;
    };
    const created = await losing(() => store.createSession(record, SERVER_SESSION, [CONNECTED]));
    expect(created).toMatchObject({ id: record.id, epoch: 1 });
    await losing(() => enterOk(store, member, record.id, true));
    const lock = await losing(() => store.acquireLock(record.id, 'a', 10_000));
    expect(lock).toEqual({ owner: 'a', fence: 1 });
    if (lock) expect(await losing(() => store.publishServerSession(record.id, lock, NEWER_SERVER_SESSION))).toBe('published');
    await losing(() => store.releaseLock(record.id, 'a'));
    await losing(() => store.settle(record.id, { id: randomUUID(), activity: [toMessage('x')], coldStarts: 1 }));
    const { session } = await losing(() => enterOk(store, member, record.id));
    expect(session).toMatchObject({ epoch: 2, renewals: 1, coldStarts: 1, serverSession: NEWER_SERVER_SESSION });
    expect((await store.readActivity(member.credential, record.id, { after: 0, limit: 9 })).entries).toEqual([
      { ...CONNECTED, seq: 1 },
      { ...toMessage('x'), seq: 2 },
    ]);
    expect(await store.acquireLock(record.id, 'b', 10_000)).toEqual({ owner: 'b', fence: 2 });
  });

  it('asks only once where asking again would answer otherwise', async () => {
    const { member, id } = await begin(store);
    front.resetCounts();
    front.setFault({ kind: 'drop-after' }, 1);
    await expect(store.removeSession(member.credential, id)).rejects.toMatchObject({ code: 'STORAGE_UNAVAILABLE' });
    expect(front.requests()).toBe(1);
    expect(await store.removeSession(member.credential, id)).toEqual({ kind: 'absent' });
  });

  it('waits for a slow answer within its time', async () => {
    const { member, id } = await begin(store);
    front.setFault({ kind: 'delay', ms: 200 }, 1);
    await enterOk(store, member, id, true);
  });

  it('gives the lock to one of twenty instances, each with a client of its own', async () => {
    const { id } = await begin(store);
    const asked = await Promise.all(Array.from({ length: 20 }, (_, at) => open().acquireLock(id, `instance-${at}`, 10_000)));
    expect(asked.filter((lock) => lock !== undefined)).toEqual([{ owner: expect.stringMatching(/^instance-/), fence: 1 }]);
  });

  it('refuses a value beyond the limit before anything is sent', async () => {
    const { member, id } = await begin(store);
    const huge = 'x'.repeat(800_000);
    front.resetCounts();
    await expect(store.createSession(toRecord(member), { ...SERVER_SESSION, greeting: { huge } }, [])).rejects.toMatchObject({
      code: 'SERVER_RESPONSE_TOO_LARGE',
    });
    await expect(store.publishServerSession(id, { owner: 'a', fence: 1 }, { ...SERVER_SESSION, id: huge })).rejects.toBeInstanceOf(
      AppError,
    );
    await expect(store.renameSession(member.credential, id, huge)).rejects.toMatchObject({ code: 'BODY_TOO_LARGE' });
    await expect(store.settle(id, { id: randomUUID(), activity: [], subscribed: huge })).rejects.toMatchObject({ code: 'BODY_TOO_LARGE' });
    await expect(store.settle(id, { id: randomUUID(), activity: [toMessage(huge)] })).rejects.toMatchObject({ code: 'BODY_TOO_LARGE' });
    expect(front.requests()).toBe(0);
  });

  it('reads a broken record as absent, and the others as ever', async () => {
    const { member, id } = await begin(store);
    const other = await store.createSession(toRecord(member), SERVER_SESSION, [CONNECTED, toMessage('x')]);
    await redis.command('HSET', `mooring:session:${id}`, 'facts', '{"url":1', 'epoch', 'NaN');
    await redis.command('LSET', `mooring:activity:${other.id}`, '0', 'not JSON');
    await redis.command('HSET', `mooring:session:${other.id}`, 'epoch', 'x', 'coldStarts', '-1', 'usedAt', '');
    const { credential } = member;
    expect(await store.enter(credential, id, { touch: true })).toEqual({ kind: 'absent' });
    expect(await store.loadSession(id)).toBeUndefined();
    expect((await sessionsOf(store, member)).map((session) => session.id)).toEqual([other.id]);
    expect((await enterOk(store, member, other.id)).session).toMatchObject({ epoch: 1, coldStarts: 0, serverSession: SERVER_SESSION });
    const { entries } = await store.readActivity(credential, other.id, { after: 0, limit: 9 });
    expect(entries).toEqual([{ ...toMessage('x'), seq: 2 }]);
  });

  it('keeps what deployments with another lifetime stored, when they share one Redis', async () => {
    const short = open({ ttlSeconds: 60 });
    const { member, id } = await begin(store);
    const quick = await short.createSession(toRecord(member), SERVER_SESSION, []);
    await short.enter(member.credential, quick.id, { touch: true });
    await redis.moveClock(2 * MINUTE_MS);
    expect((await sessionsOf(short, member)).map((session) => session.id)).toEqual([id]);
    expect(await short.enter(member.credential, quick.id, { touch: true })).toEqual({ kind: 'expired' });
  });

  it('takes a Redis that is away for an outage, not for a session that is not there', async () => {
    const away = await startRedis();
    const itsFront = await startKvRest({ redisUrl: away.url, token: TOKEN });
    const shaken = open({ url: itsFront.url });
    const { member, id } = await begin(shaken);
    await away.close();
    await expect(shaken.enter(member.credential, id, { touch: true })).rejects.toMatchObject({ code: 'STORAGE_UNAVAILABLE' });
    await itsFront.close();
  });
});
