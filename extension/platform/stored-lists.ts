/**
 * Owns which workspace this browser uses at each backend: its credential there, and the one before for the way back.
 * A workspace that is left takes nothing along: its sessions stay here as ended ones, to connect them again. Joining one is stored-joining.ts.
 */
import { change, loadStored, type Stored, StoredCredential, type StoredSession } from './stored.ts';

/** What is said of sessions that are out of this browser's reach. */
const OUT_OF_REACH = 'UNAUTHORIZED';

/** Returns the credential for a backend; undefined when this extension is not registered there. */
export async function loadCredential(backendUrl: string): Promise<StoredCredential | undefined> {
  return (await loadStored()).credentials.find((credential) => credential.backendUrl === backendUrl);
}

export const without = (credentials: readonly StoredCredential[], backendUrl: string): StoredCredential[] =>
  credentials.filter((credential) => credential.backendUrl !== backendUrl);

/** Hands sessions that no credential reaches any more over to a workspace. What became of them is told, or found out by asking. */
export function adoptSessions(stored: Stored, backendUrl: string, heir: StoredCredential | undefined, endedAt?: string): StoredSession[] {
  const reached = new Set([heir?.workspaceId, heir?.own?.workspaceId]);
  return stored.sessions.map((session) => {
    if (session.backendUrl !== backendUrl || reached.has(session.workspaceId)) return session;
    const ended = session.ended ?? (endedAt === undefined ? undefined : { code: OUT_OF_REACH, at: endedAt });
    return { ...session, workspaceId: heir?.workspaceId ?? '', ...(ended && { ended }) };
  });
}

/**
 * Stores the credential of one backend; those of others stay, so that going back to one finds its sessions again.
 *
 * @param endedAt Set when what the credential before reached is known to be out of reach.
 */
export function saveCredential(credential: StoredCredential, endedAt?: string): Promise<void> {
  const saved = StoredCredential.parse(credential);
  return change((stored) => ({
    credentials: [...without(stored.credentials, saved.backendUrl), saved],
    sessions: adoptSessions(stored, saved.backendUrl, saved, endedAt),
  }));
}

/** Lets go of the workspace in use at a backend: the one before is in use again, or none. */
export function leaveWorkspace(backendUrl: string, leftAt: string): Promise<void> {
  return change((stored) => {
    const own = stored.credentials.find((credential) => credential.backendUrl === backendUrl)?.own;
    const heir = own && { backendUrl, ...own };
    return {
      credentials: [...without(stored.credentials, backendUrl), ...(heir ? [heir] : [])],
      sessions: adoptSessions(stored, backendUrl, heir, leftAt),
    };
  });
}
