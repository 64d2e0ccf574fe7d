/**
 * Owns an instance's hold on a call in the ledger: it is renewed while the call runs, so that others know that somebody is at it, and
 * it tells when a user asked elsewhere to cancel.
 */
import { AppError } from '../../../shared/errors.ts';
import { CALL_LEASE_MS } from '../limits.ts';
import type { CallState, StoredCall } from '../store/call-ledger.ts';
import type { Store } from '../store/store.ts';

const RENEW_EVERY_MS = 5000;

export type CallHold = {
  /** Stores that the request is about to leave; costs a storage request only where the call was not entered as sent. */
  markSent(epoch: number): Promise<void>;
  /** Stores that the request has certainly not run. */
  markPending(): Promise<void>;
  /** Renews the hold no longer. */
  release(): void;
  /** Gives the call up at once, so that another instance can take it up without waiting for the lease to lapse. */
  letGo(): Promise<void>;
};

export type HoldEvents = {
  /** Somebody asked to cancel the call. */
  onCancelled(): void;
  /** Another instance has the call: this one was paused for longer than its lease. */
  onLost(error: AppError): void;
};

/** What whoever reads a cancelled call is told. */
export const cancelled = (): AppError => new AppError('CALL_CANCELLED', 'The call was cancelled. The server may have done a part of it.');

const lost = (): AppError =>
  new AppError('CALL_OUTCOME_UNKNOWN', 'Another instance took this call over. It may have run. Check before you run it again.');

/** @param begun The call as it was entered; undefined for one that is not in the ledger. */
export function holdCall(store: Store, sessionId: string, owner: string, begun: StoredCall | undefined, events: HoldEvents): CallHold {
  if (!begun) return { markSent: async () => {}, markPending: async () => {}, release: () => {}, letGo: async () => {} };
  const { key } = begun;
  let state: CallState = begun.state;
  const advance = async (to?: 'pending' | 'sent', epoch?: number): Promise<void> => {
    const outcome = await store.advanceCall(sessionId, {
      key,
      owner,
      leaseMs: CALL_LEASE_MS,
      ...(to && { state: to }),
      ...(epoch !== undefined && { epoch }),
    });
    if (outcome === 'cancelled') {
      events.onCancelled();
      // Entered as cancelled before it was sent: then it never is.
      if (to === 'sent') throw cancelled();
    }
    if (outcome === 'lost') {
      const error = lost();
      events.onLost(error);
      throw error;
    }
    if (to) state = to;
  };
  // A renewal that fails changes nothing by itself: the lease lapses only when storage is away for as long.
  const timer = setInterval(() => void advance().catch(() => {}), RENEW_EVERY_MS);
  return {
    async markSent(epoch) {
      if (state !== 'sent' || epoch !== begun.epoch) await advance('sent', epoch);
    },
    async markPending() {
      if (state !== 'pending') await advance('pending');
    },
    release: () => clearInterval(timer),
    async letGo() {
      clearInterval(timer);
      await store.advanceCall(sessionId, { key, owner, leaseMs: 1 });
    },
  };
}
