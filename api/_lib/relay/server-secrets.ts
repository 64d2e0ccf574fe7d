/** Owns changing what is kept for a server without losing what somebody else changed meanwhile. */
import { AppError } from '../../../shared/errors.ts';
import type { ServerSecrets, Store, StoredSession } from '../store/store.ts';

/** Beyond this it is no meeting of two users any more. */
const MAX_TRIES = 5;

/**
 * Changes the secrets of the session's server.
 *
 * @param change Returns the new ones; asked again with newer ones when somebody was faster.
 * @returns The session with its new secrets.
 * @throws AppError SESSION_EXPIRED when the session is gone, RECOVERY_BUSY when others are always faster.
 */
export async function changeServerSecrets(
  store: Store,
  session: StoredSession,
  change: (secrets: ServerSecrets) => ServerSecrets,
): Promise<StoredSession> {
  let current = session;
  for (let tries = 0; tries < MAX_TRIES; tries++) {
    const secrets = change(current.secrets);
    const outcome = await store.saveServerSecrets(current.id, current.secretsVersion, secrets);
    if (outcome === 'saved') return { ...current, secrets, secretsVersion: current.secretsVersion + 1 };
    const newer = outcome === 'absent' ? undefined : await store.loadSession(current.id);
    if (!newer) throw new AppError('SESSION_EXPIRED', 'The session ended meanwhile. Reconnect.');
    current = newer;
  }
  throw new AppError('RECOVERY_BUSY', 'The settings of the session are being changed elsewhere. Try again in a moment.');
}
