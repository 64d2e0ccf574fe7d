/** Owns looking at the body of a request as the parser hands it over; whoever serves the request sees the same as without. */
import type { IncomingMessage } from 'node:http';

/** Calls back with the whole body once it has come. */
export function onBody(request: IncomingMessage, take: (body: string) => void): void {
  const chunks: Buffer[] = [];
  const push = request.push.bind(request);
  request.push = (chunk: unknown, encoding?: BufferEncoding) => {
    if (chunk instanceof Uint8Array) chunks.push(Buffer.from(chunk));
    if (chunk === null) take(Buffer.concat(chunks).toString());
    return push(chunk, encoding);
  };
}
