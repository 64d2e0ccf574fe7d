/**
 * Owns what the panel's MCP client does with questions of the server. Those of a stateful server are kept by the backend, which hands them to every
 * device: here they are only heard, and answered through questions.ts, so that an answer is known to be the one that counts. Those of a stateless
 * server come with the panel's own request, and are answered with the next one. Source: MCP 2026-07-28, Multi round-trip requests.
 */
import { type Client, type ClientCapabilities, ProtocolError } from '@modelcontextprotocol/client';
import type { Revision } from '../../shared/contract.ts';
import { PERSON_METHODS, type QuestionAnswer } from '../../shared/question-contract.ts';
import type { Root } from '../../shared/roots.ts';
import { t } from '../platform/i18n.ts';
import type { Input } from './call-rounds.ts';

type PersonMethod = (typeof PERSON_METHODS)[number];

/** A question that comes with a request of this panel. */
export type OwnQuestion = {
  /** The same for the same question, also after the panel was closed. */
  id: string;
  method: PersonMethod;
  params: unknown;
  /** Whether another panel can take up what it belongs to when this one is closed. */
  outlivesPanel: boolean;
};

export type QuestionHandlers = {
  /** Told that the server asks something, or no longer does. */
  onQuestion: () => void;
  /** Asks a person here, and returns the answer. */
  ask: (question: OwnQuestion, signal: AbortSignal) => Promise<Omit<QuestionAnswer, 'id'>>;
  /** Returns the roots of the session. */
  roots: () => Promise<Root[]>;
};

/** What the panel can answer. Roots of a stateful session are told by the backend: a client that declares some is asked for its own. */
export const clientCapabilities = (revision: Revision): ClientCapabilities => ({
  sampling: { tools: {} },
  elicitation: { form: {}, url: {} },
  ...(revision === 'stateless' && { roots: {} }),
});

async function askPerson({ ask }: QuestionHandlers, question: OwnQuestion, signal: AbortSignal): Promise<Record<string, unknown>> {
  const { result, error } = await ask(question, signal);
  if (result === undefined) throw new ProtocolError(error?.code ?? -1, error?.message ?? '');
  return result;
}

/**
 * Returns what a stateless server wants to know before it completes a call.
 *
 * @param key Of the request that it answered with its question.
 * @throws ProtocolError when the user refuses what can't be declined in an answer; Error when nobody knows what it asks.
 */
export async function answerInput(questions: QuestionHandlers, input: Input, key: string, signal: AbortSignal): Promise<unknown> {
  const { method, params } = input;
  if (method === 'roots/list') return { roots: await questions.roots() };
  const asks = PERSON_METHODS.find((name) => name === method);
  if (asks === undefined) throw new Error(t('error_unknownInput', method));
  return askPerson(questions, { id: `${key}.${hashOf(input.key)}`, method: asks, params, outlivesPanel: true }, signal);
}

/** Answers the questions of a client's server from now on: all but those that come with calls of tools. */
export function answerQuestions(client: Client, revision: Revision, questions: QuestionHandlers): void {
  const { onQuestion, roots } = questions;
  const handle = async (method: PersonMethod, params: unknown, signal: AbortSignal): Promise<Record<string, unknown>> => {
    if (revision === 'stateful') {
      onQuestion();
      signal.addEventListener('abort', onQuestion);
      // Its answer goes another way; once it is there, the question is taken back here.
      return new Promise(() => {});
    }
    return askPerson(questions, { id: crypto.randomUUID(), method, params, outlivesPanel: false }, signal);
  };
  for (const method of PERSON_METHODS)
    client.setRequestHandler(method, (async (request: { params: unknown }, context: { mcpReq: { signal: AbortSignal } }) =>
      handle(method, request.params, context.mcpReq.signal)) as never);
  if (revision === 'stateless') client.setRequestHandler('roots/list', async () => ({ roots: await roots() }));
  client.setNotificationHandler('notifications/elicitation/complete', onQuestion);
}

/** Tells texts apart that are not made to collide: a server that does so confuses its own questions alone. Source: FNV-1a. */
function hashOf(text: string): string {
  let hash = 0x811c9dc5;
  for (let at = 0; at < text.length; at++) hash = Math.imul(hash ^ text.charCodeAt(at), 0x01000193);
  return `${(hash >>> 0).toString(36)}-${text.length}`;
}
