/** Owns what was asked of a server and answered at once, by what it was asked for: the contents of a resource, the messages of a prompt. */
import { signal } from '@preact/signals';
import type { CallFailure, ReadMethod } from '../gateway/mcp-connection.ts';
import type { SharedConnection } from './inspector-connection.ts';

/** Answers that are kept: contents may have megabytes. */
const MAX_KEPT = 10;

type Result = { [member: string]: unknown };
export type Reading = {
  startedAtMs: number;
  /** Stops it; undefined when it is over. */
  stop?: () => void;
  /** The last answer that came; it stays while it is asked for again. */
  answer?: { result: Result; atMs: number; durationMs: number; params: Result };
  /** Why the last try brought none. */
  failure?: CallFailure;
};

/** @param onSettled Called after every answer: activity and the session's time have moved. */
export function createReads(connection: SharedConnection, method: ReadMethod, onSettled: (failure: CallFailure | undefined) => void) {
  const readings = signal<ReadonlyMap<string, Reading>>(new Map());

  function update(key: string, reading: Reading): void {
    const kept = [...readings.value].filter(([other]) => other !== key).slice(1 - MAX_KEPT);
    readings.value = new Map([...kept, [key, reading]]);
  }

  /** Asks once; of two wishes at once for the same the second one is none. */
  async function read(key: string, params: Result): Promise<void> {
    const { answer, stop: isRunning } = readings.value.get(key) ?? {};
    if (isRunning) return;
    const abort = new AbortController();
    const startedAtMs = Date.now();
    update(key, { startedAtMs, stop: () => abort.abort('Stopped by the user'), ...(answer && { answer }) });
    const outcome = await connection.use((open) => open.read(method, params, abort.signal));
    const atMs = Date.now();
    if (outcome.kind === 'failed') update(key, { startedAtMs, failure: outcome.failure, ...(answer && { answer }) });
    else update(key, { startedAtMs, answer: { result: outcome.value, atMs, durationMs: atMs - startedAtMs, params } });
    onSettled(outcome.kind === 'failed' ? outcome.failure : undefined);
  }

  return { readings, read };
}
