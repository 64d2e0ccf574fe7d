/**
 * Owns every sentence that the extension says about a failure: what happened, what it means for the user's work, and the button that helps.
 * Failures of servers, and of signing in to them, are in words-about-servers.ts. Pure. Calm, short, in the user's words; the backend's own `detail` and `hint` are shown beside it as text.
 */
import type { GatewayCode } from '../gateway/gateway-error.ts';
import { DETAILS, RECONNECT, RETRY, SETTINGS } from './remedy-labels.ts';
import { SERVER_WORDS } from './words-about-servers.ts';

/** What the button does; the surface that shows it knows how. */
export type Remedy =
  | 'retry'
  | 'reconnect'
  | 'open-settings'
  | 'register-again'
  | 'edit-address'
  | 'edit-headers'
  | 'sign-in'
  | 'copy-details'
  | 'dismiss';

export type Words = {
  /** What happened, one sentence. */
  title: string;
  /** What that means for the user's sessions and calls, and what to do. */
  meaning: string;
  remedy: Remedy;
  /** What the button says. */
  label: string;
};

const OUR_FAULT = 'This is a fault in Mooring. Nothing was sent to the server; the details help to find it.';

const WORDS: Record<GatewayCode, Words> = {
  JSON_MALFORMED: { title: 'The backend could not read the request.', meaning: OUR_FAULT, ...DETAILS },
  JSON_TOO_DEEP: {
    title: 'The input is nested too deeply.',
    meaning: 'Nothing was sent to the server. Make the input flatter and run it again.',
    ...DETAILS,
  },
  BODY_INVALID: { title: 'The backend did not understand the request.', meaning: OUR_FAULT, ...DETAILS },
  MESSAGE_INVALID: { title: 'The backend did not understand the message.', meaning: OUR_FAULT, ...DETAILS },
  BATCH_UNSUPPORTED: { title: 'Several messages were sent at once.', meaning: OUR_FAULT, ...DETAILS },
  QUERY_INVALID: { title: 'The backend did not understand the request.', meaning: OUR_FAULT, ...DETAILS },
  CALL_KEY_INVALID: { title: 'The backend did not understand the call.', meaning: OUR_FAULT, ...DETAILS },
  UNAUTHORIZED: {
    title: 'The backend no longer knows this browser.',
    meaning:
      'Another device may have removed it, or the storage was emptied. What it was shown before stays here. Registering again starts a new list: sessions of the old one stay out of reach here.',
    remedy: 'register-again',
    label: 'Register again',
  },
  ACCESS_CODE_REQUIRED: {
    title: 'This backend asks for an access code.',
    meaning: 'Enter the code that its owner gave you.',
    ...SETTINGS,
  },
  ACCESS_CODE_WRONG: {
    title: 'The access code is wrong.',
    meaning: 'Check it for a missing or extra character, or ask the owner of the backend.',
    ...SETTINGS,
  },
  PAIRING_CODE_WRONG: {
    title: 'This code is wrong, used or over.',
    meaning: 'A code works once and for two minutes. Compare it with the other device, or make a new one there.',
    remedy: 'dismiss',
    label: 'OK',
  },
  DEVICE_WAITING: {
    title: 'This browser waits to be let in.',
    meaning: 'Press “Let it in” on the other device. Nothing is lost meanwhile.',
    ...RETRY,
  },
  REGISTRATION_CLOSED: {
    title: 'This backend lets nobody in.',
    meaning: 'Its owner has to set MOORING_ACCESS_CODE, or MOORING_PUBLIC=1 to let everybody in.',
    ...SETTINGS,
  },
  PAUSED: {
    title: 'This backend takes nothing new for now.',
    meaning: 'Its owner has paused this. Nothing was sent, and what you have is kept.',
    ...RETRY,
  },
  ORIGIN_FORBIDDEN: {
    title: 'This backend does not accept this extension.',
    meaning: 'Its owner has to add the extension’s id to MOORING_EXTENSION_IDS.',
    ...SETTINGS,
  },
  HOST_FORBIDDEN: {
    title: 'The backend does not answer under this name.',
    meaning: 'Use the address that the backend printed when it started.',
    ...SETTINGS,
  },
  ROUTE_NOT_FOUND: {
    title: 'The backend does not know this request.',
    meaning: 'Backend and extension may be of different versions. Your sessions are kept.',
    ...DETAILS,
  },
  SESSION_NOT_FOUND: {
    title: 'The backend no longer has this session.',
    meaning: 'Its settings are kept here. Reconnect to go on with a new session.',
    ...RECONNECT,
  },
  SESSION_EXPIRED: {
    title: 'This session has ended.',
    meaning: 'It was not used for too long. Its settings are kept here. Reconnect to go on with a new session.',
    ...RECONNECT,
  },
  CALL_NOT_FOUND: {
    title: 'The backend no longer has this call.',
    meaning: 'What became of it is kept for a short time only. It may have run. Check before you run it again.',
    ...DETAILS,
  },
  DEVICE_NOT_FOUND: {
    title: 'This device is gone already.',
    meaning: 'It has no access any more. Your sessions are untouched.',
    remedy: 'dismiss',
    label: 'OK',
  },
  METHOD_NOT_ALLOWED: { title: 'The backend does not take this request.', meaning: OUR_FAULT, ...DETAILS },
  NOT_ACCEPTABLE: { title: 'The backend does not take this request.', meaning: OUR_FAULT, ...DETAILS },
  CALL_KEY_REUSED: {
    title: 'Two different calls were sent as one.',
    meaning: 'This is a fault in Mooring. The second one was not sent to the server; the details help to find it.',
    ...DETAILS,
  },
  CALL_CANCELLED: {
    title: 'The call was cancelled.',
    meaning: 'The server was asked to stop. What it had done by then is done.',
    remedy: 'dismiss',
    label: 'OK',
  },
  RESULT_NOT_KEPT: {
    title: 'The call has ended, but its result is no longer kept.',
    meaning: 'It ran once. Results are kept for a short time, and large ones not at all.',
    ...DETAILS,
  },
  BODY_TOO_LARGE: {
    title: 'The input is too large.',
    meaning: 'Nothing was sent to the server. Make the input smaller than 4 MB and run it again.',
    ...DETAILS,
  },
  MEDIA_TYPE_UNSUPPORTED: { title: 'The backend does not take this request.', meaning: OUR_FAULT, ...DETAILS },
  RATE_LIMITED: {
    title: 'This backend takes no more of this for now.',
    meaning: 'It limits how much one device, address or server gets. Nothing is lost.',
    ...RETRY,
  },
  INTERNAL: {
    title: 'Something went wrong in Mooring.',
    meaning: 'Your sessions are kept. If it happens again, the details help to find it.',
    ...RETRY,
  },
  CALL_OUTCOME_UNKNOWN: {
    title: 'The answer to this call was lost.',
    meaning: 'It may have run. Check before you run it again.',
    ...DETAILS,
  },
  RECOVERY_BUSY: {
    title: 'The session is being restored.',
    meaning: 'Nothing was sent to the server. Try again in a moment.',
    ...RETRY,
  },
  STORAGE_UNAVAILABLE: {
    title: 'Storage is not answering.',
    meaning: 'Nothing is lost and nothing was sent to a server. Your sessions are back as soon as it answers.',
    ...RETRY,
  },
  STORAGE_READ_ONLY: {
    title: 'Storage may be read but not written.',
    meaning: 'The backend was given a read-only token. Its owner has to set KV_REST_API_TOKEN to the one that may write.',
    ...RETRY,
  },
  STORAGE_UNAUTHORIZED: {
    title: 'Storage refuses the backend’s token.',
    meaning: 'Nothing is lost. The backend’s owner has to correct KV_REST_API_TOKEN.',
    ...RETRY,
  },
  BACKEND_UNREACHABLE: {
    title: 'The backend is not answering.',
    meaning: 'Start it, or check its address in the settings. The sessions that it keeps go on when it is back.',
    ...RETRY,
  },
  BACKEND_NOT_MOORING: {
    title: 'This address is not a Mooring backend.',
    meaning: 'Something else answers there. If it is a protected deployment, switch the protection off: Mooring has its own access code.',
    ...SETTINGS,
  },
  CANCELLED: { title: 'Stopped.', meaning: 'You stopped it before it was done.', ...RETRY },
  ...SERVER_WORDS,
};

/** Returns the words for a code; one that is not known, from a newer backend, gets those for a fault of ours. */
export const wordsFor = (code: string): Words => (hasWords(code) ? WORDS[code] : WORDS.INTERNAL);

/** Tells whether a code has words of its own. */
export const hasWords = (code: string): code is GatewayCode => Object.hasOwn(WORDS, code);

/** Returns what a person who looks for the cause needs, as plain text. It holds no secret: details never do. */
export function describeFailure(
  failure: { code: string; detail: string; hint?: string | undefined; status?: number | undefined },
  circumstances: Record<string, string>,
): string {
  const lines = Object.entries({
    code: failure.code,
    status: failure.status === undefined ? '' : String(failure.status),
    detail: failure.detail,
    hint: failure.hint ?? '',
    ...circumstances,
  });
  return lines.flatMap(([name, value]) => (value === '' ? [] : [`${name}: ${value}`])).join('\n');
}
