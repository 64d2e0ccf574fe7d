/** Owns a TCP proxy before a server whose connections can be broken at once, as a network does that goes away for a moment. */
import { once } from 'node:events';
import { type AddressInfo, connect, createServer, type Socket } from 'node:net';
import { endLater } from './at-end.ts';

export type CutProxy = {
  readonly port: number;
  /** Breaks all connections, on both sides. */
  cut(): void;
};

export async function startCutProxy(targetPort: number): Promise<CutProxy> {
  const sockets = new Set<Socket>();
  const keep = (socket: Socket): void => {
    sockets.add(socket);
    socket.on('error', () => {});
    socket.once('close', () => sockets.delete(socket));
  };
  const cut = (): void => {
    for (const socket of sockets) socket.destroy();
  };
  const server = createServer((client) => {
    const target = connect({ host: '127.0.0.1', port: targetPort });
    for (const socket of [client, target]) keep(socket);
    client.pipe(target).pipe(client);
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  endLater(async () => {
    server.close();
    cut();
  });
  return { port: (server.address() as AddressInfo).port, cut };
}
