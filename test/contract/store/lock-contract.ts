/** Owns what every store promises about the lock of a session, its fences, and replacing the server session under it. */
import { expect, it } from 'vitest';
import { begin, enterOk, NEWER_SERVER_SESSION, SERVER_SESSION, type StoreUnderTest } from './store-under-test.ts';

export function testLocks(get: () => StoreUnderTest): void {
  it('gives the lock to one of twenty who ask at once', async () => {
    const { store } = get();
    const { id } = await begin(store);
    const asked = await Promise.all(Array.from({ length: 20 }, (_, at) => store.acquireLock(id, `owner-${at}`, 10_000)));
    expect(asked.filter((lock) => lock !== undefined)).toEqual([{ owner: expect.stringMatching(/^owner-\d+$/), fence: 1 }]);
  });

  it('gives it again to who holds it, under the same fence and for longer', async () => {
    const { store, advance } = get();
    const { id } = await begin(store);
    expect(await store.acquireLock(id, 'a:1', 10_000)).toEqual({ owner: 'a:1', fence: 1 });
    await advance(6000);
    expect(await store.acquireLock(id, 'a:1', 10_000)).toEqual({ owner: 'a:1', fence: 1 });
    await advance(6000);
    expect(await store.acquireLock(id, 'b', 10_000)).toBeUndefined();
    await advance(6000);
    expect(await store.acquireLock(id, 'b', 10_000)).toEqual({ owner: 'b', fence: 2 });
  });

  it('is given back by its owner alone, and fences only go up', async () => {
    const { store } = get();
    const { id } = await begin(store);
    await store.acquireLock(id, 'a', 10_000);
    await store.releaseLock(id, 'b');
    expect(await store.acquireLock(id, 'b', 10_000)).toBeUndefined();
    await store.releaseLock(id, 'a');
    expect(await store.acquireLock(id, 'b', 10_000)).toEqual({ owner: 'b', fence: 2 });
    await store.releaseLock(id, 'a');
    expect(await store.acquireLock(id, 'c', 10_000)).toBeUndefined();
    await store.releaseLock(id, 'b');
    await store.releaseLock(id, 'b');
    expect(await store.acquireLock(id, 'a', 10_000)).toEqual({ owner: 'a', fence: 3 });
  });

  it('is one for each session', async () => {
    const { store } = get();
    const one = await begin(store);
    const two = await begin(store);
    expect(await store.acquireLock(one.id, 'a', 10_000)).toEqual({ owner: 'a', fence: 1 });
    expect(await store.acquireLock(two.id, 'b', 10_000)).toEqual({ owner: 'b', fence: 1 });
  });

  it('cannot be taken of a session that is not there', async () => {
    const { store } = get();
    expect(await store.acquireLock('no-such-session', 'a', 10_000)).toBeUndefined();
    await store.releaseLock('no-such-session', 'a');
    expect(await store.publishServerSession('no-such-session', { owner: 'a', fence: 1 }, SERVER_SESSION)).toBe('absent');
  });

  it('lets its holder replace the server session, and counts that once', async () => {
    const { store } = get();
    const { member, id, session } = await begin(store);
    const lock = await store.acquireLock(id, 'a', 10_000);
    if (lock === undefined) throw new Error('no lock');
    expect(await store.publishServerSession(id, lock, NEWER_SERVER_SESSION)).toBe('published');
    const renewed = { ...session, serverSession: NEWER_SERVER_SESSION, epoch: 2, renewals: 1, expiresAt: expect.any(String) };
    expect((await enterOk(store, member, id)).session).toEqual(renewed);
    expect(await store.publishServerSession(id, lock, NEWER_SERVER_SESSION)).toBe('published');
    expect((await enterOk(store, member, id)).session).toEqual(renewed);
    expect(await store.publishServerSession(id, lock, SERVER_SESSION)).toBe('published');
    expect((await enterOk(store, member, id)).session).toMatchObject({ serverSession: SERVER_SESSION, epoch: 3, renewals: 2 });
  });

  it('refuses what a holder publishes who was paused while another took over', async () => {
    const { store, advance } = get();
    const { member, id } = await begin(store);
    const paused = await store.acquireLock(id, 'paused', 10_000);
    await advance(15_000);
    const next = await store.acquireLock(id, 'next', 10_000);
    if (paused === undefined || next === undefined) throw new Error('no lock');
    expect(next.fence).toBeGreaterThan(paused.fence);
    expect(await store.publishServerSession(id, paused, { ...SERVER_SESSION, id: 'stale' })).toBe('superseded');
    expect(await store.publishServerSession(id, next, NEWER_SERVER_SESSION)).toBe('published');
    expect(await store.publishServerSession(id, paused, { ...SERVER_SESSION, id: 'stale' })).toBe('superseded');
    expect((await enterOk(store, member, id)).session).toMatchObject({ serverSession: NEWER_SERVER_SESSION, epoch: 2, renewals: 1 });
  });

  it('lets a holder publish whose lock ran out while nobody else took over', async () => {
    const { store, advance } = get();
    const { id } = await begin(store);
    const lock = await store.acquireLock(id, 'slow', 1000);
    if (lock === undefined) throw new Error('no lock');
    await advance(5000);
    expect(await store.publishServerSession(id, lock, NEWER_SERVER_SESSION)).toBe('published');
  });
}
