/** Owns when a surface that is open asks the backend again by itself. */
import { effect } from '@preact/signals';
import { backendState, listingError } from './backend-state.ts';
import { now } from './clock.ts';
import { nextExpiryMs, refreshAll, showOtherWorkspace } from './sessions.ts';
import { credential } from './stored-state.ts';

const WHILE_WELL_MS = 20_000;
/** A backend that was just started, or a storage that is back, shows up without a click. */
const WHILE_FAILING_MS = 4_000;

/** Returns whether it is time to ask again. Pure. */
export function isDue(at: { nowMs: number; askedMs: number; isFailing: boolean; nextExpiryMs: number | undefined }): boolean {
  const sinceMs = at.nowMs - at.askedMs;
  if (sinceMs >= (at.isFailing ? WHILE_FAILING_MS : WHILE_WELL_MS)) return true;
  // A session's time ran out since the last question: another device may have used it, only the backend knows.
  return at.nextExpiryMs !== undefined && at.nextExpiryMs <= at.nowMs && at.nextExpiryMs > at.askedMs;
}

/**
 * Asks now, again whenever it is due, as long as the clock runs, and when another workspace came into use.
 *
 * @returns Stops asking.
 */
export function keepFresh(): () => void {
  let askedMs = Date.now();
  let workspaceId: string | undefined;
  void refreshAll();
  return effect(() => {
    const usedBefore = workspaceId;
    workspaceId = credential.value?.workspaceId;
    if (usedBefore !== undefined && workspaceId !== usedBefore) void showOtherWorkspace();
    const nowMs = now.value;
    const isFailing = backendState.value.kind === 'failed' || listingError.value !== undefined;
    if (!isDue({ nowMs, askedMs, isFailing, nextExpiryMs: nextExpiryMs() })) return;
    askedMs = nowMs;
    void refreshAll();
  });
}
