/**
 * Owns one request and its answer, without redirects: made by undici's `request`, handed on as the Fetch standard has it. undici's own
 * `fetch` takes four times as long for the same, which was a quarter of what the gateway adds to a call.
 * What may be asked, and what follows from the answer, is guarded-fetch.ts.
 */
import { pipeline, Readable } from 'node:stream';
import zlib from 'node:zlib';
import { type Agent, type Dispatcher, request } from 'undici';
import { VERSION } from '../../../shared/version.ts';
import { EgressError } from './egress-error.ts';
import { openEventMeter } from './event-meter.ts';

export type HopLimits = {
  agent: Agent;
  /** Of a decompressed body, or of one event where it is a stream of them. */
  maxResponseBytes: number;
};

/** An answer up to this size that tells its length is read at once: without a stream in between it is there sooner. Bytes. */
const READ_AT_ONCE_BYTES = 262_144;
/** Source: Fetch standard, null body status. */
const WITHOUT_BODY = new Set([204, 205, 304]);
/** For what the caller does not name. */
const DEFAULT_HEADERS = { accept: '*/*', 'accept-encoding': 'gzip, br', 'user-agent': `Mooring/${VERSION}` };

/** Sends a request. Rejects with whatever went wrong; a TypeError without a cause is a mistake of the caller. */
export async function sendHop(url: string | URL, init: RequestInit, { agent, maxResponseBytes }: HopLimits): Promise<Response> {
  const { method, headers, body } = await prepare(url, init);
  const answer = await request(url, {
    method: method as Dispatcher.HttpMethod,
    headers: { ...DEFAULT_HEADERS, ...Object.fromEntries(headers) },
    body,
    signal: init.signal ?? null,
    dispatcher: agent,
  });
  // A body that breaks tells so to whoever reads it; nobody may be reading.
  answer.body.on('error', () => {});
  const response = await toResponse(answer, method, maxResponseBytes);
  return Object.defineProperty(response, 'url', { value: String(url) });
}

type Prepared = { method: string; headers: Headers; body: string | Buffer | Readable | null };

/** Checks method and headers as the Fetch standard does. Text, which is nearly everything, needs no more for it. */
function prepare(url: string | URL, init: RequestInit): Prepared | Promise<Prepared> {
  const { method = 'GET', body = null } = init;
  if (method === 'POST' ? typeof body === 'string' : body === null && (method === 'GET' || method === 'DELETE'))
    return { method, headers: new Headers(init.headers), body: body as string | null };
  return prepareOther(new Request(url, { ...init, signal: null, duplex: 'half' } as RequestInit), body instanceof ReadableStream);
}

async function prepareOther(prepared: Request, isStream: boolean): Promise<Prepared> {
  const { method, headers } = prepared;
  const stream = prepared.body as Parameters<typeof Readable.fromWeb>[0] | null;
  if (stream === null) return { method, headers, body: null };
  return { method, headers, body: isStream ? Readable.fromWeb(stream) : Buffer.from(await prepared.arrayBuffer()) };
}

async function toResponse(answer: Dispatcher.ResponseData, method: string, maxBytes: number): Promise<Response> {
  const { statusCode: status, body } = answer;
  if (status > 599) {
    body.destroy();
    throw new EgressError('reset', { sent: true });
  }
  const headers = toHeaders(answer.headers);
  if (method === 'HEAD' || WITHOUT_BODY.has(status)) {
    // Read, not thrown away: that would end the connection too.
    await body.dump();
    return new Response(null, { status, headers });
  }
  const length = headers.get('content-length');
  const encoding = headers.get('content-encoding');
  const isStream = isEventStream(headers.get('content-type'));
  if (!isStream && length !== null && Number(length) > maxBytes) {
    body.destroy();
    throw new EgressError('too-large', { sent: true });
  }
  // HTTP enforces the length that the server names.
  if (length !== null && encoding === null && Number(length) <= READ_AT_ONCE_BYTES)
    return new Response(await body.arrayBuffer(), { status, headers });
  const whole = encoding === null ? body : decompress(body, encoding);
  return new Response(toWebStream(whole, isStream ? openEventMeter() : openMeter(), maxBytes), { status, headers });
}

function toHeaders(received: Dispatcher.ResponseData['headers']): Headers {
  const headers = new Headers();
  for (const [name, value = ''] of Object.entries(received))
    for (const one of Array.isArray(value) ? value : [value]) headers.append(name, one);
  return headers;
}

/** A coding that is not known leaves the body as it is. */
function decompress(body: Readable, encoding: string): Readable {
  const codings = encoding.toLowerCase().split(',').reverse();
  return codings.reduce((stream: Readable, coding) => {
    const decoder = openDecoder(coding.trim());
    return decoder === undefined ? stream : pipeline(stream, decoder, () => {});
  }, body);
}

// A server may leave the end of the compression away, and each event must come through at once: both are what flushing is for.
function openDecoder(coding: string) {
  const { Z_SYNC_FLUSH: zlibFlush, BROTLI_OPERATION_FLUSH: brotliFlush } = zlib.constants;
  if (coding === 'gzip' || coding === 'x-gzip') return zlib.createGunzip({ flush: zlibFlush, finishFlush: zlibFlush });
  if (coding === 'deflate') return zlib.createInflate({ flush: zlibFlush, finishFlush: zlibFlush });
  if (coding === 'br') return zlib.createBrotliDecompress({ flush: brotliFlush, finishFlush: brotliFlush });
  return undefined;
}

function openMeter(): (chunk: Uint8Array) => number {
  let bytes = 0;
  return (chunk) => {
    bytes += chunk.byteLength;
    return bytes;
  };
}

/** Measures what comes through, and fails beyond the limit. Cancelling it ends the connection at once, also in the middle of a silence. */
function toWebStream(source: Readable, measure: (chunk: Uint8Array) => number, maxBytes: number): ReadableStream<Uint8Array> {
  const chunks: AsyncIterator<Uint8Array> = source[Symbol.asyncIterator]();
  return new ReadableStream<Uint8Array>(
    {
      async pull(controller) {
        const { done, value } = await chunks.next();
        if (done) {
          controller.close();
          return;
        }
        if (measure(value) <= maxBytes) {
          controller.enqueue(value);
          return;
        }
        source.destroy();
        throw new EgressError('too-large', { sent: true });
      },
      cancel: () => void source.destroy(),
    },
    { highWaterMark: 0 },
  );
}

const isEventStream = (contentType: string | null): boolean => /^\s*text\/event-stream\s*(;|$)/i.test(contentType ?? '');
