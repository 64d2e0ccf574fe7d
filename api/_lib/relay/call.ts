/**
 * Owns one call: a client's request and all that comes of it, until its response. Keeps its activity and its entry in the ledger. Sending
 * and recovering are call-attempts.ts; how the answer looks over HTTP is in reply.ts.
 */
import { AppError } from '../../../shared/errors.ts';
import { MAX_NAME_LENGTH, MAX_URL_LENGTH } from '../../../shared/limits.ts';
import { toAppError, toRpcError } from '../http/problem.ts';
import { MAX_SENT_KEYS } from '../limits.ts';
import type { CallProgress, StoredCall } from '../store/call-ledger.ts';
import { attemptUntilAnswered } from './call-attempts.ts';
import { type CallHold, cancelled, holdCall } from './call-hold.ts';
import { handOut, recordFromServer } from './delivery.ts';
import { decodeClientId, toClientMessage, toServerRequest } from './ids.ts';
import { addLatest } from './latest.ts';
import { type Call, type CallInput, InstanceEnds, type LiveSession, type RelayParts } from './live-session.ts';
import { isRead } from './recovery-verdict.ts';
import { openReply, type Reply } from './reply.ts';
import type { Received } from './rpc-answer.ts';
import { resumeOverHttp } from './upstream-http.ts';

/** While a call runs, its session's time starts again this often, ms. */
const TOUCH_EVERY_MS = 60_000;

/**
 * Opens a call at this instance: from now on it can be read, cancelled and found by its key.
 *
 * @param begun Its entry in the ledger; undefined for what is not kept there.
 * @param reply Where what comes of it goes; a new one unless somebody follows the call already.
 */
export function openCall(
  live: LiveSession,
  parts: RelayParts,
  input: CallInput,
  begun: StoredCall | undefined,
  reply: Reply = openReply(input.key, () => live.activity.flush()),
): { call: Call; hold: CallHold } {
  const startedAt = performance.now();
  const outgoing = toServerRequest(input.request, input.connection);
  const exchange = begun?.exchange ?? uniqueExchange(live, String(outgoing.id));
  const { method } = input.request;
  const { device } = input;
  // It is in the activity already.
  const isTakenUp = input.bytes === 0;
  const facts = { device, exchange, method, ...(input.key !== undefined && { key: input.key }) };
  if (!isTakenUp) live.activity.message({ direction: 'to-server', ...facts, bytes: input.bytes }, input.request);

  const answered = Promise.withResolvers<void>();
  const ended = new AbortController();
  const progressToken = outgoing.params?._meta?.['progressToken'];
  const hold = holdCall(parts.store, live.stored.id, input.owner, begun, {
    onCancelled: () => ended.abort(cancelled()),
    onLost: (error) => ended.abort(error),
  });
  let progress: CallProgress | undefined;
  let toldEventId: string | undefined;
  let isAnswered = false;
  const call: Call = {
    input,
    outgoing: { ...outgoing, id: exchange },
    progressToken,
    ended,
    answered: answered.promise,
    delivered: false,
    accepted: false,
    reply,
    serverEventId: undefined,
    takeNews() {
      const { key, owner } = input;
      const { serverEventId } = call;
      // A call that ends at once ends before anybody could ask for it.
      if (key === undefined || !reply.hasStreamed()) return undefined;
      const events = reply.takeNews();
      const isNewId = serverEventId !== undefined && serverEventId !== toldEventId;
      if (!events && !progress && !isNewId) return undefined;
      const news = { key, owner, ...(events && { events }), ...(progress && { progress }), ...(isNewId && { serverEventId }) };
      progress = undefined;
      toldEventId = serverEventId;
      return news;
    },
    async beforeSending() {
      await hold.markSent(live.stored.epoch);
      if (input.key !== undefined) addLatest(live.sentKeys, input.key, MAX_SENT_KEYS);
    },
    receive(received, { epoch, status }) {
      const { parsed, bytes } = received;
      if (isAnswered || isOfAnotherCall(received)) return false;
      call.delivered = true;
      if (parsed.kind === 'response') {
        isAnswered = true;
        call.accepted = 'result' in parsed.message;
        const message = { ...parsed.message, id: input.request.id };
        const durationMs = Math.round((performance.now() - startedAt) * 10) / 10;
        live.activity.message({ direction: 'to-client', ...facts, bytes, durationMs }, message);
        const text = JSON.stringify(message);
        settle(live, call, call.accepted ? 'done' : 'failed', text);
        reply.end({ kind: 'response', text, status: status ?? 200, id: message.id });
        answered.resolve();
        return true;
      }
      progress = readProgress(received) ?? progress;
      const hasAudience = reply.audience() > 0;
      const message = toClientMessage(parsed, epoch, hasAudience ? input.connection : '');
      recordFromServer(live, message, bytes, device);
      reply.message(JSON.stringify(message));
      // A question goes to every device: the one that called may be the one that nobody sits at.
      if (parsed.kind === 'request') handOut(live, message);
      return false;
    },
  };
  // A stream that was taken up again may bring what belongs to others too: some servers keep one row of events for all.
  const isOfAnotherCall = ({ parsed }: Received): boolean => {
    if (parsed.kind === 'response') return parsed.message.id !== exchange;
    const token = parsed.kind === 'notification' ? parsed.message.params?.['progressToken'] : undefined;
    const owner = decodeClientId(token);
    if (token === progressToken || owner === undefined) return false;
    // Who took a call up does not know its token, only whose it was.
    return !isTakenUp || owner.connection !== decodeClientId(exchange)?.connection;
  };
  live.calls.set(exchange, call);
  return { call, hold };
}

/** A client that uses one id twice at a time gets two ids at the server all the same. */
export function uniqueExchange(live: LiveSession, id: string): string {
  if (!live.calls.has(id)) return id;
  return `${id}#${crypto.randomUUID()}`;
}

/** Failures after which the session says that its server cannot be reached, until it was again. */
const UNREACHED = new Set(['SERVER_UNREACHABLE', 'SERVER_NAME_UNKNOWN', 'SERVER_TLS_FAILED', 'SERVER_TIMEOUT']);

function note(live: LiveSession, name: 'isReachable' | 'awaitsSignIn', value: boolean): void {
  if (live.stored[name] === value) return;
  live.stored = { ...live.stored, [name]: value };
  live.activity.change({ [name]: value });
}

function readProgress({ parsed }: Received): CallProgress | undefined {
  if (parsed.kind !== 'notification' || parsed.message.method !== 'notifications/progress') return undefined;
  const { progress, total, message } = parsed.message.params ?? {};
  if (typeof progress !== 'number') return undefined;
  return { progress, ...(typeof total === 'number' && { total }), ...(typeof message === 'string' && { message: message.slice(0, 500) }) };
}

function settle(live: LiveSession, call: Call, state: 'done' | 'failed' | 'unknown', response?: string): void {
  const { key, owner } = call.input;
  const news = call.takeNews();
  // Lists are long and can be read again; only who lost the stream of one comes back for it.
  const isWorthKeeping = state !== 'done' || !isRead(call.input.request.method) || call.reply.hasStreamed();
  if (news) live.activity.callNews(news);
  if (key !== undefined) live.activity.settleCall({ key, owner, state, ...(response !== undefined && isWorthKeeping && { response }) });
}

/**
 * Runs a call to its end; its reply always ends, the promise never rejects.
 *
 * @param from `start` sends the request; an event id takes up the stream that another instance had; `lost` says that there is none.
 */
export async function runCall(
  live: LiveSession,
  parts: RelayParts,
  call: Call,
  hold: CallHold,
  from: 'start' | 'lost' | { eventId: string },
): Promise<void> {
  const { input, reply } = call;
  const touching = setInterval(() => parts.work.add('touch', parts.store.touchSession(live.stored.id)), TOUCH_EVERY_MS);
  try {
    if (from === 'start') await attemptUntilAnswered(live, parts, call, hold);
    else await resume(live, parts, call, from);
    if (call.accepted) rememberForRecovery(live, call);
    note(live, 'isReachable', true);
    note(live, 'awaitsSignIn', false);
  } catch (error) {
    const { aborted, reason } = call.ended.signal;
    if (reason instanceof InstanceEnds && (await handOver(live, parts, call, hold))) return;
    const appError = aborted && reason instanceof AppError ? reason : toAppError(error);
    const isUnknown = appError.code === 'CALL_OUTCOME_UNKNOWN';
    if (!reply.ending && isUnknown) live.activity.mark('outcome-unknown', { code: appError.code });
    else if (appError.code === 'SERVER_SIGN_IN_REQUIRED') live.activity.mark('sign-in-required', { code: appError.code });
    else if (appError.code.startsWith('SERVER_')) live.activity.mark('server-unreachable', { code: appError.code });
    if (UNREACHED.has(appError.code)) note(live, 'isReachable', false);
    if (appError.code === 'SERVER_SIGN_IN_REQUIRED') note(live, 'awaitsSignIn', true);
    settle(live, call, isUnknown ? 'unknown' : 'failed', JSON.stringify(toRpcError(appError, input.request.id)));
    reply.end({ kind: 'failure', error: appError });
  } finally {
    clearInterval(touching);
    hold.release();
    live.calls.delete(call.outgoing.id);
    live.activity.flush();
  }
}

/** Leaves a call to the next instance, where the server's stream can be taken up there; false where it can't. */
async function handOver(live: LiveSession, { store }: RelayParts, call: Call, hold: CallHold): Promise<boolean> {
  const { reply } = call;
  if (reply.ending || !reply.hasStreamed() || call.serverEventId === undefined) return false;
  const news = call.takeNews();
  try {
    // In this order: a call that nobody holds and whose stream is not known is lost.
    await store.settle(live.stored.id, { id: crypto.randomUUID(), activity: [], ...(news && { runningCalls: [news] }) });
    await hold.letGo();
  } catch {
    // Storage does not answer: the lease lapses by itself, and what was stored before counts.
  }
  reply.suspend();
  return true;
}

async function resume(live: LiveSession, parts: RelayParts, call: Call, from: 'lost' | { eventId: string }): Promise<void> {
  // Nothing is sent again here, whatever the request: its first life is not known to be over.
  const attempt = from === 'lost' ? undefined : await resumeOverHttp(live, parts, call, from.eventId);
  if (attempt?.kind === 'answered') return;
  throw new AppError('CALL_OUTCOME_UNKNOWN', 'The instance that ran the call was lost. It may have run. Check before you run it again.');
}

/** What a new server session would have to be told again. */
function rememberForRecovery(live: LiveSession, call: Call): void {
  const { method, params } = call.input.request;
  const uri = params?.['uri'];
  const level = params?.['level'];
  if (method === 'logging/setLevel' && typeof level === 'string' && level.length <= MAX_NAME_LENGTH)
    live.activity.change({ logLevel: level });
  // It is part of the record, which every use of the session reads.
  if (typeof uri !== 'string' || uri.length > MAX_URL_LENGTH) return;
  if (method === 'resources/subscribe') live.activity.change({ subscribed: uri });
  if (method === 'resources/unsubscribe') live.activity.change({ unsubscribed: uri });
}
