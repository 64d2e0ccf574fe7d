/**
 * Owns one call: a client's request and all that comes of it, until its response. Sends it, recovers what can be recovered,
 * and keeps the activity. How the answer looks over HTTP is in reply.ts; what may be repeated in recovery-verdict.ts.
 */
import { setTimeout as pause } from 'node:timers/promises';
import { toAppError } from '../http/problem.ts';
import { recordFromServer } from './delivery.ts';
import { decodeClientId, toClientMessage, toServerRequest } from './ids.ts';
import type { Call, CallInput, LiveSession, RelayParts } from './live-session.ts';
import { judgeAttempt } from './recovery-verdict.ts';
import { renewServerSession } from './renewal.ts';
import type { Reply } from './reply.ts';
import type { Received } from './rpc-answer.ts';
import { sendOverHttp } from './upstream-http.ts';
import { sendOverSse } from './upstream-sse.ts';

/** Before a request is sent again, ms: a server that restarts is back by then more often than not. */
const REPEAT_AFTER_MS = 200;
/** While a call runs, its session's time starts again this often, ms. */
const TOUCH_EVERY_MS = 60_000;

export function openCall(live: LiveSession, input: CallInput, reply: Reply): Call {
  const startedAt = performance.now();
  const outgoing = toServerRequest(input.request, input.connection);
  const exchange = uniqueExchange(live, String(outgoing.id));
  const { method } = input.request;
  const { device } = input;
  live.activity.message({ direction: 'to-server', device, bytes: input.bytes, exchange, method }, input.request);

  const answered = Promise.withResolvers<void>();
  const progressToken = outgoing.params?._meta?.['progressToken'];
  let isAnswered = false;
  const call: Call = {
    input,
    outgoing: { ...outgoing, id: exchange },
    progressToken,
    ended: new AbortController(),
    answered: answered.promise,
    delivered: false,
    accepted: false,
    clientLeft: false,
    receive(received, { epoch, status }) {
      const { parsed, bytes } = received;
      if (isAnswered || isOfAnotherCall(received)) return false;
      call.delivered = true;
      if (parsed.kind === 'response') {
        isAnswered = true;
        call.accepted = 'result' in parsed.message;
        const message = { ...parsed.message, id: input.request.id };
        const durationMs = Math.round((performance.now() - startedAt) * 10) / 10;
        live.activity.message({ direction: 'to-client', device, bytes, exchange, method, durationMs }, message);
        reply.finish(message, status);
        answered.resolve();
        return true;
      }
      const message = toClientMessage(parsed, epoch);
      recordFromServer(live, message, bytes, device);
      const isQuestion = parsed.kind === 'request';
      // A question must find somebody who answers it, or the call would wait for ever.
      if (isQuestion && (call.clientLeft || !reply.streams)) live.hub.deliver(message);
      else reply.message(message);
      return false;
    },
  };
  // A stream that was taken up again may bring what belongs to others too: some servers keep one row of events for all.
  const isOfAnotherCall = ({ parsed }: Received): boolean => {
    if (parsed.kind === 'response') return parsed.message.id !== exchange;
    const token = parsed.kind === 'notification' ? parsed.message.params?.['progressToken'] : undefined;
    return token !== progressToken && decodeClientId(token) !== undefined;
  };
  live.calls.set(exchange, call);
  return call;
}

/** A client that uses one id twice at a time gets two ids at the server all the same. */
function uniqueExchange(live: LiveSession, id: string): string {
  if (!live.calls.has(id)) return id;
  return `${id}#${crypto.randomUUID()}`;
}

/** Runs a call to its end; its reply is always completed, the promise never rejects. */
export async function runCall(live: LiveSession, parts: RelayParts, call: Call, reply: Reply): Promise<void> {
  const touching = setInterval(() => parts.work.add('touch', parts.store.touchSession(live.stored.id)), TOUCH_EVERY_MS);
  try {
    await attemptUntilAnswered(live, parts, call);
    if (call.accepted) rememberForRecovery(live, call);
  } catch (error) {
    if (call.ended.signal.aborted) return;
    const appError = toAppError(error);
    if (appError.code === 'CALL_OUTCOME_UNKNOWN') live.activity.mark('outcome-unknown', { code: appError.code });
    else if (appError.code.startsWith('SERVER_')) live.activity.mark('server-unreachable', { code: appError.code });
    reply.fail(appError);
  } finally {
    clearInterval(touching);
    live.calls.delete(call.outgoing.id);
    live.activity.flush();
  }
}

async function attemptUntilAnswered(live: LiveSession, parts: RelayParts, call: Call): Promise<void> {
  const send = live.stored.transport === 'sse' ? sendOverSse : sendOverHttp;
  for (let repeats = 0, renewed = false; ; ) {
    const { epoch } = live.stored;
    const attempt = await send(live, parts, call);
    const verdict = judgeAttempt(attempt, { method: call.input.request.method, repeats, renewed, delivered: call.delivered });
    if (verdict.kind === 'done') return;
    if (verdict.kind === 'fail') throw verdict.error;
    if (verdict.kind === 'renew') {
      // Over HTTP+SSE the next attempt opens a connection, which is a server session of its own.
      if (live.stored.transport === 'streamable-http') await renewServerSession(live, parts, epoch);
      renewed = true;
    } else {
      repeats++;
      await pause(REPEAT_AFTER_MS, undefined, { signal: call.ended.signal });
    }
  }
}

/** What a new server session would have to be told again. */
function rememberForRecovery(live: LiveSession, call: Call): void {
  const { method, params } = call.input.request;
  const uri = params?.['uri'];
  const level = params?.['level'];
  if (method === 'logging/setLevel' && typeof level === 'string') live.activity.change({ logLevel: level });
  if (method === 'resources/subscribe' && typeof uri === 'string') live.activity.change({ subscribed: uri });
  if (method === 'resources/unsubscribe' && typeof uri === 'string') live.activity.change({ unsubscribed: uri });
}
