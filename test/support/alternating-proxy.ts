/**
 * Owns a reverse proxy that sends each request to another instance than the one before, as a platform may do. Streams are piped as they come.
 * A request goes to the next instance only while nothing of it has been sent: what breaks later breaks for the client too.
 */
import { createServer, type IncomingMessage, request as openRequest, type ServerResponse } from 'node:http';
import { type AddressInfo, connect, type Socket } from 'node:net';
import { listen } from '../../api/_local/listen.ts';
import { endLater } from './at-end.ts';

export type AlternatingProxy = {
  /** Without a path: `http://127.0.0.1:PORT`. */
  readonly url: string;
  /** How many requests each port has taken. */
  taken(): Record<number, number>;
};

/** Rounds through all instances before a request is given up: a killed one is back within the first or second. */
const MAX_ROUNDS = 50;
const ROUND_PAUSE_MS = 20;

/** Starts the proxy on 127.0.0.1; it ends after the tests. */
export async function startAlternatingProxy(ports: readonly number[]): Promise<AlternatingProxy> {
  const taken: Record<number, number> = Object.fromEntries(ports.map((port) => [port, 0]));
  const sockets = new Set<Socket>();
  let turn = 0;

  const serve = async (request: IncomingMessage, response: ServerResponse): Promise<void> => {
    const chunks: Buffer[] = [];
    for await (const chunk of request) chunks.push(chunk as Buffer);
    const body = Buffer.concat(chunks);
    const first = turn++;
    for (let attempt = 0; attempt < ports.length * MAX_ROUNDS; attempt++) {
      const port = ports[(first + attempt) % ports.length] ?? 0;
      const socket = await openSocket(port);
      if (socket) {
        taken[port] = (taken[port] ?? 0) + 1;
        return pass(request, body, response, socket);
      }
      if ((attempt + 1) % ports.length === 0) await new Promise((resolve) => setTimeout(resolve, ROUND_PAUSE_MS));
    }
    response.writeHead(502).end();
  };
  const server = createServer((request, response) => void serve(request, response).catch(() => response.destroy()));
  server.on('connection', (socket: Socket) => {
    sockets.add(socket);
    socket.once('close', () => sockets.delete(socket));
  });
  await listen(server, { host: '127.0.0.1', port: 0 });
  endLater(async () => {
    server.close();
    for (const socket of sockets) socket.destroy();
  });
  const { port } = server.address() as AddressInfo;
  return { url: `http://127.0.0.1:${port}`, taken: () => ({ ...taken }) };
}

/** Connects to an instance; undefined while nothing listens there. */
function openSocket(port: number): Promise<Socket | undefined> {
  return new Promise((resolve) => {
    const socket = connect({ host: '127.0.0.1', port }, () => {
      socket.off('error', onError);
      resolve(socket);
    });
    const onError = (): void => resolve(undefined);
    socket.once('error', onError);
  });
}

function pass(request: IncomingMessage, body: Buffer, response: ServerResponse, socket: Socket): void {
  const { method, url, headers } = request;
  // A connection of its own for each request: none can be found dead after the request was written to it.
  const outgoing = openRequest({ method, path: url, headers: { ...headers, connection: 'close' }, createConnection: () => socket });
  const breakOff = (): void => void response.destroy();
  outgoing.once('error', breakOff);
  outgoing.once('response', (incoming) => {
    const { connection: _ofThisHop, ...passed } = incoming.headers;
    response.writeHead(incoming.statusCode ?? 502, passed);
    response.flushHeaders();
    incoming.once('error', breakOff);
    incoming.pipe(response);
  });
  response.once('close', () => outgoing.destroy());
  outgoing.end(body);
}
