/**
 * Owns the verdicts: which URLs and which addresses a backend may reach. Pure.
 * What an address is, is in address-ranges.ts; where the verdicts are enforced, in connector.ts and guarded-fetch.ts.
 */
import { isIP } from 'node:net';
import { MAX_URL_LENGTH } from '../../../shared/limits.ts';
import { classifyAddress, isOutside } from './address-ranges.ts';
import { isServerAllowed, isServerDenied, type ServerRules } from './server-rules.ts';

/**
 * local: the backend serves this machine only, so whatever its user can reach it may reach.
 * hosted: strangers may use it: public https servers, and what the operator named (`host:port`, or `*` for everything private).
 */
export type AddressPolicy = ({ kind: 'local' } | { kind: 'hosted'; allow: readonly string[] }) & {
  /** Of all this only what is on the internet: for addresses that a server on the internet names. */
  onlyOutside?: true;
  /** Which servers the operator lets it reach. */
  servers?: ServerRules;
};

/** Only `scheme`, `port` and `unlisted` are told to the user: the other reasons would say what a name resolves to. */
export type ForbiddenReason = 'malformed' | 'scheme' | 'port' | 'unlisted' | 'name' | 'address';
export type Verdict = { kind: 'allowed' } | { kind: 'forbidden'; reason: ForbiddenReason };

export type AllowPrivate = { allow: readonly string[] } | { problems: string[] };

const ALLOWED: Verdict = { kind: 'allowed' };
const forbidden = (reason: ForbiddenReason): Verdict => ({ kind: 'forbidden', reason });

/** Stands in the list for all private addresses. */
export const EVERYTHING_PRIVATE = '*';

/** Names of metadata services. Their addresses are refused as well; the names are for resolvers that answer with others. */
const METADATA_NAMES = ['metadata.google.internal', 'metadata.goog', 'instance-data.ec2.internal', 'metadata.tencentyun.com'];

/**
 * Names that no public server has.
 * Source: IANA Special-Use Domain Names; RFC 6762 appendix G for the unofficial ones.
 */
const PRIVATE_SUFFIXES = new Set(
  'localhost local localdomain internal intranet private lan home corp arpa onion alt test invalid example consul'.split(' '),
);

/** Source: Fetch standard, Port blocking. The fetch in use refuses these without a code that could be told apart. */
const BLOCKED_PORTS = new Set(
  (
    '0 1 7 9 11 13 15 17 19 20 21 22 23 25 37 42 43 53 69 77 79 87 95 101 102 103 104 109 110 111 113 115 117 119 123 135 137 139 143 161 179 ' +
    '389 427 465 512 513 514 515 526 530 531 532 540 548 554 556 563 587 601 636 989 990 993 995 1719 1720 1723 2049 3659 4045 4190 5060 5061 ' +
    '6000 6566 6665 6666 6667 6668 6669 6679 6697 10080'
  )
    .split(' ')
    .map(Number),
);

// Characters that WHATWG URL parsing would drop or rewrite without a word.
// biome-ignore lint/suspicious/noControlCharactersInRegex: control characters are what it looks for
const SILENTLY_CHANGED = /[\u0000-\u0020\u007f\\]/;

/**
 * Reads MOORING_ALLOW_PRIVATE: `1` for everything private, or a comma-separated list of `host:port`.
 *
 * @returns The list for a hosted policy, or each problem in words for the operator.
 */
export function parseAllowPrivate(value: string | undefined): AllowPrivate {
  const text = value?.trim() ?? '';
  if (text === '' || text === '0') return { allow: [] };
  if (text === '1') return { allow: [EVERYTHING_PRIVATE] };
  const allow: string[] = [];
  const problems: string[] = [];
  for (const entry of text.split(',').map((part) => part.trim())) {
    const port = /:(\d{1,5})$/.exec(entry)?.[1];
    const url = port === undefined || /[/@?#\\\s]/.test(entry) ? null : URL.parse(`http://${entry}`);
    if (port === undefined || url === null || url.hostname === '' || Number(port) === 0) {
      problems.push(`MOORING_ALLOW_PRIVATE must be 1 or a comma-separated list of host:port; "${entry}" is neither.`);
    } else if (isIP(bareHost(url)) !== 0 && classifyAddress(bareHost(url)) === 'forbidden') {
      problems.push(
        `MOORING_ALLOW_PRIVATE names ${entry}, an address that is never reached (link-local, metadata, multicast or reserved).`,
      );
    } else allow.push(targetKey(bareHost(url), Number(port)));
  }
  return problems.length > 0 ? { problems } : { allow };
}

/**
 * Judges an address that a connection is about to be made to, or was made to.
 *
 * @param host What the URL named (without brackets), where it was a name: the allow list may name it.
 */
export function judgeAddress(ip: string, port: number, policy: AddressPolicy, host: string = ip): Verdict {
  const addressClass = classifyAddress(ip);
  if (addressClass === 'forbidden' || (policy.servers && isServerDenied(policy.servers, ip, port))) return forbidden('address');
  if (policy.onlyOutside && !isOutside(ip)) return forbidden('address');
  if (mayReachPrivate(policy) || isListed(policy, host, port) || isListed(policy, ip, port)) return ALLOWED;
  if (addressClass !== 'public') return forbidden('address');
  return judgePort(port, policy);
}

/** Judges a URL before anything is looked up: its form, scheme, name and port, and its address where it has one. */
export function judgeUrl(input: string | URL, policy: AddressPolicy): Verdict {
  const text = String(input);
  if (text.length > MAX_URL_LENGTH || SILENTLY_CHANGED.test(text)) return forbidden('malformed');
  const url = URL.parse(text);
  if (url === null) return forbidden('malformed');
  if (url.protocol !== 'https:' && url.protocol !== 'http:') return forbidden('scheme');
  if (url.username !== '' || url.password !== '') return forbidden('malformed');
  const host = bareHost(url);
  const port = portOf(url);
  if (BLOCKED_PORTS.has(port)) return forbidden('port');
  if (policy.servers && !isServerAllowed(policy.servers, host, port)) return forbidden('unlisted');
  if (isIP(host) === 0 && isMetadataName(host)) return forbidden('name');
  if (isIP(host) !== 0 && classifyAddress(host) === 'forbidden') return forbidden('address');
  if (policy.onlyOutside && isIP(host) !== 0 && !isOutside(host)) return forbidden('address');
  if (policy.onlyOutside && isIP(host) === 0 && !isPublicName(host)) return forbidden('name');
  if (mayReachPrivate(policy) || isListed(policy, host, port)) return ALLOWED;
  if (isIP(host) !== 0) {
    const verdict = judgeAddress(host, port, policy);
    if (verdict.kind === 'forbidden') return verdict;
  } else if (!isPublicName(host)) return forbidden('name');
  return url.protocol === 'https:' ? judgePort(port, policy) : forbidden('scheme');
}

/** Returns the host without the brackets of an IPv6 address. */
const bareHost = (url: URL): string => url.hostname.replace(/^\[|\]$/g, '');

/** Returns the port, the scheme's own where the URL names none. */
const portOf = (url: URL): number => Number(url.port || (url.protocol === 'https:' ? 443 : 80));

// On a hosted backend any other port would make it a port scanner for strangers; the operator can name a server that has one.
const judgePort = (port: number, policy: AddressPolicy): Verdict => (policy.kind === 'local' || port === 443 ? ALLOWED : forbidden('port'));

const mayReachPrivate = (policy: AddressPolicy): boolean => policy.kind === 'local' || policy.allow.includes(EVERYTHING_PRIVATE);

const targetKey = (host: string, port: number): string => `${host.toLowerCase()}:${port}`;

const isListed = (policy: AddressPolicy, host: string, port: number): boolean =>
  policy.kind === 'hosted' && policy.allow.includes(targetKey(host, port));

function isMetadataName(host: string): boolean {
  const name = host.replace(/\.+$/, '');
  return METADATA_NAMES.some((metadata) => name === metadata || name.endsWith(`.${metadata}`));
}

/** A trailing dot makes another name for the same host, and for TLS a different one: no server is published so. */
function isPublicName(host: string): boolean {
  const labels = host.split('.');
  return labels.length > 1 && labels.every((label) => label !== '') && !PRIVATE_SUFFIXES.has(labels.at(-1) ?? '');
}
