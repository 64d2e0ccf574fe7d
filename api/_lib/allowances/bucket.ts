/**
 * Owns how a bucket fills and empties, and a set of buckets in this process's memory. Pure; what is counted is its callers' matter.
 * The same rule for all instances together is in kv-buckets.ts.
 */
import { type Allowance, MAX_KEYS } from './allowances.ts';

/**
 * Judges taking one out of a bucket.
 *
 * @param fullAt When the bucket will be full again, ms; undefined for one that is.
 * @returns 0 and the new `fullAt` where there was one to take; else how long until there is, ms.
 *
 * Source: the generic cell rate algorithm, ITU-T I.371, in its virtual scheduling form.
 */
export function judgeTake(fullAt: number | undefined, allowance: Allowance, nowMs: number): { waitMs: number; fullAt: number } {
  const { stepMs, windowMs } = pace(allowance);
  const next = Math.max(fullAt ?? 0, nowMs) + stepMs;
  const waitMs = next - windowMs - nowMs;
  // Steps may have fractions, whose sum is a little off.
  return waitMs < 1 ? { waitMs: 0, fullAt: next } : { waitMs: Math.ceil(waitMs), fullAt: fullAt ?? 0 };
}

export const pace = ({ most, windowSeconds }: Allowance): { stepMs: number; windowMs: number } => ({
  stepMs: (windowSeconds * 1000) / most,
  windowMs: windowSeconds * 1000,
});

/** A bucket that all instances share, with its name in storage. */
export type NamedBucket = { readonly name: string; readonly allowance: Allowance };

export type Buckets = {
  /** Takes one. @returns 0, or how long until there is one, ms; `crowded` when there is no room for a key that is not known. */
  take(key: string, nowMs: number): number | 'crowded';
  /** Tells how long until one can be taken, ms, and takes none. */
  peek(key: string, nowMs: number): number;
};

/** Opens a bucket for each key. A full bucket needs no memory. */
export function openBuckets(allowance: Allowance, maxKeys = MAX_KEYS): Buckets {
  const filling = new Map<string, number>();
  const { windowMs } = pace(allowance);
  let sweepAt = 0;
  const sweep = (nowMs: number): void => {
    // Where nothing can be thrown away it is not worth looking again at once.
    if (nowMs < sweepAt) return;
    sweepAt = nowMs + windowMs / 10;
    for (const [key, fullAt] of filling) if (fullAt <= nowMs) filling.delete(key);
  };
  return {
    take(key, nowMs) {
      if (!filling.has(key) && filling.size >= maxKeys) sweep(nowMs);
      if (!filling.has(key) && filling.size >= maxKeys) return 'crowded';
      const { waitMs, fullAt } = judgeTake(filling.get(key), allowance, nowMs);
      if (waitMs === 0) filling.set(key, fullAt);
      return waitMs;
    },
    peek: (key, nowMs) => judgeTake(filling.get(key), allowance, nowMs).waitMs,
  };
}
