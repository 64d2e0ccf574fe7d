/**
 * Owns the closed list of ways in which a request to a server fails, and what the user reads of each.
 * Never names what a name resolved to. How often a request may be tried again is the relay's decision.
 */
import { AppError, type ErrorCode } from '../../../shared/errors.ts';
import { MAX_RESPONSE_BYTES } from '../limits.ts';
import type { ForbiddenReason } from './address-policy.ts';

export type EgressFailure =
  | 'forbidden-url'
  | 'forbidden-address'
  | 'forbidden-redirect'
  | 'name-unknown'
  | 'refused'
  | 'tls'
  | 'timeout'
  | 'aborted'
  | 'too-large'
  | 'reset'
  /** The server had its share of requests; it was not asked. */
  | 'busy'
  /** The server took no connection the last times; it was not asked. */
  | 'failing';

type EgressErrorOptions = { sent: boolean; reason?: ForbiddenReason | undefined; retryAfterMs?: number | undefined; cause?: unknown };

export class EgressError extends Error {
  override readonly name: string;
  readonly kind: EgressFailure;
  /** False only when it is certain that no byte of the request reached the server. */
  readonly sent: boolean;
  /** Why a URL or an address is forbidden; absent on other kinds. */
  readonly reason: ForbiddenReason | undefined;
  /** When it may be asked again; only on `busy` and `failing`. */
  readonly retryAfterMs: number | undefined;
  constructor(kind: EgressFailure, options: EgressErrorOptions) {
    super(`The request failed: ${kind}`, { cause: options.cause });
    // Clients of fetch know an abort of their own by this name, and try again on any other.
    this.name = kind === 'aborted' ? 'AbortError' : 'EgressError';
    this.kind = kind;
    this.sent = options.sent;
    this.reason = options.reason;
    this.retryAfterMs = options.retryAfterMs;
  }
}

type Classified = { kind: EgressFailure; sent: boolean };

/** Error codes of Node and undici, and `name` of the two that have no code. What is not listed was possibly sent. */
const KIND_OF_CODE = new Map<string, Classified>(
  Object.entries({
    ENOTFOUND: { kind: 'name-unknown', sent: false },
    EAI_AGAIN: { kind: 'name-unknown', sent: false },
    EAI_FAIL: { kind: 'name-unknown', sent: false },
    EAI_NODATA: { kind: 'name-unknown', sent: false },
    EAI_NONAME: { kind: 'name-unknown', sent: false },
    ENODATA: { kind: 'name-unknown', sent: false },
    ECONNREFUSED: { kind: 'refused', sent: false },
    EADDRNOTAVAIL: { kind: 'refused', sent: false },
    UND_ERR_CONNECT_TIMEOUT: { kind: 'timeout', sent: false },
    UND_ERR_HEADERS_TIMEOUT: { kind: 'timeout', sent: true },
    UND_ERR_BODY_TIMEOUT: { kind: 'timeout', sent: true },
    TimeoutError: { kind: 'timeout', sent: true },
    UND_ERR_ABORTED: { kind: 'aborted', sent: true },
    UND_ERR_ABORT: { kind: 'aborted', sent: true },
    UND_ERR_DESTROYED: { kind: 'aborted', sent: true },
    UND_ERR_CLOSED: { kind: 'aborted', sent: false },
    AbortError: { kind: 'aborted', sent: true },
    UND_ERR_HEADERS_OVERFLOW: { kind: 'too-large', sent: true },
  }),
);

/**
 * Returns the failure behind anything that the fetch, or reading a body of it, threw.
 *
 * What is not known counts as a lost connection after sending: that is the case in which nothing may be sent again.
 */
export function classifyFailure(error: unknown): EgressError {
  for (const link of causesOf(error)) {
    if (link instanceof EgressError) return link;
    const classified = KIND_OF_CODE.get(codeOf(link)) ?? KIND_OF_CODE.get(nameOf(link));
    if (classified !== undefined) return new EgressError(classified.kind, { sent: classified.sent, cause: error });
  }
  return new EgressError('reset', { sent: true, cause: error });
}

/**
 * Returns the failure of a connection that was not there yet: nothing can have been sent.
 *
 * @param phase Where it failed. After TCP stands only TLS is left, whatever the code says.
 */
export function classifyConnectFailure(error: unknown, phase: 'tcp' | 'tls'): EgressError {
  for (const link of causesOf(error)) {
    if (link instanceof EgressError) return link;
    const code = codeOf(link);
    const kind = code === 'ETIMEDOUT' ? 'timeout' : KIND_OF_CODE.get(code)?.kind;
    if (kind !== undefined) return new EgressError(kind, { sent: false, cause: error });
  }
  return new EgressError(phase === 'tls' ? 'tls' : 'refused', { sent: false, cause: error });
}

/** Returns the failure as what crosses to the user, `host` being what the user typed. */
export function toAppError(error: EgressError, host: string): AppError {
  const { code, detail, hint } = describe(error, host);
  const { retryAfterMs } = error;
  const retryAfterSeconds = retryAfterMs === undefined ? undefined : secondsOf(retryAfterMs);
  return new AppError(code, detail, {
    cause: error,
    ...(hint !== undefined && { hint }),
    ...(retryAfterSeconds !== undefined && { retryAfterSeconds }),
  });
}

type Description = { code: ErrorCode; detail: string; hint?: string };

function describe(error: EgressError, host: string): Description {
  switch (error.kind) {
    case 'forbidden-url':
    case 'forbidden-address':
      return describeForbidden(error.reason, host);
    case 'forbidden-redirect':
      return {
        code: 'SERVER_ADDRESS_FORBIDDEN',
        detail: `${host} redirects in a way that is not followed.`,
        hint: 'Enter the address that it redirects to.',
      };
    case 'name-unknown':
      return { code: 'SERVER_NAME_UNKNOWN', detail: `The name ${host} cannot be found.` };
    case 'refused':
      return { code: 'SERVER_UNREACHABLE', detail: `Nothing answers at ${host}.` };
    case 'tls':
      return {
        code: 'SERVER_TLS_FAILED',
        detail: `No secure connection to ${host} could be made: its certificate or its TLS is not in order.`,
      };
    case 'timeout':
      return error.sent
        ? { code: 'SERVER_TIMEOUT', detail: `${host} did not answer in time. It may still be at work on the request.` }
        : { code: 'SERVER_TIMEOUT', detail: `${host} did not take the connection in time. Nothing was sent.` };
    case 'too-large':
      return {
        code: 'SERVER_RESPONSE_TOO_LARGE',
        detail: `The answer of ${host} is larger than the ${MAX_RESPONSE_BYTES / 1_048_576} MB that this backend accepts.`,
      };
    case 'busy':
      return {
        code: 'RATE_LIMITED',
        detail: `This backend has sent ${host} as many requests as it sends any server. Nothing was sent; try again in ${secondsOf(error.retryAfterMs)} s.`,
      };
    case 'failing':
      return {
        code: 'SERVER_UNREACHABLE',
        detail: `${host} took no connection the last times, so this backend leaves it alone for ${secondsOf(error.retryAfterMs)} s. Nothing was sent.`,
      };
    case 'aborted':
    case 'reset':
      return error.sent
        ? { code: 'CALL_OUTCOME_UNKNOWN', detail: `The connection to ${host} was lost before the answer was complete.` }
        : { code: 'SERVER_UNREACHABLE', detail: `The connection to ${host} ended before anything was sent.` };
  }
}

const secondsOf = (ms = 0): number => Math.max(1, Math.ceil(ms / 1000));

function describeForbidden(reason: ForbiddenReason | undefined, host: string): Description {
  const code = 'SERVER_ADDRESS_FORBIDDEN';
  const hint = 'Whoever runs the backend can allow a server with MOORING_ALLOW_PRIVATE=host:port.';
  if (reason === 'scheme') return { code, detail: 'This backend reaches servers over https only.', hint };
  if (reason === 'port') return { code, detail: 'This backend does not reach servers on that port.', hint };
  if (reason === 'unlisted')
    return { code, detail: `Whoever runs this backend keeps it from ${host}.`, hint: 'Ask them, or run a backend of your own.' };
  return { code, detail: `This backend may not reach ${host}.`, hint };
}

/** The error, its causes and the members of aggregates, at most 16: a chain may be a ring. */
function causesOf(error: unknown): unknown[] {
  const links: unknown[] = [error];
  for (let i = 0; i < links.length && links.length < 16; i++) {
    const link = links[i];
    if (!(link instanceof Error)) continue;
    if (link.cause !== undefined) links.push(link.cause);
    if (link instanceof AggregateError) links.push(...link.errors);
  }
  return links;
}

const codeOf = (value: unknown): string =>
  typeof value === 'object' && value !== null && 'code' in value && typeof value.code === 'string' ? value.code : '';
const nameOf = (value: unknown): string => (value instanceof Error ? value.name : '');
