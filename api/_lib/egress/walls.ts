/**
 * Owns the proof, at the start of a hosted backend, that its walls stand: with the parts in use, on this platform, nothing that must not be
 * reached is reached. A bundle, a runtime or a library that opens connections in another way than the guard expects ends the start here.
 */
import type { LookupAddress } from 'node:dns';
import { AppError } from '../../../shared/errors.ts';
import { type AddressPolicy, judgeAddress, judgeUrl, type Verdict } from './address-policy.ts';
import type { LookupAll } from './connector.ts';
import { EgressError } from './egress-error.ts';
import { openGuardedFetch } from './guarded-fetch.ts';

type Judge = { url: (url: string | URL) => Verdict; address: (ip: string, port: number, host: string) => Verdict };

/** A name that the rules for names let pass, so that only the check of addresses stands before a connection. */
const PUBLIC_NAME = 'walls.mooring.dev';
const TIMEOUTS = { connectMs: 1000, headersMs: 1000, idleMs: 1000 };
const METADATA = '169.254.169.254';
const PORT = 443;

/**
 * Tries to reach this machine and a metadata service: by address, and by a public name that resolves to them. Nothing is connected to.
 *
 * Where the operator allowed everything private, this machine is allowed too; metadata never is.
 *
 * @throws AppError INTERNAL when anything but the guard answered.
 */
export async function proveWalls(policy: AddressPolicy, judge: Judge = toJudge(policy)): Promise<void> {
  const isLoopbackOpen = judgeAddress('127.0.0.1', PORT, policy).kind === 'allowed';
  const targets = [METADATA, ...(isLoopbackOpen ? [] : ['127.0.0.1', '::ffff:127.0.0.1'])];
  const tries = targets.flatMap((address) => [
    isRefused(judge, address, `https://${address.includes(':') ? `[${address}]` : address}/`),
    isRefused({ ...judge, url: () => ({ kind: 'allowed' }) }, address, `https://${PUBLIC_NAME}/`),
  ]);
  if ((await Promise.all(tries)).every(Boolean)) return;
  throw new AppError('INTERNAL', 'The backend does not start: it could reach addresses that it must never reach.');
}

const toJudge = (policy: AddressPolicy): Judge => ({
  url: (url) => judgeUrl(url, policy),
  address: (ip, port, host) => judgeAddress(ip, port, policy, host),
});

async function isRefused(judge: Judge, address: string, url: string): Promise<boolean> {
  const found: LookupAddress[] = [{ address, family: address.includes(':') ? 6 : 4 }];
  const lookup: LookupAll = (_name, _options, callback) => callback(null, found);
  const egress = openGuardedFetch({ judge, lookup, timeouts: TIMEOUTS, maxResponseBytes: 1 });
  try {
    await egress.fetch(url);
    return false;
  } catch (error) {
    return error instanceof EgressError && (error.kind === 'forbidden-url' || error.kind === 'forbidden-address');
  } finally {
    await egress.close();
  }
}
