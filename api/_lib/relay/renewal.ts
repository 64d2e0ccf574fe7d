/**
 * Owns replacing a server session that the server has forgotten: one new one, however many instances find the old one dead.
 * The handshake itself is in sessions/handshake.ts; that it is needed was decided in recovery-verdict.ts.
 */
import { setTimeout as pause } from 'node:timers/promises';
import { AppError } from '../../../shared/errors.ts';
import { HANDSHAKE_TIMEOUT_MS, LOCK_MS, WAIT_AT_MOST_MS } from '../limits.ts';
import type { Fence, StoredSession } from '../store/store.ts';
import { endServerSession, openStreamableSession, restoreSession, toHandshakeFailure } from './handshake.ts';
import { liveEgress } from './live-access.ts';
import type { LiveSession, RelayParts } from './live-session.ts';

const POLL_EVERY_MS = 50;

/**
 * Makes sure that the session has a newer server session than the lost one.
 *
 * @param lostEpoch Epoch of the server session that the server no longer knows.
 * @throws AppError RECOVERY_BUSY when another instance holds the lock for too long; SESSION_EXPIRED; the handshake's failure.
 */
export function renewServerSession(live: LiveSession, parts: RelayParts, lostEpoch: number): Promise<void> {
  if (live.stored.epoch > lostEpoch) return Promise.resolve();
  live.renewal ??= renew(live, parts, lostEpoch).finally(() => {
    live.renewal = undefined;
  });
  return live.renewal;
}

async function renew(live: LiveSession, parts: RelayParts, lostEpoch: number): Promise<void> {
  const { id } = live.stored;
  const owner = crypto.randomUUID();
  const until = performance.now() + WAIT_AT_MOST_MS;
  while (performance.now() < until) {
    const fence = await parts.store.acquireLock(id, owner, LOCK_MS);
    try {
      const current = await parts.store.loadSession(id);
      if (!current) throw new AppError('SESSION_EXPIRED', 'The session ended while it was being restored.');
      if (current.epoch > lostEpoch) {
        live.stored = current;
        return;
      }
      if (fence && (await replace(live, parts, current, fence))) return;
    } finally {
      if (fence) parts.work.add('release lock', parts.store.releaseLock(id, owner));
    }
    await pause(POLL_EVERY_MS + Math.random() * POLL_EVERY_MS);
  }
  throw new AppError('RECOVERY_BUSY', 'Another instance is restoring this session. Nothing was sent; try again in a moment.');
}

async function replace(live: LiveSession, parts: RelayParts, current: StoredSession, fence: Fence): Promise<boolean> {
  const { egress, store, work } = parts;
  const startedAt = performance.now();
  const signal = AbortSignal.timeout(HANDSHAKE_TIMEOUT_MS);
  live.stored = { ...live.stored, secrets: current.secrets, secretsVersion: current.secretsVersion };
  const session = await openStreamableSession(current.url, liveEgress(live, parts), signal).catch((error: unknown) => {
    throw toHandshakeFailure(error, live.stored);
  });
  const subscriptionsRestored = await restoreSession(session, current);
  await session.client.close();
  const published = await store.publishServerSession(current.id, fence, session.serverSession);
  if (published === 'published') {
    // The sign-in may have been renewed meanwhile.
    const { secrets, secretsVersion } = live.stored;
    const renewed = { serverSession: session.serverSession, epoch: current.epoch + 1, renewals: current.renewals + 1 };
    live.stored = { ...current, ...renewed, secrets, secretsVersion };
    live.activity.mark('server-session-renewed', { durationMs: Math.round(performance.now() - startedAt), subscriptionsRestored });
    return true;
  }
  work.add('end surplus server session', endServerSession({ ...current, serverSession: session.serverSession }, egress));
  return false;
}
