/** Owns the list of a session's tools and the last run of each. What was typed for them is inspector-room.ts. */
import { signal } from '@preact/signals';
import type { CallFailure, Outcome, Progress, Tool, ToolPage, ToolResult } from '../gateway/mcp-connection.ts';
import type { SharedConnection } from './inspector-connection.ts';

/** Pages that are read of one list; a server whose cursors never end must not keep the panel busy for ever. */
const MAX_PAGES = 200;

export type ToolList = {
  /** Undefined until the first page has come. */
  tools: Tool[] | undefined;
  loading: boolean;
  failure?: CallFailure;
};

export type Run = {
  tool: string;
  arguments: { [name: string]: unknown };
  startedAtMs: number;
} & (
  | { kind: 'running'; progress?: Progress; cancel: () => void }
  | { kind: 'done'; durationMs: number; result: ToolResult }
  | { kind: 'failed'; durationMs: number; failure: CallFailure; isUnsent: boolean }
);

/** @param onSettled Called after everything that went over the wire: activity and the session's time have moved. */
export function createTools(connection: SharedConnection, onSettled: (failure: CallFailure | undefined) => void) {
  const list = signal<ToolList>({ tools: undefined, loading: false });
  const runs = signal<ReadonlyMap<string, Run>>(new Map());
  let turn = 0;

  function setRun(run: Run): void {
    runs.value = new Map(runs.value).set(run.tool, run);
  }

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

  /** Runs a tool, one run of each at a time; how it goes is in `runs`. */
  async function run(tool: string, args: { [name: string]: unknown }): Promise<void> {
    if (runs.value.get(tool)?.kind === 'running') return;
    const abort = new AbortController();
    const began = performance.now();
    const base = { tool, arguments: args, startedAtMs: Date.now() };
    // The reason goes to the server with the cancellation.
    const cancel = () => abort.abort('Cancelled by the user');
    setRun({ ...base, kind: 'running', cancel });
    const outcome = await connection.use((open) =>
      open.callTool({ name: tool, arguments: args }, (progress) => setRun({ ...base, kind: 'running', progress, cancel }), abort.signal),
    );
    const durationMs = performance.now() - began;
    setRun(
      outcome.kind === 'done'
        ? { ...base, kind: 'done', durationMs, result: outcome.value }
        : { ...base, kind: 'failed', durationMs, failure: outcome.failure, isUnsent: outcome.isUnsent === true },
    );
    onSettled(outcome.kind === 'failed' ? outcome.failure : undefined);
  }

  return { list, runs, refresh, run };
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
