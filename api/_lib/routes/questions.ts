/** `/sessions/{id}/questions`: what a server asks that only a person can answer, and the answers of clients that do not listen. */

import { AppError } from '../../../shared/errors.ts';
import { QuestionAnswer, type QuestionList, type QuestionOutcome } from '../../../shared/question-contract.ts';
import { readCredential } from '../access.ts';
import { readBody } from '../http/body.ts';
import { listCompleted, listQuestions } from '../relay/open-questions.ts';
import type { Parts, Route, RouteContext } from './context.ts';
import { requireEntered } from './entry.ts';

const credentialOf = (c: RouteContext) => readCredential(c.req.header('authorization'));
const idOf = (c: RouteContext): string => c.req.param('id') ?? '';

/** Looking does not let the session's time start again. */
async function list(c: RouteContext, { store, settings, sessions }: Parts): Promise<Response> {
  const { session } = requireEntered(await store.enter(credentialOf(c), idOf(c), { touch: false }), settings);
  const { messages } = await store.readServerMessages(session.id, 0);
  const questions = listQuestions(session, messages, sessions.find(session.id)?.sseEpoch ?? 0);
  const body: QuestionList = { questions, completed: listCompleted(messages) };
  return c.json(body);
}

async function answer(c: RouteContext, { store, settings, relay }: Parts): Promise<Response> {
  const credential = credentialOf(c);
  const { id, result, error } = await readBody(c.req.raw, QuestionAnswer);
  if ((result === undefined) === (error === undefined)) throw new AppError('BODY_INVALID', 'Answer with either `result` or `error`.');
  const entered = requireEntered(await store.enter(credential, idOf(c), { touch: true }), settings);
  const message = { jsonrpc: '2.0' as const, id, ...(result ? { result } : { error }) };
  const body: QuestionOutcome = { outcome: await relay.answer(entered, message as Parameters<typeof relay.answer>[1]) };
  return c.json(body);
}

export const QUESTION_ROUTES: readonly Route[] = [{ path: '/sessions/:id/questions', methods: { GET: list, POST: answer } }];
