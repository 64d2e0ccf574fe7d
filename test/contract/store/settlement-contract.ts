/** Owns what every store promises about what is written of calls: their results, their events, and each settlement once. */
import { randomUUID } from 'node:crypto';
import { expect, it } from 'vitest';
import { MAX_CALL_EVENTS, MAX_CALL_EVENTS_BYTES, MAX_LEDGER_CALLS, MAX_STORED_RESULT_BYTES } from '../../../shared/limits.ts';
import { beginLedger, LEASE_MS, toOpening } from './call-samples.ts';
import { MINUTE_MS, type StoreUnderTest, toMessage } from './store-under-test.ts';

export function testSettlements(get: () => StoreUnderTest): void {
  const open = () => beginLedger(get().store);
  const begun = async (more = {}) => {
    const ledger = await open();
    const opening = toOpening(more);
    await ledger.enter(opening);
    return { ledger, opening, key: opening.key };
  };

  it('keeps the result for whoever asks next, for a quarter of an hour', async () => {
    const { store, advance } = get();
    const { ledger, opening, key } = await begun();
    const response = '{"jsonrpc":"2.0","result":{"text":"é \\u2028 😀","n":1e21,"list":[],"map":{}}}';
    await ledger.end({ key, owner: 'a', state: 'done', response });
    const call = expect.objectContaining({ key, state: 'done', settledAt: expect.any(String) });
    expect(await ledger.enter({ ...opening, owner: 'b' })).toEqual({ kind: 'settled', call, response });
    expect((await ledger.read(key)).result).toEqual({ call, response });
    expect(await ledger.list()).toEqual([call]);
    await advance(14 * MINUTE_MS);
    await store.touchSession(ledger.id);
    expect((await ledger.read(key)).result).toEqual({ call, response });
    await advance(2 * MINUTE_MS);
    expect((await ledger.read(key)).result).toBeUndefined();
    expect(await ledger.list()).toEqual([]);
    expect(await ledger.enter({ ...opening, owner: 'b' })).toMatchObject({ kind: 'begun' });
  });

  it('tells the size of a result that is too large to keep', async () => {
    const { ledger, opening, key } = await begun();
    const response = 'é'.repeat(MAX_STORED_RESULT_BYTES / 2);
    await ledger.end({ key, owner: 'a', state: 'done', response });
    expect((await ledger.read(key)).result).toMatchObject({ response });
    const larger = { ...opening, key: 'larger' };
    await ledger.enter(larger);
    await ledger.end({ key: larger.key, owner: 'a', state: 'failed', response: `${response}x` });
    const { result } = await ledger.read(larger.key);
    expect(result).toEqual({ call: expect.objectContaining({ state: 'failed' }), droppedBytes: MAX_STORED_RESULT_BYTES + 1 });
  });

  it('lets the first end count, by who holds the call', async () => {
    const { ledger, key } = await begun();
    await ledger.end({ key, owner: 'b', state: 'failed', response: '{"wrong":1}' });
    expect(await ledger.stateOf(key)).toBe('sent');
    await ledger.end({ key, owner: 'a', state: 'done', response: '{"first":1}' });
    for (const state of ['unknown', 'failed', 'done'] as const) await ledger.end({ key, owner: 'a', state, response: '{"later":1}' });
    expect((await ledger.read(key)).result).toMatchObject({ call: { state: 'done' }, response: '{"first":1}' });
    await ledger.end({ key: 'no-such-call', owner: 'a', state: 'done', response: '{}' });
    expect((await ledger.read('no-such-call')).result).toBeUndefined();
  });

  it('writes a settlement that comes again nothing twice', async () => {
    const { store, advance } = get();
    const { ledger, key } = await begun();
    const settlement = {
      ...{ id: randomUUID(), activity: [toMessage('x')], coldStarts: 1 },
      runningCalls: [{ key, owner: 'a', progress: { progress: 1 }, events: { from: 1, texts: ['one'] } }],
    };
    await store.settle(ledger.id, settlement);
    await ledger.tell({ key, owner: 'a', progress: { progress: 2 }, events: { from: 2, texts: ['two'] } });
    await advance(30_000);
    await store.settle(ledger.id, settlement);
    expect((await store.loadSession(ledger.id))?.coldStarts).toBe(1);
    const { entries } = await store.readActivity(ledger.member.credential, ledger.id, { after: 1, limit: 10 });
    expect(entries).toEqual([{ ...toMessage('x'), seq: 2 }]);
    await ledger.advance(key, 'a');
    const { result, events } = await ledger.read(key);
    expect(result?.call.progress).toEqual({ progress: 2 });
    expect(events.map(({ text }) => text)).toEqual(['one', 'two']);
  });

  it('keeps news of a call from its holder alone, while it runs', async () => {
    const { ledger, key } = await begun();
    const news = { progress: { progress: 0.1, total: 3, message: 'é' }, serverEventId: 'id:1' };
    await ledger.tell({ key, owner: 'a', ...news, events: { from: 1, texts: ['1', '2'] } });
    await ledger.tell({ key, owner: 'b', progress: { progress: 9 }, serverEventId: 'no', events: { from: 3, texts: ['no'] } });
    expect((await ledger.read(key)).result?.call).toMatchObject(news);
    expect(await ledger.list()).toMatchObject([news]);
    const last = { key, owner: 'a', events: { from: 3, texts: ['3'] } };
    const end = { key, owner: 'a', state: 'done', response: '{}' } as const;
    await get().store.settle(ledger.id, { id: randomUUID(), activity: [], runningCalls: [last], settledCalls: [end] });
    await ledger.tell({ ...last, progress: { progress: 4 }, events: { from: 4, texts: ['late'] } });
    const { result, events } = await ledger.read(key);
    expect(result?.call).toMatchObject({ ...news, state: 'done' });
    expect(events.map(({ text }) => text)).toEqual(['1', '2', '3']);
  });

  it('leaves out what a server tells at too great length, and writes the rest', async () => {
    const { ledger, key } = await begun();
    const long = 'x'.repeat(600_000);
    const news = { key, owner: 'a', progress: { progress: 1, total: 2, message: long }, serverEventId: long };
    await ledger.tell({ ...news, events: { from: 1, texts: ['event'] } });
    const { result, events } = await ledger.read(key);
    expect(result?.call.progress).toEqual({ progress: 1, total: 2 });
    expect(result?.call).not.toHaveProperty('serverEventId');
    expect(events).toEqual([{ number: 1, text: 'event' }]);
  });

  it('numbers events, leaves out what it has, and tells a gap', async () => {
    const { ledger, key } = await begun();
    const tell = (from: number, ...texts: string[]) => ledger.tell({ key, owner: 'a', events: { from, texts } });
    await tell(1, 'a', 'b "\n\u0000é');
    await tell(2, 'b again', 'c');
    await tell(1, 'a again');
    const all = [1, 2, 3].map((number, at) => ({ number, text: ['a', 'b "\n\u0000é', 'c'][at] ?? '' }));
    expect(await ledger.read(key)).toMatchObject({ events: all, gap: false });
    expect(await ledger.read(key, 2)).toMatchObject({ events: all.slice(2), gap: false });
    expect(await ledger.read(key, 3)).toMatchObject({ events: [], gap: false });
    expect(await ledger.read(key, 9)).toMatchObject({ events: [], gap: false });
    await tell(6, 'f');
    expect(await ledger.read(key, 3)).toMatchObject({ events: [{ number: 6, text: 'f' }], gap: true });
    expect(await ledger.read(key, 5)).toMatchObject({ events: [{ number: 6, text: 'f' }], gap: false });
  });

  it('keeps the newest events within their number and their bytes', async () => {
    const { ledger, key } = await begun();
    const tell = (from: number, texts: string[]) => ledger.tell({ key, owner: 'a', events: { from, texts } });
    await tell(
      1,
      Array.from({ length: MAX_CALL_EVENTS + 20 }, (_, at) => `${at + 1}`),
    );
    await tell(MAX_CALL_EVENTS + 21, ['next']);
    const { events, gap } = await ledger.read(key);
    expect({ gap, first: events[0], last: events.at(-1), length: events.length }).toEqual({
      ...{ gap: true, first: { number: 22, text: '22' }, last: { number: MAX_CALL_EVENTS + 21, text: 'next' } },
      length: MAX_CALL_EVENTS,
    });
    const half = 'é'.repeat(MAX_CALL_EVENTS_BYTES / 4);
    for (let number = 1; number <= 3; number++) await tell(MAX_CALL_EVENTS + 21 + number, [half]);
    expect((await ledger.read(key)).events.map(({ number }) => number)).toEqual([MAX_CALL_EVENTS + 23, MAX_CALL_EVENTS + 24]);
    await tell(MAX_CALL_EVENTS + 25, ['x'.repeat(MAX_CALL_EVENTS_BYTES * 4)]);
    expect(await ledger.read(key, MAX_CALL_EVENTS + 24)).toMatchObject({ events: [], gap: true });
    await tell(MAX_CALL_EVENTS + 26, ['after']);
    expect(await ledger.read(key, MAX_CALL_EVENTS + 25)).toMatchObject({ events: [{ text: 'after' }], gap: false });
  });

  it('lists the newest settled calls and every running one, newest first', async () => {
    const ledger = await open();
    const running = toOpening({ leaseMs: 10 * MINUTE_MS });
    await ledger.enter(running);
    const openings = Array.from({ length: MAX_LEDGER_CALLS + 3 }, (_, at) => toOpening({ key: `call-${String(at).padStart(4, '0')}` }));
    for (const opening of openings) {
      await ledger.enter(opening);
      await ledger.end({ key: opening.key, owner: 'a', state: 'done', response: '{"é":1}' });
    }
    const listed = (await ledger.list()).map(({ key }) => key);
    expect(listed).toHaveLength(MAX_LEDGER_CALLS + 1);
    expect(new Set(listed)).toEqual(new Set([running.key, ...openings.slice(3).map(({ key }) => key)]));
    for (const [at, opening] of openings.slice(0, 4).entries()) {
      const entry = await ledger.enter({ ...opening, owner: 'copy' });
      expect(entry).toEqual({
        ...{ kind: 'settled', call: expect.objectContaining({ state: 'done' }) },
        ...(at < 3 ? { droppedBytes: Buffer.byteLength('{"é":1}') } : { response: '{"é":1}' }),
      });
    }
    expect((await get().store.loadSession(ledger.id))?.running).toBe(1);
    // Copies of a request are no longer on their way: what is not listed is forgotten.
    await get().age(ledger.id, 61_000);
    const last = toOpening();
    await ledger.enter(last);
    await ledger.end({ key: last.key, owner: 'a', state: 'done', response: '{}' });
    for (const [at, { key }] of openings.slice(0, 5).entries()) expect((await ledger.read(key)).result === undefined).toBe(at < 4);
    expect((await ledger.list()).map(({ key }) => key)).toContain(running.key);
  });

  it('keeps a running call as long as its session, though nobody holds it', async () => {
    const { store, advance } = get();
    const { ledger, opening, key } = await begun({ ready: false });
    const uses = [
      () => store.touchSession(ledger.id),
      () => store.enter(ledger.member.credential, ledger.id, { touch: true }),
      () => ledger.enter(toOpening({ key: 'other' })),
    ];
    for (const use of uses) {
      // Twice, so that no other use can stand in for this one.
      for (let round = 0; round < 2; round++) {
        await advance(20 * MINUTE_MS);
        await use();
      }
    }
    await advance(29 * MINUTE_MS);
    expect((await ledger.list()).map((call) => call.key)).toContain(key);
    expect(await ledger.enter({ ...opening, owner: 'b' })).toMatchObject({ kind: 'begun' });
  });

  it('writes the end of a call whose session ran out, and nothing else', async () => {
    const { store, advance } = get();
    const { ledger, key } = await begun({ leaseMs: 45 * MINUTE_MS });
    await advance(31 * MINUTE_MS);
    const news = { key, owner: 'a', progress: { progress: 1 } };
    const end = { key, owner: 'a', state: 'done', response: '{}' } as const;
    expect(await ledger.advance(key, 'a')).toBe('held');
    await store.settle(ledger.id, {
      id: randomUUID(),
      activity: [toMessage('late')],
      coldStarts: 1,
      runningCalls: [news],
      settledCalls: [end],
    });
    expect(await ledger.advance(key, 'a')).toBe('lost');
    expect(await store.loadSession(ledger.id)).toBeUndefined();
    expect(await store.readCall(ledger.member.credential, ledger.id, key, { after: 0 })).toEqual({ kind: 'expired' });
  });

  it('forgets the calls of a session that is removed', async () => {
    const { store } = get();
    const { ledger, key } = await begun();
    await store.removeSession(ledger.member.credential, ledger.id);
    expect(await store.advanceCall(ledger.id, { key, owner: 'a', leaseMs: LEASE_MS })).toBe('lost');
    await ledger.end({ key, owner: 'a', state: 'done', response: '{}' });
    expect(await store.readCall(ledger.member.credential, ledger.id, key, { after: 0 })).toEqual({ kind: 'absent' });
  });
}
