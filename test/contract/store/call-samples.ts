/** Owns the calls that tests of the ledger begin with, and the short ways to enter, read and settle one. */
import { randomUUID } from 'node:crypto';
import { expect } from 'vitest';
import type {
  CallEntry,
  CallEvents,
  CallNews,
  CallOpening,
  CallResult,
  CallSettlement,
  StoredCall,
} from '../../../api/_lib/store/call-ledger.ts';
import type { Store } from '../../../api/_lib/store/store.ts';
import { begin, type Member } from './store-under-test.ts';

export const LEASE_MS = 30_000;

export const toOpening = (more: Partial<CallOpening> = {}): CallOpening => ({
  method: 'tools/call',
  label: 'echo é',
  exchange: 'x-1',
  requestId: '"7"',
  key: `key-${randomUUID()}`,
  bodyHash: 'hash',
  owner: 'a',
  leaseMs: LEASE_MS,
  ready: true,
  ...more,
});

/** A session and the short ways to what its calls are. */
export type Ledger = {
  readonly store: Store;
  readonly member: Member;
  readonly id: string;
  enter(opening: CallOpening): Promise<CallEntry>;
  read(key: string, after?: number): Promise<{ result: CallResult | undefined } & CallEvents>;
  /** State of the call, as whoever reads it is told. */
  stateOf(key: string): Promise<string | undefined>;
  list(): Promise<StoredCall[]>;
  cancel(key: string): Promise<StoredCall | undefined>;
  advance(key: string, owner: string, state?: 'pending' | 'sent'): Promise<string>;
  adopt(key: string, owner: string): Promise<StoredCall | undefined>;
  end(end: CallSettlement): Promise<void>;
  tell(news: CallNews): Promise<void>;
};

export async function beginLedger(store: Store): Promise<Ledger> {
  const { member, id } = await begin(store);
  return toLedger(store, member, id);
}

export function toLedger(store: Store, member: Member, id: string): Ledger {
  const { credential } = member;
  const read = async (key: string, after = 0) => {
    const found = await store.readCall(credential, id, key, { after });
    if (!('result' in found)) throw new Error(`not entered: ${found.kind}`);
    return { result: found.result, events: found.events, gap: found.gap };
  };
  return {
    ...{ store, member, id, read },
    async enter(opening) {
      const entered = await store.enterCall(credential, id, opening);
      if (!('entry' in entered)) throw new Error(`not entered: ${entered.kind}`);
      expect(entered.session.id).toBe(id);
      return entered.entry;
    },
    stateOf: async (key) => (await read(key)).result?.call.state,
    async list() {
      const found = await store.listCalls(credential, id);
      if (!('calls' in found)) throw new Error(`not entered: ${found.kind}`);
      return found.calls;
    },
    async cancel(key) {
      const found = await store.requestCancel(credential, id, key);
      if (!('call' in found)) throw new Error(`not entered: ${found.kind}`);
      return found.call;
    },
    advance: (key, owner, state) => store.advanceCall(id, { key, owner, leaseMs: LEASE_MS, ...(state !== undefined && { state }) }),
    adopt: (key, owner) => store.adoptCall(id, key, owner, LEASE_MS),
    end: (end) => store.settle(id, { id: randomUUID(), activity: [], settledCalls: [end] }),
    tell: (news) => store.settle(id, { id: randomUUID(), activity: [], runningCalls: [news] }),
  };
}
