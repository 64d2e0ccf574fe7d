/** Owns a door before a server: it lets in whom a test says, passes on what is let in as it comes, and remembers every request's headers. */
import { request as ask, createServer, type IncomingHttpHeaders } from 'node:http';
import type { AddressInfo } from 'node:net';
import { listen } from '../../api/_local/listen.ts';
import { endLater } from './at-end.ts';

type Knock = { method: string; path: string; headers: IncomingHttpHeaders };
export type Door = {
  /** Address of the server, through the door. */
  readonly url: string;
  /** Requests in order, refused ones too. */
  readonly knocks: readonly Knock[];
  /** Tells with which HTTP status a request is refused from now on; undefined lets it in. `redirect` sends it elsewhere, with 307. */
  guard(judge: (knock: Knock) => number | { redirect: string } | undefined): void;
};

export async function startDoor(serverUrl: string): Promise<Door> {
  const inner = new URL(serverUrl);
  const knocks: Knock[] = [];
  let judge: Parameters<Door['guard']>[0] = () => undefined;
  const server = createServer((request, response) => {
    const knock = { method: request.method ?? '', path: request.url ?? '', headers: request.headers };
    knocks.push(knock);
    const refusal = judge(knock);
    if (typeof refusal === 'object') response.writeHead(307, { location: refusal.redirect }).end();
    else if (refusal !== undefined) response.writeHead(refusal, { 'content-type': 'text/plain' }).end('No.');
    if (refusal !== undefined) return;
    const passed = ask(
      { host: inner.hostname, port: inner.port, path: knock.path, method: knock.method, headers: request.headers },
      (answer) => {
        response.writeHead(answer.statusCode ?? 500, answer.headers);
        answer.pipe(response);
      },
    );
    passed.on('error', () => response.destroy());
    response.on('close', () => passed.destroy());
    request.pipe(passed);
  });
  await listen(server, { host: '127.0.0.1', port: 0 });
  endLater(async () => {
    server.close();
    server.closeAllConnections();
  });
  const { port } = server.address() as AddressInfo;
  return {
    url: `http://127.0.0.1:${port}${inner.pathname}`,
    knocks,
    guard(next) {
      judge = next;
    },
  };
}
