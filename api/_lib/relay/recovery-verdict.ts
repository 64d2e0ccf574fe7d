/**
 * Decides what follows from how a request to the server ended (DESIGN: Recovery; Nothing twice, nothing lost). Pure.
 * Doing it is the matter of call.ts and renewal.ts.
 */
import { AppError } from '../../../shared/errors.ts';
import { MAX_REPEATS } from '../limits.ts';
import type { Refused } from './server-access.ts';

/** How one attempt to send a request to the server ended. */
export type Attempt =
  /** The server's response was delivered. */
  | { kind: 'answered' }
  /** The server no longer knows its session. The request has not run. */
  | { kind: 'session-lost' }
  /** The server did not let the request in. It has not run. `error` is what that means where nothing can be done about it. */
  | { kind: 'access-refused'; refused: Pick<Refused, 'token' | 'challenge'>; error: AppError }
  /** `ran` is 'no' only where it is certain that the server did not take the request up. */
  | { kind: 'failed'; error: AppError; ran: 'no' | 'unknown' };

export type Verdict =
  | { kind: 'done' }
  | { kind: 'renew' }
  | { kind: 'renew-access'; refused: Pick<Refused, 'token' | 'challenge'>; error: AppError }
  | { kind: 'repeat' }
  | { kind: 'fail'; error: AppError };

export type Circumstances = {
  method: string;
  /** How often the request was already repeated. */
  repeats: number;
  /** Whether the server session was already renewed for this request. */
  renewed: boolean;
  /** Whether something of this request already reached the client: then starting over would show it twice. */
  delivered: boolean;
};

/** Requests that change nothing at the server, so that a second one does no harm. Tool annotations are no proof, so tools/call is not here. */
const READS = new Set([
  'ping',
  'server/discover',
  'tools/list',
  'resources/list',
  'resources/templates/list',
  'resources/read',
  'prompts/list',
  'prompts/get',
  'subscriptions/listen',
]);
/** Tells whether a request only reads, so that a second one does no harm. */
export const isRead = (method: string): boolean => READS.has(method);

const outcomeUnknown = (cause: AppError): AppError =>
  new AppError(
    'CALL_OUTCOME_UNKNOWN',
    'The connection to the server broke while the call ran. It may have run. Check before you run it again.',
    {
      cause,
    },
  );

/** Returns what to do after an attempt. */
export function judgeAttempt(attempt: Attempt, at: Circumstances): Verdict {
  if (attempt.kind === 'answered') return { kind: 'done' };
  if (attempt.kind === 'access-refused') return { ...attempt, kind: 'renew-access' };
  if (attempt.kind === 'session-lost') {
    if (!at.renewed) return { kind: 'renew' };
    return { kind: 'fail', error: new AppError('SERVER_FAILED', 'The server forgets its session again as soon as it has made a new one.') };
  }
  const isTransient = attempt.error.code !== 'SERVER_ADDRESS_FORBIDDEN' && attempt.error.code !== 'SERVER_TLS_FAILED';
  if (attempt.ran === 'no')
    return at.repeats < 1 && isTransient && isConnectionFailure(attempt.error)
      ? { kind: 'repeat' }
      : { kind: 'fail', error: attempt.error };
  // An answer that was too large did arrive: nothing about it is unknown.
  if (attempt.error.code === 'SERVER_RESPONSE_TOO_LARGE')
    return { kind: 'fail', error: isRead(at.method) ? attempt.error : withWords(attempt.error, 'The call itself has run.') };
  if (!isRead(at.method)) return { kind: 'fail', error: outcomeUnknown(attempt.error) };
  const mayRepeat = at.repeats < MAX_REPEATS && !at.delivered && isTransient;
  return mayRepeat ? { kind: 'repeat' } : { kind: 'fail', error: harmless(attempt.error) };
}

const withWords = (error: AppError, more: string): AppError => new AppError(error.code, `${error.message} ${more}`, { cause: error });

/** Whether a read ran is of no interest: its failure is the server's. */
const harmless = (error: AppError): AppError =>
  error.code === 'CALL_OUTCOME_UNKNOWN'
    ? new AppError('SERVER_UNREACHABLE', 'The connection to the server broke.', { cause: error })
    : error;

const isConnectionFailure = (error: AppError): boolean => error.code === 'SERVER_UNREACHABLE' || error.code === 'SERVER_NAME_UNKNOWN';

const SESSION_WORDS =
  /\b(no|not a|without a?|in)\s?valid session|(unknown|missing|expired|terminated) session|session\b.{0,40}\b(not found|expired|unknown|invalid|terminated|does not exist)/i;
const NOT_INITIALIZED = /not initialized|uninitialized/i;

/** Parse error, method not found, invalid params: a server that says these knows the session, whatever words it uses. */
const ABOUT_THE_REQUEST = /"code"\s*:\s*-32(700|601|602)\b/;
const isAboutTheRequest = (body: string): boolean => ABOUT_THE_REQUEST.test(body);

/**
 * Tells whether an HTTP answer means that the server has forgotten its session.
 *
 * The specification asks for 404; widely used servers answer 400 with a sentence. Either comes before the request is looked at.
 * Source: MCP 2025-11-25, Transports > Session management, items 3 and 4.
 *
 * @param body The answer's text: a JSON-RPC error or anything else.
 */
export function isSessionLost(status: number, body: string, hadServerSession: boolean): boolean {
  if (status === 404) return hadServerSession;
  if (status !== 400 || isAboutTheRequest(body)) return false;
  return NOT_INITIALIZED.test(body) || (hadServerSession && SESSION_WORDS.test(body));
}
