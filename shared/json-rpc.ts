/**
 * Owns the JSON-RPC 2.0 envelope: what a message is and which of the three kinds.
 * Pure. It knows no method's parameters. Ids across clients are mapped in api/_lib/relay/ids.ts.
 */
import * as z from 'zod/mini';
import { MAX_METHOD_LENGTH, MAX_RPC_ID_LENGTH } from './limits.ts';

export const JsonRpcId = z.union([z.string().check(z.maxLength(MAX_RPC_ID_LENGTH)), z.number()]);
export type JsonRpcId = z.infer<typeof JsonRpcId>;

const Method = z.string().check(z.maxLength(MAX_METHOD_LENGTH));
const Params = z.optional(z.looseObject({ _meta: z.optional(z.looseObject({})) }));

export const JsonRpcError = z.looseObject({ code: z.number(), message: z.string(), data: z.optional(z.unknown()) });
const Request = z.looseObject({ jsonrpc: z.literal('2.0'), id: JsonRpcId, method: Method, params: Params });
const Notification = z.looseObject({ jsonrpc: z.literal('2.0'), method: Method, params: Params });
const Result = z.looseObject({ jsonrpc: z.literal('2.0'), id: JsonRpcId, result: z.looseObject({}) });
const Failure = z.looseObject({ jsonrpc: z.literal('2.0'), id: z.optional(z.nullable(JsonRpcId)), error: JsonRpcError });

export type JsonRpcRequest = z.infer<typeof Request>;
export type JsonRpcNotification = z.infer<typeof Notification>;
export type JsonRpcResponse = z.infer<typeof Result> | z.infer<typeof Failure>;
export type JsonRpcMessage = JsonRpcRequest | JsonRpcNotification | JsonRpcResponse;

export type ParsedMessage =
  | { kind: 'request'; message: JsonRpcRequest }
  | { kind: 'notification'; message: JsonRpcNotification }
  | { kind: 'response'; message: JsonRpcResponse };

/**
 * Tells which kind of JSON-RPC message a value is; undefined when it is none.
 *
 * Members that we do not know are kept: the relay passes on what it does not understand. Ids and methods have a longest length: they are
 * kept beside what is passed on, and what storage does not take would take the end of a call with it.
 * Source: JSON-RPC 2.0, sections 4 and 5; MCP 2025-11-25, Basic > Messages (`null` is no id).
 */
export function parseMessage(value: unknown): ParsedMessage | undefined {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return undefined;
  if ('method' in value) {
    if ('id' in value) {
      const request = Request.safeParse(value);
      return request.success ? { kind: 'request', message: request.data } : undefined;
    }
    const notification = Notification.safeParse(value);
    return notification.success ? { kind: 'notification', message: notification.data } : undefined;
  }
  const response = 'error' in value ? Failure.safeParse(value) : Result.safeParse(value);
  return response.success ? { kind: 'response', message: response.data } : undefined;
}
