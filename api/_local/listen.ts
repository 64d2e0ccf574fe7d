/** Owns taking a port: that one, or the next free one where the caller allows it. */
import { once } from 'node:events';
import { createServer, type Server } from 'node:net';

/** How many ports are tried before giving up. */
const MAX_TRIES = 100;

export type ListenOptions = { host: string; port: number; nextFreePort?: boolean };

/** Tells whether listening failed because another program has the port. */
export const isPortTaken = (error: unknown): boolean => error instanceof Error && 'code' in error && error.code === 'EADDRINUSE';

/**
 * Makes a server listen.
 *
 * @returns The port that it got: another than asked for with `nextFreePort` or port 0.
 * @throws The error of the platform, EADDRINUSE among them, when it may not take another port.
 */
export async function listen(server: Server, { host, port, nextFreePort = false }: ListenOptions): Promise<number> {
  const lastPort = nextFreePort ? Math.min(port + MAX_TRIES, 65_535) : port;
  for (let candidate = port; ; candidate++) {
    try {
      server.listen({ host, port: candidate });
      await once(server, 'listening');
      break;
    } catch (error) {
      if (!isPortTaken(error) || candidate >= lastPort) throw error;
    }
  }
  const address = server.address();
  return typeof address === 'object' && address !== null ? address.port : port;
}

/** Returns the first free port from `port` on (any free one for 0), for a program that can't look for one itself. */
export async function findFreePort(port: number, host = '127.0.0.1'): Promise<number> {
  const probe = createServer();
  const found = await listen(probe, { host, port, nextFreePort: true });
  probe.close();
  await once(probe, 'close');
  return found;
}
