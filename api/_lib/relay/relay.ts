/**
 * The MCP endpoint of a session: takes what a client sends, answers what the gateway knows itself, passes on the rest.
 * It knows no tools and no prompts; what it does know is listed in DESIGN: Shape. Who may use the session was checked before.
 */
import { AppError } from '../../../shared/errors.ts';
import type { JsonRpcNotification, JsonRpcRequest, JsonRpcResponse, ParsedMessage } from '../../../shared/json-rpc.ts';
import type { Entered } from '../store/store.ts';
import { openCall, runCall } from './call.ts';
import { decodeServerId, encodeClientId, toServerNotification } from './ids.ts';
import { currentEpoch, type LiveSession, type LiveSessions, type RelayParts } from './live-session.ts';
import { renewServerSession } from './renewal.ts';
import { openEventStream, openReply } from './reply.ts';
import { followServerStream } from './server-stream.ts';
import { holdSseLink } from './sse-link.ts';
import { postOverHttp } from './upstream-http.ts';
import { postOverSse } from './upstream-sse.ts';

/** Before the platform ends a function, its streams end by themselves, ms. */
const END_STREAMS_BEFORE_MS = 15_000;

export type ClientMessage = {
  parsed: ParsedMessage;
  bytes: number;
  /** `Mcp-Session-Id` that this client was given; a client that sends none gets one for this message alone. */
  connection: string | undefined;
  acceptsStream: boolean;
  /** Headers of the stateless revision. */
  headers: Readonly<Record<string, string>>;
  /** Aborted when the client goes away. */
  left: AbortSignal;
};

export type Relay = {
  post(entered: Entered, message: ClientMessage): Promise<Response>;
  /** Opens the stream on which the server speaks on its own. */
  listen(entered: Entered, left: AbortSignal): Response;
};

export function createRelay(parts: RelayParts, sessions: LiveSessions): Relay {
  const following = new WeakSet<LiveSession>();
  const meet = (entered: Entered): LiveSession => {
    const live = sessions.meet(entered.session);
    if (!following.has(live)) {
      following.add(live);
      if (live.stored.transport === 'streamable-http' && live.stored.revision === 'stateful') followServerStream(live, parts);
    }
    return live;
  };

  return {
    async post(entered, message) {
      const live = meet(entered);
      const { parsed } = message;
      if (parsed.kind === 'request') return takeRequest(live, parts, parsed.message, entered.device.name, message);
      if (parsed.kind === 'notification') await takeNotification(live, parts, parsed.message, entered.device.name, message);
      else await takeAnswer(live, parts, parsed.message, entered.device.name, message);
      live.activity.flush();
      return new Response(null, { status: 202 });
    },
    listen(entered, left) {
      const live = meet(entered);
      if (live.stored.revision === 'stateless' || !live.offersServerStream)
        throw new AppError('METHOD_NOT_ALLOWED', 'This server has no stream of its own to listen to.');
      if (live.stored.transport === 'sse') parts.work.add('open HTTP+SSE stream', holdSseLink(live, parts));
      return openListener(live, parts, left);
    },
  };
}

function openListener(live: LiveSession, parts: RelayParts, left: AbortSignal): Response {
  const stop = () => {
    clearTimeout(deadline);
    leave();
    stream.end();
  };
  const stream = openEventStream(stop);
  const leave = live.hub.join({ send: stream.send, end: stop });
  const deadline = parts.maxDurationMs === undefined ? undefined : setTimeout(stop, parts.maxDurationMs - END_STREAMS_BEFORE_MS);
  left.addEventListener('abort', stop, { once: true });
  return stream.response;
}

const json = (message: unknown, headers: Record<string, string> = {}, status = 200): Response =>
  new Response(JSON.stringify(message), { status, headers: { 'content-type': 'application/json', ...headers } });

function takeRequest(
  live: LiveSession,
  parts: RelayParts,
  request: JsonRpcRequest,
  device: string,
  message: ClientMessage,
): Promise<Response> {
  const { revision, serverSession } = live.stored;
  const { id } = request;
  if (revision === 'stateful' && request.method === 'initialize') {
    // A connection of this client's own: its ids must not meet those of another.
    const headers = { 'mcp-session-id': crypto.randomUUID() };
    return Promise.resolve(json({ jsonrpc: '2.0', id, result: serverSession.greeting }, headers));
  }
  if (revision === 'stateful' && request.method === 'server/discover') {
    // Clients of the stateless revision fall back to `initialize` on this answer. Source: MCP 2026-07-28, Backward compatibility.
    const error = { code: -32601, message: 'This server speaks a stateful revision: send initialize.' };
    return Promise.resolve(json({ jsonrpc: '2.0', id, error }, {}, 404));
  }
  if (revision === 'stateless' && request.method === 'initialize') {
    const data = { supported: [serverSession.protocolVersion], requested: request.params?.['protocolVersion'] };
    const error = { code: -32022, message: 'This server speaks a stateless revision of MCP: connect with a client that knows it.', data };
    return Promise.resolve(json({ jsonrpc: '2.0', id, error }, {}, 400));
  }
  return call(live, parts, request, device, message);
}

function call(live: LiveSession, parts: RelayParts, request: JsonRpcRequest, device: string, message: ClientMessage): Promise<Response> {
  let leave = () => {};
  const reply = openReply(request.id, message.acceptsStream, () => leave());
  const connection = message.connection ?? crypto.randomUUID();
  const opened = openCall(live, { request, bytes: message.bytes, connection, device, headers: message.headers }, reply);
  leave = () => {
    // Told twice: by the request and by the stream of its answer.
    if (opened.clientLeft || !live.calls.has(opened.outgoing.id)) return;
    opened.clientLeft = true;
    // A stateless server takes the end of the stream for a cancellation, and so must a gateway; a stateful one is told by a
    // notification, so that a closed window cancels nothing. Source: MCP 2026-07-28 and 2025-11-25, Cancellation.
    if (live.stored.revision === 'stateless') opened.ended.abort();
    else live.activity.mark('client-left');
  };
  message.left.addEventListener('abort', leave, { once: true });
  const running = runCall(live, parts, opened, reply).finally(() => {
    clearTimeout(deadline);
    message.left.removeEventListener('abort', leave);
  });
  const deadline = endBefore(parts, () => {
    live.activity.mark('outcome-unknown', { code: 'CALL_OUTCOME_UNKNOWN' });
    reply.fail(
      new AppError(
        'CALL_OUTCOME_UNKNOWN',
        'The call takes longer than the platform lets it. It may still run. Check before you run it again.',
      ),
    );
    opened.ended.abort();
  });
  opened.ended.signal.addEventListener('abort', () => reply.abandon(), { once: true });
  parts.work.add('call', running);
  return reply.response;
}

const endBefore = ({ maxDurationMs }: RelayParts, end: () => void): NodeJS.Timeout | undefined =>
  maxDurationMs === undefined ? undefined : setTimeout(end, maxDurationMs - END_STREAMS_BEFORE_MS);

async function takeNotification(
  live: LiveSession,
  parts: RelayParts,
  notification: JsonRpcNotification,
  device: string,
  { connection = '', bytes, headers }: ClientMessage,
): Promise<void> {
  const { method } = notification;
  // The server was told when the server session was made.
  if (method === 'notifications/initialized') return;
  live.activity.message({ direction: 'to-server', device, bytes, method }, notification);
  const outgoing = toServerNotification(notification, connection);
  try {
    await passOn(live, parts, outgoing, headers);
  } finally {
    // Also where the server could not be told: the user waits for it no longer.
    const cancelled = notification.params?.['requestId'];
    if (method === 'notifications/cancelled' && (typeof cancelled === 'string' || typeof cancelled === 'number'))
      live.calls.get(encodeClientId(connection, cancelled))?.ended.abort();
  }
}

async function takeAnswer(
  live: LiveSession,
  parts: RelayParts,
  answer: JsonRpcResponse,
  device: string,
  { bytes, headers }: ClientMessage,
): Promise<void> {
  const question = decodeServerId(answer.id);
  if (!question) throw new AppError('MESSAGE_INVALID', 'This answers no question of the server.');
  const exchange = String(answer.id);
  if (question.epoch !== currentEpoch(live) || !live.hub.isFirstAnswer(exchange)) return;
  live.activity.message({ direction: 'to-server', device, bytes, exchange }, answer);
  try {
    await passOn(live, parts, { ...answer, id: question.id }, headers);
  } catch (error) {
    live.hub.forgetAnswer(exchange);
    throw error;
  }
}

async function passOn(
  live: LiveSession,
  parts: RelayParts,
  message: JsonRpcNotification | JsonRpcResponse,
  headers: Readonly<Record<string, string>>,
): Promise<void> {
  const isSse = live.stored.transport === 'sse';
  const post = () => (isSse ? postOverSse(live, parts, message) : postOverHttp(live, parts, message, headers));
  const { epoch } = live.stored;
  if ((await post()) === 'sent') return;
  if (!isSse) await renewServerSession(live, parts, epoch);
  // What the lost server session had asked or was doing is gone with it; only news for the server still has a meaning.
  if ('method' in message && message.method !== 'notifications/cancelled') await post();
}
