/**
 * Owns the buckets that all instances share: for acts that make something new. Where there is no KV, there is one process, or instances
 * that share nothing else either, and its memory counts.
 */
import { randomBytes } from 'node:crypto';
import { connectKv, type KvSettings } from '../store/kv-client.ts';
import { type Allowance, MAX_KEYS } from './allowances.ts';
import { judgeTake, type NamedBucket } from './bucket.ts';
import { toBucketName } from './client-network.ts';
import { openKvBuckets } from './kv-buckets.ts';

/** One bucket that an act takes from: whose it is, by words that nobody else's has. */
export type Share = { readonly owner: readonly string[]; readonly allowance: Allowance };

/**
 * Takes one out of every bucket, or out of none.
 *
 * @returns 0, or how long until all have one, ms.
 * @throws AppError of storage when it does not answer: what can't be counted is not allowed.
 */
export type TakeShares = (shares: readonly Share[], nowMs: number) => Promise<number>;

export function openSharedBuckets(kv: KvSettings | undefined): TakeShares {
  const secret = kv?.token ?? randomBytes(32).toString('base64');
  const take = kv ? openKvBuckets(connectKv(kv)) : openMemoryBuckets();
  const name = ({ owner, allowance }: Share): NamedBucket => ({
    name: toBucketName(secret, String(allowance.windowSeconds), ...owner),
    allowance,
  });
  return async (shares, nowMs) => (shares.length === 0 ? 0 : take(shares.map(name), nowMs));
}

function openMemoryBuckets(): (buckets: readonly NamedBucket[], nowMs: number) => Promise<number> {
  const filling = new Map<string, number>();
  return async (buckets, nowMs) => {
    if (filling.size + buckets.length > MAX_KEYS) for (const [name, fullAt] of filling) if (fullAt <= nowMs) filling.delete(name);
    const verdicts = buckets.map(({ name, allowance }) => ({ name, ...judgeTake(filling.get(name), allowance, nowMs) }));
    // No room: whoever is forgotten would begin anew.
    const waitMs = filling.size + buckets.length > MAX_KEYS ? 60_000 : Math.max(...verdicts.map((verdict) => verdict.waitMs));
    if (waitMs === 0) for (const { name, fullAt } of verdicts) filling.set(name, fullAt);
    return waitMs;
  };
}
