/**
 * Owns sending to a server over Streamable HTTP: one POST a message, its answer read as it comes.
 * It reports how an attempt ended; what follows is decided in recovery-verdict.ts. Source: MCP 2025-11-25, Transports > Streamable HTTP.
 */
import { setTimeout as pause } from 'node:timers/promises';
import { AppError } from '../../../shared/errors.ts';
import type { JsonRpcMessage } from '../../../shared/json-rpc.ts';
import { classifyFailure } from '../egress/egress-error.ts';
import { DRAIN_MS, MAX_IDLE_RESUMES, MAX_REMEMBERED_EVENTS, MAX_RETRY_MS, TAKE_TIMEOUT_MS } from '../limits.ts';
import { accessTokenOf } from '../oauth/access-token.ts';
import type { StoredSession } from '../store/store.ts';
import { addLatest } from './latest.ts';
import { liveEgress, noteStepUp, renewInTime } from './live-access.ts';
import type { Call, LiveSession, RelayParts } from './live-session.ts';
import { type Attempt, isSessionLost } from './recovery-verdict.ts';
import { mediaTypeOf, parseReceived, type Received, readErrorText, readEvents, type StreamEvent } from './rpc-answer.ts';
import { openSeenEvents } from './seen-events.ts';
import { accessHeaders, toAccessFailure } from './server-access.ts';
import { toServerFailure } from './server-failure.ts';

/** Before a stream is taken up again that was so before, ms, unless the server says how long. */
const RESUME_PAUSE_MS = 200;

/** Returns the headers that make the server let a request in, and make it part of the server session. */
export function serverHeaders({ serverSession, revision, secrets }: StoredSession): Record<string, string> {
  return {
    ...accessHeaders(secrets),
    accept: 'application/json, text/event-stream',
    ...(revision === 'stateful' && { 'mcp-protocol-version': serverSession.protocolVersion }),
    ...(serverSession.id !== undefined && { 'mcp-session-id': serverSession.id }),
  };
}

/** Sends a call's request and delivers what comes of it. */
export async function sendOverHttp(live: LiveSession, parts: RelayParts, call: Call): Promise<Attempt> {
  await renewInTime(live, parts);
  await call.beforeSending();
  const { epoch } = live.stored;
  const token = accessTokenOf(live.stored.secrets.oauth);
  let isTaken = false;
  try {
    const response = await parts.egress.fetch(live.stored.url, {
      method: 'POST',
      headers: { ...serverHeaders(live.stored), 'content-type': 'application/json', ...call.input.headers },
      body: JSON.stringify(call.outgoing),
      signal: call.ended.signal,
    });
    if (!response.ok) return await judgeRefusal(response, live, parts, epoch, call, token);
    isTaken = true;
    const mediaType = mediaTypeOf(response);
    if (mediaType === 'text/event-stream' && response.body) return await followStream(response.body, live, epoch, parts, call);
    if (mediaType === 'application/json') return deliverAll(await response.text(), epoch, call);
    await response.body?.cancel();
    return failed('SERVER_NOT_MCP', `The server answered ${response.status} without a response to the request.`, 'unknown');
  } catch (error) {
    const failure = toServerFailure(error, live.stored.url);
    // Whatever failed later, a refused connection while its stream was taken up again included: the server has the request.
    return { kind: 'failed', error: failure.error, ran: isTaken ? 'unknown' : failure.ran };
  }
}

const failed = (code: AppError['code'], detail: string, ran: 'no' | 'unknown'): Attempt => ({
  kind: 'failed',
  error: new AppError(code, detail),
  ran,
});

function deliverAll(text: string, epoch: number, call: Call): Attempt {
  const answered = parseReceived(text).filter((received) => call.receive(received, { epoch }));
  if (answered.length > 0) return { kind: 'answered' };
  return failed('SERVER_NOT_MCP', 'The server answered with a response to another request.', 'unknown');
}

async function judgeRefusal(
  response: Response,
  live: LiveSession,
  parts: RelayParts,
  epoch: number,
  call: Call,
  token: string | undefined,
): Promise<Attempt> {
  const { status } = response;
  const challenge = response.headers.get('www-authenticate');
  const text = await readErrorText(response);
  if (isSessionLost(status, text, live.stored.serverSession.id !== undefined)) return { kind: 'session-lost' };
  const refusal = toAccessFailure(status, live.stored.secrets);
  if (status === 401 && refusal) return { kind: 'access-refused', refused: { token, challenge }, error: refusal };
  // That it could not be noted changes nothing about the refusal: the request has not run.
  const stepUp = status === 403 ? await noteStepUp(live, parts, challenge).catch(() => undefined) : undefined;
  if (stepUp) return { kind: 'failed', error: stepUp, ran: 'no' };
  const error = readRpcError(text);
  // Refusals often carry no id or null; this answer belongs to this request alone.
  if (error !== undefined && (status < 500 || error.id === call.outgoing.id)) {
    const received: Received = {
      parsed: { kind: 'response', message: { ...error, id: call.outgoing.id } },
      bytes: Buffer.byteLength(text),
    };
    call.receive(received, { epoch, status });
    return { kind: 'answered' };
  }
  if (refusal) return { kind: 'failed', error: refusal, ran: 'no' };
  if (status === 403) return failed('SERVER_REFUSED', 'The server answered 403: it does not allow this.', 'no');
  return failed('SERVER_FAILED', `The server answered ${status}.`, status >= 500 ? 'unknown' : 'no');
}

function readRpcError(text: string) {
  try {
    const [first] = parseReceived(text);
    return first?.parsed.kind === 'response' && 'error' in first.parsed.message ? first.parsed.message : undefined;
  } catch {
    return undefined;
  }
}

/** Delivers a stream's messages. A stream that ends without the response is taken up again where the server gave its events ids. */
async function followStream(
  first: ReadableStream<Uint8Array>,
  live: LiveSession,
  epoch: number,
  parts: RelayParts,
  call: Call,
): Promise<Attempt> {
  let idleResumes = 0;
  let pauseMs = 0;
  let retryMs: number | undefined;
  const onRetry = (askedMs: number) => {
    retryMs = Math.min(askedMs, MAX_RETRY_MS);
  };
  const seen = openSeenEvents();
  for (let body = first; ; ) {
    seen.begin(call.serverEventId);
    try {
      const events = readEvents(body, onRetry);
      for (let next = await events.next(); !next.done; next = await events.next()) {
        const { eventId } = next.value;
        if (eventId !== undefined && seen.isRepeated(eventId)) continue;
        if (eventId !== undefined) addLatest(live.callEventIds, eventId, MAX_REMEMBERED_EVENTS);
        // A server may let go of its stream again and again while it works: as long as something new comes, it is at work.
        if (eventId !== undefined && eventId !== call.serverEventId) idleResumes = 0;
        call.serverEventId = eventId ?? call.serverEventId;
        if (next.value.received && call.receive(next.value.received, { epoch })) {
          void drain(events);
          return { kind: 'answered' };
        }
        await live.hub.whenRoom();
      }
    } catch (error) {
      const isFinal = call.ended.signal.aborted || error instanceof AppError || classifyFailure(error).kind === 'too-large';
      if (call.serverEventId === undefined || isFinal) throw error;
    }
    if (call.serverEventId === undefined || ++idleResumes > MAX_IDLE_RESUMES) return endedEarly();
    await pause(retryMs ?? pauseMs, undefined, { signal: call.ended.signal });
    pauseMs = RESUME_PAUSE_MS;
    const resumed = await resumeStream(live, parts, call, call.serverEventId);
    if (!resumed) return endedEarly();
    body = resumed;
  }
}

const endedEarly = (): Attempt => failed('SERVER_FAILED', 'The server ended the stream without a response.', 'unknown');

/** Takes up the stream of a call that another instance had sent, and delivers what comes of it. Nothing is sent again. */
export async function resumeOverHttp(live: LiveSession, parts: RelayParts, call: Call, eventId: string): Promise<Attempt> {
  call.serverEventId = eventId;
  try {
    const body = await resumeStream(live, parts, call, eventId);
    if (!body) return failed('SERVER_FAILED', 'The server does not know the stream any more.', 'unknown');
    return await followStream(body, live, live.stored.epoch, parts, call);
  } catch (error) {
    return { kind: 'failed', error: toServerFailure(error, live.stored.url).error, ran: 'unknown' };
  }
}

/** Source: MCP 2025-11-25, Transports > Resumability and redelivery. */
async function resumeStream(live: LiveSession, parts: RelayParts, call: Call, lastEventId: string) {
  const response = await liveEgress(live, parts).fetch(live.stored.url, {
    headers: { ...serverHeaders(live.stored), accept: 'text/event-stream', 'last-event-id': lastEventId },
    signal: call.ended.signal,
  });
  if (response.ok && response.body && mediaTypeOf(response) === 'text/event-stream') return response.body;
  await response.body?.cancel();
  return undefined;
}

async function drain(events: AsyncGenerator<StreamEvent>): Promise<void> {
  const timer = setTimeout(() => void events.return(undefined).catch(() => {}), DRAIN_MS);
  try {
    while (!(await events.next()).done);
  } catch {
    // The response is delivered; how the stream ends is of no interest.
  } finally {
    clearTimeout(timer);
  }
}

/**
 * Sends a notification, or a client's answer to the server.
 *
 * @returns `session-lost` where the server forgot its session; a refusal of any other kind is an AppError that is thrown.
 */
export async function postOverHttp(
  live: LiveSession,
  parts: RelayParts,
  message: JsonRpcMessage,
  headers: Readonly<Record<string, string>>,
): Promise<'sent' | 'session-lost'> {
  let response: Response;
  let text: string;
  try {
    response = await liveEgress(live, parts).fetch(live.stored.url, {
      method: 'POST',
      headers: { ...serverHeaders(live.stored), 'content-type': 'application/json', ...headers },
      body: JSON.stringify(message),
      signal: AbortSignal.timeout(TAKE_TIMEOUT_MS),
    });
    text = await readErrorText(response);
  } catch (error) {
    throw toServerFailure(error, live.stored.url).error;
  }
  if (response.ok) return 'sent';
  if (isSessionLost(response.status, text, live.stored.serverSession.id !== undefined)) return 'session-lost';
  const refusal = toAccessFailure(response.status, live.stored.secrets);
  throw refusal ?? new AppError('SERVER_FAILED', `The server answered ${response.status} to a notification.`);
}
