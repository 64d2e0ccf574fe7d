/** Owns sending to a server over HTTP+SSE: the POST is only taken, the answer comes on the stream that sse-link.ts holds. */
import { AppError } from '../../../shared/errors.ts';
import type { JsonRpcMessage } from '../../../shared/json-rpc.ts';
import { MessageRefused } from './handshake.ts';
import type { Call, LiveSession, RelayParts, SseLink } from './live-session.ts';
import type { Attempt } from './recovery-verdict.ts';
import { type ServerAccess, toAccessFailure } from './server-access.ts';
import { toServerFailure } from './server-failure.ts';
import { holdSseLink } from './sse-link.ts';

/** Answers to a message for a connection that the server no longer knows: the transport has no rule, these are what servers send. */
const SAYS_UNKNOWN = new Set([400, 404, 410]);

/** Sends a call's request and waits for its response, or for the stream to break. */
export async function sendOverSse(live: LiveSession, parts: RelayParts, call: Call): Promise<Attempt> {
  let link: SseLink;
  try {
    link = await holdSseLink(live, parts);
  } catch (error) {
    // Not even the handshake was done: nothing of the request has been sent.
    return { kind: 'failed', error: toServerFailure(error, live.stored.url).error, ran: 'no' };
  }
  if (link.broken.aborted)
    return { kind: 'failed', error: new AppError('SERVER_UNREACHABLE', 'The stream to the server broke.'), ran: 'no' };
  await call.beforeSending();
  const sent = link.send(call.outgoing).then(
    () => undefined,
    (error: unknown) => judgeFailedMessage(error, link, live.stored),
  );
  // The connection outlives its calls: none of them may leave a listener behind.
  const over = new AbortController();
  const ended = Promise.race([
    call.answered.then((): Attempt => ({ kind: 'answered' })),
    whenAborted(link.broken, 'The stream to the server broke.', over.signal),
    whenAborted(call.ended.signal, 'The call was cancelled.', over.signal),
  ]);
  try {
    // The failure of the POST comes first: it knows whether the server took the request.
    return (await Promise.race([sent, call.answered])) ?? (await ended);
  } finally {
    over.abort();
  }
}

/**
 * Sends a notification, or a client's answer to the server.
 *
 * @returns `session-lost` where the connection was no longer known; a refusal of any other kind is an AppError that is thrown.
 */
export async function postOverSse(live: LiveSession, parts: RelayParts, message: JsonRpcMessage): Promise<'sent' | 'session-lost'> {
  const link = await holdSseLink(live, parts);
  try {
    await link.send(message);
    return 'sent';
  } catch (error) {
    const attempt = judgeFailedMessage(error, link, live.stored);
    if (attempt.kind === 'failed') throw attempt.error;
    return 'session-lost';
  }
}

/** Judges why a message was not taken. A connection that takes no more messages is closed: the next message opens another one. */
function judgeFailedMessage(error: unknown, link: SseLink, { url, secrets }: ServerAccess): Attempt {
  if (!(error instanceof MessageRefused)) {
    link.close();
    return { kind: 'failed', ...toServerFailure(error, url) };
  }
  const { status } = error;
  if (SAYS_UNKNOWN.has(status)) {
    link.close();
    return { kind: 'session-lost' };
  }
  const refusal = toAccessFailure(status, secrets);
  if (refusal) return { kind: 'failed', error: refusal, ran: 'no' };
  if (status === 403)
    return { kind: 'failed', error: new AppError('SERVER_REFUSED', 'The server answered 403: it does not allow this.'), ran: 'no' };
  return { kind: 'failed', error: new AppError('SERVER_FAILED', `The server answered ${status}.`), ran: status >= 500 ? 'unknown' : 'no' };
}

function whenAborted(signal: AbortSignal, detail: string, until: AbortSignal): Promise<Attempt> {
  return new Promise((resolve) => {
    const report = () => resolve({ kind: 'failed', error: new AppError('SERVER_FAILED', detail), ran: 'unknown' });
    if (signal.aborted) report();
    else signal.addEventListener('abort', report, { once: true, signal: until });
  });
}
