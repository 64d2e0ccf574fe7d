/**
 * Owns what a failed call means to the user: one sentence, what became of the call, and the button that helps. Pure.
 * The sentences for codes are in words.ts; a tool's own error is a result and is not judged here.
 */
import type { GatewayError } from '../gateway/gateway-error.ts';
import type { CallFailure } from '../gateway/mcp-connection.ts';
import { t } from '../platform/i18n.ts';
import { pagesRequired } from './questions/url-required.ts';
import { type Remedy, wordsFor } from './words.ts';

export type FailureView = {
  title: string;
  meaning: string;
  /** What the other side said, as it came; shown as text. */
  detail?: string;
  remedy?: Remedy;
  label?: string;
};

const MAY_HAVE_RUN = 'It may have run. Check before you run it again.';

/** Codes of the backend that leave open whether the call ran. */
const DOUBTFUL_CODES = new Set(['CALL_OUTCOME_UNKNOWN', 'CALL_NOT_FOUND', 'SERVER_RESPONSE_TOO_LARGE']);

/** Tells whether a call that failed in this way may have run: then it is the user who decides whether it runs again. */
export function mayHaveRun(failure: CallFailure): boolean {
  if (failure.kind === 'mooring') return DOUBTFUL_CODES.has(failure.code);
  return failure.kind !== 'protocol' && failure.kind !== 'cancelled';
}

/** Returns the words for a failure; `act` tells whether repeating what failed is harmless. */
export function failureWords(failure: CallFailure, act: 'call' | 'read'): FailureView {
  switch (failure.kind) {
    case 'protocol':
      return {
        title: pagesRequired(failure).length > 0 ? t('questions_urlRequired') : `The server answered with error ${failure.code}.`,
        meaning: 'The error is the server’s own, as it came:',
        detail: failure.message,
      };
    case 'mooring': {
      // That it is over, and the way on, is said once, above the rooms: a second button would move away as soon as the backend confirms it.
      if (looksEnded(failure))
        return { title: act === 'call' ? 'The call did not run.' : 'Nothing was read.', meaning: 'The session is over.' };
      const { title, meaning, remedy, label } = wordsFor(failure.code);
      // What the backend says may end in the same words.
      return { title, meaning, detail: (failure.hint ?? failure.detail).replace(meaning, '').trim(), remedy, label };
    }
    case 'network': {
      const { title, meaning, remedy, label } = wordsFor('BACKEND_UNREACHABLE');
      return act === 'read' ? { title, meaning, remedy, label } : { title, meaning: MAY_HAVE_RUN };
    }
    case 'interrupted':
      return act === 'read'
        ? { title: 'The connection broke.', meaning: 'Nothing is lost.', remedy: 'retry', label: 'Try again' }
        : { title: 'The connection broke during the call.', meaning: MAY_HAVE_RUN };
    case 'timeout':
      return act === 'read'
        ? {
            title: 'The server did not answer in time.',
            meaning: 'It may be busy. The session is kept.',
            remedy: 'retry',
            label: 'Try again',
          }
        : { title: 'The server was silent for a whole day.', meaning: `It was asked to cancel. ${MAY_HAVE_RUN}` };
    case 'cancelled':
      return { title: 'Cancelled.', meaning: 'The server was asked to stop. What it had already done stays done.' };
    case 'unexpected':
      return {
        title: 'The answer could not be understood.',
        meaning: act === 'call' ? MAY_HAVE_RUN : 'The session is kept.',
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
