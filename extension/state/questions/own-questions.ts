/**
 * Owns the questions that come with a request of this very panel: a stateless server asks before it answers. They are handed to the backend,
 * which asks every device, so that the popup and other devices can answer too; while it can't be told, they are asked here alone.
 */
import type { AnswerBody } from '../../../shared/question-contract.ts';
import type { OwnQuestion } from '../../gateway/client-questions.ts';
import { PANEL_LEFT } from '../../gateway/mcp-connection.ts';
import { handInInput, withdrawInput } from '../../gateway/questions.ts';
import { refreshSessions } from '../sessions.ts';
import { loadDrafts } from './answer-drafts.ts';
import { parseAsk } from './ask.ts';
import { askedQuestions, findQuestion, putQuestion } from './open-list.ts';

/**
 * Asks a person, here and wherever else the session is open.
 *
 * @returns The first answer. @throws The signal's reason; then the question goes.
 */
export async function askEverywhere(
  sessionId: string,
  { id: requestId, method, params, outlivesPanel }: OwnQuestion,
  signal: AbortSignal,
): Promise<AnswerBody> {
  const handIn = () => handInInput(sessionId, { id: requestId, method, params }, signal).catch(() => undefined);
  const handed = await handIn();
  if (handed?.answer) return handed.answer;
  signal.throwIfAborted();
  const id = handed?.id ?? `here:${requestId}`;
  void loadDrafts(sessionId);
  const answered = Promise.withResolvers<AnswerBody>();
  let isLooking = false;
  const look = async (): Promise<void> => {
    if (isLooking) return;
    isLooking = true;
    const again = await handIn();
    isLooking = false;
    if (!again?.answer) return;
    const question = findQuestion(id);
    if (question?.phase.kind === 'open') putQuestion({ ...question, phase: { kind: 'ended', end: 'elsewhere', atMs: Date.now() } });
    answered.resolve(again.answer);
  };
  const stop = (): void => {
    if (findQuestion(id)?.phase.kind === 'open') askedQuestions.value = askedQuestions.value.filter((known) => known.id !== id);
    // What goes on in the next panel is still asked elsewhere.
    const goesOn = outlivesPanel && signal.reason === PANEL_LEFT;
    if (handed && !goesOn) void withdrawInput(sessionId, requestId).catch(() => undefined);
    answered.reject(signal.reason);
  };
  signal.addEventListener('abort', stop, { once: true });
  const own = { settle: answered.resolve, ...(handed && { look: () => void look() }) };
  const others = askedQuestions.value.filter((known) => known.id !== id);
  askedQuestions.value = [...others, { id, sessionId, ask: parseAsk({ method, params }), phase: { kind: 'open' }, own }];
  if (handed) void refreshSessions();
  try {
    return await answered.promise;
  } finally {
    signal.removeEventListener('abort', stop);
  }
}
