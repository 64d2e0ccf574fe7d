/** Owns a server's questions as they are asked for and answered without an MCP client: a popup has none, and closes at any time. */
import { Session } from '../../shared/contract.ts';
import { type QuestionAnswer, QuestionList, QuestionOutcome } from '../../shared/question-contract.ts';
import type { Root } from '../../shared/roots-contract.ts';
import { asDevice, sessionPath } from './backend.ts';

const questionsPath = (sessionId: string): string => `${sessionPath(sessionId)}/questions`;

/** Returns what waits for a person in a session. Does not let the session's time start again. */
export function listQuestions(sessionId: string, signal?: AbortSignal): Promise<QuestionList> {
  return asDevice({ method: 'GET', path: questionsPath(sessionId), answer: QuestionList, signal });
}

/** Answers a question, if nobody was faster; sending it twice is harmless: the second is told to be one. */
export async function answerQuestion(sessionId: string, answer: QuestionAnswer): Promise<QuestionOutcome['outcome']> {
  return (await asDevice({ method: 'POST', path: questionsPath(sessionId), body: answer, answer: QuestionOutcome })).outcome;
}

/** Replaces the roots of a session; its server is told. */
export async function saveRoots(sessionId: string, roots: readonly Root[]): Promise<Root[]> {
  return (await asDevice({ method: 'PATCH', path: sessionPath(sessionId), body: { roots }, answer: Session })).roots;
}
