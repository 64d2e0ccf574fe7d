/**
 * Owns whether messages of other instances are to be expected: while a question is open, which may be answered there, and for a while after
 * some have come. Only then they are worth a request to storage every few seconds.
 */
import { MAX_WATCHED_QUESTIONS } from '../limits.ts';

/** A question that is open for longer is asked to nobody any more, ms. */
const QUESTION_MS = 600_000;
/** Where others spoke they may speak again for so long, ms. */
const AFTER_MESSAGES_MS = 60_000;

export type OthersWatch = {
  /** Takes note of a message that everybody hears. */
  see(text: string): void;
  /** Another instance has handed in messages. */
  noteMessages(): void;
  expectsMessages(): boolean;
};

export function createOthersWatch(): OthersWatch {
  /** Ids of open questions, and when they were asked. */
  const open = new Map<unknown, number>();
  let heardAtMs = Number.NEGATIVE_INFINITY;
  return {
    see(text) {
      // Most messages are neither, and need not be parsed for it.
      if (!text.includes('"id":') && !text.includes('notifications/cancelled')) return;
      const { id, method, params } = JSON.parse(text) as { id?: unknown; method?: unknown; params?: { requestId?: unknown } };
      if (method === 'notifications/cancelled') open.delete(params?.requestId);
      else if (id !== undefined) open.set(id, performance.now());
      const oldest = open.size > MAX_WATCHED_QUESTIONS ? open.keys().next() : undefined;
      if (oldest) open.delete(oldest.value);
    },
    noteMessages() {
      heardAtMs = performance.now();
    },
    expectsMessages() {
      const nowMs = performance.now();
      for (const [id, askedAtMs] of open) if (nowMs - askedAtMs > QUESTION_MS) open.delete(id);
      return open.size > 0 || nowMs - heardAtMs < AFTER_MESSAGES_MS;
    },
  };
}
