/** Owns what every store promises about who holds a call: begun once, taken over only while nothing was sent, never lost, never twice. */
import { expect, it } from 'vitest';
import { beginLedger, LEASE_MS, toLedger, toOpening } from './call-samples.ts';
import { addMember, MINUTE_MS, type StoreUnderTest, sessionsOf } from './store-under-test.ts';

export function testCalls(get: () => StoreUnderTest): void {
  const open = () => beginLedger(get().store);
  const lapse = () => get().advance(LEASE_MS + 1000);

  it('begins with all that is known of it', async () => {
    const ledger = await open();
    const opening = toOpening();
    const { method, exchange, requestId, key } = opening;
    const call = {
      ...{ method, label: 'echo é', exchange, requestId, key, device: ledger.member.device.name },
      ...{ state: 'sent', startedAt: expect.stringMatching(/^\d{4}-.*Z$/), cancelRequested: false, epoch: 1 },
    };
    expect(await ledger.enter(opening)).toEqual({ kind: 'begun', call });
    expect(await ledger.read(key)).toEqual({ result: { call }, events: [], gap: false });
    expect(await ledger.list()).toEqual([call]);
    const { label: _, ...unnamed } = toOpening({ ready: false });
    const entry = await ledger.enter(unnamed);
    expect(entry).toMatchObject({ kind: 'begun', call: { key: unnamed.key, state: 'pending' } });
    expect(entry).not.toHaveProperty('call.label');
  });

  it('lets the session begin its time again, and is refused where the session is', async () => {
    const { store, advance } = get();
    const ledger = await open();
    const stranger = await addMember(store);
    await advance(29 * MINUTE_MS);
    const opening = toOpening();
    await ledger.enter(opening);
    await advance(29 * MINUTE_MS);
    expect(await store.enterCall(stranger.credential, ledger.id, opening)).toEqual({ kind: 'absent' });
    expect(await store.readCall(stranger.credential, ledger.id, opening.key, { after: 0 })).toEqual({ kind: 'absent' });
    expect(await store.listCalls(stranger.credential, ledger.id)).toEqual({ kind: 'absent' });
    expect(await store.requestCancel(stranger.credential, ledger.id, opening.key)).toEqual({ kind: 'absent' });
    const unknown = { ...ledger.member.credential, tokenHash: 'unknown' };
    expect(await store.enterCall(unknown, ledger.id, opening)).toEqual({ kind: 'unauthorized' });
    expect(await ledger.stateOf(opening.key)).toBe('unknown');
    await advance(2 * MINUTE_MS);
    expect(await store.enterCall(ledger.member.credential, ledger.id, opening)).toEqual({ kind: 'expired' });
  });

  it('is the same for its owner who asks again, and runs for everybody else', async () => {
    const ledger = await open();
    const opening = toOpening();
    const first = await ledger.enter(opening);
    expect(await ledger.enter(opening)).toEqual(first);
    const copy = { ...opening, owner: 'b', exchange: 'x-2' };
    expect(await ledger.enter(copy)).toEqual({ kind: 'running', call: 'call' in first && first.call });
    const other = await addMember(get().store, ledger.member);
    expect(await toLedger(get().store, other, ledger.id).enter(copy)).toMatchObject({ kind: 'running', call: { exchange: 'x-1' } });
  });

  it('is refused under the key of another act, whatever became of that', async () => {
    const ledger = await open();
    const opening = toOpening();
    await ledger.enter(opening);
    expect(await ledger.enter({ ...opening, bodyHash: 'other' })).toEqual({ kind: 'conflict' });
    await lapse();
    expect(await ledger.enter({ ...opening, bodyHash: 'other', owner: 'b' })).toEqual({ kind: 'conflict' });
    await ledger.end({ key: opening.key, owner: 'a', state: 'done', response: '{}' });
    expect(await ledger.enter({ ...opening, bodyHash: 'other' })).toEqual({ kind: 'conflict' });
    expect(await ledger.stateOf(opening.key)).toBe('done');
  });

  it('belongs to one of fifty who begin it at once', async () => {
    const ledger = await open();
    const opening = toOpening();
    const entries = await Promise.all(Array.from({ length: 50 }, (_, at) => ledger.enter({ ...opening, owner: `owner-${at}` })));
    expect(entries.map(({ kind }) => kind).sort()).toEqual(['begun', ...Array.from({ length: 49 }, () => 'running')]);
  });

  it('is taken over by one of fifty when its holder is gone and nothing was sent', async () => {
    const ledger = await open();
    const opening = toOpening({ ready: false });
    await ledger.enter(opening);
    await lapse();
    const entries = await Promise.all(
      Array.from({ length: 50 }, (_, at) => ledger.enter({ ...opening, owner: `owner-${at}`, exchange: `new-${at}`, ready: true })),
    );
    expect(entries.map(({ kind }) => kind).sort()).toEqual(['begun', ...Array.from({ length: 49 }, () => 'running')]);
    const begun = entries.findIndex(({ kind }) => kind === 'begun');
    expect(entries[begun]).toMatchObject({ call: { state: 'sent', exchange: `new-${begun}` } });
    expect(await ledger.advance(opening.key, 'a', 'sent')).toBe('lost');
    await ledger.end({ key: opening.key, owner: 'a', state: 'failed' });
    expect(await ledger.stateOf(opening.key)).toBe('sent');
  });

  it('is unknown when its holder is gone after it was sent, and never begins again', async () => {
    const ledger = await open();
    const [read, entered, listed] = [toOpening(), toOpening(), toOpening()];
    for (const opening of [read, entered, listed]) await ledger.enter(opening);
    await lapse();
    expect((await ledger.read(read.key)).result?.call).toMatchObject({ state: 'unknown', settledAt: expect.any(String) });
    expect(await ledger.enter({ ...entered, owner: 'b' })).toMatchObject({ kind: 'settled', call: { state: 'unknown' } });
    expect((await ledger.list()).map(({ state }) => state)).toEqual(['unknown', 'unknown', 'unknown']);
    for (const { key } of [read, entered, listed]) {
      expect(await ledger.advance(key, 'a', 'sent')).toBe('lost');
      await ledger.end({ key, owner: 'a', state: 'done', response: '{"late":1}' });
      expect(await ledger.stateOf(key)).toBe('unknown');
    }
  });

  it('stays with a holder who was late, as long as nobody looked', async () => {
    const ledger = await open();
    const [sent, pending] = [toOpening(), toOpening({ ready: false })];
    for (const opening of [sent, pending]) await ledger.enter(opening);
    await lapse();
    expect(await ledger.advance(sent.key, 'a')).toBe('held');
    expect(await ledger.advance(pending.key, 'a', 'sent')).toBe('held');
    expect(await ledger.enter({ ...sent, owner: 'b' })).toMatchObject({ kind: 'running' });
    await get().advance(LEASE_MS - 5000);
    expect(await ledger.advance(sent.key, 'a')).toBe('held');
    await get().advance(LEASE_MS - 5000);
    expect(await ledger.stateOf(sent.key)).toBe('sent');
  });

  it('goes back to pending by its holder alone, and tells the epoch that it was sent to', async () => {
    const ledger = await open();
    const opening = toOpening();
    await ledger.enter(opening);
    expect(await ledger.advance(opening.key, 'b', 'pending')).toBe('lost');
    expect(await ledger.stateOf(opening.key)).toBe('sent');
    expect(await ledger.advance(opening.key, 'a', 'pending')).toBe('held');
    expect(await ledger.stateOf(opening.key)).toBe('pending');
    const again = { key: opening.key, owner: 'a', leaseMs: LEASE_MS, state: 'sent', epoch: 4 } as const;
    expect(await get().store.advanceCall(ledger.id, again)).toBe('held');
    expect((await ledger.read(opening.key)).result?.call).toMatchObject({ state: 'sent', epoch: 4 });
    expect(await get().store.advanceCall(ledger.id, { ...again, key: 'no-such-call' })).toBe('lost');
    expect(await get().store.advanceCall('no-such-session', again)).toBe('lost');
  });

  it('is taken up by one when its stream can be, and is not sent again by who took it up', async () => {
    const ledger = await open();
    const opening = toOpening();
    await ledger.enter(opening);
    await ledger.tell({ key: opening.key, owner: 'a', serverEventId: 'event-9' });
    expect(await ledger.adopt(opening.key, 'b')).toBeUndefined();
    await lapse();
    expect(await ledger.stateOf(opening.key)).toBe('sent');
    const taken = await Promise.all(Array.from({ length: 20 }, (_, at) => ledger.adopt(opening.key, `owner-${at}`)));
    const owner = `owner-${taken.findIndex((call) => call !== undefined)}`;
    expect(taken.filter((call) => call !== undefined)).toMatchObject([{ exchange: 'x-1', state: 'sent', serverEventId: 'event-9' }]);
    expect(await ledger.adopt(opening.key, owner)).toMatchObject({ exchange: 'x-1' });
    expect(await ledger.enter({ ...opening, owner })).toMatchObject({ kind: 'orphaned', call: { exchange: 'x-1' } });
    await lapse();
    const entries = await Promise.all(Array.from({ length: 20 }, (_, at) => ledger.enter({ ...opening, owner: `next-${at}` })));
    expect(entries.map(({ kind }) => kind).sort()).toEqual(['orphaned', ...Array.from({ length: 19 }, () => 'running')]);
    expect(await ledger.advance(opening.key, owner)).toBe('lost');
  });

  it('is not to be adopted while it is not orphaned', async () => {
    const ledger = await open();
    const [pending, lost, done] = [toOpening({ ready: false }), toOpening(), toOpening()];
    for (const opening of [pending, lost, done]) await ledger.enter(opening);
    await ledger.tell({ key: done.key, owner: 'a', serverEventId: '1' });
    await ledger.end({ key: done.key, owner: 'a', state: 'done', response: '{}' });
    await lapse();
    for (const key of [pending.key, lost.key, done.key, 'no-such-call']) expect(await ledger.adopt(key, 'b')).toBeUndefined();
    expect(await get().store.adoptCall('no-such-session', done.key, 'b', LEASE_MS)).toBeUndefined();
  });

  it('is asked to be cancelled: its holder is told, and one that nobody holds has failed', async () => {
    const ledger = await open();
    const [sent, pending, left] = [toOpening(), toOpening({ ready: false }), toOpening({ ready: false })];
    for (const opening of [sent, pending, left]) await ledger.enter(opening);
    expect(await ledger.cancel(sent.key)).toMatchObject({ state: 'sent', cancelRequested: true });
    expect(await ledger.cancel(pending.key)).toMatchObject({ state: 'pending', cancelRequested: true });
    expect(await ledger.advance(sent.key, 'a')).toBe('cancelled');
    expect(await ledger.advance(pending.key, 'a', 'sent')).toBe('cancelled');
    expect(await ledger.stateOf(pending.key)).toBe('pending');
    await lapse();
    expect(await ledger.cancel(left.key)).toMatchObject({ state: 'failed', cancelRequested: true });
    expect(await ledger.enter({ ...left, owner: 'b' })).toMatchObject({ kind: 'settled', call: { state: 'failed' } });
    expect(await ledger.enter({ ...pending, owner: 'b' })).toMatchObject({ kind: 'settled', call: { state: 'failed' } });
    expect(await ledger.cancel(sent.key)).toMatchObject({ state: 'unknown' });
    expect(await ledger.cancel('no-such-call')).toBeUndefined();
  });

  it('has one end when it is settled and cancelled at once', async () => {
    const ledger = await open();
    for (let round = 0; round < 10; round++) {
      const opening = toOpening({ ready: round % 2 === 0 });
      await ledger.enter(opening);
      const end = { key: opening.key, owner: 'a', state: 'done', response: '{}' } as const;
      const acts = [() => ledger.end(end), () => ledger.cancel(opening.key)];
      await Promise.all((round % 3 === 0 ? acts : acts.reverse()).map((act) => act()));
      const { result } = await ledger.read(opening.key);
      expect(result).toMatchObject({ call: { state: 'done' }, response: '{}' });
      await ledger.cancel(opening.key);
      expect(await ledger.read(opening.key)).toMatchObject({ result: result ?? {} });
    }
  });

  it('counts as running in its session until it has ended', async () => {
    const { store } = get();
    const ledger = await open();
    const openings = [toOpening(), toOpening({ ready: false }), toOpening()];
    for (const opening of openings) await ledger.enter(opening);
    expect((await store.loadSession(ledger.id))?.running).toBe(3);
    for (const [at, { key }] of openings.entries()) {
      await ledger.end({ key, owner: 'a', state: 'done', response: '{}' });
      expect((await sessionsOf(store, ledger.member))[0]?.running).toBe(2 - at);
    }
    const entered = await store.enterCall(ledger.member.credential, ledger.id, toOpening());
    expect(entered).toMatchObject({ session: { running: 1 } });
  });
}
