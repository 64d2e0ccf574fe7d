/**
 * Owns which of several answers to a question of the server is sent: the first, wherever it is given. Its instance may die before it could send
 * it, or before it could say so: then, after a short time, one more is sent, so that no question stays that nobody can answer. The server knows
 * the second by its JSON-RPC id, which is the same. Source: JSON-RPC 2.0, 5 Response object.
 */
import { setTimeout as pause } from 'node:timers/promises';
import { ANSWER_LEASE_MS } from '../limits.ts';
import type { ServerMessages } from '../store/server-messages.ts';

/** How often it is asked what became of the answer that is being sent, ms. */
const LOOK_EVERY_MS = 250;

export type ClaimedAnswer = {
  /** Nobody need answer any more. */
  sent(): Promise<void>;
  /** The server could not be told: whoever wants to may answer. */
  failed(): Promise<void>;
};

/**
 * Claims the right to send an answer; while another one is being sent, waits for what becomes of it.
 *
 * @returns Undefined when the question has been answered.
 * @throws AppError while storage does not answer.
 */
export async function claimAnswer(
  store: Pick<ServerMessages, 'claimAnswer' | 'settleAnswer'>,
  sessionId: string,
  questionId: string,
): Promise<ClaimedAnswer | undefined> {
  const owner = crypto.randomUUID();
  for (;;) {
    const claim = await store.claimAnswer(sessionId, questionId, owner, ANSWER_LEASE_MS);
    if (claim === 'answered') return undefined;
    if (claim === 'claimed') break;
    await pause(LOOK_EVERY_MS);
  }
  return {
    sent: () => store.settleAnswer(sessionId, questionId, owner, 'sent'),
    failed: () => store.settleAnswer(sessionId, questionId, owner, 'failed'),
  };
}
