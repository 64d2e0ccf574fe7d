/** Owns a client that asks and then reads nothing: a raw socket whose window fills up, as with a laptop that was shut. */
import { once } from 'node:events';
import { connect, type Socket } from 'node:net';
import { endLater } from './at-end.ts';

export type MuteClient = {
  /** Begins to read; returns the bytes as text once it holds what is waited for. */
  readUntil(isThere: (text: string) => boolean): Promise<string>;
  leave(): void;
};

/** Sends a request and returns when it is on its way. */
export async function askMutely(
  base: string,
  request: { method: 'GET' | 'POST'; path: string; headers: Record<string, string>; body?: unknown },
): Promise<MuteClient> {
  const { hostname, port, host } = new URL(base);
  const socket: Socket = connect({ host: hostname, port: Number(port), onread: undefined });
  socket.pause();
  socket.on('error', () => {});
  endLater(async () => void socket.destroy());
  await once(socket, 'connect');
  const body = request.body === undefined ? '' : JSON.stringify(request.body);
  const headers = {
    host,
    ...request.headers,
    ...(body !== '' && { 'content-type': 'application/json' }),
    'content-length': Buffer.byteLength(body),
  };
  const lines = Object.entries(headers).map(([name, value]) => `${name}: ${value}\r\n`);
  socket.write(`${request.method} ${request.path} HTTP/1.1\r\n${lines.join('')}\r\n${body}`);
  return {
    async readUntil(isThere) {
      let text = '';
      const decoder = new TextDecoder();
      for await (const chunk of socket) {
        text += decoder.decode(chunk as Uint8Array, { stream: true });
        if (isThere(text)) return text;
      }
      throw new Error(`The connection ended: ${text.slice(-300)}`);
    },
    leave: () => void socket.destroy(),
  };
}
