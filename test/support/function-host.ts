/**
 * A program that does for the function what Vercel's runtime does: imports its module, gives each request a context with `waitUntil`, and
 * streams what comes back. `node function-host.ts FILE` with PORT; its first line is the one of the backend on this machine.
 *
 * Source: Vercel docs, Functions > Web handlers ("export default { fetch }"); Request headers (`x-forwarded-for` is the client's address).
 */
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { Readable } from 'node:stream';
import { pathToFileURL } from 'node:url';
import { listen } from '../../api/_local/listen.ts';
import { provideRequestContext } from '../../api/_local/request-context.ts';

type WebFunction = { default: { fetch(request: Request): Promise<Response> } };

const contexts = provideRequestContext();
const { default: handler } = (await import(pathToFileURL(process.argv[2] ?? '').href)) as WebFunction;

function toRequest(request: IncomingMessage, response: ServerResponse): Request {
  const gone = new AbortController();
  response.once('close', () => gone.abort());
  const headers = new Headers(Object.entries(request.headers).map(([name, value]) => [name, String(value)]));
  headers.set('x-forwarded-for', request.socket.remoteAddress ?? '');
  const hasBody = request.method !== 'GET' && request.method !== 'HEAD';
  return new Request(`https://${request.headers.host}${request.url}`, {
    method: request.method ?? 'GET',
    headers,
    signal: gone.signal,
    ...(hasBody && { body: Readable.toWeb(request) as ReadableStream<Uint8Array>, duplex: 'half' }),
  });
}

async function serve(request: IncomingMessage, response: ServerResponse): Promise<void> {
  const answer = await contexts.run(() => handler.fetch(toRequest(request, response)));
  response.writeHead(answer.status, [...answer.headers].flat());
  response.flushHeaders();
  if (answer.body === null) response.end();
  else
    Readable.fromWeb(answer.body as Parameters<typeof Readable.fromWeb>[0])
      .on('error', () => response.destroy())
      .pipe(response);
}

const server = createServer((request, response) => void serve(request, response).catch(() => response.destroy()));
await listen(server, { host: '127.0.0.1', port: Number(process.env['PORT'] ?? 0) });
const { port } = server.address() as AddressInfo;
process.stdout.write(`Mooring backend on http://127.0.0.1:${port}/api (as the function of Vercel)\n`);
