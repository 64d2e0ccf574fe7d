/** Proves the buckets that instances share, on a real Redis: the same rule as in memory, one request, nothing allowed that can't be counted. */
import { describe, expect, it } from 'vitest';
import { judgeTake } from '../../../api/_lib/allowances/bucket.ts';
import { openSharedBuckets, type Share, type TakeShares } from '../../../api/_lib/allowances/shared-buckets.ts';
import { KV_READ_ONLY_TOKEN, KV_TOKEN, type Kv, startKv } from '../../support/kv.ts';

const ADDRESS = '198.51.100.7';
const share = (most: number, windowSeconds: number, ...owner: string[]): Share => ({ owner, allowance: { most, windowSeconds } });
const kvOf = (kv: Kv) => ({ url: kv.front.url, token: KV_TOKEN });

/** As many as there are, each instance in turn. */
async function takeAll(instances: readonly TakeShares[], shares: readonly Share[], nowMs = 0): Promise<number> {
  for (let taken = 0; ; taken++) if ((await (instances[taken % instances.length] as TakeShares)(shares, nowMs)) > 0) return taken;
}

describe('buckets in Redis', () => {
  it('are shared by all instances, and fill by the clock of Redis alone', async () => {
    const kv = await startKv();
    const [one, two] = [openSharedBuckets(kvOf(kv)), openSharedBuckets(kvOf(kv))];
    const shares = [share(5, 3600, 'device', ADDRESS)];
    expect(await takeAll([one, two], shares)).toBe(5);
    // An instance whose clock is an hour ahead asks, and is told the same.
    expect(await two(shares, 3_600_000)).toBeGreaterThan(700_000);
    await kv.redis.moveClock(3_600_000);
    expect(await takeAll([openSharedBuckets(kvOf(kv))], shares)).toBe(5);
  });

  it('fill again while nobody takes', async () => {
    const kv = await startKv();
    const take = openSharedBuckets(kvOf(kv));
    const shares = [share(2, 1, 'quick')];
    await takeAll([take], shares, performance.now());
    await expect.poll(() => take(shares, performance.now())).toBe(0);
  });

  it('are all taken from, or none', async () => {
    const kv = await startKv();
    const take = openSharedBuckets(kvOf(kv));
    const narrow = share(1, 3600, 'narrow');
    const wide = share(3, 3600, 'wide');
    expect(await take([wide, narrow], 0)).toBe(0);
    for (let i = 0; i < 5; i++) expect(await take([wide, narrow], i)).toBeGreaterThan(0);
    expect(await takeAll([take], [wide])).toBe(2);
  });

  it.each([3, 7, 600])('hold exactly %i, as in memory', async (most) => {
    const kv = await startKv();
    const counted = await takeAll([openSharedBuckets(kvOf(kv))], [share(most, 3600, 'x')]);
    let fullAt: number | undefined;
    let inMemory = 0;
    for (;;) {
      const verdict = judgeTake(fullAt, { most, windowSeconds: 3600 }, 0);
      if (verdict.waitMs > 0) break;
      fullAt = verdict.fullAt;
      inMemory++;
    }
    expect([counted, inMemory]).toEqual([most, most]);
  });

  it('cost one request for an act, and none for what was refused a moment ago', async () => {
    const kv = await startKv();
    const take = openSharedBuckets(kvOf(kv));
    const shares = [share(1, 3600, 'a'), share(2, 60, 'b')];
    kv.front.resetCounts();
    await take(shares, 0);
    expect(kv.front.requests()).toBe(1);
    await take(shares, 0);
    for (let i = 0; i < 20; i++) expect(await take(shares, i)).toBeGreaterThan(0);
    expect(kv.front.requests()).toBe(2);
  });

  it('end, and hold no address', async () => {
    const kv = await startKv();
    await openSharedBuckets(kvOf(kv))([share(5, 60, 'device', 'address', ADDRESS)], 0);
    const keys = await kv.redis.keys();
    expect(keys).toHaveLength(1);
    expect(keys[0]?.ttlMs).toBeGreaterThan(0);
    expect(keys[0]?.ttlMs).toBeLessThanOrEqual(12_000);
    const value = await kv.redis.command('GET', keys[0]?.key ?? '');
    expect(`${keys[0]?.key} ${value}`).toMatch(/^mooring:allowance:[\w-]{22} \d+\.\d{3}$/);
  });

  it.each([
    [{ kind: 'drop-before' }, 'STORAGE_UNAVAILABLE'],
    [{ kind: 'drop-after' }, 'STORAGE_UNAVAILABLE'],
    [{ kind: 'hang' }, 'STORAGE_UNAVAILABLE'],
    [{ kind: 'status', status: 500 }, 'STORAGE_UNAVAILABLE'],
  ] as const)('allow nothing while Redis does not answer: %o', async (fault, code) => {
    const kv = await startKv();
    const take = openSharedBuckets(kvOf(kv));
    kv.front.setFault(fault);
    const failure = await take([share(5, 60, 'device', ADDRESS)], 0).catch((error: unknown) => error);
    expect(failure).toMatchObject({ code });
    // The client's own sentence holds the whole command.
    expect(JSON.stringify([String(failure), String((failure as Error).cause)])).not.toMatch(/allowance|PEXPIRE|evalsha/i);
  });

  it('allow nothing with a token that may not write', async () => {
    const kv = await startKv();
    const take = openSharedBuckets({ url: kv.front.url, token: KV_READ_ONLY_TOKEN });
    await expect(take([share(5, 60, 'x')], 0)).rejects.toMatchObject({ code: 'STORAGE_READ_ONLY' });
  });
});
