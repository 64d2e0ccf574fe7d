/** Owns what identifies a user's act: the key that a client gives it, or one made from its connection and id. Pure. */
import { createHash } from 'node:crypto';
import { AppError } from '../../../shared/errors.ts';
import type { JsonRpcId, JsonRpcRequest } from '../../../shared/json-rpc.ts';

const KEY = /^[A-Za-z0-9_-]{8,64}$/;
const EVENT_ID = /^([A-Za-z0-9_-]{8,64})\.(\d{1,9})$/;

/**
 * Returns the key of a request in the ledger.
 *
 * A client that sends no key gets the same one for the same id on the same connection: ids are used once there, so a repetition is the
 * network's, not the user's. Source: MCP 2025-11-25, Basic > Requests.
 *
 * @throws AppError CALL_KEY_INVALID
 */
export function toCallKey(given: string | undefined, connection: string, id: JsonRpcId): string {
  if (given !== undefined) {
    if (KEY.test(given)) return given;
    throw new AppError('CALL_KEY_INVALID', 'The header Idempotency-Key must be 8 to 64 letters, digits, hyphens or underscores.');
  }
  return digest(`${connection}\0${JSON.stringify(id)}`).slice(0, 32);
}

/**
 * Returns the hash that tells whether a key is used for the same request.
 *
 * Id and progress token are the connection's bookkeeping: a client that comes back to its act on a new connection counts them anew.
 */
export function toBodyHash({ method, params }: JsonRpcRequest): string {
  const { _meta = {}, ...rest } = params ?? {};
  const { progressToken: _ofTheConnection, ...meta } = _meta;
  return digest(JSON.stringify([method, rest, meta]));
}

/** Returns call and event behind an event id; undefined for one that is no call's. */
export function parseCallEventId(eventId: string): { key: string; after: number } | undefined {
  const [, key, after] = EVENT_ID.exec(eventId) ?? [];
  return key === undefined || after === undefined ? undefined : { key, after: Number(after) };
}

const digest = (text: string): string => createHash('sha256').update(text).digest('base64url');
