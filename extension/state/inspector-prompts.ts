/** Owns a session's prompts: their list, and the messages that the server made of each last. */
import type { CallFailure } from '../gateway/mcp-connection.ts';
import type { SharedConnection } from './inspector-connection.ts';
import { createList } from './inspector-list.ts';
import { createReads } from './inspector-reads.ts';
import { parsePrompt } from './offer-shapes.ts';

export function createPrompts(connection: SharedConnection, onSettled: (failure: CallFailure | undefined) => void) {
  const prompts = createList(
    connection,
    { method: 'prompts/list', capability: 'prompts', member: 'prompts', parse: parsePrompt, keyOf: ({ name }) => name },
    onSettled,
  );
  const reads = createReads(connection, 'prompts/get', onSettled);
  return {
    prompts,
    readings: reads.readings,
    /** Asks for the messages of a prompt. An argument that was left empty is not sent. */
    get(name: string, values: { [argument: string]: string }): Promise<void> {
      const given = Object.entries(values).filter(([, value]) => value !== '');
      return reads.read(name, { name, ...(given.length > 0 && { arguments: Object.fromEntries(given) }) });
    },
  };
}
