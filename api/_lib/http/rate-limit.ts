/**
 * Owns counting what an address asks for in a fixed window. Each instance counts for itself: it slows a flood down, and where the
 * platform starts many instances each of them allows as much.
 */
import ipaddr from 'ipaddr.js';
import { MAX_ADDRESSES } from '../limits.ts';

/** Counts one more for an address; false when it has had its share of the present window. */
export type RateLimit = (address: string, nowMs: number) => boolean;

export function openRateLimit({ most, windowMs }: { most: number; windowMs: number }): RateLimit {
  const counts = new Map<string, number>();
  let windowEndsAt = 0;
  return (address, nowMs) => {
    if (nowMs >= windowEndsAt) {
      counts.clear();
      windowEndsAt = nowMs + windowMs;
    }
    const network = toNetwork(address);
    const count = counts.get(network) ?? 0;
    if (count >= most || (count === 0 && counts.size >= MAX_ADDRESSES)) return false;
    counts.set(network, count + 1);
    return true;
  };
}

/** Returns what belongs to one customer: an IPv4 address, or the first 64 bits of an IPv6 one. What is no address counts as one. */
export function toNetwork(address: string): string {
  if (!ipaddr.isValid(address)) return '';
  const parsed = ipaddr.process(address);
  return parsed.kind() === 'ipv4' ? parsed.toString() : parsed.toByteArray().slice(0, 8).join('.');
}
