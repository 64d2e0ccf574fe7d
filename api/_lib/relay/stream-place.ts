/**
 * Owns where a server's own stream is taken up again: after the last event that was stored, in the same server session, by whichever
 * instance. Reading it is server-stream.ts. Source: MCP 2025-11-25, Transports > Resumability and redelivery.
 */

import { MAX_IDLE_RESUMES, MAX_RETRY_MS } from '../limits.ts';
import { openSeenEvents } from './seen-events.ts';

/** Limits of the pause that a server can ask for before its stream is opened again, ms. */
const MIN_RETRY_MS = 100;
const CURSOR = /^(\d{1,15}):(.+)$/s;

/** Returns what is stored of an event: another server session would not know it. */
export const encodeCursor = (epoch: number, eventId: string): string => `${epoch}:${eventId}`;

export type StreamPlace = {
  /** Begins a stream of this server session, after what was stored last. */
  begin(cursor: string | undefined, epoch: number): void;
  /** Header of the request that opens it. */
  headers(): Record<string, string>;
  isResumed(): boolean;
  /** The server does not know the event: the stream begins from now on. */
  forget(): void;
  /** Takes an event; false for one that was there already. */
  pass(eventId: string): boolean;
  /** The server asks for a pause before it is asked again, ms. */
  onRetry(retryMs: number): void;
  retryMs(): number | undefined;
};

export function openStreamPlace(): StreamPlace {
  let seen = openSeenEvents();
  let epochNow: number | undefined;
  let resumeAfter: string | undefined;
  let idleResumes = 0;
  let retryMs: number | undefined;
  return {
    begin(cursor, epoch) {
      const [, cursorEpoch, eventId] = CURSOR.exec(cursor ?? '') ?? [];
      const known = Number(cursorEpoch) === epoch ? eventId : undefined;
      if (epoch !== epochNow) {
        seen = openSeenEvents();
        idleResumes = 0;
      }
      epochNow = epoch;
      resumeAfter = known !== undefined && idleResumes < MAX_IDLE_RESUMES ? known : undefined;
      idleResumes = resumeAfter === undefined ? 0 : idleResumes + 1;
      seen.begin(known);
    },
    headers: (): Record<string, string> => (resumeAfter === undefined ? {} : { 'last-event-id': resumeAfter }),
    isResumed: () => resumeAfter !== undefined,
    forget() {
      resumeAfter = undefined;
    },
    pass(eventId) {
      if (seen.isRepeated(eventId)) return false;
      idleResumes = 0;
      return true;
    },
    onRetry(askedMs) {
      retryMs = Math.min(Math.max(askedMs, MIN_RETRY_MS), MAX_RETRY_MS);
    },
    retryMs: () => retryMs,
  };
}
