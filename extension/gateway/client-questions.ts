/**
 * Owns what the panel's MCP client does with questions of the server. Those of a stateful server are kept by the backend, which hands them to every
 * device: here they are only heard, and answered through questions.ts, so that an answer is known to be the one that counts. Those of a stateless
 * server come with the panel's own request, and are answered with the next one. Source: MCP 2026-07-28, Multi round-trip requests.
 */
import { type Client, type ClientCapabilities, ProtocolError } from '@modelcontextprotocol/client';
import type { Revision } from '../../shared/contract.ts';
import { type AnswerBody, PERSON_METHODS } from '../../shared/question-contract.ts';
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
  ask: (question: OwnQuestion, signal: AbortSignal) => Promise<AnswerBody>;
  /** Returns the roots of the session. */
  roots: () => Promise<Root[]>;
};

/** What the panel can answer. Roots of a stateful session are told by the backend: a client that declares some is asked for its own. */
export const clientCapabilities = (revision: Revision): ClientCapabilities => ({
  sampling: { tools: {} },
  elicitation: { form: {}, url: {} },
  ...(revision === 'stateless' && { roots: {} }),
});

/**
 * Returns what a stateless server wants to know before it completes a request.
 *
 * @param request Key of the request that it answered with its question, and whether another panel can take that up.
 * @throws ProtocolError when the user refuses what can't be declined in an answer; Error when nobody knows what it asks.
 */
export async function answerInput(
  questions: QuestionHandlers,
  input: Input,
  request: { key: string; outlivesPanel: boolean },
  signal: AbortSignal,
): Promise<unknown> {
  const { key, outlivesPanel } = request;
  const { method, params } = input;
  if (method === 'roots/list') return { roots: await questions.roots() };
  const asks = PERSON_METHODS.find((name) => name === method);
  if (asks === undefined) throw new Error(t('error_unknownInput', method));
  const { result, error } = await questions.ask({ id: `${key}.${hashOf(input.key)}`, method: asks, params, outlivesPanel }, signal);
  if (result === undefined) throw new ProtocolError(error?.code ?? -1, error?.message ?? '');
  return result;
}

/** Hears the questions that a stateful server asks, from now on. */
export function hearQuestions(client: Client, { onQuestion }: QuestionHandlers): void {
  const hear = async (_request: unknown, { mcpReq }: { mcpReq: { signal: AbortSignal } }): Promise<never> => {
    onQuestion();
    mcpReq.signal.addEventListener('abort', onQuestion);
    // Its answer goes another way; once it is there, the question is taken back here.
    return new Promise(() => {});
  };
  for (const method of PERSON_METHODS) client.setRequestHandler(method, hear as never);
  client.setNotificationHandler('notifications/elicitation/complete', onQuestion);
}

/** Tells texts apart that are not made to collide: a server that does so confuses its own questions alone. Source: FNV-1a. */
function hashOf(text: string): string {
  let hash = 0x811c9dc5;
  for (let at = 0; at < text.length; at++) hash = Math.imul(hash ^ text.charCodeAt(at), 0x01000193);
  return `${(hash >>> 0).toString(36)}-${text.length}`;
}
