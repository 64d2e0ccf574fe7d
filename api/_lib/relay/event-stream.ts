/** Owns a stream of server-sent events towards one client: its frame, its heartbeat, its end. What is said in it comes from its callers. */
import { HEARTBEAT_MS } from '../../../shared/limits.ts';

const STREAM_HEADERS: Readonly<Record<string, string>> = {
  'content-type': 'text/event-stream',
  'cache-control': 'no-cache, no-transform',
  // Keeps reverse proxies from collecting the stream. Source: nginx, ngx_http_proxy_module, proxy_buffering.
  'x-accel-buffering': 'no',
};

const encoder = new TextEncoder();
const toPrime = (eventId: string): string => `id: ${eventId}\ndata: \n\n`;

export type EventStream = {
  readonly response: Response;
  /** Sends a message; with an id, the client can go on after it with `Last-Event-ID`. */
  send(text: string, eventId?: string): void;
  /** Tells the event id to come back with, before there is a message. */
  prime(eventId: string): void;
  /** Tells that messages are missing here: a named event, which MCP clients that do not know it pass over. */
  gap(eventId: string): void;
  end(): void;
};

export type StreamOptions = {
  /** Event id that is sent at once without a message, so that a client can come back before the first one. */
  primeWith?: string | undefined;
  onLeave(): void;
};

/** Opens a stream: its first bytes at once, a comment after each 15 s of life. */
export function openEventStream({ primeWith, onLeave }: StreamOptions): EventStream {
  let controller: ReadableStreamDefaultController<Uint8Array> | undefined;
  const write = (text: string): void => controller?.enqueue(encoder.encode(text));
  const heartbeat = setInterval(() => write(': still here\n\n'), HEARTBEAT_MS);
  const body = new ReadableStream<Uint8Array>({
    start(started) {
      controller = started;
      write(primeWith === undefined ? ': open\n\n' : toPrime(primeWith));
    },
    cancel() {
      clearInterval(heartbeat);
      controller = undefined;
      onLeave();
    },
  });
  return {
    response: new Response(body, { status: 200, headers: STREAM_HEADERS }),
    send: (text, eventId) => write(`${eventId === undefined ? '' : `id: ${eventId}\n`}event: message\ndata: ${text}\n\n`),
    prime: (eventId) => write(toPrime(eventId)),
    gap: (eventId) => write(`id: ${eventId}\nevent: gap\ndata: \n\n`),
    end() {
      clearInterval(heartbeat);
      controller?.close();
      controller = undefined;
    },
  };
}
