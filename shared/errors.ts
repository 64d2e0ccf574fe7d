/**
 * Owns the one table of error codes: what each means over HTTP and whether trying again can help.
 * Pure. The sentences that a user reads on screen live in the extension; `title` is for people who read HTTP.
 */
import * as z from 'zod/mini';

type ErrorFacts = { readonly status: number; readonly retryable: boolean; readonly title: string };

/** Code → HTTP status, whether the same request may succeed later without a change, and a short title. */
export const ERROR_TABLE = {
  JSON_MALFORMED: { status: 400, retryable: false, title: 'The body is not valid JSON' },
  JSON_TOO_DEEP: { status: 400, retryable: false, title: 'The JSON is nested too deeply' },
  BODY_INVALID: { status: 400, retryable: false, title: 'The body has missing, wrong or unknown fields' },
  MESSAGE_INVALID: { status: 400, retryable: false, title: 'The body is not a JSON-RPC message' },
  BATCH_UNSUPPORTED: { status: 400, retryable: false, title: 'JSON-RPC batches are not supported' },
  QUERY_INVALID: { status: 400, retryable: false, title: 'A query parameter is wrong' },
  SERVER_URL_INVALID: { status: 400, retryable: false, title: 'The server address is not a usable URL' },
  CALL_KEY_INVALID: { status: 400, retryable: false, title: 'The Idempotency-Key is not usable' },
  HEADERS_INVALID: { status: 400, retryable: false, title: 'A header cannot be sent to the server' },
  REDIRECT_URI_FORBIDDEN: { status: 400, retryable: false, title: 'The redirect URI is not one of this extension' },
  UNAUTHORIZED: { status: 401, retryable: false, title: 'The device token is missing or not known' },
  ACCESS_CODE_REQUIRED: { status: 403, retryable: false, title: 'This backend asks for an access code' },
  ACCESS_CODE_WRONG: { status: 403, retryable: false, title: 'The access code is wrong' },
  PAIRING_CODE_WRONG: { status: 403, retryable: false, title: 'The pairing code is wrong, used or over' },
  DEVICE_WAITING: { status: 403, retryable: true, title: 'The device waits to be let in' },
  REGISTRATION_CLOSED: { status: 403, retryable: false, title: 'This backend registers no devices' },
  ORIGIN_FORBIDDEN: { status: 403, retryable: false, title: 'This origin may not use the backend' },
  HOST_FORBIDDEN: { status: 403, retryable: false, title: 'The backend does not answer under this host name' },
  ROUTE_NOT_FOUND: { status: 404, retryable: false, title: 'There is nothing at this path' },
  SESSION_NOT_FOUND: { status: 404, retryable: false, title: 'The backend does not have this session' },
  SESSION_EXPIRED: { status: 404, retryable: false, title: 'The session has ended' },
  CALL_NOT_FOUND: { status: 404, retryable: false, title: 'The session has no such call' },
  DEVICE_NOT_FOUND: { status: 404, retryable: false, title: 'The workspace has no such device' },
  METHOD_NOT_ALLOWED: { status: 405, retryable: false, title: 'This path does not take this method' },
  NOT_ACCEPTABLE: { status: 406, retryable: false, title: 'The client must accept application/json and text/event-stream' },
  CALL_KEY_REUSED: { status: 409, retryable: false, title: 'The Idempotency-Key was used for another request' },
  CALL_CANCELLED: { status: 409, retryable: false, title: 'The call was cancelled' },
  RESULT_NOT_KEPT: { status: 410, retryable: false, title: 'The result of the call is no longer kept' },
  BODY_TOO_LARGE: { status: 413, retryable: false, title: 'The body is too large' },
  MEDIA_TYPE_UNSUPPORTED: { status: 415, retryable: false, title: 'The body must be application/json' },
  SERVER_ADDRESS_FORBIDDEN: { status: 422, retryable: false, title: 'This backend may not reach that address' },
  SERVER_SIGN_IN_REQUIRED: { status: 422, retryable: false, title: 'The server asks for sign-in' },
  SERVER_REFUSED: { status: 422, retryable: false, title: 'The server refused the connection' },
  SIGN_IN_FAILED: { status: 422, retryable: false, title: 'The sign-in failed' },
  SIGN_IN_NOT_BEGUN: { status: 409, retryable: false, title: 'This device has begun no such sign-in, or it took too long' },
  SECRETS_UNREADABLE: { status: 409, retryable: false, title: 'What was sealed for this session cannot be opened any more' },
  RATE_LIMITED: { status: 429, retryable: true, title: 'Too many requests' },
  INTERNAL: { status: 500, retryable: true, title: 'The backend failed' },
  SERVER_NAME_UNKNOWN: { status: 502, retryable: true, title: 'The server name cannot be found' },
  SERVER_UNREACHABLE: { status: 502, retryable: true, title: 'The server cannot be reached' },
  SERVER_TLS_FAILED: { status: 502, retryable: false, title: 'The connection to the server is not secure' },
  SERVER_FAILED: { status: 502, retryable: true, title: 'The server answered with an error' },
  SERVER_NOT_MCP: { status: 502, retryable: false, title: 'The address does not answer as an MCP server' },
  SERVER_RESPONSE_TOO_LARGE: { status: 502, retryable: false, title: 'The answer of the server is too large' },
  CALL_OUTCOME_UNKNOWN: { status: 502, retryable: false, title: 'The call may have run: its answer was lost' },
  PAUSED: { status: 503, retryable: true, title: 'Whoever runs the backend has paused this' },
  RECOVERY_BUSY: { status: 503, retryable: true, title: 'The session is being restored elsewhere' },
  STORAGE_UNAVAILABLE: { status: 503, retryable: true, title: 'Storage is not answering' },
  STORAGE_READ_ONLY: { status: 503, retryable: false, title: 'Storage may be read but not written' },
  STORAGE_UNAUTHORIZED: { status: 503, retryable: false, title: 'Storage refuses the token' },
  SERVER_TIMEOUT: { status: 504, retryable: true, title: 'The server did not answer in time' },
} as const satisfies Record<string, ErrorFacts>;

export type ErrorCode = keyof typeof ERROR_TABLE;

/** Tells whether a string from outside is a code of the table. */
export const isErrorCode = (value: string): value is ErrorCode => Object.hasOwn(ERROR_TABLE, value);

/**
 * A failure of ours that crosses a boundary.
 *
 * `detail` reaches the user and must hold no secret; what only the log may know goes into `cause`.
 */
export class AppError extends Error {
  override readonly name = 'AppError';
  readonly code: ErrorCode;
  readonly hint: string | undefined;
  /** When trying again may help, where that is known. */
  readonly retryAfterSeconds: number | undefined;
  constructor(code: ErrorCode, detail: string, options: { cause?: unknown; hint?: string; retryAfterSeconds?: number } = {}) {
    super(detail, { cause: options.cause });
    this.code = code;
    this.hint = options.hint;
    this.retryAfterSeconds = options.retryAfterSeconds;
  }
}

/** An error body. Source: RFC 9457, section 3, with our members `code` and `hint`. */
export const Problem = z.object({
  type: z.string(),
  title: z.string(),
  status: z.number(),
  detail: z.string(),
  code: z.string(),
  hint: z.optional(z.string()),
});
export type Problem = z.infer<typeof Problem>;

/** Returns the error body of a failure, the same over HTTP and inside a JSON-RPC error's `data`. */
export function toProblem(error: AppError): Problem {
  const { status, title } = ERROR_TABLE[error.code];
  return {
    type: 'about:blank',
    title,
    status,
    detail: error.message,
    code: error.code,
    ...(error.hint !== undefined && { hint: error.hint }),
  };
}
