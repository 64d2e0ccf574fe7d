/**
 * Owns the calls that run in the sessions of the popup: read while somebody looks, cancelled from there.
 * Their results are the panel's (inspector-runs.ts).
 */
import { effect, signal } from '@preact/signals';
import type { Call } from '../../shared/contract.ts';
import * as backend from '../gateway/backend.ts';
import { asGatewayError, type GatewayError } from '../gateway/gateway-error.ts';
import { now } from './clock.ts';
import { refreshSessions } from './sessions.ts';
import { sessions } from './stored-state.ts';

/** Sessions whose calls are read at the same time; the others are told by their number alone. */
const MAX_READ = 10;
/** Pause before calls are read again while the backend does not answer, ms. */
const PAUSE_WHILE_FAILING_MS = 4000;

export type RunningCalls = {
  /** As they were at `asOfMs`, oldest first. */
  calls: readonly Call[];
  asOfMs: number;
  /** Why they could not be read since. */
  error?: GatewayError;
};

/** By session id; a session that is not in it was not read yet. */
export const runningCalls = signal<ReadonlyMap<string, RunningCalls>>(new Map());
/** Calls that the user has asked to cancel, by key, and what went wrong with that. */
export const cancelling = signal<ReadonlyMap<string, GatewayError | undefined>>(new Map());

const asked = new Map<string, number>();

function set(sessionId: string, entry: RunningCalls): void {
  runningCalls.value = new Map(runningCalls.value).set(sessionId, entry);
}

const isOver = ({ state }: Call): boolean => state !== 'pending' && state !== 'sent';

/** Reads the running calls of a session. Never throws: what was known stays, and says how old it is. */
export async function readRunningCalls(sessionId: string): Promise<void> {
  const known = runningCalls.value.get(sessionId);
  try {
    const running = (await backend.listCalls(sessionId)).filter((call) => !isOver(call));
    // What a user began has a name; a list that a client reads in passing has none.
    const calls = running.filter(({ label }) => label !== undefined).toSorted((a, b) => a.startedAt.localeCompare(b.startedAt));
    set(sessionId, { calls, asOfMs: Date.now() });
    // The last one has ended: the list of sessions says so too, and this session is not asked again.
    if (running.length === 0) await refreshSessions();
  } catch (thrown) {
    set(sessionId, { ...(known ?? { calls: [], asOfMs: Date.now() }), error: asGatewayError(thrown) });
  }
}

/** Asks that a call end. Never throws: `cancelling` tells. */
export async function cancelRunningCall(sessionId: string, key: string): Promise<void> {
  const tell = (error: GatewayError | undefined) => {
    cancelling.value = new Map(cancelling.value).set(key, error);
  };
  tell(undefined);
  try {
    await backend.cancelCall(sessionId, key);
  } catch (thrown) {
    const error = asGatewayError(thrown);
    // It has ended meanwhile, which is what was wanted.
    if (error.code !== 'CALL_NOT_FOUND') tell(error);
  }
  await readRunningCalls(sessionId);
}

/**
 * Reads the calls of every session that has some, now and each second, as long as the clock runs.
 *
 * @returns Stops reading.
 */
export function keepCallsFresh(): () => void {
  const reading = new Set<string>();
  return effect(() => {
    const nowMs = now.value;
    const busy = sessions.value.filter(({ ended, running }) => !ended && running > 0).slice(0, MAX_READ);
    for (const { id } of busy) {
      const isFailing = runningCalls.peek().get(id)?.error !== undefined;
      if (reading.has(id) || nowMs - (asked.get(id) ?? 0) < (isFailing ? PAUSE_WHILE_FAILING_MS : 900)) continue;
      reading.add(id);
      asked.set(id, nowMs);
      void readRunningCalls(id).finally(() => reading.delete(id));
    }
  });
}
