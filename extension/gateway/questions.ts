/**
 * Owns a server's questions as they are asked for and answered without an MCP client: a popup has none, and closes at any time. Those of a
 * stateless server come with a call, and are handed in by the panel whose call it is.
 */
import { Session } from '../../shared/contract.ts';
import {
  type InputRequest,
  InputRequestState,
  type QuestionAnswer,
  QuestionList,
  QuestionOutcome,
} from '../../shared/question-contract.ts';
import type { Root } from '../../shared/roots.ts';
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

/** Has every device asked what a stateless server wants to know, or returns the answer; the same again is the same question. */
export function handInInput(sessionId: string, request: InputRequest, signal?: AbortSignal): Promise<InputRequestState> {
  return asDevice({ method: 'POST', path: `${sessionPath(sessionId)}/input-requests`, body: request, answer: InputRequestState, signal });
}

/** Takes it back: nobody waits for its answer. */
export async function withdrawInput(sessionId: string, requestId: string): Promise<void> {
  await asDevice({ method: 'DELETE', path: `${sessionPath(sessionId)}/input-requests/${encodeURIComponent(requestId)}` });
}

/** Replaces the roots of a session; its server is told. */
export async function saveRoots(sessionId: string, roots: readonly Root[]): Promise<Root[]> {
  return (await asDevice({ method: 'PATCH', path: sessionPath(sessionId), body: { roots }, answer: Session })).roots;
}
