/** Owns the reconnects under way, so that each can be stopped. How one is done is in sessions.ts. */
import { signal } from '@preact/signals';
import type { StoredSession } from '../platform/stored.ts';
import { reconnect } from './sessions.ts';

export const reconnecting = signal<ReadonlyMap<string, AbortController>>(new Map());

/**
 * Reconnects an ended session; a second call while one is under way does nothing.
 *
 * @returns The new session; undefined when it failed or was stopped: `sessionErrors` tells.
 */
export async function startReconnect(ended: StoredSession): Promise<StoredSession | undefined> {
  if (reconnecting.value.has(ended.id)) return undefined;
  const abort = new AbortController();
  reconnecting.value = new Map(reconnecting.value).set(ended.id, abort);
  try {
    return await reconnect(ended, abort.signal);
  } catch {
    return undefined;
  } finally {
    const rest = new Map(reconnecting.value);
    rest.delete(ended.id);
    reconnecting.value = rest;
  }
}

export const stopReconnect = (sessionId: string): void => reconnecting.value.get(sessionId)?.abort();
