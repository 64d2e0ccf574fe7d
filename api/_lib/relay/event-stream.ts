/**
 * Owns a stream of server-sent events towards one client: its frame, its heartbeat, its end, and what waits for a client that reads slowly or
 * not at all. What is said in it comes from its callers.
 */
import { HEARTBEAT_MS } from '../../../shared/limits.ts';
import { MAX_UNREAD_BYTES } from '../limits.ts';

const STREAM_HEADERS: Readonly<Record<string, string>> = {
  'content-type': 'text/event-stream',
  'cache-control': 'no-cache, no-transform',
  // Keeps reverse proxies from collecting the stream. Source: nginx, ngx_http_proxy_module, proxy_buffering.
  'x-accel-buffering': 'no',
};

/** Larger frames are not shared: the last one stays in memory until the next, characters. */
const MAX_SHARED_LENGTH = 65_536;
let lastFrame: { head: string; text: string; bytes: Uint8Array } | undefined;

/**
 * Returns the bytes of a frame: its first lines, then a message. A message mostly goes to several clients in a row: they share its bytes, so that
 * clients that read nothing do not each hold a copy of what waits for them. The message is written where it stays, not put together as text before.
 */
function encodeFrame(head: string, text: string): Uint8Array {
  if (lastFrame?.head === head && lastFrame.text === text) return lastFrame.bytes;
  const bytes = Buffer.allocUnsafeSlow(Buffer.byteLength(head) + Buffer.byteLength(text) + 2);
  const end = bytes.write(head);
  bytes.write('\n\n', end + bytes.write(text, end));
  lastFrame = text.length <= MAX_SHARED_LENGTH ? { head, text, bytes } : undefined;
  return bytes;
}

const toPrime = (eventId: string): string => `id: ${eventId}\ndata: `;

export type EventStream = {
  readonly response: Response;
  /**
   * False while the client is behind. Then callers leave messages out that the client can be given later, which they are told by `onRoom`;
   * a last one may be sent all the same.
   */
  hasRoom(): boolean;
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
  /** The client went away, or was given up. */
  onLeave(): void;
  /** The client was behind and has read on. */
  onRoom?: () => void;
};

/**
 * Opens a stream: its first bytes at once, a comment after each 15 s of life. A client that is behind and reads nothing for as long is given
 * up: its connection is broken, so that it comes back with its last event id, if it is there at all.
 */
export function openEventStream({ primeWith, onLeave, onRoom = () => {} }: StreamOptions): EventStream {
  let controller: ReadableStreamDefaultController<Uint8Array> | undefined;
  let isEnded = false;
  let isBehind = false;
  /** Room at the last beat, while there was something to read and nothing to write. */
  let stalledAt: number | null | undefined;
  const write = (head: string, text = ''): void => {
    if (!isEnded) controller?.enqueue(encodeFrame(head, text));
  };
  const toRoom = (): number => controller?.desiredSize ?? MAX_UNREAD_BYTES;
  const forget = (): void => {
    clearInterval(heartbeat);
    controller = undefined;
  };
  const beat = (): void => {
    const room = toRoom();
    if (room > 0 && !isEnded) {
      stalledAt = undefined;
      write(': still here');
    } else if (room !== stalledAt) {
      stalledAt = room;
    } else {
      controller?.error(new Error('The client reads nothing.'));
      forget();
      onLeave();
    }
  };
  const heartbeat = setInterval(beat, HEARTBEAT_MS);
  const source: UnderlyingDefaultSource<Uint8Array> = {
    start(started) {
      controller = started;
      write(primeWith === undefined ? ': open' : toPrime(primeWith));
    },
    pull() {
      if (!isBehind) return;
      isBehind = false;
      onRoom();
    },
    cancel() {
      forget();
      onLeave();
    },
  };
  const body = new ReadableStream(source, new ByteLengthQueuingStrategy({ highWaterMark: MAX_UNREAD_BYTES }));
  return {
    response: new Response(body, { status: 200, headers: STREAM_HEADERS }),
    hasRoom() {
      isBehind = toRoom() <= 0;
      return !isBehind;
    },
    send: (text, eventId) => write(`${eventId === undefined ? '' : `id: ${eventId}\n`}event: message\ndata: `, text),
    prime: (eventId) => write(toPrime(eventId)),
    gap: (eventId) => write(`id: ${eventId}\nevent: gap\ndata: `),
    end() {
      if (isEnded || !controller) return;
      isEnded = true;
      // What fits is soon taken, or goes with its connection; a client that reads none of more than that is given up as before.
      const isSmall = toRoom() > 0;
      controller.close();
      if (isSmall) forget();
    },
  };
}
