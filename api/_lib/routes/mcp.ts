/** `/mcp/{id}`: the MCP endpoint of a session, for the extension and any other client. What is done with a message is the relay's matter. */
import { AppError } from '../../../shared/errors.ts';
import { parseMessage } from '../../../shared/json-rpc.ts';
import { parseJsonText } from '../../../shared/json-text.ts';
import { MAX_RPC_ID_LENGTH } from '../../../shared/limits.ts';
import { readCredential } from '../access.ts';
import type { Watch } from '../device-watch.ts';
import { readJsonText } from '../http/body.ts';
import { rpcProblemResponse, toAppError } from '../http/problem.ts';
import { accessTokenOf } from '../oauth/access-token.ts';
import { checkPaused } from '../pause.ts';
import { parseCallEventId } from '../relay/call-key.ts';
import type { EnteringMessage } from '../relay/client-message.ts';
import { checkAccess } from '../relay/server-access.ts';
import { connectSignedIn } from '../sessions/connect-signed-in.ts';
import type { Credential } from '../store/device-registry.ts';
import { type Entered, isConnected } from '../store/store.ts';
import type { Parts, Route, RouteContext } from './context.ts';
import { requireEntered } from './entry.ts';

/** What we hand out as `Mcp-Session-Id`; anything else a client sends is not ours. */
const CONNECTION = /^[0-9a-f-]{36}$/;
/** Headers of the stateless revision: the server compares them with the body. Source: MCP 2026-07-28, Transports > Request headers. */
const PASSED_HEADER = /^mcp-(protocol-version|method|name|param-.+)$/;

const idOf = (c: RouteContext): string => c.req.param('id') ?? '';

const accepts = (c: RouteContext, mediaType: string): boolean => {
  const accept = c.req.header('accept') ?? '*/*';
  return accept.includes(mediaType) || accept.includes('*/*');
};

function readConnection(c: RouteContext): string | undefined {
  const id = c.req.header('mcp-session-id');
  if (id === undefined || CONNECTION.test(id)) return id;
  throw new AppError('MESSAGE_INVALID', 'The header Mcp-Session-Id holds an id that this endpoint did not give out.', {
    hint: 'Send `initialize` first, without the header.',
  });
}

async function post(c: RouteContext, parts: Parts): Promise<Response> {
  const credential = readCredential(c.req.header('authorization'));
  if (!accepts(c, 'application/json') && !accepts(c, 'text/event-stream'))
    throw new AppError('NOT_ACCEPTABLE', 'Accept application/json and text/event-stream.');
  const connection = readConnection(c) ?? crypto.randomUUID();
  const text = await readJsonText(c.req.raw);
  const value = parseJsonText(text);
  if (Array.isArray(value)) throw new AppError('BATCH_UNSUPPORTED', 'Send each JSON-RPC message in a request of its own.');
  const parsed = parseMessage(value);
  if (!parsed) throw new AppError('MESSAGE_INVALID', 'The body is no JSON-RPC 2.0 request, notification or response.');
  if (parsed.kind === 'request' && JSON.stringify(parsed.message.id).length > MAX_RPC_ID_LENGTH / 2)
    throw new AppError('MESSAGE_INVALID', `The id of a request may have at most ${MAX_RPC_ID_LENGTH / 2} characters.`);
  const log = c.get('log');
  if ('method' in parsed.message) log.rpc = String(parsed.message.method).slice(0, 80);
  const request = {
    parsed,
    bytes: Buffer.byteLength(text),
    connection,
    idempotencyKey: c.req.header('idempotency-key'),
    acceptsStream: accepts(c, 'text/event-stream'),
    clientRevision: c.req.header('mcp-protocol-version'),
    headers: passedHeaders(c),
    credential,
  };
  try {
    const { entered, ledger } = await enter(credential, idOf(c), request, c.req.raw.signal, parts);
    return await whileIn(c, parts, credential, entered, (watch) => parts.relay.post(entered, { ...request, ...watch }, ledger));
  } catch (error) {
    const appError = toAppError(error);
    log.code = appError.code;
    return rpcProblemResponse(appError, parsed.kind === 'request' ? parsed.message.id : null);
  }
}

/** The one storage request before an answer: token, session and, for a call, its entry in the ledger. */
async function enter(credential: Credential, sessionId: string, message: EnteringMessage, left: AbortSignal, parts: Parts) {
  const { store, relay, sessions, settings, gate } = parts;
  const { parsed } = message;
  const opening = parsed.kind === 'request' ? relay.toOpening(sessionId, parsed.message, message) : undefined;
  if (!opening) {
    const entered = requireEntered(await store.enter(credential, sessionId, { touch: true }), settings);
    return { entered: await requireConnected(entered, parts, left), ledger: undefined };
  }
  if (opening.method === 'tools/call' && settings.paused.includes('calls')) await refuseNewCall(parts, credential, sessionId, opening.key);
  gate.admitCall(sessions.find(sessionId)?.calls.size ?? 0);
  const entered = requireEntered(await store.enterCall(credential, sessionId, opening), settings);
  // That it is not connected ends the call where it is run: it is in the ledger already.
  const ready = await requireConnected(entered, parts, left).catch(() => entered);
  return { entered: ready, ledger: { opening, entry: entered.entry } };
}

/** What was begun before the pause goes on, and is answered to whoever comes again with its key. */
async function refuseNewCall({ store, settings }: Parts, credential: Credential, sessionId: string, key: string): Promise<void> {
  const read = requireEntered(await store.readCall(credential, sessionId, key, { after: Number.MAX_SAFE_INTEGER }), settings);
  if (!read.result) checkPaused(settings, 'calls');
}

/** A session that was signed in while its server could not be reached is connected by whoever comes next. */
async function requireConnected(entered: Entered, parts: Parts, left: AbortSignal): Promise<Entered> {
  const { session } = entered;
  if (!isConnected(session) && accessTokenOf(session.secrets.oauth) !== undefined)
    return { ...entered, session: await connectSignedIn(parts, session, left, { wasRefused: false }) };
  checkAccess(session);
  return entered;
}

const passedHeaders = (c: RouteContext): Record<string, string> =>
  Object.fromEntries(Object.entries(c.req.header()).filter(([name]) => PASSED_HEADER.test(name)));

const isStream = ({ headers }: Response): boolean => headers.get('content-type') === 'text/event-stream';

/** Answers a client for as long as its device is in. */
async function whileIn(
  c: RouteContext,
  { deviceWatch }: Parts,
  credential: Credential,
  { device }: Entered,
  answer: (watch: Watch) => Response | Promise<Response>,
): Promise<Response> {
  c.get('log').deviceId = device.id;
  const watch = deviceWatch.watch(credential, device.id, c.req.raw.signal);
  let goesOn = false;
  try {
    const response = await answer(watch);
    goesOn = isStream(response);
    return response;
  } finally {
    if (!goesOn) watch.done();
  }
}

const revisionOf = (c: RouteContext): string | undefined => c.req.header('mcp-protocol-version');

async function listen(c: RouteContext, parts: Parts): Promise<Response> {
  const credential = readCredential(c.req.header('authorization'));
  if (!accepts(c, 'text/event-stream')) throw new AppError('NOT_ACCEPTABLE', 'Accept text/event-stream.');
  const lastEventId = c.req.header('last-event-id');
  const place = lastEventId === undefined ? undefined : parseCallEventId(lastEventId);
  if (place) return resume(c, parts, credential, place);
  const entered = requireEntered(await parts.store.enter(credential, idOf(c), { touch: false }), parts.settings);
  parts.gate.admitListener(parts.sessions.find(entered.session.id)?.hub.size() ?? 0);
  const ready = await requireConnected(entered, parts, c.req.raw.signal);
  const connection = readConnection(c);
  return whileIn(c, parts, credential, ready, (watch) =>
    parts.relay.listen(ready, { connection, lastEventId, revision: revisionOf(c), ...watch }),
  );
}

/** Goes on with the stream of a call after the client's last event, on whichever instance. */
async function resume(
  c: RouteContext,
  parts: Parts,
  credential: Credential,
  { key, after }: { key: string; after: number },
): Promise<Response> {
  const read = requireEntered(await parts.store.readCall(credential, idOf(c), key, { after }), parts.settings);
  const { result } = read;
  if (!result) throw new AppError('CALL_NOT_FOUND', 'The session has no such call any more.');
  return whileIn(c, parts, credential, read, (watch) =>
    parts.relay.resume(read, result.call, after, credential, { revision: revisionOf(c), ...watch }),
  );
}

/** Ends this client's connection, of which nothing is kept. The session is shared with other clients: it goes on, and ends by `DELETE /sessions/{id}`. */
async function disconnect(c: RouteContext, parts: Parts): Promise<Response> {
  const credential = readCredential(c.req.header('authorization'));
  requireEntered(await parts.store.enter(credential, idOf(c), { touch: false }), parts.settings);
  return c.body(null, 204);
}

export const MCP_ROUTE: Route = { path: '/mcp/:id', methods: { GET: listen, POST: post, DELETE: disconnect } };
