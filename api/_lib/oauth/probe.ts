/** Owns asking an MCP server, without any credentials, what it wants to be let in: a session may have been made before it said so here. */
import type { Transport } from '../../../shared/contract.ts';
import { readSignInChallenge } from './challenge.ts';
import { type Flow, takeStep } from './flow.ts';
import type { Challenge, OAuthState } from './oauth-state.ts';

const PROBE_TIMEOUT_MS = 10_000;

/**
 * Returns the server's challenge; undefined where it is known already, or there is none: then its metadata is looked up all the same.
 *
 * @throws AppError SIGN_IN_FAILED when the server cannot be reached.
 */
export async function seekChallenge(
  flow: Flow,
  { challenge, grant }: OAuthState,
  server: { url: string; transport: Transport },
): Promise<Challenge | undefined> {
  const isKnown = challenge?.resourceMetadataUrl !== undefined || (challenge?.scopes.length ?? 0) > 0;
  if (isKnown || grant !== undefined) return undefined;
  return takeStep(flow, 'challenge', async () => {
    const { status, header } = await knock(flow, server);
    if (status !== 401)
      return { value: undefined, detail: `The server answers ${status} and asks for no sign-in. Its metadata is looked up all the same.` };
    const value = readSignInChallenge(header);
    const where = value.resourceMetadataUrl === undefined ? '' : `, described at ${value.resourceMetadataUrl}`;
    const scopes = value.scopes.length === 0 ? '' : ` It wants the scopes ${value.scopes.join(', ')}.`;
    return { value, detail: `The server asks for sign-in${where}.${scopes}`, url: server.url };
  });
}

/**
 * Tells whether the server is inside a network, by the connections that were made to it; without any, one is made. A server that cannot be
 * reached counts as one on the internet: that opens nothing.
 */
export async function isServerInside(flow: Flow, server: { url: string; transport: Transport }): Promise<boolean> {
  const { egress } = flow;
  if (egress.whereIs(server.url) === undefined) await knock(flow, server).catch(() => undefined);
  return egress.whereIs(server.url) === 'inside';
}

/** Sends what changes nothing, and reads no more than the headers of the answer: a body may be a stream without an end. */
async function knock({ egress, seen, signal }: Flow, { url, transport }: { url: string; transport: Transport }) {
  const exchange: Flow['seen'][number] = { url };
  seen.push(exchange);
  const post = {
    method: 'POST',
    headers: { accept: 'application/json, text/event-stream', 'content-type': 'application/json' },
    body: JSON.stringify({ jsonrpc: '2.0', id: 'mooring-sign-in', method: 'ping' }),
  };
  const get = { headers: { accept: 'text/event-stream' } };
  const response = await egress.fetch(url, {
    ...(transport === 'sse' ? get : post),
    signal: AbortSignal.any([signal, AbortSignal.timeout(PROBE_TIMEOUT_MS)]),
  });
  exchange.status = response.status;
  await response.body?.cancel();
  return { status: response.status, header: response.headers.get('www-authenticate') };
}
