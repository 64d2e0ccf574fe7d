/** Owns how much memory the records of sessions take here: what a server and its users can make large of them. */
import type { StoredSession } from '../store/store.ts';
import { weigh } from '../weigh.ts';

export type RecordWeights = {
  /** Counts the record of a session in place of what was counted for it before. */
  set(stored: StoredSession): void;
  forget(sessionId: string): void;
  /** Bytes of all of them. */
  total(): number;
};

export function openRecordWeights(): RecordWeights {
  const weights = new Map<string, number>();
  /** What was weighed: a record that is loaded again mostly holds the very same. */
  const known = new WeakMap<object, number>();
  let total = 0;
  const weighOnce = (part: object): number => {
    const bytes = known.get(part) ?? weigh(part);
    known.set(part, bytes);
    return bytes;
  };
  const forget = (sessionId: string): void => {
    total -= weights.get(sessionId) ?? 0;
    weights.delete(sessionId);
  };
  return {
    set({ id, serverSession, secrets, subscriptions, questions }) {
      forget(id);
      const bytes = weighOnce(serverSession) + weighOnce(secrets) + weigh(subscriptions) + weigh(questions);
      weights.set(id, bytes);
      total += bytes;
    },
    forget,
    total: () => total,
  };
}
