/**
 * Owns where servers were when they were connected to: on the internet, or inside the networks of this machine. Only a connection that was
 * made tells it for certain: a name may resolve to another address at every look-up.
 */
import { isOutside } from './address-ranges.ts';

export type Whereabouts = 'outside' | 'inside';

/** Servers that are remembered; who was forgotten is connected to again before anything follows from it. */
const MAX_SIGHTINGS = 10_000;

const keyOf = (host: string, port: number): string => `${host}:${port}`;

export function openSightings() {
  const sightings = new Map<string, Whereabouts>();
  return {
    /** Notes a connection. Who was on the internet once stays there: else its name could be turned inward for a moment. */
    note(host: string, port: number, ip: string): void {
      const key = keyOf(host, port);
      if (sightings.get(key) === 'outside') return;
      const [oldest] = sightings.size >= MAX_SIGHTINGS ? sightings.keys() : [];
      if (oldest !== undefined) sightings.delete(oldest);
      sightings.set(key, isOutside(ip) ? 'outside' : 'inside');
    },
    /** Returns where the server of a URL was; undefined where none was connected to. */
    whereIs(target: string | URL): Whereabouts | undefined {
      const { hostname, port, protocol } = new URL(target);
      return sightings.get(keyOf(hostname.replace(/^\[|\]$/g, ''), Number(port || (protocol === 'https:' ? 443 : 80))));
    },
  };
}
