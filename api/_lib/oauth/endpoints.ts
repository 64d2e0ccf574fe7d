/**
 * Decides which addresses of a sign-in may be used. Pure. Whether a name leads to a forbidden address is seen when connecting
 * (egress); here is what an address says of itself, also for those that only the browser opens.
 */
import { EXTENSION_ID } from '../../../shared/extension-id.ts';
import { type AddressPolicy, judgeUrl } from '../egress/address-policy.ts';

export type EndpointVerdict = { kind: 'allowed' } | { kind: 'forbidden'; reason: string };

const LOOPBACK_HOST = /^(localhost|127\.\d+\.\d+\.\d+|\[::1\])$/;

/**
 * Judges an address that an authorization server or a resource named: for the backend to ask, or for the browser to open.
 *
 * https alone; http only on this machine, where the policy lets the backend reach it. `javascript:`, `data:` and `file:` are schemes
 * like any other that is not https. Source: MCP 2026-07-28, Security best practices > SSRF; OAuth 2.1, section 1.5.
 */
export function judgeEndpoint(address: string, policy: AddressPolicy): EndpointVerdict {
  const url = URL.parse(address);
  if (url === null) return forbidden('it is not an address');
  const isSecure = url.protocol === 'https:' || (url.protocol === 'http:' && LOOPBACK_HOST.test(url.hostname));
  if (!isSecure) return forbidden('it is not https');
  if (url.hash !== '') return forbidden('it has a fragment');
  const verdict = judgeUrl(address, policy);
  if (verdict.kind === 'allowed') return verdict;
  if (verdict.reason === 'scheme') return forbidden('it is not https');
  if (verdict.reason === 'port') return forbidden('this backend reaches servers on port 443 only');
  if (verdict.reason === 'unlisted') return forbidden('whoever runs this backend keeps it from there');
  if (verdict.reason === 'malformed') return forbidden('it is not an address that can be used');
  return forbidden(policy.onlyOutside ? 'the server is on the internet, and this address is not' : 'this backend may not reach it');
}

const forbidden = (reason: string): EndpointVerdict => ({ kind: 'forbidden', reason });

/** `identity.getRedirectURL()` of Firefox: the SHA-1 of the add-on's id, which every copy of a build shares. */
const FIREFOX_REDIRECT_HOST = /^[0-9a-f]{40}\.extensions\.allizom\.org$/;

/**
 * Tells whether the browser hands what is sent to this address to an extension of ours, and to nobody else.
 *
 * Neither host exists on the internet: the browsers catch the address before they look it up.
 */
export function isOwnRedirectUri(address: string, extensionIds: readonly string[]): boolean {
  const url = URL.parse(address);
  // Written in full: an authorization server that reads addresses otherwise than we do reads this one the same.
  if (url === null || url.href !== address || url.protocol !== 'https:' || url.port !== '') return false;
  if (url.username !== '' || url.password !== '' || url.hash !== '' || url.search !== '') return false;
  return FIREFOX_REDIRECT_HOST.test(url.hostname) || extensionIds.some((id) => url.hostname === `${id}.chromiumapp.org`);
}

/** `identity.getRedirectURL()` of the Firefox build: the SHA-1 of its id `mooring@mooring.dev`. */
const FIREFOX_REDIRECT_URI = 'https://120b99feb9cd1d94bb06c162a88a92564a2c2d9a.extensions.allizom.org/';

/** Returns the addresses that our own builds are sent back to. */
export const ownRedirectUris = (extensionIds: readonly string[] = [EXTENSION_ID]): string[] => [
  ...extensionIds.map((id) => `https://${id}.chromiumapp.org/`),
  FIREFOX_REDIRECT_URI,
];
