/** Owns what a client hears that listens for the first time. Pure. */
import type { ServerMessage } from '../store/server-messages.ts';
import { decodeServerId } from './ids.ts';

/** Returns what nobody has heard, and the questions that nobody has answered, the server has not taken back, and that can still be answered. */
export function forNewcomer(messages: readonly ServerMessage[], heard: number, isCurrent: (epoch: number) => boolean): ServerMessage[] {
  const open = new Map<unknown, ServerMessage>();
  const unheard = new Set<ServerMessage>();
  for (const message of messages) {
    const { id, method, params } = JSON.parse(message.text) as { id?: unknown; method?: unknown; params?: { requestId?: unknown } };
    if (id === undefined && message.number > heard) unheard.add(message);
    if (method === 'notifications/cancelled') open.delete(params?.requestId);
    else if (isCurrent(decodeServerId(id)?.epoch ?? -1)) open.set(id, message);
  }
  const questions = new Set(open.values());
  return messages.filter((message) => unheard.has(message) || questions.has(message));
}
