/**
 * Owns connecting a session that waits although there is a sign-in for its server: one from an earlier session, or one that was ended while
 * the server could not be reached. The handshake is connect-waiting.ts.
 */
import { AppError } from '../../../shared/errors.ts';
import { accessTokenOf } from '../oauth/access-token.ts';
import { renewAccess } from '../relay/live-access.ts';
import { waitsForSignIn } from '../relay/server-access.ts';
import type { StoredSession } from '../store/store.ts';
import { type ConnectParts, connectWaiting } from './connect-waiting.ts';

/**
 * Connects the session with the sign-in that there is, renewed if need be.
 *
 * @param wasRefused Whether the server has just refused the access token.
 * @throws AppError SERVER_SIGN_IN_REQUIRED where only the user can help; the handshake's failure.
 */
export async function connectSignedIn(
  parts: ConnectParts,
  session: StoredSession,
  left: AbortSignal,
  { wasRefused }: { wasRefused: boolean },
): Promise<StoredSession> {
  const token = accessTokenOf(session.secrets.oauth);
  if (token === undefined) throw waitsForSignIn();
  const isOver = wasRefused || (await connectWaiting(parts, session.id, left).catch(orRefused));
  if (isOver !== true) return isOver;
  const live = parts.sessions.meet(session, { isNew: true });
  if (!(await renewAccess(live, parts, { token, challenge: null, wasRenewed: false }))) throw waitsForSignIn();
  return connectWaiting(parts, session.id, left);
}

function orRefused(error: unknown): true {
  if (error instanceof AppError && error.code === 'SERVER_SIGN_IN_REQUIRED') return true;
  throw error;
}
