/** `/mcp/{id}`: the MCP endpoint of a session, for the extension and any other client. What is done with a message is the relay's matter. */
import { AppError } from '../../../shared/errors.ts';
import { parseMessage } from '../../../shared/json-rpc.ts';
import { parseJsonText } from '../../../shared/json-text.ts';
import { readCredential } from '../access.ts';
import { readJsonText } from '../http/body.ts';
import { rpcProblemResponse, toAppError } from '../http/problem.ts';
import type { Parts, Route, RouteContext } from './context.ts';
import { requireEntered } from './entry.ts';

/** What we hand out as `Mcp-Session-Id`; anything else a client sends is not ours. */
const CONNECTION = /^[0-9a-f-]{36}$/;
/** Headers of the stateless revision: the server compares them with the body. Source: MCP 2026-07-28, Transports > Request headers. */
const PASSED_HEADER = /^mcp-(protocol-version|method|name|param-.+)$/;

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
  const connection = readConnection(c);
  const text = await readJsonText(c.req.raw);
  const value = parseJsonText(text);
  if (Array.isArray(value)) throw new AppError('BATCH_UNSUPPORTED', 'Send each JSON-RPC message in a request of its own.');
  const parsed = parseMessage(value);
  if (!parsed) throw new AppError('MESSAGE_INVALID', 'The body is no JSON-RPC 2.0 request, notification or response.');
  const log = c.get('log');
  if ('method' in parsed.message) log.rpc = String(parsed.message.method).slice(0, 80);
  try {
    const entered = requireEntered(await parts.store.enter(credential, c.req.param('id') ?? '', { touch: true }), parts.settings);
    log.deviceId = entered.device.id;
    const isStateless = entered.session.revision === 'stateless';
    return await parts.relay.post(entered, {
      parsed,
      bytes: Buffer.byteLength(text),
      connection,
      acceptsStream: accepts(c, 'text/event-stream'),
      headers: isStateless ? passedHeaders(c) : {},
      left: c.req.raw.signal,
    });
  } catch (error) {
    const appError = toAppError(error);
    log.code = appError.code;
    return rpcProblemResponse(appError, parsed.kind === 'request' ? parsed.message.id : null);
  }
}

const passedHeaders = (c: RouteContext): Record<string, string> =>
  Object.fromEntries(Object.entries(c.req.header()).filter(([name]) => PASSED_HEADER.test(name)));

async function listen(c: RouteContext, parts: Parts): Promise<Response> {
  const credential = readCredential(c.req.header('authorization'));
  if (!accepts(c, 'text/event-stream')) throw new AppError('NOT_ACCEPTABLE', 'Accept text/event-stream.');
  const entered = requireEntered(await parts.store.enter(credential, c.req.param('id') ?? '', { touch: false }), parts.settings);
  c.get('log').deviceId = entered.device.id;
  return parts.relay.listen(entered, c.req.raw.signal);
}

/** Ends this client's connection, of which nothing is kept. The session is shared with other clients: it goes on, and ends by `DELETE /sessions/{id}`. */
async function disconnect(c: RouteContext, parts: Parts): Promise<Response> {
  const credential = readCredential(c.req.header('authorization'));
  requireEntered(await parts.store.enter(credential, c.req.param('id') ?? '', { touch: false }), parts.settings);
  return c.body(null, 204);
}

export const MCP_ROUTE: Route = { path: '/mcp/:id', methods: { GET: listen, POST: post, DELETE: disconnect } };
