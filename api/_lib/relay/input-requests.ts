/**
 * Owns what a stateless server wants to know before it completes a call: the client that made the call hands it in, every device is asked, and
 * that client fetches the answer and sends the call again. Kept in order among the server's messages, a request and then its response: the
 * first response counts, whichever instance took it. Source: MCP 2026-07-28, Multi round-trip requests.
 */
import { AppError } from '../../../shared/errors.ts';
import type { JsonRpcResponse } from '../../../shared/json-rpc.ts';
import { MAX_INPUT_REQUEST_BYTES, SETTLED_CALL_TTL_SECONDS } from '../../../shared/limits.ts';
import {
  type AnswerBody,
  type InputRequest,
  type InputRequestState,
  PERSON_METHODS,
  type Question,
  type QuestionOutcome,
} from '../../../shared/question-contract.ts';
import type { ServerMessage } from '../store/server-messages.ts';
import type { StoredSession } from '../store/store.ts';
import { decodeServerId, encodeServerId } from './ids.ts';
import type { LiveSession, RelayParts } from './live-session.ts';

/** For how long nobody need hand a question in again, ms: what a call has come to is kept no longer either. */
const ASKED_FOR_MS = SETTLED_CALL_TTL_SECONDS * 1000;

/** `number` tells the answer apart from later ones. */
type Input = { question: Question; askedAtMs: number; answer?: { number: number; body: AnswerBody } };

type Kept = { id?: unknown; method?: unknown; params?: unknown; askedAt?: unknown; result?: unknown; error?: unknown };

/** Returns what was handed in and not withdrawn, by id, oldest first. Pure. */
function readInputs(messages: readonly ServerMessage[]): Map<string, Input> {
  const inputs = new Map<string, Input>();
  for (const { number, text } of messages) {
    const { id, method, params, askedAt, result, error } = JSON.parse(text) as Kept;
    const asks = PERSON_METHODS.find((name) => name === method);
    if (method === 'notifications/cancelled') inputs.delete(String((params as { requestId?: unknown } | undefined)?.requestId));
    else if (typeof id !== 'string') continue;
    else if (asks !== undefined)
      inputs.set(id, { question: { id, method: asks, ...(params !== undefined && { params }) }, askedAtMs: Date.parse(String(askedAt)) });
    else {
      const input = inputs.get(id);
      const body = (error === undefined ? { result } : { error }) as AnswerBody;
      if (input && !input.answer) inputs.set(id, { ...input, answer: { number, body } });
    }
  }
  return inputs;
}

const isOpen = ({ askedAtMs, answer }: Input, nowMs: number): boolean => !answer && nowMs - askedAtMs < ASKED_FOR_MS;

/** Returns the questions of a stateless server that wait for a person, oldest first. Pure. */
export function listInputs({ epoch }: StoredSession, messages: readonly ServerMessage[], nowMs: number): Question[] {
  const inputs = [...readInputs(messages).values()];
  return inputs
    .filter((input) => isOpen(input, nowMs) && decodeServerId(input.question.id)?.epoch === epoch)
    .map(({ question }) => question);
}

/**
 * Asks every device, or tells what was answered: handed in again, it is asked once.
 *
 * @throws AppError while storage does not answer; when the question is too large, or the session is over.
 */
export async function askInput(live: LiveSession, parts: RelayParts, request: InputRequest): Promise<InputRequestState> {
  const id = encodeServerId(live.stored.epoch, request.id);
  const { messages } = await parts.store.readServerMessages(live.stored.id, 0);
  const known = readInputs(messages).get(id);
  if (known?.answer) return { id, answer: known.answer.body };
  if (known && isOpen(known, Date.now())) return { id };
  const { method, params } = request;
  await keep(live, parts, { id, method, ...(params !== undefined && { params }), askedAt: new Date().toISOString() });
  live.activity.change({ asked: id });
  live.activity.flush();
  return { id };
}

/** Takes a question back from everybody: its call does not go on. @throws AppError while storage does not answer. */
export async function withdrawInput(live: LiveSession, parts: RelayParts, requestId: string): Promise<void> {
  const id = encodeServerId(live.stored.epoch, requestId);
  const { messages } = await parts.store.readServerMessages(live.stored.id, 0);
  const known = readInputs(messages).get(id);
  if (known && !known.answer) await keep(live, parts, { method: 'notifications/cancelled', params: { requestId: id } });
  forgetInputs(live, [id]);
}

/**
 * Keeps an answer for the client that handed the question in, if it is the first.
 *
 * @throws AppError while storage does not answer, or when the answer is too large: then it can be answered again.
 */
export async function answerInput(live: LiveSession, parts: RelayParts, answer: JsonRpcResponse): Promise<QuestionOutcome['outcome']> {
  const id = String(answer.id);
  const read = async () => readInputs((await parts.store.readServerMessages(live.stored.id, 0)).messages).get(id);
  const known = decodeServerId(id)?.epoch === live.stored.epoch ? await read() : undefined;
  if (known?.answer) return 'answered-before';
  if (!known || !isOpen(known, Date.now())) return 'gone';
  const number = await keep(live, parts, answer);
  const counted = await read();
  forgetInputs(live, [id]);
  return counted?.answer?.number === number ? 'taken' : 'answered-before';
}

/** Returns the questions that the record counts and nobody can answer any more. Pure. */
export function staleInputs({ questions }: StoredSession, open: readonly Question[]): string[] {
  const ids = new Set(open.map(({ id }) => id));
  return questions.filter((id) => !ids.has(id));
}

export function forgetInputs(live: LiveSession, ids: readonly string[]): void {
  for (const id of ids) live.activity.change({ answered: id });
  live.activity.flush();
}

async function keep(live: LiveSession, parts: RelayParts, message: object): Promise<number> {
  const text = JSON.stringify({ jsonrpc: '2.0', ...message });
  if (Buffer.byteLength(text) > MAX_INPUT_REQUEST_BYTES)
    throw new AppError(
      'BODY_TOO_LARGE',
      `A question and its answer may have ${MAX_INPUT_REQUEST_BYTES} bytes each. Answer in the panel where the call began.`,
    );
  const number = await parts.store.addServerMessages(live.stored.id, crypto.randomUUID(), [text]);
  if (number === undefined) throw new AppError('SESSION_EXPIRED', 'The session has ended. Reconnect and run the call again.');
  return number;
}
