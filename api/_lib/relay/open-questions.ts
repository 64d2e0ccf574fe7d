/**
 * Owns the list of a session's open questions, for clients that do not listen: what the record counts, and what is kept of the server's
 * messages. Handing questions out is client-hub.ts, taking answers client-notifications.ts.
 */
import { ELICITATION_COMPLETE, PERSON_METHODS, type Question } from '../../../shared/question-contract.ts';
import type { ServerMessage } from '../store/server-messages.ts';
import type { StoredSession } from '../store/store.ts';
import { decodeServerId } from './ids.ts';

/** Returns the ids of elicitations by address that the server has called complete. Pure. */
export function listCompleted(messages: readonly ServerMessage[]): string[] {
  return messages.flatMap(({ text }) => {
    if (!text.includes(ELICITATION_COMPLETE)) return [];
    const { method, params } = JSON.parse(text) as Message & { params?: { elicitationId?: unknown } };
    return method === ELICITATION_COMPLETE && typeof params?.elicitationId === 'string' ? [params.elicitationId] : [];
  });
}

type Message = { id?: unknown; method?: unknown; params?: { requestId?: unknown } };

/**
 * Returns the questions that wait for a person, oldest first.
 *
 * One whose request was too large to keep, or has made room for later messages, is in it by its id alone. Pure.
 *
 * @param epoch Of the connection that this instance has with the server: it may know questions that the record does not count yet.
 */
export function listQuestions(stored: StoredSession, messages: readonly ServerMessage[], epoch: number): Question[] {
  const known = new Set(stored.questions);
  const isOpen = (id: string): boolean => {
    const asked = decodeServerId(id)?.epoch;
    return stored.transport === 'sse' ? known.has(id) || asked === epoch : asked === stored.epoch;
  };
  const kept = new Map<string, Question>();
  const closed = new Set<unknown>();
  for (const { text } of messages) {
    const { id, method, params } = JSON.parse(text) as Message;
    const asks = PERSON_METHODS.find((name) => name === method);
    if (method === 'notifications/cancelled') closed.add(params?.requestId);
    else if (typeof id === 'string' && asks !== undefined && isOpen(id)) kept.set(id, { id, method: asks, ...(params && { params }) });
  }
  const lost = stored.questions.filter((id) => isOpen(id) && !kept.has(id)).map((id): Question => ({ id }));
  return [...lost, ...kept.values()].filter(({ id }) => !closed.has(id));
}
