/** Owns how a session, its server's secrets and its activity are sealed and opened. What of them stays plain is what storage sorts and counts by. */
import * as z from 'zod/mini';
import type { ActivityEntry, ActivityRecord } from '../../../shared/contract.ts';
import { AppError } from '../../../shared/errors.ts';
import { decodeSecrets } from '../store/record-codec.ts';
import { type ServerSecrets, type ServerSession, type StoredSession, UNCONNECTED } from '../store/store.ts';
import { openServerKeys, type ServerKeys, type SessionKeys } from './key-cache.ts';
import type { Keyring, Scope } from './keyring.ts';
import { generationOf, unreadable } from './sealing.ts';

const SealedValue = z.object({ sealed: z.string() });
const OpenedServerSession = z.object({ id: z.optional(z.string()), greeting: z.record(z.string(), z.unknown()) });

export function sealServerSession(scope: Scope, { id, protocolVersion, greeting }: ServerSession): ServerSession {
  return { protocolVersion, greeting: { sealed: scope.sealAlike('server-session', JSON.stringify({ id, greeting })) } };
}

function openServerSession(keys: SessionKeys, { protocolVersion, greeting }: ServerSession): ServerSession {
  if (protocolVersion === UNCONNECTED.protocolVersion) return UNCONNECTED;
  const stored = SealedValue.safeParse(greeting);
  if (!stored.success) throw unreadable();
  const { sealed } = stored.data;
  return keys.opened.once('server-session', sealed, () => {
    const { id, ...greeted } = OpenedServerSession.parse(JSON.parse(keys.scope.open('server-session', sealed)));
    return { ...(id !== undefined && { id }), protocolVersion, ...greeted };
  });
}

export const sealSecrets = ({ scope }: ServerKeys, { headers, oauth, roots }: ServerSecrets): ServerSecrets => ({
  oauth: { sealed: scope.seal('secrets', JSON.stringify({ headers, oauth, roots })) },
});

/** Returns the secrets; undefined when they cannot be opened. */
export function openSecrets({ scope }: ServerKeys, { oauth }: ServerSecrets): ServerSecrets | undefined {
  if (oauth === undefined) return {};
  const stored = SealedValue.safeParse(oauth);
  if (!stored.success) return undefined;
  try {
    return decodeSecrets(scope.open('secrets', stored.data.sealed));
  } catch {
    return undefined;
  }
}

export const sealUrl = (scope: Scope, url: string): string => scope.seal('url', url);
export const sealSubscription = (scope: Scope, uri: string): string => scope.sealAlike('subscription', uri);
/** An earlier key may have been in use when it was subscribed. */
export const sealSubscriptions = (scope: Scope, uri: string): string[] => scope.sealAlikes('subscription', uri);

/**
 * Opens a session.
 *
 * Secrets that cannot be opened leave it as it is, waiting for new ones.
 *
 * @throws AppError SECRETS_UNREADABLE when the session itself cannot be opened.
 */
export function openSession(keys: SessionKeys, stored: StoredSession): StoredSession {
  const url = keys.opened.once('url', stored.url, () => keys.scope.open('url', stored.url));
  keys.server = keys.server?.url === url ? keys.server : openServerKeys(keys.keyring, url);
  const { server } = keys;
  const text = SealedValue.safeParse(stored.secrets.oauth).data?.sealed ?? '';
  const secrets = keys.opened.once('secrets', text, () => openSecrets(server, stored.secrets) ?? 'unreadable');
  const isUnreadable = secrets === 'unreadable';
  const subscriptions = stored.subscriptions.flatMap(
    (sealed) => keys.opened.once(sealed, '', () => tryOpen(keys.scope, 'subscription', sealed)) ?? [],
  );
  return {
    ...stored,
    url,
    serverSession: openServerSession(keys, stored.serverSession),
    secrets: isUnreadable ? {} : secrets,
    ...(isUnreadable && { secretsUnreadable: true, awaitsSignIn: true }),
    subscriptions: [...new Set(subscriptions)].sort(),
  };
}

/** Tells whether a session was sealed with keys that came after these: then it is not lost, only not to be opened with them. */
export function isAhead({ keyring }: SessionKeys, { url, serverSession, secrets }: StoredSession): boolean {
  const greeting = SealedValue.safeParse(serverSession.greeting).data?.sealed ?? '';
  return [url, greeting].some((text) => isNewer(keyring, text)) || isSealedAhead(keyring, { secrets });
}

/** The same of a server's secrets. */
export const isSealedAhead = (keyring: Keyring, { secrets }: Pick<StoredSession, 'secrets'>): boolean =>
  isNewer(keyring, SealedValue.safeParse(secrets.oauth).data?.sealed ?? '');

const isNewer = ({ generation }: Keyring, text: string): boolean => (generationOf(text) ?? 0) > generation;

/** Returns the session opened, or as it is stored where it cannot be, without what would be asked of its server. */
export function tryOpenSession(keys: SessionKeys, stored: StoredSession): StoredSession {
  try {
    return openSession(keys, stored);
  } catch (error) {
    if (error instanceof AppError) return stored;
    throw error;
  }
}

/** Returns an opened text; undefined for one that cannot be opened and without which the rest is of use. */
export function tryOpen(scope: Scope, purpose: string, sealed: string): string | undefined {
  try {
    return scope.open(purpose, sealed);
  } catch (error) {
    if (error instanceof AppError) return undefined;
    throw error;
  }
}

/** Seals the bodies; what is counted, timed and sorted of an entry stays plain. */
export const sealActivity = (scope: Scope, records: readonly ActivityRecord[]): ActivityRecord[] =>
  records.map((record) =>
    record.kind === 'message' && record.message !== undefined
      ? { ...record, message: scope.seal('activity', JSON.stringify(record.message)) }
      : record,
  );

export const openActivity = (scope: Scope, entries: readonly ActivityEntry[]): ActivityEntry[] =>
  entries.map((entry) => {
    if (entry.kind !== 'message' || entry.message === undefined) return entry;
    const { message: sealed, ...rest } = entry;
    const text = typeof sealed === 'string' ? tryOpen(scope, 'activity', sealed) : undefined;
    return text === undefined ? rest : { ...rest, message: JSON.parse(text) as unknown };
  });
