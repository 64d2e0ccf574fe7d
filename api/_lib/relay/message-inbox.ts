/**
 * Owns what the server said and was not handed out yet: it is gathered, so that a server that says much costs a storage request for many
 * messages, and bounded, so that one that floods is read no faster than it is handed out. Nothing of it is dropped here.
 */
import { MAX_WAITING_MESSAGES, MAX_WAITING_MESSAGES_LENGTH } from '../limits.ts';

/**
 * Messages that follow others within this time wait for those that come after them, ms. The first after a pause does not wait; nobody sees
 * a tenth of a second in a log that runs.
 */
const GATHER_MS = 100;

export type Batch = {
  texts: string[];
  /** Where the server's stream stood after them, as far as the server tells. */
  cursor: string | undefined;
};

export type MessageInbox = {
  /** @param isUrgent Whether somebody waits for it: then it does not wait for others, only for what is going on. */
  add(text: string, cursor: string | undefined, isUrgent: boolean): void;
  /** Notes that the server's stream went on without a message for everybody. */
  pass(cursor: string): void;
  /** Returns all that waits, and makes room. */
  take(): Batch;
  /** Resolves when there is room again; undefined while there is. */
  whenRoom(): Promise<void> | undefined;
};

/** @param whenDue Told that there is something to take, after `waited` has resolved; again only after it was taken. */
export function createMessageInbox(whenDue: (waited: Promise<void> | undefined) => void): MessageInbox {
  let batch: Batch = { texts: [], cursor: undefined };
  let length = 0;
  let isDue = false;
  let takenAtMs = Number.NEGATIVE_INFINITY;
  let room: PromiseWithResolvers<void> | undefined;
  let hurry = (): void => {};

  const isFull = (): boolean => batch.texts.length >= MAX_WAITING_MESSAGES || length >= MAX_WAITING_MESSAGES_LENGTH;
  const wait = (): Promise<void> | undefined => {
    const waitMs = takenAtMs + GATHER_MS - performance.now();
    if (waitMs <= 0) return undefined;
    return new Promise((resolve) => {
      const timer = setTimeout(resolve, waitMs);
      hurry = () => {
        clearTimeout(timer);
        resolve();
      };
    });
  };
  return {
    add(text, cursor, isUrgent) {
      batch.texts.push(text);
      batch.cursor = cursor ?? batch.cursor;
      length += text.length;
      if (!isDue) {
        isDue = true;
        whenDue(wait());
      }
      if (isUrgent || isFull()) hurry();
    },
    pass(cursor) {
      batch.cursor = cursor;
    },
    take() {
      const taken = batch;
      batch = { texts: [], cursor: undefined };
      length = 0;
      isDue = false;
      if (taken.texts.length > 0) takenAtMs = performance.now();
      room?.resolve();
      room = undefined;
      return taken;
    },
    whenRoom() {
      if (!isFull()) return undefined;
      room ??= Promise.withResolvers();
      return room.promise;
    },
  };
}
