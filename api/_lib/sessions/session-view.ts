/** Owns what clients are shown of a stored session. What a server said about itself is read by repair: it vouches for nothing. */
import { ServerInfo, type Session } from '../../../shared/contract.ts';
import { accessTokenOf } from '../oauth/access-token.ts';
import { decodeServerId } from '../relay/ids.ts';
import { rootsOf } from '../relay/session-roots.ts';
import { isConnected, type ServerSession, type StoredSession } from '../store/store.ts';

/** Where a stateless server names itself. Source: MCP 2026-07-28, Discovery. */
const SERVER_INFO_META = 'io.modelcontextprotocol/serverInfo';

const isRecord = (value: unknown): value is Record<string, unknown> => typeof value === 'object' && value !== null && !Array.isArray(value);

/** Returns the session as the HTTP contract has it. */
export function toSession(stored: StoredSession): Session {
  const { greeting, protocolVersion } = stored.serverSession;
  const { instructions, capabilities } = greeting;
  return {
    id: stored.id,
    name: stored.name,
    url: stored.url,
    transport: stored.transport,
    protocolVersion,
    revision: stored.revision,
    server: isConnected(stored) ? serverInfoOf(stored.serverSession) : { name: stored.name, version: '' },
    capabilities: isRecord(capabilities) ? capabilities : {},
    ...(typeof instructions === 'string' && { instructions }),
    status: toStatus(stored),
    createdAt: stored.createdAt,
    lastUsedAt: stored.lastUsedAt,
    expiresAt: stored.expiresAt,
    running: stored.running,
    questions: stored.questions.filter((id) => isAnswerable(id, stored)).length,
    coldStarts: stored.coldStarts,
    renewals: stored.renewals,
    headerNames: Object.keys(stored.secrets.headers ?? {}),
    roots: rootsOf(stored),
    signedIn: accessTokenOf(stored.secrets.oauth) !== undefined,
  };
}

function toStatus({ awaitsSignIn, isReachable }: StoredSession): Session['status'] {
  if (awaitsSignIn) return 'authorization-required';
  return isReachable ? 'live' : 'unreachable';
}

/** Returns who the server says it is. */
export function serverInfoOf({ greeting }: ServerSession): Session['server'] {
  const meta = isRecord(greeting['_meta']) ? greeting['_meta'] : {};
  return readServerInfo(greeting['serverInfo'] ?? meta[SERVER_INFO_META]);
}

/** A question of a server session that is gone waits for nobody. Over HTTP+SSE the connection tells (sse-link.ts). */
const isAnswerable = (id: string, { transport, epoch }: StoredSession): boolean =>
  transport === 'sse' || decodeServerId(id)?.epoch === epoch;

export function readServerInfo(value: unknown): Session['server'] {
  const info = ServerInfo.safeParse(value);
  if (info.success) return info.data;
  const { name, version } = isRecord(value) ? value : {};
  return { name: typeof name === 'string' ? name : 'Unnamed server', version: typeof version === 'string' ? version : '' };
}
