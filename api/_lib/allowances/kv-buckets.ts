/**
 * Owns the buckets in Redis: one script, one request, all buckets of an act at once.
 *
 * Not @upstash/ratelimit: it asks once for each limit, counts by the clock of the instance, allows what it could not count within its
 * timeout, and its scripts begin with a flag that no Redis but Upstash's takes, so that they could not be tested against a real one.
 */
import * as z from 'zod/mini';
import { parseAnswer } from '../store/kv-answers.ts';
import type { RunScript } from '../store/kv-client.ts';
import { allowanceKey } from '../store/kv-keys.ts';
import type { Script } from '../store/kv-lua.ts';
import { MAX_KEYS } from './allowances.ts';
import { type NamedBucket, pace } from './bucket.ts';

/**
 * KEYS buckets. ARGV step and window of each, ms. A key says when its bucket is full again, and ends then. The rule is that of bucket.ts.
 * Not repeatable: it would take twice.
 */
const TAKE: Script = {
  repeatable: false,
  lua: `
local time = redis.call('TIME')
local now = time[1] * 1000 + math.floor(time[2] / 1000)
local wait, full = 0, {}
for at, key in ipairs(KEYS) do
  local step, window = tonumber(ARGV[2 * at - 1]), tonumber(ARGV[2 * at])
  full[at] = math.max(tonumber(redis.call('GET', key)) or 0, now) + step
  wait = math.max(wait, full[at] - window - now)
end
if wait >= 1 then return math.ceil(wait) end
for at, key in ipairs(KEYS) do
  redis.call('SET', key, string.format('%.3f', full[at]), 'PX', math.max(1, math.ceil(full[at] - now)))
end
return 0`,
};

/** What was refused is refused without asking until then: a flood of refused requests costs storage nothing. */
export function openKvBuckets(run: RunScript): (buckets: readonly NamedBucket[], nowMs: number) => Promise<number> {
  const emptyUntil = new Map<string, number>();
  return async (buckets, nowMs) => {
    const key = buckets.map(({ name }) => name).join();
    const knownWaitMs = (emptyUntil.get(key) ?? 0) - nowMs;
    if (knownWaitMs > 0) return Math.ceil(knownWaitMs);
    const paces = buckets.map(({ allowance }) => pace(allowance));
    const keys = buckets.map(({ name }) => allowanceKey(name));
    const waitMs = parseAnswer(
      z.number().check(z.minimum(0)),
      await run(
        TAKE,
        keys,
        paces.flatMap(({ stepMs, windowMs }) => [stepMs, windowMs]),
      ),
    );
    emptyUntil.delete(key);
    if (waitMs > 0) {
      if (emptyUntil.size >= MAX_KEYS) emptyUntil.clear();
      emptyUntil.set(key, nowMs + waitMs);
    }
    return waitMs;
  };
}
