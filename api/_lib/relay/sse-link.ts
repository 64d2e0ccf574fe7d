/**
 * Owns the connection to an HTTP+SSE server: the SDK's transport, held open while the instance is warm. The stream is the server
 * session, so a new connection always shakes hands and restores. Source: MCP 2024-11-05, Transports > HTTP with SSE.
 */
import { AppError } from '../../../shared/errors.ts';
import { parseMessage } from '../../../shared/json-rpc.ts';
import { type OpenSseSession, openSseSession, restoreSession } from './handshake.ts';
import { decodeClientId, toClientMessage } from './ids.ts';
import { type LiveSession, type RelayParts, recordFromServer, type SseLink } from './live-session.ts';
import type { Received } from './rpc-answer.ts';

/** A POST to a stale endpoint may hang for ever at some servers; a living one answers 202 at once. ms */
const POST_TIMEOUT_MS = 10_000;
const HANDSHAKE_TIMEOUT_MS = 20_000;

/** Returns the session's open connection, or opens it: one handshake however many calls wait for it. */
export function holdSseLink(live: LiveSession, parts: RelayParts): Promise<SseLink> {
  live.sseLink ??= remember(live, openSseLink(live, parts));
  return live.sseLink;
}

/** Goes on with the connection that was opened when the session was made: a second handshake would be for nothing. */
export function adoptSseSession(live: LiveSession, session: OpenSseSession): void {
  live.sseLink = remember(live, Promise.resolve(toLink(live, session)));
}

function remember(live: LiveSession, opening: Promise<SseLink>): Promise<SseLink> {
  const forget = () => {
    if (live.sseLink === opening) live.sseLink = undefined;
  };
  opening.then((link) => link.broken.addEventListener('abort', forget), forget);
  return opening;
}

async function openSseLink(live: LiveSession, { egress, store }: RelayParts): Promise<SseLink> {
  const startedAt = performance.now();
  const session = await openSseSession(live.stored.url, egress, AbortSignal.timeout(HANDSHAKE_TIMEOUT_MS));
  const stored = (await store.loadSession(live.stored.id)) ?? live.stored;
  const subscriptionsRestored = await restoreSession(session, stored);
  live.activity.mark('server-stream-opened', { durationMs: Math.round(performance.now() - startedAt), subscriptionsRestored });
  return toLink(live, session);
}

function toLink(live: LiveSession, { transport }: OpenSseSession): SseLink {
  const broken = new AbortController();
  transport.onmessage = (raw) => {
    const parsed = parseMessage(raw);
    if (parsed) deliver(live, { parsed, bytes: Buffer.byteLength(JSON.stringify(raw)) });
  };
  transport.onclose = () => broken.abort();
  return {
    broken: broken.signal,
    close: () => void transport.close(),
    async send(message) {
      const { promise, reject } = Promise.withResolvers<never>();
      const timer = setTimeout(
        () => reject(new AppError('SERVER_TIMEOUT', 'The server did not take the message in 10 seconds.')),
        POST_TIMEOUT_MS,
      );
      try {
        await Promise.race([transport.send(message as Parameters<typeof transport.send>[0]), promise]);
      } finally {
        clearTimeout(timer);
      }
    },
  };
}

function deliver(live: LiveSession, received: Received): void {
  const { parsed, bytes } = received;
  if (parsed.kind === 'response') {
    live.calls.get(String(parsed.message.id))?.receive(received);
    return;
  }
  const token = parsed.kind === 'notification' ? decodeClientId(parsed.message.params?.['progressToken']) : undefined;
  if (token) {
    const owner = [...live.calls.values()].find(
      (call) => call.outgoing.params?._meta?.['progressToken'] === parsed.message.params?.['progressToken'],
    );
    owner?.receive(received);
    return;
  }
  const message = toClientMessage(parsed, live.stored.epoch);
  recordFromServer(live, message, bytes);
  live.hub.deliver(message);
}
