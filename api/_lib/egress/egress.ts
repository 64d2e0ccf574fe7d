/**
 * Owns the way out: the one place from which the backend makes requests to servers.
 * It puts policy, connector and fetch together. The verdicts are in address-policy.ts, failures in egress-error.ts.
 */
import { lookup as dnsLookup } from 'node:dns';
import { EGRESS_TIMEOUTS, MAX_RESPONSE_BYTES } from '../limits.ts';
import { type AddressPolicy, judgeAddress, judgeUrl } from './address-policy.ts';
import type { LookupAll } from './connector.ts';
import type { EgressError } from './egress-error.ts';
import { type EgressTimeouts, type GuardedFetch, type OriginGuard, openGuardedFetch } from './guarded-fetch.ts';
import { openSightings, type Whereabouts } from './sightings.ts';

type WayOut = {
  fetch: GuardedFetch;
  /** What it may reach, for addresses that only the user's browser opens. */
  policy: AddressPolicy;
};

export type Egress = WayOut & {
  /** The same with connections of its own that stay on the internet: for addresses that a server on the internet names. */
  outside: WayOut;
  /** Tells where a server was when it was connected to; undefined where it was not yet. */
  whereIs(url: string | URL): Whereabouts | undefined;
  /** Ends all connections, those in use too. */
  close: () => Promise<void>;
};

export type EgressOptions = {
  policy: AddressPolicy;
  /** Resolves names; the system's resolver unless given. */
  lookup?: LookupAll;
  timeouts?: Partial<EgressTimeouts>;
  /** How much each server gets; as much as anybody asks for unless given. */
  guard?: OriginGuard;
  /** Largest body of an answer, or event of a stream, after decompression. */
  maxResponseBytes?: number;
};

/** Shortest time after which a hosted backend tells of a server that it did not reach, ms, and how much chance adds. */
const MIN_FAILURE_MS = 150;
const FAILURE_JITTER_MS = 100;

/**
 * Opens the way out for a policy. `fetch` is the Fetch standard's, and fits the MCP SDK's transports.
 *
 * It differs from a plain fetch: redirects stay within the origin (three at most, never with another method), there are no
 * cookies and no proxy, and it rejects with an EgressError. Reading a body can fail too: pass that to `classifyFailure`.
 */
export function openEgress(options: EgressOptions): Egress {
  const { policy } = options;
  const { note, whereIs } = openSightings();
  const openFor = (some: AddressPolicy) =>
    openGuardedFetch({
      judge: {
        url: (url) => judgeUrl(url, some),
        address: (ip, port, host) => judgeAddress(ip, port, some, host),
      },
      lookup: options.lookup ?? dnsLookup,
      timeouts: { ...EGRESS_TIMEOUTS, ...options.timeouts },
      maxResponseBytes: options.maxResponseBytes ?? MAX_RESPONSE_BYTES,
      guard: options.guard,
      delayFailure: policy.kind === 'hosted' ? delayFailure : undefined,
      connected: note,
    });
  const onlyOutside: AddressPolicy = { ...policy, onlyOutside: true };
  // Connections of its own: one that is open to an address inside must not be used again for who may not go there.
  const [all, outside] = [openFor(policy), openFor(onlyOutside)];
  return {
    fetch: all.fetch,
    policy,
    outside: { fetch: outside.fetch, policy: onlyOutside },
    whereIs,
    close: async () => void (await Promise.all([all.close(), outside.close()])),
  };
}

/**
 * Returns how long to hold back a failure, ms.
 *
 * On a hosted backend the time to "forbidden" or "refused" would tell a stranger which addresses and ports exist inside.
 *
 * @param random From 0 to 1.
 */
export function delayOfFailure(error: EgressError, elapsedMs: number, random: number): number {
  if (error.sent || error.kind === 'aborted') return 0;
  return Math.max(0, MIN_FAILURE_MS + FAILURE_JITTER_MS * random - elapsedMs);
}

function delayFailure(error: EgressError, elapsedMs: number, signal: AbortSignal | undefined): Promise<void> {
  const delayMs = delayOfFailure(error, elapsedMs, Math.random());
  if (delayMs === 0 || signal?.aborted === true) return Promise.resolve();
  return new Promise((resolve) => {
    const end = () => {
      clearTimeout(timer);
      signal?.removeEventListener('abort', end);
      resolve();
    };
    const timer = setTimeout(end, delayMs);
    signal?.addEventListener('abort', end);
  });
}
