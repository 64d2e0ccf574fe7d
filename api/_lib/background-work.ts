/**
 * Owns work that goes on after an answer: settling a call, reading on for a client that left.
 * On Vercel the platform keeps the instance alive for it; a local server waits for it before it ends.
 */
import { waitUntil } from '@vercel/functions';
import type { Log } from './log.ts';

export type BackgroundWork = {
  /** Lets a promise go on; its failure is logged, never thrown. */
  add(what: string, work: Promise<unknown>): void;
  /** Resolves when nothing is going on any more. */
  settled(): Promise<void>;
};

export function createBackgroundWork(log: Log): BackgroundWork {
  const pending = new Set<Promise<unknown>>();
  return {
    add(what, work) {
      const guarded: Promise<unknown> = work.catch((error: unknown) => log.failure(what, error)).finally(() => pending.delete(guarded));
      pending.add(guarded);
      waitUntil(guarded);
    },
    async settled() {
      while (pending.size > 0) await Promise.all(pending);
    },
  };
}
