/** How a bucket fills and empties, and how many of them are told apart. */
import { describe, expect, it } from 'vitest';
import { judgeTake, openBuckets } from '../../../../api/_lib/allowances/bucket.ts';
import { toBucketName, toNetwork } from '../../../../api/_lib/allowances/client-network.ts';

describe('a bucket', () => {
  it('gives all it holds at once, then one for each step of its window', () => {
    const buckets = openBuckets({ most: 3, windowSeconds: 30 });
    expect([1, 2, 3].map(() => buckets.take('a', 0))).toEqual([0, 0, 0]);
    expect([buckets.take('a', 0), buckets.take('a', 9_999), buckets.take('a', 10_000), buckets.take('a', 10_000)]).toEqual([
      10_000, 1, 0, 10_000,
    ]);
    expect(buckets.take('b', 10_000)).toBe(0);
  });
  it('is full again after its window, and not fuller', () => {
    const buckets = openBuckets({ most: 2, windowSeconds: 1 });
    for (const now of [0, 1_000_000]) expect([1, 2, 3].map(() => buckets.take('a', now))).toEqual([0, 0, 500]);
  });
  it.each([3, 7, 11, 600, 2400])('gives exactly %i where the step is a fraction', (most) => {
    let fullAt: number | undefined;
    let taken = 0;
    for (let tries = 0; tries < most + 5; tries++) {
      const verdict = judgeTake(fullAt, { most, windowSeconds: 60 }, 1_700_000_000_123);
      if (verdict.waitMs === 0) taken++;
      fullAt = verdict.fullAt;
    }
    expect(taken).toBe(most);
  });
  it('takes nothing when it is only looked at or refused', () => {
    const buckets = openBuckets({ most: 1, windowSeconds: 1 });
    expect([buckets.peek('a', 0), buckets.take('a', 0), buckets.peek('a', 0), buckets.take('a', 0), buckets.take('a', 1000)]).toEqual([
      0, 0, 1000, 1000, 0,
    ]);
  });
});

describe('a set of buckets', () => {
  it('refuses new keys when it knows too many, goes on with those that it knows, and forgets none that is not full', () => {
    const buckets = openBuckets({ most: 2, windowSeconds: 10 }, 100);
    for (let i = 0; i < 100; i++) expect(buckets.take(`key ${i}`, i)).toBe(0);
    expect([buckets.take('new', 200), buckets.take('key 1', 200), buckets.take('key 1', 200)]).toEqual(['crowded', 0, 4801]);
    expect(buckets.take('new', 20_000)).toBe(0);
  });
});

it.each([
  ['192.0.2.1', '::ffff:192.0.2.1', true],
  ['2001:db8::1', '2001:db8::ffff:2', true],
  ['2001:db8:0:1::1', '2001:db8:0:2::1', false],
  ['192.0.2.1', '192.0.2.2', false],
  ['', 'unknown', true],
])('%j and %j count as one: %j', (a, b, isOne) => {
  expect(toNetwork(a) === toNetwork(b)).toBe(isOne);
});

it('names a bucket by what nobody can read the address from', () => {
  const name = toBucketName('secret', 'device', 'address', '192.0.2.1');
  expect(name).toMatch(/^[A-Za-z0-9_-]{22}$/);
  expect(name).toBe(toBucketName('secret', 'device', 'address', '192.0.2.1'));
  expect(
    new Set([name, toBucketName('other', 'device', 'address', '192.0.2.1'), toBucketName('secret', 'device', 'address', '192.0.2.2')]).size,
  ).toBe(3);
  expect(toBucketName('s', 'a', 'b c')).not.toBe(toBucketName('s', 'a b', 'c'));
});
