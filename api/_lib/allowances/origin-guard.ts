/**
 * Owns how much one server gets from a hosted backend, of all its users together, and that a server which takes no connections is left
 * alone for a while: the backend shall be no tool to flood a third party with, nor one to knock at its door all day.
 */
import type { OriginGuard } from '../egress/guarded-fetch.ts';
import { MAX_KEYS, ORIGIN_FAILURES, ORIGIN_FAILURES_WITHIN_MS, ORIGIN_REQUESTS, ORIGIN_REST_MS } from './allowances.ts';
import { openBuckets } from './bucket.ts';

type Failures = { count: number; since: number; restUntil: number };

const isOver = ({ since }: Failures, nowMs: number): boolean => nowMs - since >= ORIGIN_FAILURES_WITHIN_MS;

/** @param now Milliseconds that only go forward. */
export function openOriginGuard(now: () => number = () => performance.now()): OriginGuard {
  const requests = openBuckets(ORIGIN_REQUESTS);
  const failing = new Map<string, Failures>();
  return {
    admit(origin) {
      const nowMs = now();
      const restMs = (failing.get(origin)?.restUntil ?? 0) - nowMs;
      if (restMs > 0) return { kind: 'failing', retryAfterMs: restMs };
      const waitMs = requests.take(origin, nowMs);
      if (waitMs === 0) return { kind: 'open' };
      return { kind: 'busy', retryAfterMs: waitMs === 'crowded' ? ORIGIN_REST_MS : waitMs };
    },
    connected(origin) {
      failing.delete(origin);
    },
    failed(origin) {
      const nowMs = now();
      if (failing.size >= MAX_KEYS) for (const [key, failures] of failing) if (isOver(failures, nowMs)) failing.delete(key);
      const known = failing.get(origin);
      // Whoever is not remembered is asked again, within the number of requests that it gets anyway.
      if (!known && failing.size >= MAX_KEYS) return;
      const failures = known && !isOver(known, nowMs) ? known : { count: 0, since: nowMs, restUntil: 0 };
      failures.count++;
      if (failures.count >= ORIGIN_FAILURES) {
        failures.restUntil = nowMs + ORIGIN_REST_MS;
        failures.since = failures.restUntil;
        // After its rest one look is enough to see that nothing has changed.
        failures.count = ORIGIN_FAILURES - 1;
      }
      failing.set(origin, failures);
    },
  };
}
