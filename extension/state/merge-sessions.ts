/** Owns how what the backend lists and what is stored become one list. Pure. */
import type { Session, TransportChoice } from '../../shared/contract.ts';
import type { StoredSession } from '../platform/stored.ts';

export type Verdict = { code: string; hint?: string };

/**
 * Returns a session of the backend as it is kept here.
 *
 * @param workspaceId Absent where it is not known: whichever workspace is in use takes it up.
 */
export function toStoredSession(session: Session, backendUrl: string, transportChoice: TransportChoice, workspaceId = ''): StoredSession {
  const {
    id,
    name,
    url,
    transport,
    protocolVersion,
    revision,
    status,
    createdAt,
    lastUsedAt,
    expiresAt,
    running,
    questions,
    coldStarts,
    renewals,
    headerNames,
    signedIn,
  } = session;
  const { name: serverName, version, title } = session.server;
  return {
    id,
    backendUrl,
    workspaceId,
    url,
    name,
    transportChoice,
    transport,
    revision,
    protocolVersion,
    server: { name: serverName, version, ...(title !== undefined && { title }) },
    status,
    createdAt,
    lastUsedAt,
    expiresAt,
    running,
    questions,
    coldStarts,
    renewals,
    headerNames,
    signedIn,
  };
}

type Place = { backendUrl: string; workspaceId: string };

/** Returns the stored sessions of a workspace that are alive as far as anybody here knows, but which its backend did not list. */
export function findMissing(known: readonly StoredSession[], listed: readonly Session[], place: Place): StoredSession[] {
  const ids = new Set(listed.map(({ id }) => id));
  return known.filter(
    ({ id, backendUrl, workspaceId, ended }) =>
      backendUrl === place.backendUrl && workspaceId === place.workspaceId && !ended && !ids.has(id),
  );
}

/**
 * Returns the known sessions brought up to date with a listing.
 *
 * Only the backend ends a session: one that is neither listed nor judged stays as it was. One that is listed again is alive again.
 *
 * @param verdicts Why a session is over, by id.
 */
export function mergeSessions(
  known: readonly StoredSession[],
  listed: readonly Session[],
  verdicts: ReadonlyMap<string, Verdict>,
  at: Place & { now: string },
): StoredSession[] {
  const choices = new Map(known.map(({ id, transportChoice }) => [id, transportChoice]));
  const ids = new Set(listed.map(({ id }) => id));
  const others = known
    .filter((session) => session.backendUrl !== at.backendUrl || !ids.has(session.id))
    .map((session) => {
      const verdict = verdicts.get(session.id);
      return verdict && !session.ended ? { ...session, ended: { ...verdict, at: endOf(session, verdict, at.now) } } : session;
    });
  const fresh = listed.map((session) =>
    toStoredSession(session, at.backendUrl, choices.get(session.id) ?? session.transport, at.workspaceId),
  );
  return [...fresh, ...others];
}

/** One whose time had run out ended then, not when we happened to ask. */
function endOf({ expiresAt }: StoredSession, { code }: Verdict, now: string): string {
  return code === 'SESSION_EXPIRED' && expiresAt < now ? expiresAt : now;
}
