/**
 * Owns whose a message is that the server sent on its own stream, outside of any call's: progress belongs to one call,
 * everything else to every client that listens. What a call's own exchange brings is taken in call.ts.
 */
import type { JsonRpcMessage } from '../../../shared/json-rpc.ts';
import { PERSON_METHODS } from '../../../shared/question-contract.ts';
import { decodeClientId, toClientMessage } from './ids.ts';
import type { LiveSession } from './live-session.ts';
import type { Received } from './rpc-answer.ts';

/**
 * Hands a request or notification of the server to whom it concerns.
 *
 * @param epoch Of the server session that the stream belongs to, which may be older than the present one.
 * @param cursor Where the stream stands after it.
 */
export function deliverFromServer(live: LiveSession, received: Received, epoch: number, cursor?: string): void {
  const { parsed, bytes } = received;
  if (parsed.kind === 'request' && live.answerRoots(parsed.message, epoch)) {
    if (cursor !== undefined) live.hub.pass(cursor);
    return;
  }
  const token = parsed.kind === 'notification' ? parsed.message.params?.['progressToken'] : undefined;
  if (decodeClientId(token) !== undefined) {
    // Clients count their tokens from 0: sent to everybody, it would move the bar of somebody else's call.
    for (const call of live.calls.values()) if (call.progressToken === token) call.receive(received, { epoch });
    if (cursor !== undefined) live.hub.pass(cursor);
    return;
  }
  const message = toClientMessage(parsed, epoch);
  recordFromServer(live, message, bytes);
  handOut(live, message, cursor);
}

/** The others a client answers by itself. */
const ASKS_A_PERSON: ReadonlySet<string> = new Set(PERSON_METHODS);

/** Hands a message to every device, and remembers a question until it is answered or taken back. */
export function handOut(live: LiveSession, message: JsonRpcMessage, cursor?: string): void {
  live.hub.deliver(message, cursor);
  if (!('method' in message)) return;
  const { method, params } = message;
  if ('id' in message && ASKS_A_PERSON.has(String(method))) live.activity.change({ asked: String(message.id) });
  else if (method === 'notifications/cancelled') forgetQuestion(live, String((params as { requestId?: unknown } | undefined)?.requestId));
}

/** Takes a question back from everybody who was asked. */
export function endQuestion(live: LiveSession, id: string, reason: string): void {
  live.hub.announceEnd(id, reason);
  forgetQuestion(live, id);
}

function forgetQuestion(live: LiveSession, id: string): void {
  live.activity.change({ answered: id });
  live.activity.flush();
}

/** Puts a message that the server began into the activity. */
export function recordFromServer(live: LiveSession, message: JsonRpcMessage, bytes: number, device?: string): void {
  const method = 'method' in message ? String(message.method) : undefined;
  const exchange = 'id' in message && typeof message.id === 'string' ? message.id : undefined;
  live.activity.message(
    {
      direction: 'to-client',
      bytes,
      ...(device !== undefined && { device }),
      ...(exchange !== undefined && { exchange }),
      ...(method !== undefined && { method }),
    },
    message,
  );
}
