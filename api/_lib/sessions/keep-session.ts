/** Owns storing a new session: of a server that was connected, or of one that lets us in later. */
import type { CreateSession } from '../../../shared/requests.ts';
import { endServerSession } from '../relay/handshake.ts';
import type { ServerAccess } from '../relay/server-access.ts';
import { changeServerSecrets } from '../relay/server-secrets.ts';
import type { Credential } from '../store/device-registry.ts';
import type { StoredSession } from '../store/store.ts';
import type { Connected } from './connect.ts';
import type { ConnectParts } from './connect-waiting.ts';
import { serverInfoOf } from './session-view.ts';

/**
 * Stores a session, and the headers that came with it. When that fails the server session is ended: nobody would know of it.
 *
 * @param connected Undefined for a server that wants a sign-in first: the session waits for it.
 */
export async function keepSession(
  parts: ConnectParts,
  credential: Credential,
  id: string,
  server: ServerAccess,
  connected: Connected | undefined,
  { name, transport = 'auto', headers }: CreateSession,
): Promise<StoredSession> {
  const at = new Date().toISOString();
  const record = {
    id,
    workspaceId: credential.workspaceId,
    name: name ?? defaultName(connected, server.url),
    url: server.url,
    transport: connected?.transport ?? (transport === 'sse' ? transport : 'streamable-http'),
    revision: connected?.revision ?? 'stateful',
    createdAt: at,
  };
  try {
    const mark = connected ? 'connected' : 'sign-in-required';
    const stored = await parts.store.createSession(record, connected?.serverSession, [{ kind: 'mark', at, mark }]);
    if (headers === undefined) return stored;
    return await changeServerSecrets(parts.store, stored, (secrets) => ({ ...secrets, headers: server.secrets.headers ?? {} }));
  } catch (error) {
    parts.work.add('remove session', parts.store.removeSession(credential, id));
    if (connected?.sse) void connected.sse.transport.close();
    if (connected) parts.work.add('end orphaned server session', endServerSession({ ...server, ...connected }, parts.egress));
    throw error;
  }
}

function defaultName(connected: Connected | undefined, url: string): string {
  const server = connected && serverInfoOf(connected.serverSession);
  return (server && (server.title ?? server.name)) || new URL(url).host;
}
