/** Owns how a call that the backend keeps reads as the outcome of a run. Pure. */

import type { Call } from '../../shared/contract.ts';
import { parseResponse } from '../gateway/call-failure.ts';
import { awaitsAnswers } from '../gateway/call-rounds.ts';
import type { CallFailure, Outcome, ToolResult } from '../gateway/mcp-connection.ts';
import { formatNumber, t } from '../platform/i18n.ts';

export const isRunning = ({ state }: Call): boolean => state === 'pending' || state === 'sent';

/** Returns the call of each tool that began last. */
export function newestOfEachTool(calls: readonly Call[]): (Call & { label: string })[] {
  const newest = new Map<string, Call & { label: string }>();
  for (const call of calls) {
    const { method, label } = call;
    if (method !== 'tools/call' || label === undefined) continue;
    const known = newest.get(label);
    if (known === undefined || known.startedAt < call.startedAt) newest.set(label, { ...call, label });
  }
  return [...newest.values()];
}

/** Returns how a settled call ended. */
export function toOutcome(call: Call): Outcome<ToolResult> {
  const outcome = parseResponse(call.response);
  if (outcome !== undefined) return outcome;
  return { kind: 'failed', failure: failureOf(call) };
}

export type Answered = Extract<Outcome<ToolResult>, { kind: 'done' }>;

/** Tells whether the server wants to know more before it completes a call: only who knows the call's arguments can go on with it. */
export const asksUser = (outcome: Outcome<ToolResult>, args: object | undefined): outcome is Answered =>
  outcome.kind === 'done' && args !== undefined && awaitsAnswers(outcome.value);

function failureOf({ state, droppedBytes, cancelRequested }: Call): CallFailure {
  if (state === 'unknown') return { kind: 'mooring', code: 'CALL_OUTCOME_UNKNOWN', detail: '' };
  if (state === 'failed' && cancelRequested) return { kind: 'cancelled' };
  const size = droppedBytes === undefined ? '' : t('error_resultBytes', formatNumber(droppedBytes));
  return { kind: 'mooring', code: 'RESULT_NOT_KEPT', detail: size };
}
