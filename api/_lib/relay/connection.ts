/**
 * Owns the id of a client's connection, and what it tells of the client: which questions of a server it said that it can answer. Pure:
 * it is in the id itself, so any instance knows it.
 *
 * All clients of a session share one server session, which was told at its handshake that questions are answered (handshake.ts). A client
 * that never said so would refuse a question that waits for somebody else.
 */
import { decodeServerId } from './ids.ts';

/** One bit for each kind of question. */
const KINDS = { roots: 1, sampling: 2, form: 4, url: 8 } as const;
type Kind = keyof typeof KINDS;

const isRecord = (value: unknown): value is Record<string, unknown> => typeof value === 'object' && value !== null && !Array.isArray(value);

/**
 * Returns a new id of a connection: a UUID of version 8, whose last digit says what its client declared.
 *
 * Source: MCP 2025-11-25, Lifecycle > Capability negotiation; Elicitation (an empty object means forms); RFC 9562, section 5.8.
 */
export function mintConnection(capabilities: unknown): string {
  const { roots, sampling, elicitation } = isRecord(capabilities) ? capabilities : {};
  const asks = isRecord(elicitation) ? elicitation : undefined;
  const kinds: Record<Kind, boolean> = {
    roots: isRecord(roots),
    sampling: isRecord(sampling),
    form: asks !== undefined && (isRecord(asks['form']) || !isRecord(asks['url'])),
    url: isRecord(asks?.['url']),
  };
  const bits = (Object.keys(KINDS) as Kind[]).reduce((sum, kind) => (kinds[kind] ? sum + KINDS[kind] : sum), 0);
  const random = crypto.randomUUID();
  return `${random.slice(0, 14)}8${random.slice(15, -1)}${bits.toString(16)}`;
}

/** Returns what the client of a connection declared; undefined for one that has not shaken hands. */
function declaredBits(connection: string | undefined): number | undefined {
  return connection?.[14] === '8' ? Number.parseInt(connection.at(-1) ?? '', 16) : undefined;
}

/** Tells whether a client said that it has roots. */
export const hasRoots = (connection: string | undefined): boolean => ((declaredBits(connection) ?? 0) & KINDS.roots) > 0;

/** Tells whether a message is for the client of a connection: all are but questions that it said nothing about. */
export function canTake(connection: string | undefined, { method, params }: { method?: unknown; params?: unknown }): boolean {
  const bits = declaredBits(connection);
  const kind = kindOf(method, params);
  // Who sends single messages without a handshake has said nothing either way.
  return bits === undefined || kind === undefined || (bits & KINDS[kind]) > 0;
}

function kindOf(method: unknown, params: unknown): Kind | undefined {
  if (method === 'roots/list') return 'roots';
  if (method === 'sampling/createMessage') return 'sampling';
  if (method !== 'elicitation/create') return undefined;
  return isRecord(params) && params['mode'] === 'url' ? 'url' : 'form';
}

/** Tells whether a client that listens gets a message which everybody gets. A question of its own call came on that call's stream. */
export function hears(connection: string | undefined, text: string): boolean {
  if (connection === undefined) return true;
  const message = JSON.parse(text) as { id?: unknown; method?: unknown; params?: unknown };
  return decodeServerId(message.id)?.origin !== connection && (message.id === undefined || canTake(connection, message));
}
