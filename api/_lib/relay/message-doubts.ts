/**
 * Owns what was handed out while storage did not answer: it may be stored all the same, and must not come a second time. It gets its numbers
 * when storage answers again, within the time in which that knows an addition again. Later than that it would be no news.
 */

import { KNOWN_AGAIN_MS, MAX_DOUBTS, MAX_DOUBTS_LENGTH } from '../limits.ts';
import type { ServerMessages } from '../store/server-messages.ts';
import type { Batch } from './message-inbox.ts';

/** Who was handed the messages: gets their numbers, so that it passes over them when it reads them from storage. */
export type HandedTo = { readonly early: Set<number> };

export type MessageDoubts = {
  /** Notes a batch that was handed out without numbers. @param id Of the addition that may have been stored. */
  note(id: string, batch: Batch, handedTo: readonly HandedTo[]): void;
  /** Finds out the numbers. @throws AppError while storage does not answer. */
  settle(): Promise<void>;
};

export function createMessageDoubts(sessionId: string, store: Pick<ServerMessages, 'addServerMessages'>): MessageDoubts {
  const doubts: (Batch & { id: string; atMs: number; handedTo: readonly HandedTo[] })[] = [];
  const isTooMuch = (): boolean =>
    doubts.length > MAX_DOUBTS || doubts.reduce((sum, doubt) => sum + lengthOf(doubt), 0) > MAX_DOUBTS_LENGTH;
  return {
    note(id, batch, handedTo) {
      doubts.push({ ...batch, id, atMs: performance.now(), handedTo });
      while (doubts.length > 1 && isTooMuch()) doubts.shift();
    },
    async settle() {
      for (let [doubt] = doubts; doubt; [doubt] = doubts) {
        const { id, cursor, atMs, handedTo } = doubt;
        const texts = performance.now() - atMs < KNOWN_AGAIN_MS ? doubt.texts : [];
        // Where the server's stream stands is of use however late.
        const isWorth = texts.length > 0 || cursor !== undefined;
        const first = isWorth ? await store.addServerMessages(sessionId, id, texts, cursor) : undefined;
        if (first !== undefined) for (const { early } of handedTo) for (const at of texts.keys()) early.add(first + at);
        doubts.shift();
      }
    },
  };
}

const lengthOf = ({ texts }: Batch): number => texts.reduce((sum, { length }) => sum + length, 0);
