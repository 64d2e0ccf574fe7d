/**
 * Owns what the panel's MCP client does with questions of the server. Those of a stateful server are kept by the backend, which hands them to every
 * device: here they are only heard, and answered through questions.ts, so that an answer is known to be the one that counts. Those of a stateless
 * server come with the panel's own call, and are answered to it. Source: MCP 2026-07-28, Multi round-trip requests.
 */
import { type Client, type ClientCapabilities, ProtocolError } from '@modelcontextprotocol/client';
import type { Revision } from '../../shared/contract.ts';
import { PERSON_METHODS, type QuestionAnswer } from '../../shared/question-contract.ts';
import type { Root } from '../../shared/roots-contract.ts';

type PersonMethod = (typeof PERSON_METHODS)[number];

export type QuestionHandlers = {
  /** Told that the server asks something, or no longer does. */
  onQuestion: () => void;
  /** Asks a person here, and returns the answer. */
  askHere: (request: { method: PersonMethod; params: unknown }, signal: AbortSignal) => Promise<Omit<QuestionAnswer, 'id'>>;
  /** Returns the roots of the session. */
  roots: () => Promise<Root[]>;
};

/** What the panel can answer. Roots of a stateful session are told by the backend: a client that declares some is asked for its own. */
export const clientCapabilities = (revision: Revision): ClientCapabilities => ({
  sampling: { tools: {} },
  elicitation: { form: {}, url: {} },
  ...(revision === 'stateless' && { roots: {} }),
});

/** Answers the questions of a client's server from now on. */
export function answerQuestions(client: Client, revision: Revision, { onQuestion, askHere, roots }: QuestionHandlers): void {
  const handle = async (method: PersonMethod, params: unknown, signal: AbortSignal): Promise<Record<string, unknown>> => {
    if (revision === 'stateful') {
      onQuestion();
      signal.addEventListener('abort', onQuestion);
      // Its answer goes another way; once it is there, the question is taken back here.
      return new Promise(() => {});
    }
    const { result, error } = await askHere({ method, params }, signal);
    if (result === undefined) throw new ProtocolError(error?.code ?? -1, error?.message ?? '');
    return result;
  };
  for (const method of PERSON_METHODS)
    client.setRequestHandler(method, (async (request: { params: unknown }, context: { mcpReq: { signal: AbortSignal } }) =>
      handle(method, request.params, context.mcpReq.signal)) as never);
  if (revision === 'stateless') client.setRequestHandler('roots/list', async () => ({ roots: await roots() }));
  client.setNotificationHandler('notifications/elicitation/complete', onQuestion);
}
