/**
 * Owns what this instance holds in memory of a session: a cache of the record, and the connections that are open right now.
 * Losing all of it at any line is normal; the record has what recovery needs.
 */
import type { BackgroundWork } from '../background-work.ts';
import type { Egress } from '../egress/egress.ts';
import type { Store, StoredSession } from '../store/store.ts';
import { type ActivityBuffer, createActivityBuffer } from './activity-buffer.ts';
import type { Call } from './call.ts';
import { type ClientHub, createClientHub } from './client-hub.ts';
import type { SseLink } from './sse-link.ts';

export type RelayParts = { store: Store; egress: Egress; work: BackgroundWork; maxDurationMs: number | undefined };

export type LiveSession = {
  /** The record as last seen here; replaced as a whole. */
  stored: StoredSession;
  /** Calls in flight, by the id that the server sees. */
  readonly calls: Map<string, Call>;
  readonly hub: ClientHub;
  readonly activity: ActivityBuffer;
  /** Renewal of the server session in progress: whoever needs it waits for the same one. */
  renewal: Promise<void> | undefined;
  /** The server's own stream, open while clients listen (Streamable HTTP). */
  serverStream: { close(): void } | undefined;
  /** False once the server said that it offers no such stream. */
  offersServerStream: boolean;
  /** The one connection to an HTTP+SSE server. */
  sseLink: Promise<SseLink> | undefined;
};

export type LiveSessions = {
  /**
   * Returns what this instance holds of a session; a session that it meets for the first time is a cold start,
   * unless it was made here just now.
   */
  meet(stored: StoredSession, options?: { isNew: boolean }): LiveSession;
  find(sessionId: string): LiveSession | undefined;
  /** Closes and forgets everything of a session. */
  drop(sessionId: string): void;
  dropAll(): void;
};

/** Sessions whose time has run out are looked for this often, ms. */
const SWEEP_EVERY_MS = 60_000;

export function createLiveSessions({ store, work }: Pick<RelayParts, 'store' | 'work'>): LiveSessions {
  const sessions = new Map<string, LiveSession>();
  const drop = (id: string): void => {
    const live = sessions.get(id);
    if (!live) return;
    sessions.delete(id);
    live.activity.flush();
    live.serverStream?.close();
    void live.sseLink?.then((link) => link.close()).catch(() => {});
  };
  const sweep = (): void => {
    for (const [id, live] of sessions) {
      const idle = live.calls.size === 0 && live.hub.size() === 0;
      if (idle && Date.parse(live.stored.expiresAt) < Date.now() - SWEEP_EVERY_MS) drop(id);
    }
  };
  const timer = setInterval(sweep, SWEEP_EVERY_MS).unref();

  return {
    meet(stored, options = { isNew: false }) {
      const known = sessions.get(stored.id);
      if (known) {
        if (stored.epoch >= known.stored.epoch) known.stored = stored;
        return known;
      }
      const live: LiveSession = {
        stored,
        calls: new Map(),
        hub: createClientHub(),
        activity: createActivityBuffer(stored.id, store, work),
        renewal: undefined,
        serverStream: undefined,
        offersServerStream: true,
        sseLink: undefined,
      };
      sessions.set(stored.id, live);
      if (!options.isNew) {
        live.activity.mark('cold-start');
        live.activity.change({ coldStarts: 1 });
      }
      return live;
    },
    find: (id) => sessions.get(id),
    drop,
    dropAll() {
      clearInterval(timer);
      for (const id of sessions.keys()) drop(id);
    },
  };
}
