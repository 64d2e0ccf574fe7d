/**
 * Owns what becomes of a client's request: answered by the gateway itself, run, or answered with what came or will come of the same act.
 * How a call runs is call.ts; what the ledger knows of it came with the one storage request before.
 */
import { AppError } from '../../../shared/errors.ts';
import type { JsonRpcRequest } from '../../../shared/json-rpc.ts';
import { CALL_LEASE_MS, END_STREAMS_BEFORE_MS, MAX_LABEL_LENGTH } from '../limits.ts';
import type { CallOpening, StoredCall } from '../store/call-ledger.ts';
import { openCall, runCall, uniqueExchange } from './call.ts';
import { cancelled } from './call-hold.ts';
import { toBodyHash, toCallKey } from './call-key.ts';
import type { ClientMessage, EnteringMessage, LedgerEntry } from './client-message.ts';
import { mintConnection } from './connection.ts';
import { encodeClientId } from './ids.ts';
import { type Call, findCall, type LiveSession, type RelayParts } from './live-session.ts';
import { isRead } from './recovery-verdict.ts';
import { followRemoteCall, resumeOrphan, type TakeOver, toEnding } from './remote-call.ts';
import { openReply, type Reply } from './reply.ts';

/** Answered by the gateway, or of no consequence when it runs twice or its answer is lost. */
const NOT_IN_LEDGER = new Set(['initialize', 'ping', 'server/discover', 'subscriptions/listen']);
/** From this revision on clients know events without a message. Source: MCP 2025-11-25, Transports > Streamable HTTP. */
const PRIMING_SINCE = '2025-11-25';

/** How long a stream of this invocation may last, ms; the client goes on with `Last-Event-ID`. */
export const deadlineOf = ({ maxDurationMs }: RelayParts): number | undefined =>
  maxDurationMs === undefined ? undefined : maxDurationMs - END_STREAMS_BEFORE_MS;

/**
 * Returns how a request is to be entered in the ledger; undefined for one that is not kept there.
 *
 * @param live What this instance holds of the session, if anything.
 */
export function toOpening(live: LiveSession | undefined, request: JsonRpcRequest, message: EnteringMessage): CallOpening | undefined {
  if (NOT_IN_LEDGER.has(request.method)) return undefined;
  const exchange = encodeClientId(message.connection, request.id);
  return {
    key: toCallKey(message.idempotencyKey, message.connection, request.id),
    bodyHash: toBodyHash(request),
    owner: crypto.randomUUID(),
    leaseMs: CALL_LEASE_MS,
    // A connection that has to be opened first takes its time, in which nothing has been sent.
    ready: live?.stored.transport !== 'sse' || live.sseEpoch > 0,
    method: request.method,
    ...toLabel(request),
    exchange: live ? uniqueExchange(live, exchange) : exchange,
    requestId: JSON.stringify(request.id),
  };
}

/** What the user knows a call by. */
function toLabel({ params }: JsonRpcRequest): { label?: string } {
  const label = params?.['name'] ?? params?.['uri'];
  return typeof label === 'string' ? { label: label.slice(0, MAX_LABEL_LENGTH) } : {};
}

const json = (message: unknown, headers: Record<string, string> = {}, status = 200): Response =>
  new Response(JSON.stringify(message), { status, headers: { 'content-type': 'application/json', ...headers } });

export function takeRequest(
  live: LiveSession,
  parts: RelayParts,
  request: JsonRpcRequest,
  device: string,
  message: ClientMessage,
  ledger: LedgerEntry | undefined,
): Promise<Response> {
  const { revision, serverSession } = live.stored;
  const { id } = request;
  if (revision === 'stateful' && request.method === 'initialize') {
    // A connection of this client's own: its ids must not meet those of another.
    const headers = { 'mcp-session-id': mintConnection(request.params?.['capabilities']) };
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
  return answerCall(live, parts, request, device, message, ledger);
}

/** Answers a request as the ledger says: runs it, or hands out what came or will come of the same act. */
function answerCall(
  live: LiveSession,
  parts: RelayParts,
  request: JsonRpcRequest,
  device: string,
  message: ClientMessage,
  ledger: LedgerEntry | undefined,
): Promise<Response> {
  const reader = {
    id: request.id,
    streams: message.acceptsStream,
    primes: doesPrime(live, message.clientRevision),
    left: message.left,
    done: message.done,
    until: deadlineOf(parts),
  };
  const entry = ledger?.entry;
  if (ledger && entry?.kind === 'begun' && live.sentKeys.has(entry.call.key)) {
    // It was sent from here and had an entry: storage has gone back, and would let it run twice.
    live.activity.settleCall({ key: entry.call.key, owner: ledger.opening.owner, state: 'unknown' });
    live.activity.flush();
    throw new AppError(
      'CALL_OUTCOME_UNKNOWN',
      'Storage has lost the record of this call. It has been sent; check before you run it again.',
    );
  }
  if (ledger === undefined || entry === undefined || entry.kind === 'begun') {
    const call = startCall(live, parts, request, device, message, ledger?.opening, entry?.kind === 'begun' ? entry.call : undefined);
    return call.reply.attach({ ...reader, onLeave: () => leave(live, call) });
  }
  if (entry.kind === 'conflict')
    throw new AppError('CALL_KEY_REUSED', 'The Idempotency-Key was used for another request. A new act needs a new key.');
  // A read whose answer was not worth keeping is simply read again.
  if (entry.kind === 'settled' && entry.response === undefined && entry.call.state === 'done' && isRead(request.method))
    return startCall(live, parts, request, device, message, undefined, undefined).reply.attach(reader);
  if (entry.kind === 'settled') {
    const reply = openReply(undefined, () => {});
    const attached = reply.attach(reader);
    reply.end(toEnding(entry));
    return attached;
  }
  if (entry.kind === 'running') {
    const takeOver: TakeOver = async (into) => {
      const again = await parts.store.enterCall(message.credential, live.stored.id, ledger.opening);
      if (again.kind !== 'ok' || again.entry.kind !== 'begun') return false;
      startCall(live, parts, request, device, message, ledger.opening, again.entry.call, into);
      return true;
    };
    const followed = () => followRemoteCall(live, parts, message.credential, entry.call, 0, takeOver);
    return (findCall(live, entry.call.key)?.reply ?? followed()).attach(reader);
  }
  const reply = openReply(entry.call.key, () => live.activity.flush());
  parts.work.add('resume call', resumeOrphan(live, parts, entry.call, ledger.opening.owner, reply));
  return reply.attach(reader);
}

function startCall(
  live: LiveSession,
  parts: RelayParts,
  request: JsonRpcRequest,
  device: string,
  message: ClientMessage,
  opening: CallOpening | undefined,
  begun: StoredCall | undefined,
  into?: Reply,
): Call {
  const { bytes, connection, headers, idempotencyKey } = message;
  const owner = opening?.owner ?? '';
  const input = { key: opening?.key, hasOwnKey: idempotencyKey !== undefined, owner, request, bytes, connection, device, headers };
  const { call, hold } = openCall(live, parts, input, begun, into);
  parts.work.add('call', runCall(live, parts, call, hold, 'start'));
  return call;
}

/** What becomes of a call when a client that read it goes away. */
function leave(live: LiveSession, call: Call): void {
  if (call.reply.hasReaders() || !live.calls.has(call.outgoing.id)) return;
  // A stateless server takes the end of the stream for a cancellation, and so must a gateway towards a client that has no other way to say
  // it; a stateful one is told by a notification, so that a closed window cancels nothing. Source: MCP 2026-07-28 and 2025-11-25, Cancellation.
  if (live.stored.revision === 'stateless' && !call.input.hasOwnKey) call.ended.abort(cancelled());
  else live.activity.mark('client-left');
}

/** Tells whether a client gets events that have an id and no message: then it can come back though nothing was said yet. */
export const doesPrime = (live: LiveSession, clientRevision: string | undefined): boolean =>
  live.stored.revision === 'stateful' && clientRevision !== undefined && clientRevision >= PRIMING_SINCE;
