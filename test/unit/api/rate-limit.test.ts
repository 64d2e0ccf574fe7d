/** Counting by address. */
import { describe, expect, it } from 'vitest';
import { openRateLimit, toNetwork } from '../../../api/_lib/http/rate-limit.ts';

describe('a rate limit', () => {
  it('allows so many in a window, to each address its own, and begins anew with the next window', () => {
    const take = openRateLimit({ most: 2, windowMs: 1000 });
    expect([take('192.0.2.1', 0), take('192.0.2.1', 500), take('192.0.2.1', 999), take('192.0.2.2', 999)]).toEqual([
      true,
      true,
      false,
      true,
    ]);
    expect([take('192.0.2.1', 1000), take('192.0.2.1', 1001), take('192.0.2.1', 1002)]).toEqual([true, true, false]);
  });
  it('refuses new addresses when it knows too many, and goes on with those that it knows', () => {
    const take = openRateLimit({ most: 2, windowMs: 1000 });
    for (let i = 0; i < 10_000; i++) expect(take(`10.0.${i >> 8}.${i & 255}`, 0)).toBe(true);
    expect([take('192.0.2.1', 0), take('10.0.0.1', 0), take('192.0.2.1', 1000)]).toEqual([false, true, true]);
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
