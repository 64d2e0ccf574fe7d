/**
 * Owns reading a server's own stream once, from its opening to its end: from now on, or taken up after the event that was stored last.
 * Who reads it, and when again, is server-stream.ts. Source: MCP 2025-11-25, Transports > Resumability and redelivery.
 */
import { setTimeout as pause } from 'node:timers/promises';
import { deliverFromServer } from './delivery.ts';
import { liveEgress } from './live-access.ts';
import type { LiveSession, RelayParts } from './live-session.ts';
import { isSessionLost } from './recovery-verdict.ts';
import { renewServerSession } from './renewal.ts';
import { mediaTypeOf, readErrorText, readEvents } from './rpc-answer.ts';
import { encodeCursor, type StreamPlace } from './stream-place.ts';
import { postOverHttp, serverHeaders } from './upstream-http.ts';

/** Answers to `Last-Event-ID` of an event that a server does not know (any more); it may still have a stream to begin. */
const REFUSES_EVENT_ID = new Set([400, 404, 410, 422]);
/** A stream that was taken up has brought what was missed when it is silent for so long, ms: servers send it at once. */
const REPLAYED_AFTER_MS = 1000;

type Open = (headers: Record<string, string>, signal: AbortSignal) => Promise<Response>;
/** @param onEvent Told of each event; says whether it may be one that came on the stream of a call. */
type Read = (body: ReadableStream<Uint8Array>, onEvent: () => { isReplay: boolean }) => Promise<void>;

/** Reads the stream until it ends; tells whether it had been open at all. */
export async function readServerStream(live: LiveSession, parts: RelayParts, closed: AbortSignal, place: StreamPlace): Promise<boolean> {
  const { epoch } = live.stored;
  const open: Open = (headers, signal) =>
    liveEgress(live, parts).fetch(live.stored.url, {
      headers: { ...serverHeaders(live.stored), accept: 'text/event-stream', ...headers },
      signal,
    });
  const read: Read = async (body, onEvent) => {
    for await (const { received, eventId } of readEvents(body, place.onRetry)) {
      const { isReplay } = onEvent();
      if (eventId !== undefined && !place.pass(eventId)) continue;
      const cursor = eventId === undefined ? undefined : encodeCursor(epoch, eventId);
      // Some servers keep one row of events for all streams: what a call's own stream brought is not for everybody, a response neither.
      const isOfCall = isReplay && eventId !== undefined && live.callEventIds.has(eventId);
      if (received && received.parsed.kind !== 'response' && !isOfCall) deliverFromServer(live, received, epoch, cursor);
      else if (cursor !== undefined) live.hub.pass(cursor);
      await live.hub.whenRoom();
    }
  };
  const replay = new AbortController();
  let response = await open(place.headers(), AbortSignal.any([closed, replay.signal]));
  if (place.isResumed() && REFUSES_EVENT_ID.has(response.status)) {
    await response.body?.cancel();
    place.forget();
    response = await open({}, closed);
  }
  if (!isStream(response)) {
    const text = await readErrorText(response);
    if (response.status === 405) live.offersServerStream = false;
    else if (isSessionLost(response.status, text, live.stored.serverSession.id !== undefined)) await judgeMissing(live, parts, epoch);
    return false;
  }
  if (place.isResumed()) await readTakenUp(response.body, replay, open, read, closed);
  else await read(response.body, () => ({ isReplay: false }));
  return true;
}

const isStream = (response: Response): response is Response & { body: ReadableStream<Uint8Array> } =>
  response.ok && response.body !== null && mediaTypeOf(response) === 'text/event-stream';

/**
 * Reads a stream that was taken up, and a new one beside it where the server lets one be opened.
 *
 * A server that goes on with the old stream refuses the new one with 409. Some only repeat the past on it and are silent from then on,
 * though it stays open, and nothing but this tells them apart. Such is the event store of the reference server, which takes the last event
 * for the stream. Source: @modelcontextprotocol/server-everything 2026.8.31, dist/transports/streamableHttp.js, replayEventsAfter.
 */
async function readTakenUp(
  body: ReadableStream<Uint8Array>,
  replay: AbortController,
  open: Open,
  read: Read,
  closed: AbortSignal,
): Promise<void> {
  const ended = new AbortController();
  let heardAtMs = performance.now();
  let isReplay = true;
  const reading = read(body, () => {
    heardAtMs = performance.now();
    return { isReplay };
  }).finally(() => ended.abort());
  const listen = async (): Promise<void> => {
    for (let restMs = REPLAYED_AFTER_MS; restMs > 0; restMs = heardAtMs + REPLAYED_AFTER_MS - performance.now())
      await pause(restMs, undefined, { signal: AbortSignal.any([closed, ended.signal]) });
    isReplay = false;
    const response = await open({}, closed);
    if (!isStream(response)) return response.body?.cancel();
    // The end of the new one is the end of both: the old one may be silent for ever.
    await read(response.body, () => ({ isReplay: false })).finally(() => replay.abort());
  };
  // Either may break without the other; how they ended is of no interest, for both are opened again.
  await Promise.allSettled([reading, listen()]);
}

/**
 * Finds out what a "not found" on GET means: a server without such a stream says so as well as one that forgot its session.
 * Renewing on this evidence alone would throw away a living server session, again and again.
 */
async function judgeMissing(live: LiveSession, parts: RelayParts, epoch: number): Promise<void> {
  const ping = { jsonrpc: '2.0' as const, id: `mooring-ping-${crypto.randomUUID()}`, method: 'ping' };
  if ((await postOverHttp(live, parts, ping, {})) === 'sent') live.offersServerStream = false;
  else await renewServerSession(live, parts, epoch);
}
