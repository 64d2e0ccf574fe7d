/**
 * Owns a request to a server from URL to answer: it is judged, redirects stay with the server, time has limits. One hop of it is hop.ts.
 * Addresses are checked in connector.ts; the verdicts come from outside (address-policy.ts).
 */
import { Agent } from 'undici';
import { MAX_CONNECTIONS_PER_ORIGIN, MAX_HEADER_BYTES, MAX_REDIRECTS } from '../limits.ts';
import type { Verdict } from './address-policy.ts';
import { type ConnectorOptions, type JudgeAddress, type LookupAll, openConnector } from './connector.ts';
import { classifyFailure, EgressError, type EgressFailure } from './egress-error.ts';
import { type HopLimits, sendHop } from './hop.ts';

/** Milliseconds each; 0 for none. */
export type EgressTimeouts = {
  /** Look-up, TCP and TLS together. */
  connectMs: number;
  /** From the sent request to the headers of the answer. */
  headersMs: number;
  /** Silence while a body arrives. */
  idleMs: number;
};

type Judge = { url: (url: string | URL) => Verdict; address: JudgeAddress };

export type GuardedFetch = (url: string | URL, init?: RequestInit) => Promise<Response>;

/** Waits before a failure is told, so that its time gives nothing away; ends early with the signal. */
type DelayFailure = (error: EgressError, elapsedMs: number, signal: AbortSignal | undefined) => Promise<void>;

/** Owns how much each origin gets. */
export type OriginGuard = {
  /** Counts a request; `busy` had its share, `failing` took no connection the last times. */
  admit(origin: string): { kind: 'open' } | { kind: 'busy' | 'failing'; retryAfterMs: number };
  connected(origin: string): void;
  failed(origin: string): void;
};

export type GuardedFetchOptions = {
  judge: Judge;
  lookup: LookupAll;
  timeouts: EgressTimeouts;
  /** Of a decompressed body, or of one event where it is a stream of them. */
  maxResponseBytes: number;
  guard?: OriginGuard | undefined;
  delayFailure?: DelayFailure | undefined;
  connected?: ConnectorOptions['connected'];
};

const REDIRECT_STATUSES = new Set([301, 302, 303, 307, 308]);

/**
 * Opens connections to servers and the fetch that uses them.
 *
 * @returns The fetch, and what ends all connections, those in use too.
 */
export function openGuardedFetch(options: GuardedFetchOptions): { fetch: GuardedFetch; close: () => Promise<void> } {
  const { judge, lookup, timeouts, maxResponseBytes, guard, delayFailure, connected } = options;
  const agent = new Agent({
    connect: openConnector({ judge: judge.address, lookup, timeoutMs: timeouts.connectMs, connected }),
    connections: MAX_CONNECTIONS_PER_ORIGIN,
    headersTimeout: timeouts.headersMs,
    bodyTimeout: timeouts.idleMs,
    maxHeaderSize: MAX_HEADER_BYTES,
  });

  return {
    fetch: async (url, init = {}) => {
      const startedAt = performance.now();
      const signal = init.signal ?? undefined;
      const isAborted = (): boolean => signal?.aborted === true;
      if (isAborted()) throw abortFailure(signal, { sent: false });
      try {
        return await request(url, init, { agent, judge, maxResponseBytes, guard });
      } catch (error) {
        if (isCallersMistake(error)) throw error;
        const known = classifyFailure(error);
        const failure = isAborted() && known.sent ? abortFailure(signal, { sent: true, cause: error }) : known;
        await delayFailure?.(failure, performance.now() - startedAt, signal);
        throw failure;
      }
    },
    close: () => agent.destroy(),
  };
}

type Limits = HopLimits & { judge: Judge; guard: OriginGuard | undefined };

async function request(url: string | URL, init: RequestInit, limits: Limits): Promise<Response> {
  const { judge } = limits;
  let target = url;
  for (let hops = 0; ; hops++) {
    const verdict = judge.url(target);
    if (verdict.kind === 'forbidden') throw new EgressError('forbidden-url', { sent: hops > 0, reason: verdict.reason });
    const response = await sendNth(target, init, limits, hops);
    if (!REDIRECT_STATUSES.has(response.status) || init.redirect === 'manual') return response;
    const location = response.headers.get('location');
    if (location === null) return response;
    await dismiss(response.body);
    target = nextHop(response.status, location, target, init, hops);
  }
}

async function sendNth(target: string | URL, init: RequestInit, limits: Limits, hops: number): Promise<Response> {
  try {
    return await (limits.guard ? sendWithin(limits.guard, target, init, limits) : sendHop(target, init, limits));
  } catch (error) {
    if (hops === 0 || isCallersMistake(error)) throw error;
    const { kind, reason, retryAfterMs } = classifyFailure(error);
    throw new EgressError(kind, { sent: true, reason, retryAfterMs, cause: error });
  }
}

/** Sends a request if its server has not had its share, and tells the guard whether there was a connection. */
async function sendWithin(guard: OriginGuard, target: string | URL, init: RequestInit, limits: HopLimits): Promise<Response> {
  const { origin } = new URL(target);
  const admitted = guard.admit(origin);
  if (admitted.kind !== 'open') throw new EgressError(admitted.kind, { sent: false, retryAfterMs: admitted.retryAfterMs });
  try {
    const response = await sendHop(target, init, limits);
    guard.connected(origin);
    return response;
  } catch (error) {
    if (isCallersMistake(error)) throw error;
    const { kind, sent } = classifyFailure(error);
    if (!sent && UNCONNECTED.has(kind)) guard.failed(origin);
    throw error;
  }
}

/** Failures that say that a server takes no connections; who was not let out, or went away, says nothing of it. */
const UNCONNECTED: ReadonlySet<EgressFailure> = new Set(['name-unknown', 'refused', 'tls', 'timeout'] as const);

/**
 * Returns where a redirect leads, or refuses it.
 *
 * Only within the origin: headers, server session id and body belong to that server alone. Never with another method:
 * a call would turn into a GET. A body that can be read once can't be sent again.
 */
function nextHop(status: number, location: string, from: string | URL, init: RequestInit, hops: number): URL {
  const refuse = () => new EgressError('forbidden-redirect', { sent: true });
  const method = (init.method ?? 'GET').toUpperCase();
  const keepsMethod = status === 307 || status === 308 || method === 'GET' || method === 'HEAD';
  const next = URL.parse(location, from);
  if (init.redirect === 'error' || hops >= MAX_REDIRECTS || !keepsMethod || next === null) throw refuse();
  if (next.origin !== new URL(from).origin || next.username !== '' || next.password !== '') throw refuse();
  if (init.body instanceof ReadableStream) throw refuse();
  return next;
}

/** Lets go of a body that nobody reads on. That it broke by itself meanwhile is no failure of the request. */
const dismiss = async (body: ReadableStream | null): Promise<void> => body?.cancel().catch(() => {});

/** The caller's own signal ended the request, whatever reason it carries. */
function abortFailure(signal: AbortSignal | undefined, options: { sent: boolean; cause?: unknown }): EgressError {
  const reason: unknown = signal?.reason;
  const isTimeout = reason instanceof Error && reason.name === 'TimeoutError';
  return new EgressError(isTimeout ? 'timeout' : 'aborted', options);
}

/** A method or header that no request can have: a TypeError without a cause, as the Fetch standard has it. */
const isCallersMistake = (error: unknown): boolean => error instanceof TypeError && error.cause === undefined;
