/**
 * Owns how ids of many clients become unique towards one server, and back. Pure: the mapping is in the id itself,
 * so any instance can undo it, also one that started after the message was sent.
 *
 * Every SDK client counts its ids from 0. Two of them on one server session would get each other's answers
 * (CVE-2026-25536 and its kind), so an id carries the connection that it belongs to. Source: MCP 2025-11-25, Basic > Requests.
 */
import { JsonRpcId, type JsonRpcMessage, type JsonRpcRequest, type ParsedMessage } from '../../../shared/json-rpc.ts';

/** Key under which a stateless server names the subscription that a notification belongs to. Source: MCP 2026-07-28, Subscriptions. */
const SUBSCRIPTION_ID = 'io.modelcontextprotocol/subscriptionId';

/** Returns the id (or progress token) that the server sees, for one of a client's. `connection` holds no colon. */
export const encodeClientId = (connection: string, id: JsonRpcId): string => `m:${connection}:${JSON.stringify(id)}`;

/** Returns whose id it is; undefined for an id that we did not make. */
export function decodeClientId(id: unknown): { connection: string; id: JsonRpcId } | undefined {
  const parts = typeof id === 'string' ? /^m:([^:]*):(.*)$/s.exec(id) : null;
  const original = parts ? parseId(parts[2] ?? '') : undefined;
  return parts?.[1] !== undefined && original !== undefined ? { connection: parts[1], id: original } : undefined;
}

/**
 * Returns the id that clients see, for a request that the server sent. The epoch keeps an answer from reaching a newer server session
 * that happens to use the same number.
 *
 * @param origin Connection that gets the question on the stream of its own call, and must not get it a second time with everybody else.
 */
export const encodeServerId = (epoch: number, id: JsonRpcId, origin = ''): string => `s:${epoch}:${origin}:${JSON.stringify(id)}`;

export function decodeServerId(id: unknown): { epoch: number; origin: string; id: JsonRpcId } | undefined {
  const [, epoch, origin, text] = (typeof id === 'string' && /^s:(\d+):([^:]*):(.*)$/s.exec(id)) || [];
  const original = text === undefined ? undefined : parseId(text);
  return original === undefined || origin === undefined ? undefined : { epoch: Number(epoch), origin, id: original };
}

function parseId(text: string): JsonRpcId | undefined {
  try {
    const parsed = JsonRpcId.safeParse(JSON.parse(text));
    return parsed.success ? parsed.data : undefined;
  } catch {
    return undefined;
  }
}

/** Returns a client's request as the server shall see it. */
export function toServerRequest(request: JsonRpcRequest, connection: string): JsonRpcRequest {
  const given = request.params?._meta?.['progressToken'];
  const token = given === undefined ? undefined : JsonRpcId.safeParse(given).data;
  const id = encodeClientId(connection, request.id);
  if (token === undefined) return { ...request, id };
  const _meta = { ...request.params?._meta, progressToken: encodeClientId(connection, token) };
  return { ...request, id, params: { ...request.params, _meta } };
}

/** Returns a client's notification as the server shall see it. */
export function toServerNotification<M extends JsonRpcMessage & { method: string }>(message: M, connection: string): M {
  const requestId = JsonRpcId.safeParse(readParams(message)?.['requestId']);
  if (message.method !== 'notifications/cancelled' || !requestId.success) return message;
  return { ...message, params: { ...readParams(message), requestId: encodeClientId(connection, requestId.data) } };
}

/** Returns a message of the server as clients shall see it. */
export function toClientMessage(parsed: ParsedMessage, epoch: number, origin = ''): JsonRpcMessage {
  const { message } = parsed;
  if (parsed.kind === 'response') {
    const mine = decodeClientId(parsed.message.id);
    return mine ? { ...parsed.message, id: mine.id } : message;
  }
  if (parsed.kind === 'request') return { ...parsed.message, id: encodeServerId(epoch, parsed.message.id, origin) };
  return toClientNotification(parsed.message, epoch, origin);
}

function toClientNotification(message: JsonRpcMessage & { method: string }, epoch: number, origin: string): JsonRpcMessage {
  const params = readParams(message);
  if (params === undefined) return message;
  const token = message.method === 'notifications/progress' ? decodeClientId(params['progressToken']) : undefined;
  if (token) return { ...message, params: { ...params, progressToken: token.id } };
  const requestId = JsonRpcId.safeParse(params['requestId']);
  if (message.method === 'notifications/cancelled' && requestId.success)
    return { ...message, params: { ...params, requestId: encodeServerId(epoch, requestId.data, origin) } };
  const meta = params['_meta'] as Record<string, unknown> | undefined;
  const subscription = decodeClientId(meta?.[SUBSCRIPTION_ID]);
  return subscription ? { ...message, params: { ...params, _meta: { ...meta, [SUBSCRIPTION_ID]: subscription.id } } } : message;
}

const readParams = (message: JsonRpcMessage): Record<string, unknown> | undefined =>
  'params' in message ? (message.params as Record<string, unknown> | undefined) : undefined;
