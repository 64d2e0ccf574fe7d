/**
 * Owns reading the calls that run in the sessions of the popup, and cancelling one from there. It is loaded with the first call that runs.
 * Their results are the panel's (inspector-runs.ts).
 */
import { signal } from '@preact/signals';
import type { Call } from '../../shared/contract.ts';
import * as backend from '../gateway/backend.ts';
import { asGatewayError, type GatewayError } from '../gateway/gateway-error.ts';
import { type RunningCalls, runningCalls } from './running-calls.ts';
import { refreshSessions } from './sessions.ts';

/** Pause before calls are read again while the backend does not answer, ms. */
const PAUSE_WHILE_FAILING_MS = 4000;

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

const reading = new Set<string>();

/** Reads the calls of these sessions, unless that is under way or was done a moment ago. */
export function readDue(sessionIds: readonly string[], nowMs: number): void {
  for (const id of sessionIds) {
    const isFailing = runningCalls.peek().get(id)?.error !== undefined;
    if (reading.has(id) || nowMs - (asked.get(id) ?? 0) < (isFailing ? PAUSE_WHILE_FAILING_MS : 900)) continue;
    reading.add(id);
    asked.set(id, nowMs);
    void readRunningCalls(id).finally(() => reading.delete(id));
  }
}
