/** Owns what every store promises about a session's activity: order, numbers, the cap, the page. */
import { randomUUID } from 'node:crypto';
import { expect, it } from 'vitest';
import type { ActivityEntry } from '../../../shared/contract.ts';
import { MAX_ACTIVITY_ENTRIES } from '../../../shared/limits.ts';
import { begin, CONNECTED, type StoreUnderTest, toMessage } from './store-under-test.ts';

const toMethods = (entries: readonly ActivityEntry[]): unknown[] =>
  entries.map((entry) => (entry.kind === 'message' ? entry.method : entry.mark));

export function testActivity(get: () => StoreUnderTest): void {
  it('returns entries as they were written, numbered from 1', async () => {
    const { store } = get();
    const { member, id } = await begin(store);
    const message = toMessage('tools/call', { params: { text: 'é "\u2028"', deep: [[{}]], n: 1.5, none: null } });
    await store.settle(id, { id: randomUUID(), activity: [message, toMessage('ping')] });
    const { entries } = await store.readActivity(member.credential, id, { after: 0, limit: 200 });
    expect(entries).toEqual([
      { ...CONNECTED, seq: 1 },
      { ...message, seq: 2 },
      { ...toMessage('ping'), seq: 3 },
    ]);
  });

  it('pages with a cursor without gap or repetition', async () => {
    const { store } = get();
    const { member, id } = await begin(store);
    await store.settle(id, { id: randomUUID(), activity: Array.from({ length: 9 }, (_, at) => toMessage(`m${at}`)) });
    const read: number[] = [];
    for (let after = 0, rounds = 0; rounds < 5; rounds++) {
      const { entries } = await store.readActivity(member.credential, id, { after, limit: 4 });
      read.push(...entries.map(({ seq }) => seq));
      after = entries.at(-1)?.seq ?? after;
    }
    expect(read).toEqual([1, 2, 3, 4, 5, 6, 7, 8, 9, 10]);
    expect((await store.readActivity(member.credential, id, { after: 10, limit: 4 })).entries).toEqual([]);
    expect((await store.readActivity(member.credential, id, { after: 99, limit: 4 })).entries).toEqual([]);
  });

  it('keeps the newest entries up to the cap, and their numbers', async () => {
    const { store } = get();
    const { member, id } = await begin(store);
    const half = MAX_ACTIVITY_ENTRIES / 2;
    for (let round = 0; round < 3; round++)
      await store.settle(id, { id: randomUUID(), activity: Array.from({ length: half }, (_, at) => toMessage(`${round}-${at}`)) });
    const { entries } = await store.readActivity(member.credential, id, { after: 0, limit: 10_000 });
    expect(entries).toHaveLength(MAX_ACTIVITY_ENTRIES);
    expect(entries[0]).toEqual({ ...toMessage('1-0'), seq: half + 2 });
    expect(entries.at(-1)).toEqual({ ...toMessage(`2-${half - 1}`), seq: half * 3 + 1 });
    const page = await store.readActivity(member.credential, id, { after: 3, limit: 2 });
    expect(page.entries.map(({ seq }) => seq)).toEqual([half + 2, half + 3]);
  });

  it('keeps the newest of a batch larger than the cap', async () => {
    const { store } = get();
    const { member, id } = await begin(store);
    await store.settle(id, {
      id: randomUUID(),
      activity: Array.from({ length: MAX_ACTIVITY_ENTRIES + 5 }, (_, at) => toMessage(`m${at}`)),
    });
    const { entries } = await store.readActivity(member.credential, id, { after: 0, limit: 10_000 });
    expect(entries).toHaveLength(MAX_ACTIVITY_ENTRIES);
    expect(entries[0]).toEqual({ ...toMessage('m5'), seq: 7 });
    await store.settle(id, { id: randomUUID(), activity: [toMessage('next')] });
    const after = await store.readActivity(member.credential, id, { after: MAX_ACTIVITY_ENTRIES + 6, limit: 10 });
    expect(after.entries).toEqual([{ ...toMessage('next'), seq: MAX_ACTIVITY_ENTRIES + 7 }]);
  });

  it('leaves out the oldest messages of a batch that is too large together, never their entries', async () => {
    const { store } = get();
    const { member, id } = await begin(store);
    const body = 'x'.repeat(15_000);
    await store.settle(id, { id: randomUUID(), activity: Array.from({ length: 100 }, (_, at) => toMessage(`m${at}`, body)) });
    const { entries } = await store.readActivity(member.credential, id, { after: 1, limit: 200 });
    expect(toMethods(entries)).toEqual(Array.from({ length: 100 }, (_, at) => `m${at}`));
    const kept = entries.map((entry) => entry.kind === 'message' && entry.message !== undefined);
    expect(kept[0]).toBe(false);
    expect(kept[99]).toBe(true);
    expect(kept.filter(Boolean).length).toBeGreaterThan(30);
  });

  it('numbers the entries of writers at the same time without a repetition', async () => {
    const { store } = get();
    const { member, id } = await begin(store);
    await Promise.all(
      Array.from({ length: 30 }, (_, at) =>
        store.settle(id, { id: randomUUID(), activity: [toMessage(`a${at}`), toMessage(`b${at}`)], coldStarts: 1 }),
      ),
    );
    const { entries } = await store.readActivity(member.credential, id, { after: 1, limit: 200 });
    expect(entries.map(({ seq }) => seq)).toEqual(Array.from({ length: 60 }, (_, at) => at + 2));
    for (let at = 0; at < 60; at += 2) {
      const [a, b] = toMethods(entries.slice(at, at + 2));
      expect(String(b).slice(1)).toBe(String(a).slice(1));
    }
    expect((await store.loadSession(id))?.coldStarts).toBe(30);
  });
}
