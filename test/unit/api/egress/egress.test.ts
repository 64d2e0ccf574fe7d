/** Proves how long a hosted backend holds back a failure. */
import { expect, it } from 'vitest';
import { delayOfFailure } from '../../../../api/_lib/egress/egress.ts';
import { EgressError, type EgressFailure } from '../../../../api/_lib/egress/egress-error.ts';

it.each<[EgressFailure, boolean, number, number, number]>([
  ['forbidden-address', false, 0, 0, 150],
  ['forbidden-url', false, 1, 1, 249],
  ['refused', false, 30, 0.5, 170],
  ['name-unknown', false, 400, 1, 0],
  ['aborted', false, 0, 1, 0],
  ['reset', true, 0, 1, 0],
  ['timeout', true, 0, 1, 0],
])('%s (sent: %s) after %d ms, chance %d, waits %d ms', (kind, sent, elapsedMs, random, expected) => {
  expect(delayOfFailure(new EgressError(kind, { sent }), elapsedMs, random)).toBe(expected);
});
