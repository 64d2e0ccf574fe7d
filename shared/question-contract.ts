/**
 * Owns the shape of a server's questions to people (elicitation, sampling) and of roots, as they cross between extension and backend. A client
 * that speaks MCP hears and answers questions there; these calls are for whoever does not listen: a popup that opens and closes.
 * Pure. Source: MCP 2025-11-25, Client features.
 */
import * as z from 'zod/mini';
import { JsonRpcError } from './json-rpc.ts';
import { MAX_INPUT_REQUEST_ID_LENGTH, MAX_RPC_ID_LENGTH } from './limits.ts';

/** The methods that only a person can answer. */
export const PERSON_METHODS = ['elicitation/create', 'sampling/createMessage'] as const;

/** The user's no to a request for a model. Source: MCP 2025-11-25, Sampling > Error handling. */
export const SAMPLING_REJECTED = { code: -1, message: 'User rejected sampling request' } as const;
/** What a server is told of a question that nobody could read. */
export const QUESTION_NOT_SHOWN = { code: -32_602, message: 'The request could not be shown to the user' } as const;

/** Tells that what was asked for at an address is done. */
export const ELICITATION_COMPLETE = 'notifications/elicitation/complete';

/** A question that nobody has answered and the server has not taken back. */
export const Question = z.object({
  /** As clients of the session's MCP endpoint know it. */
  id: z.string(),
  /** Absent, as `params`, where the request itself is not kept any more: it can only be refused. */
  method: z.optional(z.enum(PERSON_METHODS)),
  /** The request's parameters as the server sent them: text from outside. */
  params: z.optional(z.unknown()),
});
export type Question = z.infer<typeof Question>;
/** Oldest first. */
export const QuestionList = z.object({
  questions: z.array(Question),
  /** Ids of elicitations by address that the server has called complete lately. Source: MCP 2025-11-25, Elicitation > URL mode. */
  completed: z.catch(z.array(z.string()), []),
});
export type QuestionList = z.infer<typeof QuestionList>;

/** A JSON-RPC response without its envelope: a result or an error. */
const AnswerBody = z.object({ result: z.optional(z.looseObject({})), error: z.optional(JsonRpcError) });
export type AnswerBody = z.infer<typeof AnswerBody>;
export const QuestionAnswer = z.strictObject({ id: z.string().check(z.maxLength(MAX_RPC_ID_LENGTH)), ...AnswerBody.shape });
export type QuestionAnswer = z.infer<typeof QuestionAnswer>;

/**
 * What a stateless server wants to know before it completes a call, handed in by the client that made the call, so that every device is asked.
 * Source: MCP 2026-07-28, Multi round-trip requests.
 */
export const InputRequest = z.strictObject({
  /** Unique to this question of this round of the call: handed in again, it is the same question. */
  id: z.string().check(z.minLength(1), z.maxLength(MAX_INPUT_REQUEST_ID_LENGTH)),
  method: z.enum(PERSON_METHODS),
  params: z.optional(z.unknown()),
});
export type InputRequest = z.infer<typeof InputRequest>;
export const InputRequestState = z.object({
  /** The question's, as all devices know it. */
  id: z.string(),
  /** Absent while nobody has answered. */
  answer: z.optional(AnswerBody),
});
export type InputRequestState = z.infer<typeof InputRequestState>;

/** taken: sent to the server, or kept for the client that handed the question in · answered-before: somebody else was faster · gone: the server session that asked it has ended. */
export const QuestionOutcome = z.object({ outcome: z.enum(['taken', 'answered-before', 'gone']) });
export type QuestionOutcome = z.infer<typeof QuestionOutcome>;
