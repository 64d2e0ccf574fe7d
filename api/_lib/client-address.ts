/**
 * Owns whose request it is that a proxy passes on: the address that the proxies in front of the backend vouch for. Pure.
 * Without any, it is the address of the connection: whatever a client says of itself could be made up.
 */
import { isIP } from 'node:net';
import ipaddr from 'ipaddr.js';

type Network = [ipaddr.IPv4 | ipaddr.IPv6, number];
export type TrustedProxies = readonly Network[];

/** Reads a comma-separated list of IP addresses and networks (`10.0.0.0/8`). */
export function parseTrustedProxies(value: string | undefined): { proxies: TrustedProxies } | { problems: string[] } {
  const entries = (value ?? '')
    .split(',')
    .map((entry) => entry.trim())
    .filter((entry) => entry !== '');
  // The library alone would read half of an address as a whole one.
  const wrong = entries.filter((entry) => isIP(entry.split('/')[0] ?? '') === 0 || (entry.includes('/') && !ipaddr.isValidCIDR(entry)));
  if (wrong.length > 0)
    return {
      problems: wrong.map(
        (entry) => `MOORING_TRUSTED_PROXIES must be a comma-separated list of IP addresses and networks; "${entry}" is neither.`,
      ),
    };
  return { proxies: entries.map((entry) => (entry.includes('/') ? ipaddr.parseCIDR(entry) : toNetwork(entry))) };
}

function toNetwork(address: string): Network {
  const parsed = ipaddr.process(address);
  return [parsed, parsed.kind() === 'ipv4' ? 32 : 128];
}

function isTrusted(address: string, proxies: TrustedProxies): boolean {
  const parsed = ipaddr.process(address);
  return proxies.some(([network, bits]) => parsed.kind() === network.kind() && parsed.match(network as ipaddr.IPv4, bits));
}

/**
 * Returns the address of the client.
 *
 * Each proxy appends whom it has heard: read from the end, the first one that is no proxy of ours is the client. What comes before it is its
 * own word. A proxy that writes something else than an address counts as the client itself.
 *
 * @param connection Address of the other end of the connection.
 * @param forwardedFor The header `X-Forwarded-For` as it came.
 */
export function readClientAddress(
  connection: string | undefined,
  forwardedFor: string | undefined,
  proxies: TrustedProxies,
): string | undefined {
  let client = connection;
  for (const entry of (forwardedFor ?? '').split(',').reverse()) {
    if (client === undefined || isIP(client) === 0 || !isTrusted(client, proxies)) return client;
    const said = withoutPort(entry.trim());
    if (isIP(said) === 0) return client;
    client = said;
  }
  return client;
}

/** Some proxies append the port. */
const withoutPort = (entry: string): string => /^\[(.+)\](?::\d+)?$/.exec(entry)?.[1] ?? /^([\d.]+):\d+$/.exec(entry)?.[1] ?? entry;
