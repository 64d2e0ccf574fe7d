/** Owns the panel's copy of a session's activity: reads what is new while somebody looks, and keeps more than the backend does. What the entries mean is inspector-activity.ts. */
import { signal } from '@preact/signals';
import type { ActivityEntry, ActivityPage } from '../../shared/contract.ts';
import { MAX_ACTIVITY_PAGE } from '../../shared/limits.ts';
import { asGatewayError, type GatewayError } from '../gateway/gateway-error.ts';

const POLL_MS = 1000;
/** Longest pause between two tries while the backend does not answer, milliseconds. */
const MAX_PAUSE_MS = 15_000;
/** What a panel keeps that is open for long: entries, and bytes of their messages; the oldest go first. */
export const MAX_KEPT_ENTRIES = 20_000;
export const MAX_KEPT_BYTES = 40_000_000;

export type ActivityLog = {
  /** Oldest first; undefined until the first page has come. */
  entries: readonly ActivityEntry[] | undefined;
  /** All that the backend has was read once. */
  isCaughtUp: boolean;
  error?: GatewayError;
};

export type ReadPage = (page: { after: number; limit: number; signal: AbortSignal }) => Promise<ActivityPage>;

/** Returns the log with a page added: bounded, and safe against a page that comes twice. Pure. */
export function addPage(log: ActivityLog, page: ActivityPage): ActivityLog {
  const known = log.entries ?? [];
  const last = known.at(-1)?.seq ?? 0;
  const fresh = page.entries.filter(({ seq }) => seq > last);
  const isCaughtUp = log.isCaughtUp || page.entries.length < MAX_ACTIVITY_PAGE;
  if (fresh.length === 0 && log.entries !== undefined && log.error === undefined && log.isCaughtUp === isCaughtUp) return log;
  return { entries: fresh.length === 0 ? known : fitEntries([...known, ...fresh]), isCaughtUp };
}

/** Returns the newest entries that a panel keeps. */
export function fitEntries(
  entries: readonly ActivityEntry[],
  most = MAX_KEPT_ENTRIES,
  mostBytes = MAX_KEPT_BYTES,
): readonly ActivityEntry[] {
  let first = entries.length;
  for (let bytes = 0; first > 0 && entries.length - first < most; first--) {
    const entry = entries[first - 1];
    if (entry?.kind === 'message' && entry.message !== undefined) bytes += entry.bytes;
    if (bytes > mostBytes) break;
  }
  return first === 0 ? entries : entries.slice(first);
}

/** @param onEnded Called when the backend says that the session is over. */
export function createActivityLog(read: ReadPage, onEnded: () => void) {
  const log = signal<ActivityLog>({ entries: undefined, isCaughtUp: false });
  let watching: AbortController | undefined;
  let wake: (() => void) | undefined;
  /** Something has happened while a page was being read: what it holds may be too old. */
  let isDue = false;

  async function readAll(stop: AbortSignal): Promise<void> {
    for (;;) {
      const after = log.value.entries?.at(-1)?.seq ?? 0;
      const page = await read({ after, limit: MAX_ACTIVITY_PAGE, signal: stop });
      if (stop.aborted) return;
      log.value = addPage(log.value, page);
      if (page.entries.length < MAX_ACTIVITY_PAGE) return;
    }
  }

  async function watch(stop: AbortSignal): Promise<void> {
    let pauseMs = POLL_MS;
    while (!stop.aborted) {
      try {
        isDue = false;
        await readAll(stop);
        pauseMs = POLL_MS;
      } catch (thrown) {
        if (stop.aborted) return;
        const error = asGatewayError(thrown);
        log.value = { ...log.value, error };
        if (error.code === 'SESSION_NOT_FOUND' || error.code === 'SESSION_EXPIRED') return onEnded();
        pauseMs = Math.min(pauseMs * 2, MAX_PAUSE_MS);
      }
      if (!isDue) await pause(pauseMs, stop);
    }
  }

  function pause(ms: number, stop: AbortSignal): Promise<void> {
    return new Promise((resolve) => {
      const timer = setTimeout(done, ms);
      function done(): void {
        clearTimeout(timer);
        stop.removeEventListener('abort', done);
        wake = undefined;
        resolve();
      }
      stop.addEventListener('abort', done);
      wake = done;
    });
  }

  return {
    log,
    /** Begins to read, at once and then every second. Idempotent. */
    start(): void {
      if (watching) return;
      watching = new AbortController();
      void watch(watching.signal);
    },
    stop(): void {
      watching?.abort();
      watching = undefined;
    },
    /** Reads now instead of at the next turn: something has just happened. */
    nudge(): void {
      isDue = true;
      wake?.();
    },
  };
}
