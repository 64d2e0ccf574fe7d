/** Owns the list of a session's tools. Their runs are inspector-runs.ts, what was typed for them is inspector-room.ts. */
import { signal } from '@preact/signals';
import type { CallFailure, Outcome, Tool, ToolPage } from '../gateway/mcp-connection.ts';
import type { SharedConnection } from './inspector-connection.ts';

/** Pages that are read of one list; a server whose cursors never end must not keep the panel busy for ever. */
const MAX_PAGES = 200;

export type ToolList = {
  /** Undefined until the first page has come. */
  tools: Tool[] | undefined;
  loading: boolean;
  failure?: CallFailure;
};

/** @param onSettled Called after every list that was read: activity and the session's time have moved. */
export function createTools(connection: SharedConnection, onSettled: (failure: CallFailure | undefined) => void) {
  const list = signal<ToolList>({ tools: undefined, loading: false });
  let turn = 0;

  /** Reads all pages; what was listed before stays visible until the new list is whole. */
  async function refresh(): Promise<void> {
    const mine = ++turn;
    list.value = { tools: list.value.tools, loading: true };
    const outcome = await connection.use((open) => readPages(open.listTools));
    if (mine !== turn) return;
    list.value =
      outcome.kind === 'done'
        ? { tools: outcome.value, loading: false }
        : { tools: list.value.tools, loading: false, failure: outcome.failure };
    onSettled(outcome.kind === 'failed' ? outcome.failure : undefined);
  }

  return { list, refresh };
}

async function readPages(listTools: (cursor: string | undefined) => Promise<Outcome<ToolPage>>): Promise<Outcome<Tool[]>> {
  const tools: Tool[] = [];
  const seen = new Set<string>();
  let cursor: string | undefined;
  for (let page = 0; page < MAX_PAGES; page++) {
    const outcome = await listTools(cursor);
    if (outcome.kind === 'failed') return outcome;
    tools.push(...outcome.value.tools);
    cursor = outcome.value.nextCursor;
    if (cursor === undefined || seen.has(cursor)) break;
    seen.add(cursor);
  }
  // The first of two tools with one name is the one that a call reaches; a list needs distinct names.
  const names = new Set<string>();
  return { kind: 'done', value: tools.filter(({ name }) => !names.has(name) && names.add(name)) };
}
