/**
 * Owns the roots of a session: the folders that its user names to the server. The gateway tells them itself, so that a server which asks
 * gets its answer at once, whether a window is open somewhere or not. A client that declared roots of its own is asked instead.
 *
 * They are kept sealed beside the secrets of the server, by session; a session without any of its own begins with those that were saved
 * last for its server, so that reconnecting keeps them. Source: MCP 2025-11-25, Roots.
 */
import { AppError } from '../../../shared/errors.ts';
import type { JsonRpcNotification, JsonRpcRequest } from '../../../shared/json-rpc.ts';
import { type Root, Roots } from '../../../shared/roots-contract.ts';
import type { ServerSecrets, StoredSession } from '../store/store.ts';
import { passOn } from './client-notifications.ts';
import { hasRoots } from './connection.ts';
import { encodeServerId } from './ids.ts';
import type { LiveSession, RelayParts } from './live-session.ts';
import { changeServerSecrets } from './server-secrets.ts';

/** Sessions of one server whose roots are kept; those that were saved longest ago go first. */
const MAX_SESSIONS_WITH_ROOTS = 8;

const CHANGED: JsonRpcNotification = { jsonrpc: '2.0', method: 'notifications/roots/list_changed' };

/** Returns the roots of a session. What is stored is read by repair. */
export function rootsOf({ id, secrets }: Pick<StoredSession, 'id' | 'secrets'>): Root[] {
  const kept = secrets.roots ?? {};
  const roots = Roots.safeParse(kept[id] ?? Object.values(kept).at(-1) ?? []);
  return roots.success ? roots.data : [];
}

function withRoots(secrets: ServerSecrets, sessionId: string, roots: readonly Root[]): ServerSecrets {
  const { [sessionId]: _, ...others } = secrets.roots ?? {};
  const newest = Object.entries({ ...others, [sessionId]: roots }).slice(-MAX_SESSIONS_WITH_ROOTS);
  return { ...secrets, roots: Object.fromEntries(newest) };
}

/**
 * Replaces the roots of a session and tells its server that they changed, as far as it can be told.
 *
 * @throws AppError SECRETS_UNREADABLE while what is kept for the server can't be read: it must not be overwritten.
 */
export async function changeRoots(live: LiveSession, parts: RelayParts, roots: readonly Root[]): Promise<StoredSession> {
  if (live.stored.secretsUnreadable)
    throw new AppError(
      'SECRETS_UNREADABLE',
      'What is kept for this server can’t be read any more. Enter its headers anew, or sign in again.',
    );
  const changed = await changeServerSecrets(parts.store, live.stored, (secrets) => withRoots(secrets, live.stored.id, roots));
  live.stored = { ...live.stored, secrets: changed.secrets, secretsVersion: changed.secretsVersion };
  // The stateless revision has no such news: its servers ask with each call.
  if (live.stored.revision === 'stateful' && !live.stored.awaitsSignIn) {
    live.activity.message({ direction: 'to-server', bytes: JSON.stringify(CHANGED).length, method: CHANGED.method }, CHANGED);
    // What can't be told now is asked for by the server session that comes next.
    parts.work.add(
      'tell of roots',
      passOn(live, parts, CHANGED, {}).catch(() => {}),
    );
    live.activity.flush();
  }
  return live.stored;
}

/**
 * Answers a server's question for roots, where no client that could is there.
 *
 * @param asker Connection of the client whose call brought the question, if any.
 * @returns Whether it is answered here: then nobody else is to hear it.
 */
export function answerRoots(live: LiveSession, parts: RelayParts, request: JsonRpcRequest, epoch: number, asker?: string): boolean {
  if (request.method !== 'roots/list' || [asker, ...live.hub.connections()].some(hasRoots)) return false;
  const answer = { jsonrpc: '2.0' as const, id: request.id, result: { roots: rootsOf(live.stored) } };
  const exchange = encodeServerId(epoch, request.id);
  const asked = { ...request, id: exchange };
  live.activity.message({ direction: 'to-client', bytes: JSON.stringify(request).length, exchange, method: request.method }, asked);
  live.activity.message({ direction: 'to-server', bytes: JSON.stringify(answer).length, exchange }, { ...answer, id: exchange });
  // A server that is gone has no use for it.
  parts.work.add(
    'tell roots',
    passOn(live, parts, answer, {}).catch(() => {}),
  );
  return true;
}
