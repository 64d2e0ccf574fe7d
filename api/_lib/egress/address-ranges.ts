/**
 * Owns what each IP address is: public, private, this machine's own, or never a server. Pure.
 * Who may reach which class is decided in address-policy.ts. Parsing is ipaddr.js's; its `range()` is not used: it takes
 * `::7f00:1` for unicast.
 */
import { isIP } from 'node:net';
import ipaddr from 'ipaddr.js';

/**
 * public: anybody may reach it · private: only inside a network · loopback: this machine ·
 * forbidden: no MCP server can be there (link-local and metadata, multicast, unspecified, reserved, tunnels).
 */
export type AddressClass = 'public' | 'private' | 'loopback' | 'forbidden';

type Range = readonly [cidr: string, addressClass: AddressClass];

/**
 * The first match wins; what matches nothing is public.
 * Source: IANA IPv4 Special-Purpose Address Registry; the clouds' own pages for metadata.
 */
const IPV4_RANGES: readonly Range[] = [
  ['100.100.100.200/32', 'forbidden'], // metadata (Alibaba), inside carrier NAT
  ['168.63.129.16/32', 'forbidden'], // Azure wire server, looks public
  ['127.0.0.0/8', 'loopback'],
  ['10.0.0.0/8', 'private'],
  ['172.16.0.0/12', 'private'],
  ['192.168.0.0/16', 'private'],
  ['100.64.0.0/10', 'private'], // carrier NAT; overlay networks such as Tailscale live here
  ['198.18.0.0/15', 'private'], // benchmarking; local proxies answer every name with an address of this range
  ['0.0.0.0/8', 'forbidden'],
  ['169.254.0.0/16', 'forbidden'], // link-local, with the metadata of nearly every cloud
  ['192.0.0.0/24', 'forbidden'], // with the metadata of Oracle, 192.0.0.192
  ['192.0.2.0/24', 'forbidden'],
  ['192.31.196.0/24', 'forbidden'],
  ['192.52.193.0/24', 'forbidden'],
  ['192.88.99.0/24', 'forbidden'],
  ['192.175.48.0/24', 'forbidden'],
  ['198.51.100.0/24', 'forbidden'],
  ['203.0.113.0/24', 'forbidden'],
  ['224.0.0.0/4', 'forbidden'],
  ['240.0.0.0/4', 'forbidden'],
];

/**
 * The first match wins; what matches nothing is forbidden: only 2000::/3 is given out.
 * Mapped (`::ffff:0:0/96`) and NAT64 (`64:ff9b::/96`) addresses are judged by the IPv4 address inside, before this table.
 * Source: IANA IPv6 Special-Purpose Address Registry.
 */
const IPV6_RANGES: readonly Range[] = [
  ['::1/128', 'loopback'],
  ['fd00:ec2::/32', 'forbidden'], // metadata (AWS)
  ['fd20:ce::254/128', 'forbidden'], // metadata (Google)
  ['fd00:c1::a9fe:a9fe/128', 'forbidden'], // metadata (Oracle)
  ['fc00::/7', 'private'],
  ['2001::/23', 'forbidden'], // Teredo, ORCHID, benchmarking
  ['2001:db8::/32', 'forbidden'],
  ['2002::/16', 'forbidden'], // 6to4 can name any IPv4 address
  ['2620:4f:8000::/48', 'forbidden'],
  ['3fff::/20', 'forbidden'],
  ['2000::/3', 'public'],
];

const parseRanges = (ranges: readonly Range[]) => ranges.map(([cidr, addressClass]) => ({ cidr: ipaddr.parseCIDR(cidr), addressClass }));
const ipv4Ranges = parseRanges(IPV4_RANGES);
const ipv6Ranges = parseRanges(IPV6_RANGES);
const PROXIED = ipaddr.IPv4.parseCIDR('198.18.0.0/15');
const NAT64 = ipaddr.IPv6.parseCIDR('64:ff9b::/96');

/** Tells what an address is. A text that is no IP address, or has a zone id, is forbidden. */
export function classifyAddress(ip: string): AddressClass {
  if (isIP(ip) === 0 || ip.includes('%')) return 'forbidden';
  // ipaddr.js takes `::8.8.8.8` for the mapped `::ffff:8.8.8.8`; a URL's host is written without dots.
  const address = ipaddr.parse(ip.includes(':') ? new URL(`http://[${ip}]`).hostname.slice(1, -1) : ip);
  return address instanceof ipaddr.IPv4 ? classifyIpv4(address) : classifyIpv6(address);
}

/**
 * Tells whether an address leads out of the networks that this machine is in: to where everybody could go.
 *
 * A gateway to the internet of IPv4 and the stand-in addresses of a local proxy do, whatever range they are of.
 */
export function isOutside(ip: string): boolean {
  if (classifyAddress(ip) === 'public') return true;
  if (classifyAddress(ip) === 'forbidden') return false;
  const address = ipaddr.process(ip);
  return address instanceof ipaddr.IPv4 ? address.match(PROXIED) : address.match(NAT64);
}

function classifyIpv4(address: ipaddr.IPv4): AddressClass {
  return ipv4Ranges.find(({ cidr }) => address.match(cidr))?.addressClass ?? 'public';
}

function classifyIpv6(address: ipaddr.IPv6): AddressClass {
  if (address.isIPv4MappedAddress()) return classifyIpv4(address.toIPv4Address());
  if (address.match(NAT64)) {
    // A network that has IPv6 alone reaches public servers this way, so it is private; a gateway to anything else is refused.
    const inside = ipaddr.fromByteArray(address.toByteArray().slice(12));
    return inside instanceof ipaddr.IPv4 && classifyIpv4(inside) === 'public' ? 'private' : 'forbidden';
  }
  return ipv6Ranges.find(({ cidr }) => address.match(cidr))?.addressClass ?? 'forbidden';
}
