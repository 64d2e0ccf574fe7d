/** Owns what clients send besides requests: notifications, and their answers to the server's questions. */
import { AppError } from '../../../shared/errors.ts';
import { JsonRpcId, type JsonRpcNotification, type JsonRpcResponse } from '../../../shared/json-rpc.ts';
import type { QuestionOutcome } from '../../../shared/question-contract.ts';
import { claimAnswer } from './answer-claim.ts';
import { cancelled } from './call-hold.ts';
import { toCallKey } from './call-key.ts';
import type { ClientMessage } from './client-message.ts';
import { endQuestion } from './delivery.ts';
import { decodeServerId, encodeClientId, toServerNotification } from './ids.ts';
import { currentEpoch, type LiveSession, type RelayParts } from './live-session.ts';
import { renewServerSession } from './renewal.ts';
import { postOverHttp } from './upstream-http.ts';
import { postOverSse } from './upstream-sse.ts';

export async function takeNotification(
  live: LiveSession,
  parts: RelayParts,
  notification: JsonRpcNotification,
  device: string,
  message: ClientMessage,
): Promise<void> {
  const { connection, bytes, headers } = message;
  const { method } = notification;
  // The server was told when the server session was made.
  if (method === 'notifications/initialized') return;
  live.activity.message({ direction: 'to-server', device, bytes, method }, notification);
  const outgoing = toServerNotification(notification, connection);
  const id = JsonRpcId.safeParse(notification.params?.['requestId']);
  // First: the user waits for it no longer, whether the server can be told or not.
  const asked = method === 'notifications/cancelled' && id.success ? cancelById(live, parts, message, id.data) : undefined;
  await Promise.all([passOn(live, parts, outgoing, headers), asked]);
}

/** Cancels a call by the id that its client gave it; one that runs on another instance is asked for by way of the ledger. */
async function cancelById(live: LiveSession, parts: RelayParts, { connection, credential }: ClientMessage, id: JsonRpcId): Promise<void> {
  const call = live.calls.get(encodeClientId(connection, id));
  // Who cancels expects no response. Source: MCP 2025-11-25, Cancellation.
  call?.reply.end({ kind: 'abandoned' });
  call?.ended.abort(cancelled());
  if (!call) await parts.store.requestCancel(credential, live.stored.id, toCallKey(undefined, connection, id));
}

/**
 * Passes on the first answer to a question; later ones go nowhere.
 *
 * @throws AppError when the server could not be told: then it can be answered again.
 */
export async function takeAnswer(
  live: LiveSession,
  parts: RelayParts,
  answer: JsonRpcResponse,
  device: string,
  { bytes, headers }: Pick<ClientMessage, 'bytes' | 'headers'>,
): Promise<QuestionOutcome['outcome']> {
  const question = decodeServerId(answer.id);
  if (!question) throw new AppError('MESSAGE_INVALID', 'This answers no question of the server.');
  const exchange = String(answer.id);
  if (question.epoch !== currentEpoch(live)) return 'gone';
  const claim = await claimAnswer(parts.store, live.stored.id, exchange);
  if (!claim) {
    // Whoever was faster may have been ended before it could say so.
    endQuestion(live, exchange, 'Answered before.');
    return 'answered-before';
  }
  live.activity.message({ direction: 'to-server', device, bytes, exchange }, answer);
  try {
    await passOn(live, parts, { ...answer, id: question.id }, headers);
  } catch (error) {
    // Where storage does not take it, the claim lapses by itself.
    await claim.failed().catch(() => {});
    throw error;
  }
  // The same here: that the question has ended is kept beside it.
  parts.work.add('settle answer', claim.sent());
  endQuestion(live, exchange, `Answered on ${device}.`);
  return 'taken';
}

/** Sends to the server what expects no response; a server session that is lost is renewed first. */
export async function passOn(
  live: LiveSession,
  parts: RelayParts,
  message: JsonRpcNotification | JsonRpcResponse,
  headers: Readonly<Record<string, string>>,
): Promise<void> {
  const isSse = live.stored.transport === 'sse';
  const post = () => (isSse ? postOverSse(live, parts, message) : postOverHttp(live, parts, message, headers));
  const { epoch } = live.stored;
  if ((await post()) === 'sent') return;
  if (!isSse) await renewServerSession(live, parts, epoch);
  // What the lost server session had asked or was doing is gone with it; only news for the server still has a meaning.
  if ('method' in message && message.method !== 'notifications/cancelled') await post();
}
