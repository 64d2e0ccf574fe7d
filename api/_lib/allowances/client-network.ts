/** Owns what counts as one client by its address, and the name under which that is kept: never the address itself. */
import { createHmac } from 'node:crypto';
import ipaddr from 'ipaddr.js';

/** Returns what belongs to one customer: an IPv4 address, or the first 64 bits of an IPv6 one. What is no address counts as one. */
export function toNetwork(address: string): string {
  if (!ipaddr.isValid(address)) return '';
  const parsed = ipaddr.process(address);
  return parsed.kind() === 'ipv4' ? parsed.toString() : parsed.toByteArray().slice(0, 8).join('.');
}

/**
 * Returns the name of a bucket: a keyed hash, so that whoever reads storage learns no address.
 *
 * @param secret What all instances know and storage does not hold.
 */
export const toBucketName = (secret: string, ...parts: readonly string[]): string =>
  createHmac('sha256', `mooring-allowance-v1\0${secret}`).update(parts.join('\0')).digest('base64url').slice(0, 22);
