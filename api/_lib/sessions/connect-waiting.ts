/**
 * Owns connecting a session that waits, with the secrets that it has now: after a sign-in, or after its headers were replaced.
 * One instance does it, under the session's lock; who comes later finds it done.
 */
import { setTimeout as pause } from 'node:timers/promises';
import { AppError } from '../../../shared/errors.ts';
import type { BackgroundWork } from '../background-work.ts';
import type { Egress } from '../egress/egress.ts';
import { endServerSession } from '../relay/handshake.ts';
import type { LiveSessions } from '../relay/live-session.ts';
import { adoptSseSession } from '../relay/sse-link.ts';
import type { Fence, Store, StoredSession } from '../store/store.ts';
import { type Connected, connectServer } from './connect.ts';

export type ConnectParts = { store: Store; egress: Egress; work: BackgroundWork; sessions: LiveSessions };

/** Longer than a handshake may take. */
const LOCK_MS = 30_000;
const WAIT_AT_MOST_MS = 8000;
const POLL_EVERY_MS = 100;

/**
 * Connects the session if it still waits.
 *
 * @returns The session, connected.
 * @throws AppError SERVER_SIGN_IN_REQUIRED when the server still does not let us in: then it waits on; the handshake's failure;
 *   SESSION_EXPIRED; RECOVERY_BUSY when another instance holds the lock for too long.
 */
export async function connectWaiting(parts: ConnectParts, sessionId: string, cancelled: AbortSignal): Promise<StoredSession> {
  const owner = crypto.randomUUID();
  const until = performance.now() + WAIT_AT_MOST_MS;
  while (performance.now() < until) {
    const fence = await parts.store.acquireLock(sessionId, owner, LOCK_MS);
    try {
      const current = await load(parts.store, sessionId);
      if (!current.awaitsSignIn) return current;
      if (fence && (await connect(parts, current, fence, cancelled))) return await load(parts.store, sessionId);
    } finally {
      if (fence) parts.work.add('release lock', parts.store.releaseLock(sessionId, owner));
    }
    await pause(POLL_EVERY_MS);
  }
  throw new AppError('RECOVERY_BUSY', 'Another instance is connecting this session. Try again in a moment.');
}

async function load(store: Store, sessionId: string): Promise<StoredSession> {
  const stored = await store.loadSession(sessionId);
  if (!stored) throw new AppError('SESSION_EXPIRED', 'The session ended before it was connected. Reconnect.');
  return stored;
}

async function connect(parts: ConnectParts, current: StoredSession, fence: Fence, cancelled: AbortSignal): Promise<boolean> {
  const { store, egress, work, sessions } = parts;
  const connected = await connectServer(current, current.transport === 'sse' ? 'sse' : 'auto', egress, cancelled);
  const { serverSession, transport, revision } = connected;
  const published = await store
    .publishServerSession(current.id, fence, serverSession, { transport, revision })
    .catch((error: unknown) => letGo(parts, current, connected, error));
  if (published !== 'published') {
    await letGo(parts, current, connected);
    return false;
  }
  // Another transport or another revision is another life: what this instance held of the session ends with the old one.
  sessions.drop(current.id);
  const live = sessions.meet(await load(store, current.id), { isNew: true });
  if (connected.sse) adoptSseSession(live, parts, connected.sse);
  live.activity.mark('connected');
  live.activity.flush();
  work.add('end earlier server session', endServerSession(current, egress));
  return true;
}

/** Ends a server session that nobody will know of. */
async function letGo({ work, egress }: ConnectParts, current: StoredSession, connected: Connected, error?: unknown): Promise<void> {
  if (connected.sse) void connected.sse.transport.close();
  const { transport, serverSession } = connected;
  work.add('end orphaned server session', endServerSession({ ...current, transport, serverSession }, egress));
  if (error !== undefined) throw error;
}
