/** Owns the one suite that every store passes: the contract of api/_lib/store/store.ts. What only one of them promises is in its own test. */
import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Settlement } from '../../../api/_lib/store/store.ts';
import { testActivity } from './activity-contract.ts';
import { testCalls } from './call-contract.ts';
import { toOpening } from './call-samples.ts';
import { testWalks } from './call-walk-contract.ts';
import { testDevices } from './device-contract.ts';
import { testKeyChanges } from './key-change-contract.ts';
import { testLocks } from './lock-contract.ts';
import { testPairing } from './pairing-contract.ts';
import { testServerMessages } from './server-message-contract.ts';
import { testServerSecrets } from './server-secret-contract.ts';
import { testSessions } from './session-contract.ts';
import { testSessionEnds } from './session-end-contract.ts';
import { testSettlements } from './settlement-contract.ts';
import {
  addMember,
  addWaiting,
  begin,
  DAY_MS,
  MINUTE_MS,
  NEWER_SERVER_SESSION,
  type StoreUnderTest,
  toMessage,
} from './store-under-test.ts';

const toNews = (key: string, owner: string): Settlement => ({
  id: randomUUID(),
  activity: [],
  runningCalls: [{ key, owner, progress: { progress: 1 }, serverEventId: '1', events: { from: 1, texts: ['x'] } }],
});
const toEnd = (key: string, owner: string): Settlement => ({
  id: randomUUID(),
  activity: [],
  settledCalls: [{ key, owner, state: 'done', response: '{}' }],
});

/** Runs the contract against a store that is opened once and shared, as in life: every test has a workspace of its own. */
export function describeStore(name: string, open: () => Promise<StoreUnderTest>, options: { inspects: boolean; seals?: boolean }): void {
  describe(name, () => {
    let under: StoreUnderTest;
    beforeAll(async () => {
      under = await open();
    });
    afterAll(() => under.close());
    const get = (): StoreUnderTest => under;

    it('answers that it may be written', async () => {
      expect(await under.store.probe()).toMatchObject({ writable: true });
    });
    describe('a device', () => testDevices(get));
    describe('letting a device in', () => testPairing(get));
    if (!options.seals) describe('the keys of a workspace', () => testKeyChanges(get));
    describe('a session', () => testSessions(get));
    describe('the end of a session', () => testSessionEnds(get));
    describe('activity', () => testActivity(get));
    describe('the lock', () => testLocks(get));
    describe('a call', () => testCalls(get));
    describe('the ledger', () => testWalks(get));
    describe('the secrets of a server', () => testServerSecrets(get));
    describe('a settlement', () => testSettlements(get));
    describe('a server that speaks', () => testServerMessages(get));
    if (options.inspects) describe('what is stored', () => testEnds(get));
  });
}

function testEnds(get: () => StoreUnderTest): void {
  const inspect = async (): Promise<{ names: string[]; immortal: string[] }> => {
    const found = await get().inspect?.();
    if (found === undefined) throw new Error('This store lets nobody look inside');
    return found;
  };
  /** Does everything once that can be done with a session, in an order drawn by a seed. */
  const live = async (seed: number): Promise<void> => {
    const { store, advance } = get();
    const { member, session, id } = await begin(store);
    const { credential } = member;
    let state = seed;
    const draw = (below: number): number => {
      state = (state * 1_103_515_245 + 12_345) % 2_147_483_648;
      return Math.floor(state / 65_536) % below;
    };
    const acts: (() => Promise<unknown>)[] = [
      () => store.enter(credential, id, { touch: true }),
      () => store.enter(credential, id, { touch: false }),
      () => store.touchSession(id),
      () => store.renameSession(credential, id, 'Renamed'),
      () =>
        store.settle(id, {
          id: randomUUID(),
          activity: [toMessage('x')],
          coldStarts: 1,
          logLevel: 'info',
          subscribed: `file:///${draw(5)}`,
        }),
      () => store.settle(id, { id: randomUUID(), activity: [], unsubscribed: `file:///${draw(5)}` }),
      () => store.acquireLock(id, `owner-${draw(2)}`, 1 + draw(5 * MINUTE_MS)),
      () => store.releaseLock(id, `owner-${draw(2)}`),
      () => store.publishServerSession(id, { owner: 'owner-0', fence: 1 + draw(3) }, NEWER_SERVER_SESSION),
      () => store.saveServerSecrets(session, draw(3), { headers: { a: 'b' } }),
      () => store.findServer(credential, 'https://mcp.example.com/mcp'),
      () => store.listSessions(credential),
      () =>
        store.enterCall(
          credential,
          id,
          toOpening({ key: `call-${draw(4)}`, owner: `owner-${draw(2)}`, leaseMs: 1 + draw(MINUTE_MS * 40) }),
        ),
      () => store.advanceCall(id, { key: `call-${draw(4)}`, owner: `owner-${draw(2)}`, leaseMs: 1 + draw(MINUTE_MS * 40), state: 'sent' }),
      () => store.adoptCall(id, `call-${draw(4)}`, `owner-${draw(2)}`, 1 + draw(MINUTE_MS)),
      () => store.readCall(credential, id, `call-${draw(4)}`, { after: 0 }),
      () => store.requestCancel(credential, id, `call-${draw(4)}`),
      () => store.listCalls(credential, id),
      () => store.settle(id, toNews(`call-${draw(4)}`, `owner-${draw(2)}`)),
      () => store.settle(id, toEnd(`call-${draw(4)}`, `owner-${draw(2)}`)),
      () => store.holdServerStream(id, `owner-${draw(2)}`, 1 + draw(MINUTE_MS * 40)),
      () => store.releaseServerStream(id, `owner-${draw(2)}`),
      () => store.addServerMessages(id, `addition-${draw(9)}`, ['x', 'y']),
      () => store.claimAnswer(id, `question-${draw(9)}`, `owner-${draw(2)}`, 1 + draw(MINUTE_MS)),
      () => store.settleAnswer(id, `question-${draw(9)}`, `owner-${draw(2)}`, draw(2) === 0 ? 'sent' : 'failed'),
      () => store.readActivity(credential, id, { after: 0, limit: 5 }),
      () => store.findDevice(credential),
      () => addMember(store, member),
      () => addWaiting(store, member),
      () => store.openPairing(credential, `code-${draw(9)}`, 1 + draw(5 * MINUTE_MS)),
      () => store.takePairing(`code-${draw(9)}`),
      () => advance(draw(20 * MINUTE_MS)),
    ];
    for (let step = 0; step < 80; step++) await acts[draw(acts.length)]?.();
  };

  it('always has an end, whatever was done in whatever order', async () => {
    for (let seed = 1; seed <= 15; seed++) {
      await live(seed);
      const { names, immortal } = await inspect();
      expect(names.length).toBeGreaterThan(0);
      expect({ seed, immortal }).toEqual({ seed, immortal: [] });
    }
  });

  it('is nothing at all after a year', async () => {
    await live(99);
    await get().advance(366 * DAY_MS);
    expect(await inspect()).toEqual({ names: [], immortal: [] });
  });

  it('is the device alone after its session was removed', async () => {
    const { store, advance } = get();
    await advance(366 * DAY_MS);
    const member = await addMember(store);
    const before = await inspect();
    const { member: other, id } = await begin(store);
    await store.settle(id, { id: randomUUID(), activity: [toMessage('x')], coldStarts: 1, logLevel: 'info', subscribed: 'file:///a' });
    await store.acquireLock(id, 'a', 10_000);
    for (const key of ['running', 'done']) await store.enterCall(other.credential, id, toOpening({ key }));
    await store.settle(id, toNews('running', 'a'));
    await store.settle(id, toNews('done', 'a'));
    await store.settle(id, toEnd('done', 'a'));
    await store.holdServerStream(id, 'a', 10_000);
    await store.addServerMessages(id, 'addition', ['x']);
    await store.claimAnswer(id, 'question', 'a', 10_000);
    await store.removeSession(other.credential, id);
    await store.removeDevice(other.credential, other.device.id);
    expect(await inspect()).toEqual(before);
    expect(await store.findDevice(member.credential)).toEqual(member.device);
  });
}
