/** How much one server gets from a hosted backend, and when it is left alone. */
import { expect, it } from 'vitest';
import { ORIGIN_FAILURES, ORIGIN_FAILURES_WITHIN_MS, ORIGIN_REQUESTS, ORIGIN_REST_MS } from '../../../../api/_lib/allowances/allowances.ts';
import { openOriginGuard } from '../../../../api/_lib/allowances/origin-guard.ts';

const SERVER = 'https://mcp.example.com';
const OTHER = 'https://other.example.com';

function openAt(start = 1000) {
  const clock = { ms: start };
  const guard = openOriginGuard(() => clock.ms);
  const fail = (times: number) => {
    for (let i = 0; i < times; i++) guard.failed(SERVER);
  };
  return { clock, guard, fail, kind: (origin = SERVER) => guard.admit(origin).kind };
}

it('gives a server so many requests, another one its own', () => {
  const { guard, kind } = openAt();
  for (let i = 0; i < ORIGIN_REQUESTS.most; i++) expect(kind()).toBe('open');
  expect(guard.admit(SERVER)).toEqual({ kind: 'busy', retryAfterMs: (ORIGIN_REQUESTS.windowSeconds * 1000) / ORIGIN_REQUESTS.most });
  expect(kind(OTHER)).toBe('open');
});

it('leaves a server alone that took no connection again and again, and no other', () => {
  const { clock, guard, fail, kind } = openAt();
  fail(ORIGIN_FAILURES - 1);
  expect(kind()).toBe('open');
  fail(1);
  expect(guard.admit(SERVER)).toEqual({ kind: 'failing', retryAfterMs: ORIGIN_REST_MS });
  expect(kind(OTHER)).toBe('open');
  clock.ms += ORIGIN_REST_MS;
  expect(kind()).toBe('open');
});

it('looks once after the rest, and leaves it alone again where nothing has changed', () => {
  const { clock, fail, kind } = openAt();
  fail(ORIGIN_FAILURES);
  clock.ms += ORIGIN_REST_MS;
  expect(kind()).toBe('open');
  fail(1);
  expect(kind()).toBe('failing');
});

it('forgets failures when a connection is made', () => {
  const { guard, fail, kind } = openAt();
  for (let round = 0; round < 5; round++) {
    fail(ORIGIN_FAILURES - 1);
    guard.connected(SERVER);
  }
  expect(kind()).toBe('open');
});

it('does not count failures that lie far apart', () => {
  const { clock, fail, kind } = openAt();
  for (let i = 0; i < ORIGIN_FAILURES * 3; i++) {
    fail(1);
    clock.ms += ORIGIN_FAILURES_WITHIN_MS / 5;
  }
  expect(kind()).toBe('open');
});
