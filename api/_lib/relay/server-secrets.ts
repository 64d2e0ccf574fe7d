/** Owns changing what is kept for a server without losing what somebody else changed meanwhile. */
import { AppError } from '../../../shared/errors.ts';
import type { KeptSecrets, ServerSecrets, Store, StoredSession } from '../store/store.ts';

/** Beyond this it is no meeting of two users any more. */
const MAX_TRIES = 5;

/**
 * Changes the secrets of the session's server, whether or not the session is still there: others of the server have the same.
 *
 * @param change Returns the new ones; asked again with newer ones when somebody was faster.
 * @returns The session with its new secrets.
 * @throws AppError SESSION_EXPIRED when the workspace is gone, RECOVERY_BUSY when others are always faster.
 */
export async function changeServerSecrets(
  store: Pick<Store, 'loadServerSecrets' | 'saveServerSecrets'>,
  session: StoredSession,
  change: (secrets: ServerSecrets) => ServerSecrets,
): Promise<StoredSession> {
  let kept: KeptSecrets = session;
  for (let tries = 0; tries < MAX_TRIES; tries++) {
    const secrets = change(kept.secrets);
    const outcome = await store.saveServerSecrets(session, kept.secretsVersion, secrets);
    if (outcome === 'saved') {
      // What could not be opened was replaced.
      const { secretsUnreadable: _, ...readable } = session;
      return { ...readable, secrets, secretsVersion: kept.secretsVersion + 1 };
    }
    const newer = outcome === 'absent' ? undefined : await store.loadServerSecrets(session);
    if (!newer) throw new AppError('SESSION_EXPIRED', 'The workspace of the session ended meanwhile. Begin anew.');
    kept = newer;
  }
  throw new AppError('RECOVERY_BUSY', 'The settings of the session are being changed elsewhere. Try again in a moment.');
}
