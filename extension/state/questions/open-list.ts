/**
 * Owns the questions of servers that a surface shows: read from the backend, answered through it, and closed when somebody else was faster.
 * Questions that come with a request of this very panel (own-questions.ts) are in the same list.
 */
import { signal } from '@preact/signals';
import type { AnswerBody, QuestionOutcome } from '../../../shared/question-contract.ts';
import { asGatewayError, type GatewayError } from '../../gateway/gateway-error.ts';
import { answerQuestion, listQuestions } from '../../gateway/questions.ts';
import { refreshSessions } from '../sessions.ts';
import { type Act, refuse } from './answer.ts';
import { forgetDraft, loadDrafts } from './answer-drafts.ts';
import { type Ask, parseAsk } from './ask.ts';

/** How long a question that was answered elsewhere still says so, ms. */
const SHOWN_AFTER_END_MS = 10_000;

/** How it ended: sent from here · answered elsewhere, or taken back · not answerable any more, since the server has forgotten it. */
export type End = 'sent' | 'elsewhere' | 'gone';
export type Phase =
  | { kind: 'open'; error?: GatewayError }
  | { kind: 'sending'; act: Act }
  | { kind: 'ended'; end: End; act?: Act; atMs: number };

export type AskedQuestion = {
  readonly id: string;
  readonly sessionId: string;
  readonly ask: Ask;
  readonly phase: Phase;
  /** Present for what comes with a request of this very panel. */
  readonly own?: {
    /** Hands the answer to the request that waits for it. */
    settle: (body: AnswerBody) => void;
    /** Looks whether somebody else has answered; absent where nobody else is asked. */
    look?: () => void;
  };
};

/** In the order in which they came. */
export const askedQuestions = signal<readonly AskedQuestion[]>([]);
/** Why the questions of a session could not be read, by session id. */
export const questionErrors = signal<ReadonlyMap<string, GatewayError>>(new Map());
/** Elicitations by address that the server has called complete, by their own id. */
export const completedElicitations = signal<ReadonlySet<string>>(new Set());

export const putQuestion = (question: AskedQuestion): void => {
  askedQuestions.value = askedQuestions.value.map((known) => (known.id === question.id ? question : known));
};
export const findQuestion = (id: string): AskedQuestion | undefined => askedQuestions.value.find((known) => known.id === id);

function tell(sessionId: string, error: GatewayError | undefined): void {
  if (error === undefined && !questionErrors.value.has(sessionId)) return;
  const errors = new Map(questionErrors.value);
  if (error) errors.set(sessionId, error);
  else errors.delete(sessionId);
  questionErrors.value = errors;
}

/** Reads the open questions of a session. Never throws: what was known stays, `questionErrors` tells. */
export async function readQuestions(sessionId: string): Promise<void> {
  try {
    const [{ questions, completed }] = await Promise.all([listQuestions(sessionId), loadDrafts(sessionId)]);
    const open = new Set(questions.map(({ id }) => id));
    const known = askedQuestions.value.map((question): AskedQuestion => {
      if (question.sessionId !== sessionId || question.phase.kind !== 'open' || open.has(question.id)) return question;
      if (!question.own) return { ...question, phase: { kind: 'ended', end: 'elsewhere', atMs: Date.now() } };
      question.own.look?.();
      return question;
    });
    const ids = new Set(known.map(({ id }) => id));
    const news = questions
      .filter(({ id }) => !ids.has(id))
      .map((question): AskedQuestion => ({ id: question.id, sessionId, ask: parseAsk(question), phase: { kind: 'open' } }));
    const isChanged = news.length > 0 || known.some((question, at) => question !== askedQuestions.value[at]);
    if (isChanged) askedQuestions.value = [...known, ...news];
    if (completed.some((id) => !completedElicitations.value.has(id)))
      completedElicitations.value = new Set([...completedElicitations.value, ...completed]);
    tell(sessionId, undefined);
  } catch (thrown) {
    tell(sessionId, asGatewayError(thrown));
  }
}

/**
 * Sends an answer, once. Never throws: what went wrong is in the question's phase, and what was written stays.
 *
 * @returns Whether this answer is the one that counts.
 */
export async function answer(question: AskedQuestion, act: Act, body: AnswerBody): Promise<boolean> {
  const { id, sessionId } = question;
  if (findQuestion(id)?.phase.kind !== 'open') return false;
  putQuestion({ ...question, phase: { kind: 'sending', act } });
  try {
    const outcome = await send(question, body);
    const end: End = outcome === 'taken' ? 'sent' : outcome === 'gone' ? 'gone' : 'elsewhere';
    putQuestion({ ...question, phase: { kind: 'ended', end, act, atMs: Date.now() } });
    await forgetDraft(sessionId, id);
    void refreshSessions();
    return end === 'sent';
  } catch (thrown) {
    putQuestion({ ...question, phase: { kind: 'open', error: asGatewayError(thrown) } });
    return false;
  }
}

async function send({ id, sessionId, own }: AskedQuestion, body: AnswerBody): Promise<QuestionOutcome['outcome']> {
  if (!own) return answerQuestion(sessionId, { id, ...body });
  // The request that waits is here: while the backend does not answer, or knows nothing of it, this answer is the one that counts.
  const outcome = own.look ? await answerQuestion(sessionId, { id, ...body }).catch(() => 'gone' as const) : 'gone';
  if (outcome === 'answered-before') own.look?.();
  else own.settle(body);
  return outcome === 'gone' ? 'taken' : outcome;
}

export const refuseQuestion = (question: AskedQuestion, act: 'decline' | 'cancel'): Promise<boolean> =>
  answer(question, act, refuse(question.ask, act));

/** Refuses every open question of a session. */
export async function declineAll(sessionId: string): Promise<void> {
  const open = askedQuestions.value.filter((question) => question.sessionId === sessionId && question.phase.kind === 'open');
  await Promise.all(open.map((question) => refuseQuestion(question, 'decline')));
}

/** Takes questions that are over off the screen. */
export function dismissQuestion(id: string): void {
  const question = findQuestion(id);
  if (question?.phase.kind === 'ended') void forgetDraft(question.sessionId, id);
  askedQuestions.value = askedQuestions.value.filter((known) => known.id !== id);
}

/** Takes off the screen what ended a while ago and tells nothing more: an address that was opened stays until the server is done with it. */
export function dropEnded(nowMs: number): void {
  const isDue = ({ phase, ask }: AskedQuestion): boolean =>
    phase.kind === 'ended' &&
    nowMs - phase.atMs > SHOWN_AFTER_END_MS &&
    !(ask.kind === 'url' && phase.end === 'sent' && phase.act === 'accept' && ask.elicitationId !== undefined);
  if (askedQuestions.value.some(isDue)) askedQuestions.value = askedQuestions.value.filter((question) => !isDue(question));
}
