/** Owns which events of a server's stream were seen: some servers begin again with what they had sent already when a stream is taken up. */

import { MAX_REMEMBERED_EVENTS } from '../limits.ts';
import { addLatest } from './latest.ts';

export type SeenEvents = {
  /**
   * Begins a stream: what was seen before it would be a repetition. Within one, an id that comes twice is the server's carelessness.
   *
   * @param last Event that was seen elsewhere.
   */
  begin(last?: string): void;
  /** Tells whether the event was seen on an earlier stream, and remembers it. */
  isRepeated(eventId: string): boolean;
};

export function openSeenEvents(): SeenEvents {
  const seen = new Set<string>();
  let before: ReadonlySet<string> = new Set();
  return {
    begin(last) {
      if (last !== undefined) seen.add(last);
      before = new Set(seen);
    },
    isRepeated(eventId) {
      if (before.has(eventId)) return true;
      addLatest(seen, eventId, MAX_REMEMBERED_EVENTS);
      return false;
    },
  };
}
