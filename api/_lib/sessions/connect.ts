/**
 * Owns finding out how a server is spoken to, in the specification's order, and opening the first server session.
 * Source: MCP 2026-07-28, Transports > Backward compatibility; MCP 2025-11-25, the same section.
 */
import type { Revision, Transport, TransportChoice } from '../../../shared/contract.ts';
import { AppError } from '../../../shared/errors.ts';
import type { Egress } from '../egress/egress.ts';
import { CONNECT_TIMEOUT_MS } from '../limits.ts';
import { discover } from '../relay/discovery.ts';
import { HandshakeRefused, type OpenSseSession, openSseSession, openStreamableSession, toHandshakeFailure } from '../relay/handshake.ts';
import { type ServerAccess, withAccess } from '../relay/server-access.ts';
import type { ServerSession } from '../store/store.ts';

export type Connected = {
  transport: Transport;
  revision: Revision;
  serverSession: ServerSession;
  /** The open connection to an HTTP+SSE server, which is the server session: to be adopted by the relay, or closed. */
  sse?: OpenSseSession;
};

/** What a server answers that has no Streamable HTTP at this address. */
const MAYBE_SSE = new Set([400, 404, 405, 406, 415]);

/**
 * Connects to a server for the first time, with what is kept for it.
 *
 * @param cancelled Aborted when the user no longer wants it.
 * @throws AppError that names what is wrong with the server or its address.
 */
export async function connectServer(
  server: ServerAccess,
  choice: TransportChoice,
  plainEgress: Egress,
  cancelled: AbortSignal,
): Promise<Connected> {
  const { url } = server;
  const egress = withAccess(plainEgress, () => server);
  const timeout = AbortSignal.timeout(CONNECT_TIMEOUT_MS);
  const signal = AbortSignal.any([cancelled, timeout]);
  try {
    return choice === 'sse' ? await overSse(url, egress, signal) : await overHttp(url, choice, egress, signal);
  } catch (error) {
    if (timeout.aborted && !cancelled.aborted)
      throw new AppError('SERVER_TIMEOUT', `The server did not answer the handshake in ${CONNECT_TIMEOUT_MS / 1000} seconds.`);
    throw toHandshakeFailure(error, server);
  }
}

async function overHttp(url: string, choice: TransportChoice, egress: Egress, signal: AbortSignal): Promise<Connected> {
  const found = await discover(url, egress, signal);
  if (found.kind === 'stateless') {
    const { protocolVersion, greeting } = found;
    return { transport: 'streamable-http', revision: 'stateless', serverSession: { protocolVersion, greeting } };
  }
  if (found.status === 401) throw new HandshakeRefused(401, { cause: undefined });
  try {
    const { client, serverSession } = await openStreamableSession(url, egress, signal);
    await client.close();
    return { transport: 'streamable-http', revision: 'stateful', serverSession };
  } catch (error) {
    if (choice === 'streamable-http' || !(error instanceof HandshakeRefused) || !MAYBE_SSE.has(error.status)) throw error;
    // Where neither answers as MCP, the first refusal says more about the address.
    return overSse(url, egress, signal).catch((second: unknown) => {
      throw signal.aborted || (second instanceof HandshakeRefused && second.status === 401) ? second : error;
    });
  }
}

async function overSse(url: string, egress: Egress, signal: AbortSignal): Promise<Connected> {
  const sse = await openSseSession(url, egress, signal);
  return { transport: 'sse', revision: 'stateful', serverSession: sse.serverSession, sse };
}
