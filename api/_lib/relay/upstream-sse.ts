/** Owns sending to a server over HTTP+SSE: the POST is only taken, the answer comes on the stream that sse-link.ts holds. */
import { AppError } from '../../../shared/errors.ts';
import type { Call, LiveSession, RelayParts, SseLink } from './live-session.ts';
import type { Attempt } from './recovery-verdict.ts';
import { toServerFailure } from './server-failure.ts';
import { holdSseLink } from './sse-link.ts';

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
    // Other calls go on with a new connection: this endpoint no longer takes messages.
    (error: unknown): Attempt => {
      link.close();
      return { kind: 'failed', ...toServerFailure(error, live.stored.url) };
    },
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

function whenAborted(signal: AbortSignal, detail: string, until: AbortSignal): Promise<Attempt> {
  return new Promise((resolve) => {
    const report = () => resolve({ kind: 'failed', error: new AppError('SERVER_FAILED', detail), ran: 'unknown' });
    if (signal.aborted) report();
    else signal.addEventListener('abort', report, { once: true, signal: until });
  });
}
