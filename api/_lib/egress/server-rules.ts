/** Owns which servers the operator lets the backend reach, by name: only some, or all but some. Pure. What is private is address-policy.ts. */
import { isIP } from 'node:net';

/** A host (`*.` before it for every name below it, not for itself), on one port or on any. */
type ServerPattern = { host: string; isBelow: boolean; port: number | undefined };
export type ServerRules = {
  /** Nothing else is reached; empty for everything. */
  readonly allow: readonly ServerPattern[];
  /** Is not reached, whatever `allow` says. */
  readonly deny: readonly ServerPattern[];
};

const withoutDots = (host: string): string => host.replace(/\.+$/, '');

/**
 * Reads a comma-separated list of `host`, `*.host` and either with `:port`.
 *
 * @param name Of the variable, for the operator.
 */
export function parseServerList(name: string, value: string | undefined): { patterns: ServerPattern[] } | { problems: string[] } {
  const entries = (value ?? '')
    .split(',')
    .map((entry) => entry.trim())
    .filter((entry) => entry !== '');
  const parsed = entries.map((entry) => ({ entry, pattern: parsePattern(entry) }));
  const wrong = parsed.flatMap(({ entry, pattern }) => (pattern ? [] : [entry]));
  if (wrong.length === 0) return { patterns: parsed.flatMap(({ pattern }) => pattern ?? []) };
  return {
    problems: wrong.map((entry) => `${name} must be a comma-separated list of host, *.host or host:port; "${entry}" is none of them.`),
  };
}

function parsePattern(entry: string): ServerPattern | undefined {
  const isBelow = entry.startsWith('*.');
  const rest = isBelow ? entry.slice(2) : entry;
  const port = /:(\d{1,5})$/.exec(rest)?.[1];
  // A bare IPv6 address would lose its last part to the port.
  const url = /[/@?#\\\s*]/.test(rest) || isIP(rest) === 6 ? null : URL.parse(`http://${rest}`);
  if (url === null || url.hostname === '' || port === '0') return undefined;
  return { host: withoutDots(bareHost(url.hostname)), isBelow, port: port === undefined ? undefined : Number(port) };
}

const bareHost = (hostname: string): string => hostname.replace(/^\[|\]$/g, '');

const matches = ({ host, isBelow, port }: ServerPattern, asked: string, askedPort: number): boolean =>
  (isBelow ? asked.endsWith(`.${host}`) : asked === host) && (port === undefined || port === askedPort);

/** Tells whether a server may be reached by this name. @param host Name or address, as a URL has it, without brackets. */
export function isServerAllowed({ allow, deny }: ServerRules, host: string, port: number): boolean {
  const asked = withoutDots(host);
  if (isServerDenied({ deny }, asked, port)) return false;
  return allow.length === 0 || allow.some((pattern) => matches(pattern, asked, port));
}

/** Tells whether a server is named among those that are not reached: also for the address that a name resolved to. */
export const isServerDenied = ({ deny }: Pick<ServerRules, 'deny'>, host: string, port: number): boolean =>
  deny.some((pattern) => matches(pattern, host, port));
