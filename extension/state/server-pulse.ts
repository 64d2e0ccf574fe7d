/** Owns two things that are asked of a server by hand: whether it answers (ping), and how much it is to log. */
import { signal } from '@preact/signals';
import type { CallFailure } from '../gateway/mcp-connection.ts';
import type { SharedConnection } from './inspector-connection.ts';
import type { LogLevel } from './server-log.ts';

export type Ping = { kind: 'asking' } | { kind: 'answered'; ms: number; atMs: number } | { kind: 'failed'; failure: CallFailure };

/** @param onSettled Called after every request: activity and the session's time have moved. */
export function createPing(connection: SharedConnection, onSettled: (failure: CallFailure | undefined) => void) {
  const state = signal<Ping | undefined>(undefined);

  async function ping(): Promise<void> {
    if (state.value?.kind === 'asking') return;
    state.value = { kind: 'asking' };
    // The connection is opened before the clock starts: what is measured is the way there and back.
    const outcome = await connection.use(async (open) => {
      const startedMs = performance.now();
      const answer = await open.read('ping', {});
      return answer.kind === 'done' ? { kind: 'done', value: performance.now() - startedMs } : answer;
    });
    state.value =
      outcome.kind === 'done' ? { kind: 'answered', ms: outcome.value, atMs: Date.now() } : { kind: 'failed', failure: outcome.failure };
    onSettled(outcome.kind === 'failed' ? outcome.failure : undefined);
  }

  return { state, ping };
}

/** @param keep Lets the room remember the level: with the stateless revision every request has to name it anew. */
export function createLogLevel(
  connection: SharedConnection,
  keep: (level: LogLevel) => void,
  onSettled: (failure: CallFailure | undefined) => void,
) {
  const failure = signal<CallFailure | undefined>(undefined);

  async function setLevel(level: LogLevel): Promise<void> {
    keep(level);
    failure.value = undefined;
    const outcome = await connection.use((open) => open.setLogLevel(level));
    failure.value = outcome.kind === 'failed' ? outcome.failure : undefined;
    onSettled(failure.value);
  }

  return { failure, setLevel };
}
