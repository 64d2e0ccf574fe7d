/**
 * Owns what is said about each failure: what happened, what it means for the user's work, and the button that helps.
 * The sentences are messages, `error_CODE_title` and `error_CODE_meaning`; the compiler finds a code that lacks one. Calm, short, in the
 * user's words; the backend's own `detail` and `hint` are shown beside it as text.
 */
import type { GatewayCode } from '../gateway/gateway-error.ts';
import { t } from '../platform/i18n.ts';

/** What a button does, and how the key of what it says ends; the surface that shows it knows how it is done. */
const LABELS = {
  retry: 'retry',
  reconnect: 'reconnect',
  'open-settings': 'openSettings',
  'register-again': 'registerAgain',
  'edit-address': 'editAddress',
  'edit-headers': 'editHeaders',
  'sign-in': 'signIn',
  'copy-details': 'copyDetails',
  dismiss: 'dismiss',
} as const;

export type Remedy = keyof typeof LABELS;

/** Returns what the button says. */
export const remedyLabel = (remedy: Remedy): string => t(`error_remedy_${LABELS[remedy]}`);

export type Words = {
  /** What happened, one sentence. */
  title: string;
  /** What that means for the user's sessions and calls, and what to do. */
  meaning: string;
  remedy: Remedy;
  /** What the button says. */
  label: string;
};

/** Faults of Mooring itself mean the same, whichever they are. */
const OUR_FAULTS = [
  'JSON_MALFORMED',
  'BODY_INVALID',
  'MESSAGE_INVALID',
  'BATCH_UNSUPPORTED',
  'QUERY_INVALID',
  'CALL_KEY_INVALID',
  'METHOD_NOT_ALLOWED',
  'NOT_ACCEPTABLE',
  'MEDIA_TYPE_UNSUPPORTED',
] as const satisfies readonly GatewayCode[];
type OurFault = (typeof OUR_FAULTS)[number];

const isOurFault = (code: GatewayCode): code is OurFault => OUR_FAULTS.some((fault) => fault === code);

const REMEDIES: Record<Exclude<GatewayCode, OurFault>, Remedy> = {
  JSON_TOO_DEEP: 'copy-details',
  UNAUTHORIZED: 'register-again',
  ACCESS_CODE_REQUIRED: 'open-settings',
  ACCESS_CODE_WRONG: 'open-settings',
  PAIRING_CODE_WRONG: 'dismiss',
  DEVICE_WAITING: 'retry',
  REGISTRATION_CLOSED: 'open-settings',
  PAUSED: 'retry',
  ORIGIN_FORBIDDEN: 'open-settings',
  HOST_FORBIDDEN: 'open-settings',
  ROUTE_NOT_FOUND: 'copy-details',
  SESSION_NOT_FOUND: 'reconnect',
  SESSION_EXPIRED: 'reconnect',
  CALL_NOT_FOUND: 'copy-details',
  DEVICE_NOT_FOUND: 'dismiss',
  CALL_KEY_REUSED: 'copy-details',
  CALL_CANCELLED: 'dismiss',
  RESULT_NOT_KEPT: 'copy-details',
  BODY_TOO_LARGE: 'copy-details',
  RATE_LIMITED: 'retry',
  INTERNAL: 'retry',
  CALL_OUTCOME_UNKNOWN: 'copy-details',
  RECOVERY_BUSY: 'retry',
  STORAGE_UNAVAILABLE: 'retry',
  STORAGE_READ_ONLY: 'retry',
  STORAGE_UNAUTHORIZED: 'retry',
  BACKEND_UNREACHABLE: 'retry',
  BACKEND_NOT_MOORING: 'open-settings',
  CANCELLED: 'retry',
  SERVER_URL_INVALID: 'edit-address',
  HEADERS_INVALID: 'edit-headers',
  REDIRECT_URI_FORBIDDEN: 'open-settings',
  SERVER_ADDRESS_FORBIDDEN: 'edit-address',
  SERVER_SIGN_IN_REQUIRED: 'sign-in',
  SIGN_IN_FAILED: 'sign-in',
  SIGN_IN_NOT_BEGUN: 'sign-in',
  SECRETS_UNREADABLE: 'sign-in',
  SERVER_REFUSED: 'edit-address',
  SERVER_NAME_UNKNOWN: 'edit-address',
  SERVER_UNREACHABLE: 'retry',
  SERVER_TLS_FAILED: 'edit-address',
  SERVER_FAILED: 'retry',
  SERVER_NOT_MCP: 'edit-address',
  SERVER_RESPONSE_TOO_LARGE: 'copy-details',
  SERVER_TIMEOUT: 'retry',
  SIGN_IN_WINDOW_CLOSED: 'sign-in',
};

/** Returns the words for a code; one that is not known, from a newer backend, gets those for a fault of ours. */
export function wordsFor(given: string): Words {
  const code = hasWords(given) ? given : 'INTERNAL';
  const [meaning, remedy] = isOurFault(code)
    ? ([t('error_ourFault'), 'copy-details'] as const)
    : ([t(`error_${code}_meaning`), REMEDIES[code]] as const);
  return { title: t(`error_${code}_title`), meaning, remedy, label: remedyLabel(remedy) };
}

/** Tells whether a code has words of its own. */
export const hasWords = (code: string): code is GatewayCode => Object.hasOwn(REMEDIES, code) || OUR_FAULTS.some((fault) => fault === code);

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
