/**
 * Owns which keys this instance has in memory: of devices that asked lately, and of the sessions that they asked for. All of it can be lost
 * at any time: the next request that shows a token brings it back. Keys are found by the whole hash of a token, or by a session that the
 * store has said to be of that token's workspace.
 */
import { AppError } from '../../../shared/errors.ts';
import { MAX_OPENED_BYTES } from '../limits.ts';
import type { KeyRecord } from '../store/device-keys.ts';
import type { Credential, DeviceRecord } from '../store/device-registry.ts';
import { type Keyring, openKeyring, openRememberingScope, openScope, type Scope, toIndex } from './keyring.ts';
import { type OpenedValues, openOpenedValues } from './opened-values.ts';
import { openRecent } from './recent.ts';

/** Devices and sessions whose keys are remembered; some kB each. Those that were asked for longest ago go first. */
const MAX_DEVICES = 5000;
const MAX_SESSIONS = 20_000;
/** How often it is looked for sessions whose time is over, ms. */
const SWEEP_EVERY_MS = 60_000;

/** The keys of a session, and what was opened with them by its place: opened once, it is not opened again until its text changes. */
export type SessionKeys = {
  readonly keyring: Keyring;
  readonly scope: Scope;
  readonly opened: OpenedValues;
  /** Its server's; known as soon as the session was opened. */
  server: ServerKeys | undefined;
};
export type ServerKeys = { readonly url: string; readonly serverKey: string; readonly scope: Scope };

export const openServerKeys = (keyring: Keyring, url: string): ServerKeys => {
  const serverKey = toIndex(keyring, 'server', url);
  return { url, serverKey, scope: openScope(keyring, 'server', serverKey) };
};

function isSame(a: Keyring, b: Keyring): boolean {
  const [key, other] = [a.keys.get(a.generation), b.keys.get(b.generation)];
  return (
    a === b ||
    (a.generation === b.generation && a.keys.size === b.keys.size && key !== undefined && other !== undefined && key.equals(other))
  );
}

export type KeyCache = ReturnType<typeof openKeyCache>;

export type KeyCacheOptions = {
  /** Lifetime of a session from its last use: what nobody has used here for as long is forgotten. */
  ttlSeconds: number;
  /** Of memory, for what was opened of all sessions. */
  mostOpenedBytes?: number;
  /** Milliseconds that only go forward. */
  now?: () => number;
};

export function openKeyCache({ ttlSeconds, mostOpenedBytes = MAX_OPENED_BYTES, now = () => performance.now() }: KeyCacheOptions) {
  const byToken = openRecent<{ share: string; ring: string; keyring: Keyring }>(MAX_DEVICES);
  const byWorkspace = openRecent<Keyring>(MAX_DEVICES);
  const bySession = openRecent<SessionKeys>(MAX_SESSIONS, { now, leave: ({ opened }) => opened.forget() });
  const openedValues = openOpenedValues(mostOpenedBytes);
  // Whatever lets a session live on at this instance asks for its keys.
  const sweep = (): void => bySession.sweep(ttlSeconds * 1000);
  const timer = setInterval(sweep, SWEEP_EVERY_MS).unref();

  /** Remembers what storage said last of a workspace's keys, as one thing for all its devices: what they opened before stays open. */
  const share = (keyring: Keyring): Keyring => {
    const known = byWorkspace.get(keyring.workspaceId);
    if (known && isSame(known, keyring)) return known;
    byWorkspace.set(keyring.workspaceId, keyring);
    return keyring;
  };
  const learn = ({ tokenHash }: Credential, keys: Pick<KeyRecord, 'share' | 'ring'>, keyring: Keyring): Keyring => {
    byToken.set(tokenHash, { share: keys.share, ring: keys.ring, keyring });
    return share(keyring);
  };

  const meet = (sessionId: string, keyring: Keyring): SessionKeys => {
    const known = bySession.get(sessionId);
    if (known?.keyring === keyring) return known;
    const opened = openedValues.ofSession();
    const scope = openRememberingScope(keyring, ['session', sessionId], opened);
    const met = { keyring, scope, opened, server: undefined };
    bySession.set(sessionId, met);
    return met;
  };

  return {
    /** Remembers the keys of a device, as they were made for it here or opened with its token. */
    learn,
    /**
     * Returns the keys that a device opens with its token; undefined for a device that has none.
     *
     * @throws AppError SECRETS_UNREADABLE when they are not for this token.
     */
    ofDevice({ id, keys }: DeviceRecord, credential: Credential): Keyring | undefined {
      if (!keys || keys.share === '') return undefined;
      const known = byToken.get(credential.tokenHash);
      if (known?.share === keys.share && known.ring === keys.ring) return share(known.keyring);
      const { workspaceId, token } = credential;
      return learn(credential, keys, openKeyring(keys.share, keys.ring, token, { workspaceId, deviceId: id }));
    },
    /** Returns the keys that this token opened last, which may be older ones than there are now. */
    known({ tokenHash, workspaceId }: Credential): Keyring | undefined {
      const known = byToken.get(tokenHash)?.keyring;
      const shared = byWorkspace.get(workspaceId);
      return known && shared && isSame(known, shared) ? shared : known;
    },
    /** Returns the keys of a workspace that asked just now. */
    ofWorkspace(workspaceId: string): Keyring {
      const keyring = byWorkspace.get(workspaceId);
      if (!keyring) throw new AppError('INTERNAL', 'The keys of the workspace are not in memory. Try again.');
      return keyring;
    },
    /** Returns the keys of a session as this device would open it: whether it may is not known yet. */
    scopeFor(sessionId: string, keyring: Keyring): Scope {
      const known = bySession.get(sessionId);
      return known?.keyring === keyring ? known.scope : openScope(keyring, 'session', sessionId);
    },
    /** Remembers whose a session is. Only for a session that the store has said to be of this workspace. */
    meet,
    /** Returns the keys of a session that somebody entered on this instance: newer ones where its workspace was heard of since. */
    ofSession(sessionId: string): SessionKeys | undefined {
      const known = bySession.get(sessionId);
      const newest = known && byWorkspace.get(known.keyring.workspaceId);
      return newest && newest.generation > known.keyring.generation ? meet(sessionId, newest) : known;
    },
    forget(sessionId: string): void {
      bySession.delete(sessionId);
    },
    /** Forgets sessions that nobody has used here for the time that they live. */
    sweep,
    /** What is held, for tests and figures. */
    size: () => ({ sessions: bySession.size(), openedBytes: openedValues.bytes() }),
    close: () => clearInterval(timer),
  };
}
