/** Proves how a port is taken, with real sockets. */
import { createServer, type Server } from 'node:net';
import { afterEach, expect, it } from 'vitest';
import { findFreePort, isPortTaken, listen } from '../../../../api/_local/listen.ts';

const HOST = '127.0.0.1';
const servers: Server[] = [];
const newServer = (): Server => {
  const server = createServer();
  servers.push(server);
  return server;
};
afterEach(() => {
  for (const server of servers.splice(0)) server.close();
});

it('takes the port that is asked for, or any free one for 0', async () => {
  const port = await findFreePort(0);
  expect(port).toBeGreaterThan(1023);
  expect(await listen(newServer(), { host: HOST, port })).toBe(port);
});

it('fails when the port is taken', async () => {
  const port = await listen(newServer(), { host: HOST, port: 0 });
  const failure = await listen(newServer(), { host: HOST, port }).catch((error: unknown) => error);
  expect(isPortTaken(failure)).toBe(true);
});

it('takes the next free port where it may', async () => {
  const port = await listen(newServer(), { host: HOST, port: 0 });
  const next = await listen(newServer(), { host: HOST, port, nextFreePort: true });
  expect(next).toBeGreaterThan(port);
  expect(await findFreePort(port)).toBeGreaterThan(port);
});

it('does not go on to another port for another reason', async () => {
  const failure = await listen(newServer(), { host: '192.0.2.1', port: 0, nextFreePort: true }).catch((error: unknown) => error);
  expect(failure).toMatchObject({ code: 'EADDRNOTAVAIL' });
});
