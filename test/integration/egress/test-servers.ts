/** Owns small servers on this machine that do exactly what a test says, and count what reaches them. */
import { createServer, type IncomingMessage, type RequestListener, type ServerResponse } from 'node:http';
import { type AddressInfo, createServer as createTcpServer, type Server, type Socket } from 'node:net';
import { onTestFinished } from 'vitest';
import type { Verdict } from '../../../api/_lib/egress/address-policy.ts';
import type { LookupAll } from '../../../api/_lib/egress/connector.ts';
import { classifyFailure, type EgressError } from '../../../api/_lib/egress/egress-error.ts';
import { type GuardedFetchOptions, openGuardedFetch } from '../../../api/_lib/egress/guarded-fetch.ts';

/** Linux answers on all of 127.0.0.0/8: one address plays a public server, the other one inside the network. */
export const PUBLIC_IP = '127.0.0.2';
export const PRIVATE_IP = '127.0.0.1';

export type Received = { method: string; url: string; headers: IncomingMessage['headers']; body: string };
export type TestServer = { port: number; url: string; received: Received[]; connections: () => number; open: () => number };

async function listen(server: Server, host: string, port: number): Promise<Omit<TestServer, 'received'>> {
  const sockets = new Set<Socket>();
  let connections = 0;
  server.on('connection', (socket: Socket) => {
    connections++;
    sockets.add(socket);
    socket.on('close', () => sockets.delete(socket));
    socket.on('error', () => {});
  });
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(port, host, resolve);
  });
  onTestFinished(async () => {
    for (const socket of sockets) socket.destroy();
    await new Promise((resolve) => server.close(resolve));
  });
  const { port: bound } = server.address() as AddressInfo;
  return { port: bound, url: `http://${host}:${bound}`, connections: () => connections, open: () => sockets.size };
}

export type Answer = (request: Received, response: ServerResponse) => void;

/** Starts an HTTP server; without an answer it says `ok`. It ends with the test. */
export async function startServer(
  answer: Answer = (_, response) => response.end('ok'),
  { host = PRIVATE_IP, port = 0 }: { host?: string; port?: number } = {},
): Promise<TestServer> {
  const received: Received[] = [];
  const server = createServer(receive(received, answer));
  return { ...(await listen(server, host, port)), received };
}

function receive(received: Received[], answer: Answer): RequestListener {
  return (request, response) => {
    const chunks: Buffer[] = [];
    request.on('data', (chunk: Buffer) => chunks.push(chunk));
    request.on('end', () => {
      const seen = {
        method: request.method ?? '',
        url: request.url ?? '',
        headers: request.headers,
        body: Buffer.concat(chunks).toString(),
      };
      received.push(seen);
      answer(seen, response);
    });
  };
}

/** Starts a server that speaks bytes. */
export const startTcpServer = (onConnection: (socket: Socket) => void): Promise<Omit<TestServer, 'received'>> =>
  listen(createTcpServer(onConnection), PRIVATE_IP, 0);

/** Binds any server of node:net's kind to this machine. */
export const listenLocally = (server: Server): Promise<Omit<TestServer, 'received'>> => listen(server, PRIVATE_IP, 0);

export const allowAll = (): Verdict => ({ kind: 'allowed' });
export const allowPublic = (ip: string): Verdict => (ip === PUBLIC_IP ? { kind: 'allowed' } : { kind: 'forbidden', reason: 'address' });

/** Answers look-ups in turn, each with all addresses of one row; the last row stays. */
export function scriptLookup(...rows: string[][]): LookupAll & { names: string[] } {
  const names: string[] = [];
  const lookup: LookupAll = (name, _options, callback) => {
    const row = rows[Math.min(names.length, rows.length - 1)] ?? [];
    names.push(name);
    setImmediate(() =>
      callback(
        null,
        row.map((address) => ({ address, family: address.includes(':') ? 6 : 4 })),
      ),
    );
  };
  return Object.assign(lookup, { names });
}

/** Opens the fetch under test with parts of the test's own; it ends with the test. */
export function openFetch(
  parts: Partial<Omit<GuardedFetchOptions, 'timeouts'>> & { timeouts?: Partial<GuardedFetchOptions['timeouts']> } = {},
) {
  const { fetch, close } = openGuardedFetch({
    judge: { url: allowAll, address: allowAll },
    lookup: scriptLookup([PRIVATE_IP]),
    maxResponseBytes: 1_000_000,
    ...parts,
    timeouts: { connectMs: 5000, headersMs: 5000, idleMs: 5000, ...parts.timeouts },
  });
  onTestFinished(close);
  return fetch;
}

/** Returns how a promise failed; fails when it did not. */
export async function failureOf(promise: Promise<unknown>): Promise<EgressError> {
  try {
    await promise;
  } catch (error) {
    return classifyFailure(error);
  }
  throw new Error('It did not fail.');
}

/** Returns the parts of a failure that a caller decides by. */
export async function verdictOf(promise: Promise<unknown>): Promise<{ kind: string; sent: boolean }> {
  const { kind, sent } = await failureOf(promise);
  return { kind, sent };
}
