/** Owns what is known of the calls that run in the sessions of the popup. Reading and cancelling them is call-reading.ts. */
import { signal } from '@preact/signals';
import type { Call } from '../../shared/contract.ts';
import type { GatewayError } from '../gateway/gateway-error.ts';

export type RunningCalls = {
  /** As they were at `asOfMs`, oldest first. */
  calls: readonly Call[];
  asOfMs: number;
  /** Why they could not be read since. */
  error?: GatewayError;
};

/** By session id; a session that is not in it was not read yet. */
export const runningCalls = signal<ReadonlyMap<string, RunningCalls>>(new Map());
