/**
 * `/sessions/{id}/questions`: what a server asks that only a person can answer, and the answers of clients that do not listen.
 * `/sessions/{id}/input-requests`: what a stateless server wants to know, handed in by the client whose call it is.
 */

import { AppError } from '../../../shared/errors.ts';
import {
  InputRequest,
  type InputRequestState,
  QuestionAnswer,
  type QuestionList,
  type QuestionOutcome,
} from '../../../shared/question-contract.ts';
import { readCredential } from '../access.ts';
import { readBody } from '../http/body.ts';
import type { Parts, Route, RouteContext } from './context.ts';
import { requireEntered } from './entry.ts';

const credentialOf = (c: RouteContext) => readCredential(c.req.header('authorization'));
const idOf = (c: RouteContext): string => c.req.param('id') ?? '';

/** Looking does not let the session's time start again. */
async function list(c: RouteContext, { store, settings, relay }: Parts): Promise<Response> {
  const body: QuestionList = await relay.questions(requireEntered(await store.enter(credentialOf(c), idOf(c), { touch: false }), settings));
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

/** Asking again is how the answer is fetched: it does not let the session's time start again, the call that it belongs to did. */
async function ask(c: RouteContext, { store, settings, relay }: Parts): Promise<Response> {
  const credential = credentialOf(c);
  const request = await readBody(c.req.raw, InputRequest);
  const entered = requireEntered(await store.enter(credential, idOf(c), { touch: false }), settings);
  const body: InputRequestState = await relay.askInput(entered, request);
  return c.json(body);
}

async function withdraw(c: RouteContext, { store, settings, relay }: Parts): Promise<Response> {
  const entered = requireEntered(await store.enter(credentialOf(c), idOf(c), { touch: false }), settings);
  await relay.withdrawInput(entered, c.req.param('request') ?? '');
  return c.body(null, 204);
}

export const QUESTION_ROUTES: readonly Route[] = [
  { path: '/sessions/:id/questions', methods: { GET: list, POST: answer } },
  { path: '/sessions/:id/input-requests', methods: { POST: ask } },
  { path: '/sessions/:id/input-requests/:request', methods: { DELETE: withdraw } },
];
