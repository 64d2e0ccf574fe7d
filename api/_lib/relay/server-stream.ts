/**
 * Owns the one stream on which a Streamable HTTP server speaks on its own: open while a client of this instance listens.
 * One instance holds it for all, under a lease; the others fetch from storage what it hands in. Reading it is server-stream-reader.ts.
 * Source: a second stream gets 409.
 */
import { setTimeout as pause } from 'node:timers/promises';
import { STREAM_LEASE_MS } from '../limits.ts';
import type { LiveSession, RelayParts } from './live-session.ts';
import { readServerStream } from './server-stream-reader.ts';
import { openStreamPlace, type StreamPlace } from './stream-place.ts';

const FIRST_PAUSE_MS = 500;
const LONGEST_PAUSE_MS = 15_000;
/** While another instance holds the stream, its messages are fetched this often, ms. */
const FOLLOW_EVERY_MS = 2000;
/** The holder renews its lease with each fifth of its looks: three times before it would lapse. */
const LOOKS_PER_RENEWAL = 5;
/** The stream stays this long after the last listener left, ms: a panel that reloads finds it open. */
const LINGER_MS = 3000;

/** Keeps the server's stream open as long as anybody listens. */
export function followServerStream(live: LiveSession, parts: RelayParts): void {
  let lingering: NodeJS.Timeout | undefined;
  live.hub.onChange((size) => {
    clearTimeout(lingering);
    if (size === 0) {
      lingering = setTimeout(() => live.serverStream?.close(), LINGER_MS).unref();
    } else if (!live.serverStream && live.offersServerStream) openServerStream(live, parts);
  });
}

function openServerStream(live: LiveSession, parts: RelayParts): void {
  const closed = new AbortController();
  // Forgotten at once: whoever listens from now on opens a stream of his own.
  const forget = () => {
    if (live.serverStream === opened) live.serverStream = undefined;
  };
  const opened = {
    close() {
      closed.abort();
      forget();
    },
  };
  live.serverStream = opened;
  void keepOpen(live, parts, closed.signal).finally(forget);
}

async function keepOpen(live: LiveSession, parts: RelayParts, closed: AbortSignal): Promise<void> {
  const owner = crypto.randomUUID();
  const id = live.stored.id;
  const place = openStreamPlace();
  let pauseMs = FIRST_PAUSE_MS;
  while (!closed.aborted && live.offersServerStream) {
    try {
      const isMine = await parts.store.holdServerStream(id, owner, STREAM_LEASE_MS);
      // What was stored last tells where the stream stands, whoever read it until now.
      const cursor = await live.hub.catchUp();
      place.begin(cursor, live.stored.epoch);
      const gotAnything = isMine ? await readWhileHeld(live, parts, owner, closed, place) : false;
      // Whoever waits for another instance's stream is as far behind as it pauses.
      pauseMs = gotAnything ? (place.retryMs() ?? FIRST_PAUSE_MS) : Math.min(pauseMs * 2, isMine ? LONGEST_PAUSE_MS : FOLLOW_EVERY_MS);
    } catch {
      // Whatever broke the stream, the next try will meet it again or not.
      pauseMs = Math.min(pauseMs * 2, LONGEST_PAUSE_MS);
    }
    await pause(pauseMs, undefined, { signal: closed }).catch(() => {});
  }
  await parts.store.releaseServerStream(id, owner).catch(() => {});
}

/**
 * Reads the stream, and shows meanwhile that this instance is still at it; ends when another one has been given it.
 *
 * What other instances hand in is fetched with each renewal, and in between only while there is something to expect of them
 * (others-watch.ts): each look is a request to storage, 30 a minute instead of 6, and a panel that is open all day rarely has any use for
 * them. The accepted loss: the first question that a call at another instance asks is heard here up to 10 s later, except by who called.
 */
async function readWhileHeld(
  live: LiveSession,
  parts: RelayParts,
  owner: string,
  closed: AbortSignal,
  place: StreamPlace,
): Promise<boolean> {
  const lost = new AbortController();
  let looks = 0;
  const look = async (): Promise<void> => {
    const isDue = ++looks % LOOKS_PER_RENEWAL === 0;
    if (isDue && !(await parts.store.holdServerStream(live.stored.id, owner, STREAM_LEASE_MS))) lost.abort();
    if (isDue || live.hub.expectsOthers()) await live.hub.catchUp();
  };
  const timer = setInterval(() => void look().catch(() => {}), FOLLOW_EVERY_MS);
  try {
    return await readServerStream(live, parts, AbortSignal.any([closed, lost.signal]), place);
  } finally {
    clearInterval(timer);
  }
}
