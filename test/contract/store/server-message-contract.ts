/** Owns what every store promises about what a server says on its own: one reader, each message once and in order, one answer. */
import { randomUUID } from 'node:crypto';
import { expect, it } from 'vitest';
import { MAX_SERVER_MESSAGES, MAX_SERVER_MESSAGES_BYTES } from '../../../shared/limits.ts';
import { begin, MINUTE_MS, type StoreUnderTest } from './store-under-test.ts';

const LEASE_MS = 10_000;

export function testServerMessages(get: () => StoreUnderTest): void {
  const open = async () => {
    const { store } = get();
    const { id, member } = await begin(store);
    return { store, id, member, add: (...texts: string[]) => store.addServerMessages(id, randomUUID(), texts) };
  };
  const toMessages = (first: number, ...texts: string[]) => texts.map((text, at) => ({ number: first + at, text }));

  it('gives the stream to one of twenty, who may keep it and give it back', async () => {
    const { store, id } = await open();
    const asked = await Promise.all(Array.from({ length: 20 }, (_, at) => store.holdServerStream(id, `owner-${at}`, 10_000)));
    expect(asked.filter(Boolean)).toHaveLength(1);
    const owner = `owner-${asked.indexOf(true)}`;
    await get().advance(6000);
    expect(await store.holdServerStream(id, owner, 10_000)).toBe(true);
    await get().advance(6000);
    expect(await store.holdServerStream(id, 'next', 10_000)).toBe(false);
    await store.releaseServerStream(id, 'next');
    expect(await store.holdServerStream(id, 'next', 10_000)).toBe(false);
    await store.releaseServerStream(id, owner);
    await store.releaseServerStream(id, owner);
    expect(await store.holdServerStream(id, 'next', 10_000)).toBe(true);
    await get().advance(11_000);
    expect(await store.holdServerStream(id, 'third', 10_000)).toBe(true);
  });

  it('numbers messages from 1, whoever adds them, and gives each once', async () => {
    const { store, id, add } = await open();
    expect(await store.readServerMessages(id, 0)).toEqual({ messages: [], gap: false, last: 0 });
    expect(await add('a', 'b "\n\u0000é')).toBe(1);
    expect(await add()).toBe(3);
    expect(await add('c')).toBe(3);
    const all = toMessages(1, 'a', 'b "\n\u0000é', 'c');
    expect(await store.readServerMessages(id, 0)).toEqual({ messages: all, gap: false, last: 3 });
    expect(await store.readServerMessages(id, 2)).toEqual({ messages: all.slice(2), gap: false, last: 3 });
    expect(await store.readServerMessages(id, 3)).toEqual({ messages: [], gap: false, last: 3 });
    const added = await Promise.all(Array.from({ length: 30 }, (_, at) => add(`x${at}`, `y${at}`)));
    expect(added.sort((a = 0, b = 0) => a - b)).toEqual(Array.from({ length: 30 }, (_, at) => 4 + at * 2));
    const { messages, last } = await store.readServerMessages(id, 3);
    expect(messages.map(({ number }) => number)).toEqual(Array.from({ length: 60 }, (_, at) => 4 + at));
    expect(last).toBe(63);
    for (let at = 0; at < 60; at += 2) expect(messages[at + 1]?.text.slice(1)).toBe(messages[at]?.text.slice(1));
  });

  it('adds the same messages once, though they come again', async () => {
    const { store, id, add } = await open();
    expect(await store.addServerMessages(id, 'same', ['a', 'b'])).toBe(1);
    await add('c');
    await get().advance(30_000);
    expect(await store.addServerMessages(id, 'same', ['a', 'b'])).toBe(1);
    expect((await store.readServerMessages(id, 0)).messages).toEqual(toMessages(1, 'a', 'b', 'c'));
  });

  it('keeps the newest messages within their number and their bytes, and tells the gap', async () => {
    const { store, id, add } = await open();
    await add(...Array.from({ length: MAX_SERVER_MESSAGES + 5 }, (_, at) => `${at + 1}`));
    await add('next');
    const read = await store.readServerMessages(id, 0);
    expect(read).toMatchObject({ gap: true, last: MAX_SERVER_MESSAGES + 6 });
    expect(read.messages).toHaveLength(MAX_SERVER_MESSAGES);
    expect(read.messages[0]).toEqual({ number: 7, text: '7' });
    expect((await store.readServerMessages(id, 6)).gap).toBe(false);
    expect((await store.readServerMessages(id, 5)).gap).toBe(true);
    const half = 'é'.repeat(MAX_SERVER_MESSAGES_BYTES / 4);
    for (let round = 0; round < 3; round++) await add(half);
    expect((await store.readServerMessages(id, 0)).messages.map(({ text }) => text.length)).toEqual([half.length, half.length]);
    const large = await add('small', 'x'.repeat(MAX_SERVER_MESSAGES_BYTES * 4));
    expect(large).toBe(MAX_SERVER_MESSAGES + 10);
    expect(await store.readServerMessages(id, 0)).toEqual({ messages: [], gap: true, last: MAX_SERVER_MESSAGES + 11 });
    await add('after');
    const after = await store.readServerMessages(id, MAX_SERVER_MESSAGES + 11);
    expect(after).toMatchObject({ messages: [{ number: MAX_SERVER_MESSAGES + 12, text: 'after' }], gap: false });
  });

  it('keeps where the server stream stands, in one step with the messages', async () => {
    const { store, id, add } = await open();
    expect(await store.addServerMessages(id, 'one', ['a'], '1:x é')).toBe(1);
    expect(await store.readServerMessages(id, 0)).toEqual({ messages: toMessages(1, 'a'), gap: false, last: 1, cursor: '1:x é' });
    await add('b');
    expect(await store.readServerMessages(id, 2)).toEqual({ messages: [], gap: false, last: 2, cursor: '1:x é' });
    expect(await store.addServerMessages(id, 'two', [], '1:y')).toBe(3);
    // Of no use as a header, and never a reason to lose the messages.
    expect(await store.addServerMessages(id, 'three', ['c'], 'z'.repeat(5000))).toBe(3);
    expect(await store.readServerMessages(id, 2)).toEqual({ messages: toMessages(3, 'c'), gap: false, last: 3, cursor: '1:y' });
    // What is known again changes nothing.
    await store.addServerMessages(id, 'one', ['a'], '1:x é');
    expect(await store.readServerMessages(id, 3)).toEqual({ messages: [], gap: false, last: 3, cursor: '1:y' });
  });

  it('lets the first answer count, and only that', async () => {
    const { store, id } = await open();
    const other = await open();
    const claims = await Promise.all(Array.from({ length: 20 }, (_, at) => store.claimAnswer(id, 'q', `owner-${at}`, LEASE_MS)));
    expect(claims.toSorted()).toEqual(['claimed', ...Array.from({ length: 19 }, () => 'held')]);
    const owner = `owner-${claims.indexOf('claimed')}`;
    expect(await store.claimAnswer(id, 'q', owner, LEASE_MS)).toBe('claimed');
    expect(await store.claimAnswer(id, owner, 'q', LEASE_MS)).toBe('claimed');
    expect(await store.claimAnswer(other.id, 'q', 'b', LEASE_MS)).toBe('claimed');
    await store.settleAnswer(id, 'q', owner, 'sent');
    expect(await store.claimAnswer(id, 'q', 'late', LEASE_MS)).toBe('answered');
    await get().advance(LEASE_MS + 1);
    expect(await store.claimAnswer(id, 'q', 'later', LEASE_MS)).toBe('answered');
    for (let at = 0; at < 600; at++) expect(await store.claimAnswer(other.id, `q${at}`, 'a', LEASE_MS)).toBe('claimed');
    expect(await store.claimAnswer(other.id, 'q599', 'b', LEASE_MS)).toBe('held');
  });

  it('lets a question be answered again whose answer could not be sent, as often as that happens', async () => {
    const { store, id } = await open();
    for (const owner of ['a', 'b', 'c']) {
      expect(await store.claimAnswer(id, 'q', owner, LEASE_MS)).toBe('claimed');
      await store.settleAnswer(id, 'q', 'somebody else', 'failed');
      expect(await store.claimAnswer(id, 'q', 'next', LEASE_MS)).toBe('held');
      await store.settleAnswer(id, 'q', owner, 'failed');
    }
    // Of what is not known, and twice, it changes nothing.
    await store.settleAnswer(id, 'q', 'a', 'failed');
    await store.settleAnswer(id, 'no such question', 'a', 'sent');
    expect(await store.claimAnswer(id, 'q', 'd', LEASE_MS)).toBe('claimed');
  });

  it('passes an answer on whose sender was not heard of again, once', async () => {
    const { store, id } = await open();
    expect(await store.claimAnswer(id, 'q', 'first', LEASE_MS)).toBe('claimed');
    await get().advance(LEASE_MS - 1000);
    expect(await store.claimAnswer(id, 'q', 'second', LEASE_MS)).toBe('held');
    await get().advance(2000);
    expect(await store.claimAnswer(id, 'q', 'second', LEASE_MS)).toBe('claimed');
    // It comes back late: what it says counts no more.
    await store.settleAnswer(id, 'q', 'first', 'failed');
    await store.settleAnswer(id, 'q', 'first', 'sent');
    expect(await store.claimAnswer(id, 'q', 'third', LEASE_MS)).toBe('held');
    await get().advance(LEASE_MS + 1);
    expect(await store.claimAnswer(id, 'q', 'third', LEASE_MS)).toBe('answered');
  });

  it('counts an answer as sent whose sender says so late, before anybody else has begun', async () => {
    const { store, id } = await open();
    await store.claimAnswer(id, 'q', 'slow', LEASE_MS);
    await get().advance(LEASE_MS + 1);
    await store.settleAnswer(id, 'q', 'slow', 'sent');
    expect(await store.claimAnswer(id, 'q', 'next', LEASE_MS)).toBe('answered');
  });

  it('ends with its session, and lives on with it', async () => {
    const { store, id, add } = await open();
    await add('a');
    await store.claimAnswer(id, 'q', 'a', LEASE_MS);
    await store.settleAnswer(id, 'q', 'a', 'sent');
    await get().advance(20 * MINUTE_MS);
    await store.touchSession(id);
    await get().advance(20 * MINUTE_MS);
    expect((await store.readServerMessages(id, 0)).messages).toEqual(toMessages(1, 'a'));
    expect(await store.claimAnswer(id, 'q', 'b', LEASE_MS)).toBe('answered');
    await get().advance(11 * MINUTE_MS);
    expect(await add('late')).toBeUndefined();
    expect(await store.holdServerStream(id, 'a', 1000)).toBe(false);
    expect(await store.claimAnswer(id, 'q2', 'a', LEASE_MS)).toBe('answered');
    expect(await store.readServerMessages(id, 0)).toEqual({ messages: [], gap: false, last: 0 });
    expect(await store.addServerMessages('no-such-session', 'x', ['a'])).toBeUndefined();
  });
}
