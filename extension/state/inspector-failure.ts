/**
 * Owns what a failed call means to the user: one sentence, what became of the call, and the button that helps. Pure.
 * The sentences for codes are in words.ts; a tool's own error is a result and is not judged here.
 */

import type { GatewayError } from '../gateway/gateway-error.ts';
import type { CallFailure } from '../gateway/mcp-connection.ts';
import { t } from '../platform/i18n.ts';
import { pagesRequired } from './questions/url-required.ts';
import { limitWords } from './tool-words.ts';
import { type Remedy, remedyLabel, wordsFor } from './words.ts';

export type FailureView = {
  title: string;
  meaning: string;
  /** What the other side said, as it came; shown as text. */
  detail?: string;
  remedy?: Remedy;
  label?: string;
};

/** Codes of the backend that leave open whether the call ran. */
const DOUBTFUL_CODES = new Set(['CALL_OUTCOME_UNKNOWN', 'CALL_NOT_FOUND', 'SERVER_RESPONSE_TOO_LARGE']);

/** Tells whether a call that failed in this way may have run: then it is the user who decides whether it runs again. */
export function mayHaveRun(failure: CallFailure): boolean {
  if (failure.kind === 'mooring') return DOUBTFUL_CODES.has(failure.code);
  if (failure.kind === 'timeout' && failure.afterMs !== undefined) return false;
  return failure.kind !== 'protocol' && failure.kind !== 'cancelled';
}

/** Returns the words for a failure; `act` tells whether repeating what failed is harmless. */
export function failureWords(failure: CallFailure, act: 'call' | 'read'): FailureView {
  switch (failure.kind) {
    case 'protocol':
      return {
        title: pagesRequired(failure).length > 0 ? t('questions_urlRequired') : t('error_byServer', failure.code),
        meaning: t('error_byServerMeaning'),
        detail: failure.message,
      };
    case 'mooring': {
      // That it is over, and the way on, is said once, above the rooms: a second button would move away as soon as the backend confirms it.
      if (looksEnded(failure))
        return { title: act === 'call' ? t('error_callNotRun') : t('error_nothingRead'), meaning: t('error_sessionOver') };
      const { title, meaning, remedy, label } = wordsFor(failure.code);
      // What the backend says may end in the same words.
      return { title, meaning, detail: (failure.hint ?? failure.detail).replace(meaning, '').trim(), remedy, label };
    }
    case 'network': {
      const { title, meaning, remedy, label } = wordsFor('BACKEND_UNREACHABLE');
      return act === 'read' ? { title, meaning, remedy, label } : { title, meaning: t('error_mayHaveRun') };
    }
    case 'interrupted':
      return act === 'read'
        ? { title: t('error_interruptedRead'), meaning: t('error_nothingLost'), remedy: 'retry', label: remedyLabel('retry') }
        : { title: t('error_interruptedCall'), meaning: t('error_mayHaveRun') };
    case 'timeout':
      if (failure.afterMs !== undefined)
        return { title: t('tools_silentTitle', limitWords(failure.afterMs / 1000)), meaning: t('tools_silentMeaning') };
      return act === 'read'
        ? {
            title: t('error_SERVER_TIMEOUT_title'),
            meaning: t('error_timeoutReadMeaning'),
            remedy: 'retry',
            label: remedyLabel('retry'),
          }
        : { title: t('error_timeoutCall'), meaning: t('error_timeoutCallMeaning') };
    case 'cancelled':
      return { title: t('error_cancelled'), meaning: t('error_cancelledMeaning') };
    case 'unexpected':
      return {
        title: t('error_notUnderstood'),
        meaning: act === 'call' ? t('error_mayHaveRun') : t('error_sessionKept'),
        detail: failure.message,
      };
  }
}

/** Tells whether a failure says that the session is over; the backend is asked before anything is done about it. */
export const looksEnded = (failure: CallFailure): boolean =>
  failure.kind === 'mooring' && (failure.code === 'SESSION_NOT_FOUND' || failure.code === 'SESSION_EXPIRED');

/** Returns the same failure for what went wrong before the client was even open. */
export function fromGateway(error: GatewayError): CallFailure {
  if (error.code === 'CANCELLED') return { kind: 'cancelled' };
  if (error.code === 'BACKEND_UNREACHABLE') return { kind: 'network' };
  return { kind: 'mooring', code: error.code, detail: error.detail, ...(error.hint !== undefined && { hint: error.hint }) };
}
