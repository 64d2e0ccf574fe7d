/**
 * Owns the connection to an HTTP+SSE server: the SDK's transport, held open while the instance is warm. The stream is the server
 * session, so a new connection always shakes hands and restores. Source: MCP 2024-11-05, Transports > HTTP with SSE.
 */
import { randomInt } from 'node:crypto';
import { parseMessage } from '../../../shared/json-rpc.ts';
import { HANDSHAKE_TIMEOUT_MS } from '../limits.ts';
import { deliverFromServer } from './delivery.ts';
import { type OpenSseSession, openSseSession, restoreSession, toHandshakeFailure } from './handshake.ts';
import { liveEgress } from './live-access.ts';
import type { AccessParts, LiveSession, RelayParts, SseLink } from './live-session.ts';
import type { Received } from './rpc-answer.ts';

/**
 * Returns the session's open connection, or opens it: one handshake however many calls wait for it.
 *
 * @throws AppError when the handshake fails; nothing of a call was sent then.
 */
export function holdSseLink(live: LiveSession, parts: RelayParts): Promise<SseLink> {
  live.sseLink ??= remember(live, openSseLink(live, parts));
  return live.sseLink;
}

/** Goes on with the connection that was opened when the session was made: a second handshake would be for nothing. */
export function adoptSseSession(live: LiveSession, parts: AccessParts, session: OpenSseSession): void {
  session.use(liveEgress(live, parts));
  live.sseLink = remember(live, Promise.resolve(toLink(live, session)));
}

function remember(live: LiveSession, opening: Promise<SseLink>): Promise<SseLink> {
  const forget = () => {
    if (live.sseLink === opening) live.sseLink = undefined;
  };
  opening.then((link) => link.broken.addEventListener('abort', forget), forget);
  return opening;
}

async function openSseLink(live: LiveSession, parts: RelayParts): Promise<SseLink> {
  const startedAt = performance.now();
  const signal = AbortSignal.timeout(HANDSHAKE_TIMEOUT_MS);
  const session = await openSseSession(live.stored.url, liveEgress(live, parts), signal).catch((error: unknown) => {
    throw toHandshakeFailure(error, live.stored);
  });
  const stored = (await parts.store.loadSession(live.stored.id)) ?? live.stored;
  // The questions of an earlier connection can't be answered on this one.
  if (stored.questions.length > 0) live.activity.change({ answered: '*' });
  const subscriptionsRestored = await restoreSession(session, stored);
  live.activity.mark('server-stream-opened', { durationMs: Math.round(performance.now() - startedAt), subscriptionsRestored });
  return toLink(live, session);
}

function toLink(live: LiveSession, { transport, flow }: OpenSseSession): SseLink {
  flow.whenRoom = () => live.hub.whenRoom();
  const broken = new AbortController();
  // By chance, not counted: another instance has a connection of its own, and each new one begins to count its questions from 0.
  const epoch = randomInt(1, 2 ** 47);
  live.sseEpoch = epoch;
  transport.onmessage = (raw) => {
    const parsed = parseMessage(raw);
    if (parsed) deliver(live, { parsed, bytes: Buffer.byteLength(JSON.stringify(raw)) }, epoch);
  };
  transport.onclose = () => {
    if (live.sseEpoch === epoch) live.sseEpoch = 0;
    broken.abort();
  };
  return {
    broken: broken.signal,
    close: () => void transport.close(),
    send: (message) => transport.send(message as Parameters<typeof transport.send>[0]),
  };
}

function deliver(live: LiveSession, received: Received, epoch: number): void {
  const { parsed } = received;
  if (parsed.kind === 'response') live.calls.get(String(parsed.message.id))?.receive(received, { epoch });
  else deliverFromServer(live, received, epoch);
}
