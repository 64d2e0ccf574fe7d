/** Owns what changes a session in its place: what the backend has just told of it, and new headers for its server. */
import type { Session } from '../../shared/contract.ts';
import type { ServerHeaders } from '../../shared/requests.ts';
import { changeSession } from '../gateway/backend.ts';
import { changeSessions } from '../platform/stored.ts';
import { toStoredSession } from './merge-sessions.ts';
import { clearSessionError } from './sessions.ts';

/** Keeps a session as the backend has just told it. */
export function keepSession(session: Session): Promise<void> {
  return changeSessions((known) =>
    known.map((other) => {
      if (other.id !== session.id) return other;
      return toStoredSession(session, other.backendUrl, other.transportChoice, other.workspaceId);
    }),
  );
}

/**
 * Replaces the headers for a session's server; none forgets them. A session that waits is connected with them.
 *
 * @throws GatewayError; the headers before are still kept then.
 */
export async function changeHeaders(sessionId: string, headers: ServerHeaders): Promise<void> {
  await keepSession(await changeSession(sessionId, { headers }));
  clearSessionError(sessionId);
}
