/** Owns what every store promises about the end of a session: one lifetime after its last use, for everybody, and for good. */
import { randomUUID } from 'node:crypto';
import { expect, it } from 'vitest';
import {
  addMember,
  begin,
  CONNECTED,
  DAY_MS,
  enterOk,
  MINUTE_MS,
  NEWER_SERVER_SESSION,
  type StoreUnderTest,
  toMessage,
} from './store-under-test.ts';

export function testSessionEnds(get: () => StoreUnderTest): void {
  it('lives on after 29 minutes when touched, however often', async () => {
    const { store, advance } = get();
    const { member, id } = await begin(store);
    for (let round = 0; round < 3; round++) {
      await advance(29 * MINUTE_MS);
      await enterOk(store, member, id, true);
    }
    expect((await store.readActivity(member.credential, id, { after: 0, limit: 10 })).entries).toEqual([{ ...CONNECTED, seq: 1 }]);
    await advance(29 * MINUTE_MS);
    expect(await store.touchSession(id)).toBe(true);
    await advance(29 * MINUTE_MS);
    await enterOk(store, member, id);
  });

  it('has run out after 31 minutes, for every method', async () => {
    const { store, advance } = get();
    const { member, id } = await begin(store);
    const lock = await store.acquireLock(id, 'a', DAY_MS);
    await advance(31 * MINUTE_MS);
    const { credential } = member;
    expect(await store.enter(credential, id, { touch: true })).toEqual({ kind: 'expired' });
    expect(await store.enter(credential, id, { touch: false })).toEqual({ kind: 'expired' });
    expect(await store.loadSession(id)).toBeUndefined();
    expect(await store.touchSession(id)).toBe(false);
    expect(await store.listSessions(credential)).toMatchObject({ kind: 'ok', sessions: [] });
    expect(await store.renameSession(credential, id, 'x')).toEqual({ kind: 'expired' });
    expect(await store.readActivity(credential, id, { after: 0, limit: 10 })).toEqual({ kind: 'expired', entries: [] });
    expect(await store.acquireLock(id, 'b', 1000)).toBeUndefined();
    expect(lock).toBeDefined();
    if (lock) expect(await store.publishServerSession(id, lock, NEWER_SERVER_SESSION)).toBe('absent');
    expect(await store.removeSession(credential, id)).toEqual({ kind: 'expired' });
  });

  it('is there shortly before its end and not shortly after, for every method', async () => {
    const { store, advance } = get();
    const { member, id } = await begin(store);
    const stranger = await addMember(store);
    const lock = await store.acquireLock(id, 'a', DAY_MS);
    await advance(30 * MINUTE_MS - 5000);
    await enterOk(store, member, id);
    await advance(10_000);
    expect(await store.touchSession(id)).toBe(false);
    await store.settle(id, { id: randomUUID(), activity: [toMessage('late')], coldStarts: 1 });
    expect(await store.enter(stranger.credential, id, { touch: true })).toEqual({ kind: 'absent' });
    expect(await store.enter(member.credential, id, { touch: true })).toEqual({ kind: 'expired' });
    expect(await store.renameSession(member.credential, id, 'Late')).toEqual({ kind: 'expired' });
    expect(await store.listSessions(member.credential)).toMatchObject({ kind: 'ok', sessions: [] });
    expect(await store.acquireLock(id, 'a', 1000)).toBeUndefined();
    if (lock) expect(await store.publishServerSession(id, lock, NEWER_SERVER_SESSION)).toBe('absent');
    expect(await store.loadSession(id)).toBeUndefined();
  });

  it('is not kept alive by being looked at, renamed, settled, locked or renewed', async () => {
    const { store, advance } = get();
    const { member, id } = await begin(store);
    await advance(29 * MINUTE_MS);
    await enterOk(store, member, id);
    await store.loadSession(id);
    await store.listSessions(member.credential);
    await store.renameSession(member.credential, id, 'New');
    await store.settle(id, { id: randomUUID(), activity: [toMessage('ping')], coldStarts: 1 });
    await store.readActivity(member.credential, id, { after: 0, limit: 10 });
    const lock = await store.acquireLock(id, 'a', 1000);
    if (lock) await store.publishServerSession(id, lock, NEWER_SERVER_SESSION);
    await advance(2 * MINUTE_MS);
    expect(await store.enter(member.credential, id, { touch: true })).toEqual({ kind: 'expired' });
  });

  it('never comes back once it has run out, whatever is written to it', async () => {
    const { store, advance } = get();
    const { member, id } = await begin(store);
    const lock = await store.acquireLock(id, 'a', DAY_MS);
    await advance(31 * MINUTE_MS);
    await store.settle(id, { id: randomUUID(), activity: [toMessage('late')], coldStarts: 1, logLevel: 'debug', subscribed: 'file:///a' });
    await store.renameSession(member.credential, id, 'Late');
    if (lock) await store.publishServerSession(id, lock, NEWER_SERVER_SESSION);
    await store.touchSession(id);
    await store.acquireLock(id, 'a', 1000);
    expect(await store.enter(member.credential, id, { touch: true })).toEqual({ kind: 'expired' });
    expect(await store.loadSession(id)).toBeUndefined();
    expect(await store.readActivity(member.credential, id, { after: 0, limit: 10 })).toEqual({ kind: 'expired', entries: [] });
  });

  it('reads as expired for its own workspace for a day, then as absent; for others always as absent', async () => {
    const { store, advance } = get();
    const { member, id } = await begin(store);
    const stranger = await addMember(store);
    await advance(31 * MINUTE_MS);
    expect(await store.enter(stranger.credential, id, { touch: true })).toEqual({ kind: 'absent' });
    await advance(DAY_MS - 2 * MINUTE_MS);
    expect(await store.enter(member.credential, id, { touch: true })).toEqual({ kind: 'expired' });
    await advance(2 * MINUTE_MS);
    expect(await store.enter(member.credential, id, { touch: true })).toEqual({ kind: 'absent' });
  });
}
