/** Owns the workspace that this browser has asked to join, until it is let in; from then on it is the one in use (stored-lists.ts). */
import { change, loadStored, StoredJoining } from './stored.ts';
import { adoptSessions, without } from './stored-lists.ts';

export const loadJoining = async (): Promise<StoredJoining | undefined> => (await loadStored()).joining;

/** Keeps what this browser has asked to join; undefined forgets it. */
export function saveJoining(joining: StoredJoining | undefined): Promise<void> {
  const saved = joining && StoredJoining.parse(joining);
  return change(() => ({ joining: saved }));
}

/** Uses the workspace that has let this browser in; the one before is kept, with its sessions. */
export function enterJoined(joining: StoredJoining): Promise<void> {
  const { backendUrl, deviceId, workspaceId, token } = joining;
  return change((stored) => {
    const before = stored.credentials.find((credential) => credential.backendUrl === backendUrl);
    const own = before && { deviceId: before.deviceId, workspaceId: before.workspaceId, token: before.token };
    const credential = { backendUrl, deviceId, workspaceId, token, ...(own && { own: before.own ?? own }) };
    return {
      joining: undefined,
      credentials: [...without(stored.credentials, backendUrl), credential],
      sessions: adoptSessions(stored, backendUrl, credential),
    };
  });
}
