/**
 * Owns the questions of servers that a surface shows: read from the backend, answered through it, and closed when somebody else was faster.
 * Questions that come with a call of this panel alone (stateless servers) are in the same list, and answered to whoever asks here.
 */
import { signal } from '@preact/signals';
import type { QuestionAnswer } from '../../../shared/question-contract.ts';
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
  /** Hands the answer to who asked in this very surface; absent for what the backend keeps. */
  readonly settle?: (body: Omit<QuestionAnswer, 'id'>) => void;
};

/** In the order in which they came. */
export const askedQuestions = signal<readonly AskedQuestion[]>([]);
/** Why the questions of a session could not be read, by session id. */
export const questionErrors = signal<ReadonlyMap<string, GatewayError>>(new Map());
/** Elicitations by address that the server has called complete, by their own id. */
export const completedElicitations = signal<ReadonlySet<string>>(new Set());

const put = (question: AskedQuestion): void => {
  askedQuestions.value = askedQuestions.value.map((known) => (known.id === question.id ? question : known));
};
const find = (id: string): AskedQuestion | undefined => askedQuestions.value.find((known) => known.id === id);

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
      const isOver = question.sessionId === sessionId && question.phase.kind === 'open' && !question.settle && !open.has(question.id);
      return isOver ? { ...question, phase: { kind: 'ended', end: 'elsewhere', atMs: Date.now() } } : question;
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
export async function answer(question: AskedQuestion, act: Act, body: Omit<QuestionAnswer, 'id'>): Promise<boolean> {
  const { id, sessionId, settle } = question;
  if (find(id)?.phase.kind !== 'open') return false;
  put({ ...question, phase: { kind: 'sending', act } });
  try {
    const outcome = settle ? 'taken' : await answerQuestion(sessionId, { id, ...body });
    settle?.(body);
    const end: End = outcome === 'taken' ? 'sent' : outcome === 'gone' ? 'gone' : 'elsewhere';
    put({ ...question, phase: { kind: 'ended', end, act, atMs: Date.now() } });
    await forgetDraft(sessionId, id);
    void refreshSessions();
    return end === 'sent';
  } catch (thrown) {
    put({ ...question, phase: { kind: 'open', error: asGatewayError(thrown) } });
    return false;
  }
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
  const question = find(id);
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

/**
 * Asks a person here, for a call of this surface alone. The same question has the same id: what was typed for it comes back with it.
 *
 * @returns The answer; the question goes when the signal says that nobody waits for it.
 */
export function askHere(
  sessionId: string,
  request: { method: 'elicitation/create' | 'sampling/createMessage'; params: unknown },
  signal: AbortSignal,
): Promise<Omit<QuestionAnswer, 'id'>> {
  const id = `here:${hashOf(JSON.stringify(request))}`;
  const others = () => askedQuestions.value.filter((known) => known.id !== id);
  void loadDrafts(sessionId);
  return new Promise((resolve, reject) => {
    signal.addEventListener('abort', () => {
      if (find(id)?.phase.kind === 'open') askedQuestions.value = others();
      reject(signal.reason);
    });
    askedQuestions.value = [...others(), { id, sessionId, ask: parseAsk(request), phase: { kind: 'open' }, settle: resolve }];
  });
}

/** Tells texts apart that are not made to collide: a server that does so confuses its own questions alone. Source: FNV-1a. */
function hashOf(text: string): string {
  let hash = 0x811c9dc5;
  for (let at = 0; at < text.length; at++) hash = Math.imul(hash ^ text.charCodeAt(at), 0x01000193);
  return `${(hash >>> 0).toString(36)}-${text.length}`;
}
