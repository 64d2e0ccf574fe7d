/** Proves that a hosted backend whose walls do not stand would not start. Looking costs no connection where they do. */
import { expect, it } from 'vitest';
import { type AddressPolicy, judgeUrl, type Verdict } from '../../../../api/_lib/egress/address-policy.ts';
import { proveWalls } from '../../../../api/_lib/egress/walls.ts';

const POLICY: AddressPolicy = { kind: 'hosted', allow: [] };
const ALLOWED: Verdict = { kind: 'allowed' };
const letsLoopbackPass = (ip: string): Verdict => (ip === '127.0.0.1' ? ALLOWED : { kind: 'forbidden', reason: 'address' });
const broken = expect.objectContaining({ code: 'INTERNAL', message: expect.stringContaining('does not start') });

it.each([
  [[]],
  [['10.0.0.5:8000']],
  [['127.0.0.1:9000']],
  // The operator's own network; metadata is still refused.
  [['*']],
])('stand with %j allowed', async (allow) => {
  await expect(proveWalls({ kind: 'hosted', allow })).resolves.toBeUndefined();
});

it('do not stand where a connection to this machine is let pass', async () => {
  await expect(proveWalls(POLICY, { url: (url) => judgeUrl(url, POLICY), address: letsLoopbackPass })).rejects.toEqual(broken);
  await expect(proveWalls(POLICY, { url: () => ALLOWED, address: letsLoopbackPass })).rejects.toEqual(broken);
});
