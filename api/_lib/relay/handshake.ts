/**
 * Owns the handshake with a server, by the official SDK through `egress`: opening a server session, telling it again what an
 * earlier one knew, ending it. Which transport to try is decided in connect.ts. The SDK is loaded when it is needed: a call in a
 * session that the server still knows needs no handshake, and its cold start is faster for it.
 */
import type { Client } from '@modelcontextprotocol/sdk/client/index.js';
import type { SSEClientTransport } from '@modelcontextprotocol/sdk/client/sse.js';
import { AppError } from '../../../shared/errors.ts';
import { VERSION } from '../../../shared/version.ts';
import type { Egress } from '../egress/egress.ts';
import { POST_TIMEOUT_MS, REQUEST_TIMEOUT_MS } from '../limits.ts';
import type { ServerSession, StoredSession } from '../store/store.ts';
import { accessHeaders, type ServerAccess, toAccessFailure } from './server-access.ts';
import { toServerFailure } from './server-failure.ts';

/** Who we say we are, to every server. */
export const CLIENT_INFO = { name: 'Mooring', version: VERSION } as const;
/**
 * What the clients of a session can answer. Declared once, since they share one server session, and before any of them is there: the
 * extension answers all of it, from popup and panel, and roots are answered here (session-roots.ts). A client that declared less is not
 * asked (connection.ts).
 */
export const CLIENT_CAPABILITIES = { roots: { listChanged: true }, sampling: { tools: {} }, elicitation: { form: {}, url: {} } } as const;

export type OpenServerSession = { client: Client; serverSession: ServerSession };
export type OpenSseSession = OpenServerSession & {
  transport: SSEClientTransport;
  flow: SseFlow;
  /** Sends what follows by another way out: the connection may outlive the secrets that it was opened with. */
  use(egress: Egress): void;
};
/** How the stream of an HTTP+SSE session is kept from outrunning whoever takes its messages, who sets `whenRoom`. */
export type SseFlow = { whenRoom(): Promise<void> | undefined };

/** What the server answered over HTTP when a handshake failed: the caller decides from it, never from a message's text. */
export class HandshakeRefused extends Error {
  override readonly name = 'HandshakeRefused';
  readonly status: number;
  constructor(status: number, options: { cause: unknown }) {
    super(`The server answered ${status}.`, options);
    this.status = status;
  }
}

/** What an HTTP+SSE server answered to a message that it did not take. */
export class MessageRefused extends Error {
  override readonly name = 'MessageRefused';
  readonly status: number;
  constructor(status: number) {
    super(`The server answered ${status} to a message.`);
    this.status = status;
  }
}

/** Returns what a failed handshake means to the user. Nothing of a call was sent with it, so its outcome is never unknown. */
export function toHandshakeFailure(error: unknown, { url, secrets }: ServerAccess): AppError {
  if (error instanceof HandshakeRefused) return toAccessFailure(error.status, secrets) ?? toRefusal(error.status);
  const failure = toServerFailure(error, url).error;
  if (failure.code !== 'CALL_OUTCOME_UNKNOWN') return failure;
  return new AppError('SERVER_UNREACHABLE', `The connection to ${new URL(url).host} was lost during the handshake.`, { cause: error });
}

function toRefusal(status: number): AppError {
  if (status === 403) return new AppError('SERVER_REFUSED', 'The server answered 403: it does not let this backend in.');
  if (status >= 500) return new AppError('SERVER_FAILED', `The server answered ${status} to the handshake.`);
  return new AppError('SERVER_NOT_MCP', `The address answered ${status}, not as an MCP server.`, {
    hint: 'Check the path: many servers are at /mcp, older ones at /sse.',
  });
}

const createClient = async (): Promise<Client> => {
  const sdk = await import('@modelcontextprotocol/sdk/client/index.js');
  return new sdk.Client(CLIENT_INFO, { capabilities: CLIENT_CAPABILITIES });
};

/** Wraps `egress.fetch` so that the last refusal is known, and the stream that the SDK opens by itself stays closed. */
function observeFetch(egress: Egress, options: { skipGet: boolean }) {
  const seen: { status: number | undefined; error: unknown } = { status: undefined, error: undefined };
  const fetch = async (url: string | URL, init?: RequestInit): Promise<Response> => {
    // 405 says "no stream here": the relay opens it when a client listens. Source: MCP 2025-11-25, Listening for messages.
    if (options.skipGet && init?.method === 'GET') return new Response(null, { status: 405 });
    try {
      const response = await egress.fetch(url, init);
      seen.status = response.ok ? undefined : response.status;
      return response;
    } catch (error) {
      seen.error = error;
      throw error;
    }
  };
  return { seen, fetch };
}

/**
 * Opens a server session over Streamable HTTP.
 *
 * @throws HandshakeRefused with the HTTP status where the server refused; what `egress` threw where it could not be reached;
 *   AppError SERVER_NOT_MCP where it answers something else.
 */
export async function openStreamableSession(url: string, egress: Egress, signal: AbortSignal): Promise<OpenServerSession> {
  const { StreamableHTTPClientTransport } = await import('@modelcontextprotocol/sdk/client/streamableHttp.js');
  const { seen, fetch } = observeFetch(egress, { skipGet: true });
  const transport = new StreamableHTTPClientTransport(new URL(url), { fetch });
  return shakeHands(transport, seen, signal);
}

/** Opens an HTTP+SSE connection, which is its own server session. Failures as with `openStreamableSession`. */
export async function openSseSession(url: string, egress: Egress, signal: AbortSignal): Promise<OpenSseSession> {
  const { SSEClientTransport, SseError } = await import('@modelcontextprotocol/sdk/client/sse.js');
  let wayOut = egress;
  const { seen, fetch } = observeFetch({ ...egress, fetch: (target, init) => wayOut.fetch(target, init) }, { skipGet: false });
  // The SDK tells a refusal by a sentence; callers need its status. And it would abort what is being sent when the stream breaks:
  // then nobody knew whether the server took it.
  const post = async (target: string | URL, init?: RequestInit): Promise<Response> => {
    const response = await fetch(target, { ...init, signal: AbortSignal.timeout(POST_TIMEOUT_MS) });
    if (response.ok) return response;
    await response.body?.cancel();
    throw new MessageRefused(response.status);
  };
  const flow: SseFlow = { whenRoom: () => undefined };
  const listen = async (target: string | URL, init?: RequestInit) => holdBack(await fetch(target, init), flow);
  const transport = new SSEClientTransport(new URL(url), { fetch: post, eventSourceInit: { fetch: listen } });
  const opened = await shakeHands(transport, seen, signal);
  // The SDK's event source would reconnect by itself, to a new server session that nobody has shaken hands with.
  transport.onerror = (error) => {
    if (error instanceof SseError) void transport.close();
  };
  return {
    ...opened,
    transport,
    flow,
    use(next) {
      wayOut = next;
    },
  };
}

/** The SDK reads as fast as it can: it gets the next chunk when there is room for what the last one held. */
function holdBack(response: Response, flow: SseFlow): Response {
  if (!response.ok || response.body === null) return response;
  const inTime = new TransformStream<Uint8Array, Uint8Array>({
    async transform(chunk, controller) {
      await flow.whenRoom();
      controller.enqueue(chunk);
    },
  });
  const { status, headers, url } = response;
  return Object.defineProperty(new Response(response.body.pipeThrough(inTime), { status, headers }), 'url', { value: url });
}

type SdkTransport = Parameters<Client['connect']>[0];

async function shakeHands(
  transport: Omit<SdkTransport, 'sessionId'> & { sessionId?: string | undefined },
  seen: { status: number | undefined; error: unknown },
  signal: AbortSignal,
): Promise<OpenServerSession> {
  const client = await createClient();
  let greeting: Record<string, unknown> | undefined;
  // The SDK keeps only what it knows of the InitializeResult; clients of the session shall see all of it.
  transport.onmessage = (message) => {
    if ('result' in message && greeting === undefined) greeting = message.result;
  };
  const aborted = Promise.withResolvers<never>();
  const onAbort = () => aborted.reject(signal.reason);
  signal.addEventListener('abort', onAbort);
  try {
    if (signal.aborted) onAbort();
    await Promise.race([client.connect(transport as SdkTransport, { timeout: REQUEST_TIMEOUT_MS }), aborted.promise]);
  } catch (cause) {
    await client.close().catch(() => {});
    await transport.close().catch(() => {});
    if (signal.aborted) throw signal.reason;
    if (seen.error !== undefined) throw seen.error;
    if (seen.status !== undefined) throw new HandshakeRefused(seen.status, { cause });
    throw new AppError('SERVER_NOT_MCP', 'The address answers, but not with the handshake of an MCP server.', { cause });
  } finally {
    signal.removeEventListener('abort', onAbort);
  }
  const protocolVersion = typeof greeting?.['protocolVersion'] === 'string' ? greeting['protocolVersion'] : '2025-03-26';
  const { sessionId } = transport;
  return { client, serverSession: { ...(sessionId !== undefined && { id: sessionId }), protocolVersion, greeting: greeting ?? {} } };
}

/**
 * Tells a new server session what the earlier one knew: log level and subscriptions. What the server refuses is left out.
 *
 * @returns How many subscriptions are there again.
 */
export async function restoreSession(
  { client }: OpenServerSession,
  known: Pick<StoredSession, 'logLevel' | 'subscriptions'>,
): Promise<number> {
  const options = { timeout: REQUEST_TIMEOUT_MS };
  const { LoggingLevelSchema } = await import('@modelcontextprotocol/sdk/types.js');
  const level = LoggingLevelSchema.safeParse(known.logLevel);
  const setLevel = level.success ? client.setLoggingLevel(level.data, options) : Promise.resolve();
  const subscribing = known.subscriptions.map((uri) => client.subscribeResource({ uri }, options));
  const results = await Promise.allSettled([setLevel, ...subscribing]);
  return results.slice(1).filter(({ status }) => status === 'fulfilled').length;
}

/** Ends the server session, where the server keeps one. Best effort: a server that is gone has ended it. */
export async function endServerSession(
  { url, secrets, serverSession, transport }: Pick<StoredSession, 'url' | 'secrets' | 'serverSession' | 'transport'>,
  egress: Egress,
): Promise<void> {
  if (serverSession.id === undefined || transport === 'sse') return;
  const headers = { ...accessHeaders(secrets), 'mcp-session-id': serverSession.id, 'mcp-protocol-version': serverSession.protocolVersion };
  try {
    const response = await egress.fetch(url, { method: 'DELETE', headers, signal: AbortSignal.timeout(3000) });
    await response.body?.cancel();
  } catch {
    // It ends there by itself.
  }
}
