/**
 * Owns the HTTP answer to a call: one JSON text when the response comes soon and alone, else a stream of server-sent events
 * whose first bytes go out at once. What is said in it comes from call.ts.
 */
import { type AppError, ERROR_TABLE } from '../../../shared/errors.ts';
import type { JsonRpcId, JsonRpcMessage } from '../../../shared/json-rpc.ts';
import { HEARTBEAT_MS } from '../../../shared/limits.ts';
import { rpcProblemResponse, toRpcError } from '../http/problem.ts';

/** A call that takes longer than this is answered with a stream, ms: long enough for most calls, too short to be felt. */
const STREAM_AFTER_MS = 50;

export const STREAM_HEADERS: Readonly<Record<string, string>> = {
  'content-type': 'text/event-stream',
  'cache-control': 'no-cache, no-transform',
  // Keeps reverse proxies from collecting the stream. Source: nginx, ngx_http_proxy_module, proxy_buffering.
  'x-accel-buffering': 'no',
};

const encoder = new TextEncoder();

export type EventStream = { response: Response; send(text: string): void; end(): void };

/** Opens a stream of server-sent events: a comment at once, another after each 15 s of life, `onLeave` when the client goes. */
export function openEventStream(onLeave: () => void): EventStream {
  let controller: ReadableStreamDefaultController<Uint8Array> | undefined;
  const heartbeat = setInterval(() => controller?.enqueue(encoder.encode(': still here\n\n')), HEARTBEAT_MS);
  const body = new ReadableStream<Uint8Array>({
    start(started) {
      controller = started;
      started.enqueue(encoder.encode(': open\n\n'));
    },
    cancel() {
      clearInterval(heartbeat);
      controller = undefined;
      onLeave();
    },
  });
  return {
    response: new Response(body, { status: 200, headers: STREAM_HEADERS }),
    send: (text) => controller?.enqueue(encoder.encode(`event: message\ndata: ${text}\n\n`)),
    end() {
      clearInterval(heartbeat);
      controller?.close();
      controller = undefined;
    },
  };
}

export type Reply = {
  readonly response: Promise<Response>;
  /** False for a client that takes JSON only. */
  readonly streams: boolean;
  /** A message before the final response: turns the answer into a stream. */
  message(message: JsonRpcMessage): void;
  /** The final response; `status` is the server's own where it was an error of the protocol. */
  finish(message: JsonRpcMessage, status?: number): void;
  fail(error: AppError): void;
  /** Ends the answer without a response: the client cancelled and expects none. */
  abandon(): void;
};

/** Opens the answer to the request with this id. `streams` is false for a client that takes JSON only: it gets the response alone. */
export function openReply(id: JsonRpcId, streams: boolean, onLeave: () => void): Reply {
  const { promise, resolve } = Promise.withResolvers<Response>();
  let stream: EventStream | undefined;
  let finished = false;
  const openStream = (): EventStream => {
    clearTimeout(timer);
    if (!stream) {
      stream = openEventStream(onLeave);
      resolve(stream.response);
    }
    return stream;
  };
  const timer = streams ? setTimeout(openStream, STREAM_AFTER_MS) : undefined;

  const finishWith = (message: JsonRpcMessage, status: number): void => {
    if (finished) return;
    finished = true;
    clearTimeout(timer);
    const text = JSON.stringify(message);
    stream?.send(text);
    stream?.end();
    // Where the stream is open this answer comes too late, and is none.
    resolve(new Response(text, { status, headers: { 'content-type': 'application/json' } }));
  };
  return {
    response: promise,
    streams,
    message(message) {
      if (streams && !finished) openStream().send(JSON.stringify(message));
    },
    finish: (message, status = 200) => finishWith(message, status),
    fail(error) {
      if (stream) return finishWith(toRpcError(error, id), ERROR_TABLE[error.code].status);
      finished = true;
      clearTimeout(timer);
      resolve(rpcProblemResponse(error, id));
    },
    abandon() {
      finished = true;
      clearTimeout(timer);
      if (stream) stream.end();
      else resolve(new Response(null, { status: 202 }));
    },
  };
}
