/**
 * Owns an MCP server of the stateful revisions that does exactly what a test says, raw over node:http, and counts what it ran.
 * Unless told otherwise it behaves: it shakes hands, answers lists and calls, refuses what is not in a session of its own.
 */
import { once } from 'node:events';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo, Socket } from 'node:net';
import { listen } from '../../api/_local/listen.ts';
import { endLater } from './at-end.ts';
import { learnSecret } from './secrets.ts';

export type RpcMessage = {
  jsonrpc?: string;
  id?: string | number | null;
  method?: string;
  params?: Record<string, unknown>;
  result?: unknown;
  error?: unknown;
};

/** A request that a script answers. */
export type Exchange = {
  readonly message: RpcMessage;
  readonly headers: IncomingMessage['headers'];
  /** Answers with one JSON text; an id of another request can be named. */
  result(result: Record<string, unknown>, id?: RpcMessage['id'], headers?: Record<string, string>): void;
  /** Answers with any status, body and media type. */
  send(status: number, body?: unknown, mediaType?: string, headers?: Record<string, string>): void;
  /** Sends an event on the exchange's stream, which begins with the first one. */
  event(message: RpcMessage, eventId?: string): void;
  /** Sends bytes on the stream as they are. */
  raw(text: string): void;
  bytes(chunk: Uint8Array): void;
  end(): void;
  /** Breaks the connection as soon as what was sent is on its way. */
  cut(): void;
  /** Breaks the connection. */
  reset(): void;
  /** Answers as the server does without a script. */
  behave(): void;
  /** Resolves when the client's side of the exchange has gone. */
  readonly closed: Promise<unknown>;
};

export type Script = (exchange: Exchange) => void;

export type ScriptedServer = {
  readonly url: string;
  readonly port: number;
  /** Messages that came with a POST, in order, refused ones too. */
  readonly received: readonly (RpcMessage & { serverSession?: string })[];
  /** GET requests: `Last-Event-ID` of each, or undefined. */
  readonly listened: readonly (string | undefined)[];
  /** How many requests of a method were taken up: what a server does before it answers or fails. */
  ran(method: string): number;
  /** Accepted handshakes. */
  handshakes(): number;
  /** Server sessions that have neither been ended nor forgotten. */
  sessions(): string[];
  /** What a method's requests meet from now on; `GET` is the stream. Without a script the server behaves. */
  on(method: string, script?: Script): void;
  /** Forgets all sessions, as a restart does. */
  forget(): void;
  /** How a session that is not known is refused. */
  refuseLost(status: number, body: unknown): void;
  /** Stops listening and breaks all connections; the port stays its own for `reopen`. */
  shut(): Promise<void>;
  reopen(): Promise<void>;
};

const GREETING = {
  protocolVersion: '2025-11-25',
  capabilities: { tools: {}, logging: {}, resources: { subscribe: true } },
  serverInfo: { name: 'scripted', version: '1' },
};
const RESULTS: Record<string, Record<string, unknown>> = {
  ping: {},
  'tools/list': { tools: [{ name: 'act', inputSchema: { type: 'object' } }] },
  'tools/call': { content: [{ type: 'text', text: 'done' }] },
  'logging/setLevel': {},
  'resources/subscribe': {},
  'resources/unsubscribe': {},
};

export type ScriptedServerOptions = {
  /** False for a server that gives out no `Mcp-Session-Id`. */
  sessions?: boolean;
  /** False for a server that closes each connection after its answer: then none can be found dead. */
  keepAlive?: boolean;
};

export async function startScriptedServer({
  sessions: keepsSessions = true,
  keepAlive = true,
}: ScriptedServerOptions = {}): Promise<ScriptedServer> {
  const received: (RpcMessage & { serverSession?: string })[] = [];
  const listened: (string | undefined)[] = [];
  const counts = new Map<string, number>();
  const scripts = new Map<string, Script>();
  const sessions = new Set<string>();
  const sockets = new Set<Socket>();
  let handshakes = 0;
  let refusal: { status: number; body: unknown } = { status: 404, body: rpcError(-32001, 'Session not found') };

  const shakeHands: Script = (exchange) => {
    handshakes++;
    const id = `server-session-${handshakes}`;
    sessions.add(id);
    learnSecret('server session', id);
    exchange.result(GREETING, exchange.message.id, keepsSessions ? { 'mcp-session-id': id } : {});
  };
  const chooseAnswer = ({ id, method }: RpcMessage, serverSession: string | undefined): Script => {
    if (method === 'server/discover') return (exchange) => exchange.send(400, rpcError(-32601, 'Method not found', id));
    const isLost = keepsSessions && method !== 'initialize' && !sessions.has(serverSession ?? '');
    if (isLost) return (exchange) => exchange.send(refusal.status, refusal.body);
    if (method !== undefined && id !== undefined) counts.set(method, (counts.get(method) ?? 0) + 1);
    return scripts.get(method ?? 'answer') ?? ((exchange) => exchange.behave());
  };
  const behave: Script = (exchange) => {
    const { id, method } = exchange.message;
    const result = RESULTS[method ?? ''];
    if (method === 'initialize') shakeHands(exchange);
    else if (method === undefined || id === undefined) exchange.send(202);
    else if (result) exchange.result(result);
    else exchange.send(200, rpcError(-32601, 'Method not found', id));
  };

  const serve = async (request: IncomingMessage, response: ServerResponse): Promise<void> => {
    const chunks: Buffer[] = [];
    for await (const chunk of request) chunks.push(chunk as Buffer);
    const text = Buffer.concat(chunks).toString('utf8');
    const header = request.headers['mcp-session-id'];
    const serverSession = typeof header === 'string' ? header : undefined;
    if (request.method === 'DELETE') {
      response.writeHead(sessions.delete(serverSession ?? '') ? 200 : 404).end();
      return;
    }
    const message = text === '' ? {} : (JSON.parse(text) as RpcMessage);
    const exchange: Exchange = { ...toExchange(request, response, message), behave: () => behave(exchange) };
    if (request.method === 'POST') {
      received.push({ ...exchange.message, ...(serverSession !== undefined && { serverSession }) });
      chooseAnswer(exchange.message, serverSession)(exchange);
      return;
    }
    const lastEventId = request.headers['last-event-id'];
    listened.push(typeof lastEventId === 'string' ? lastEventId : undefined);
    const script = scripts.get('GET');
    if (script) script(exchange);
    else exchange.send(405);
  };

  const open = async (port: number): Promise<Server> => {
    const server = createServer((request, response) => {
      response.shouldKeepAlive = keepAlive;
      void serve(request, response).catch(() => response.destroy());
    });
    server.on('connection', (socket: Socket) => {
      sockets.add(socket);
      socket.once('close', () => sockets.delete(socket));
    });
    await listen(server, { host: '127.0.0.1', port });
    return server;
  };
  let server = await open(0);
  const { port } = server.address() as AddressInfo;
  const shut = async (): Promise<void> => {
    if (!server.listening) return;
    const closed = once(server, 'close');
    server.close();
    for (const socket of sockets) socket.destroy();
    await closed;
  };
  endLater(shut);

  return {
    url: `http://127.0.0.1:${port}/mcp`,
    port,
    received,
    listened,
    ran: (method) => counts.get(method) ?? 0,
    handshakes: () => handshakes,
    sessions: () => [...sessions],
    on(method, script) {
      if (script) scripts.set(method, script);
      else scripts.delete(method);
    },
    forget: () => sessions.clear(),
    refuseLost: (status, body) => {
      refusal = { status, body };
    },
    shut,
    async reopen() {
      server = await open(port);
    },
  };
}

export const rpcError = (code: number, message: string, id: RpcMessage['id'] = null): RpcMessage => ({
  jsonrpc: '2.0',
  id,
  error: { code, message },
});

function toExchange(request: IncomingMessage, response: ServerResponse, message: RpcMessage): Omit<Exchange, 'behave'> {
  const raw = (chunk: string | Uint8Array): void => {
    if (!response.headersSent) response.writeHead(200, { 'content-type': 'text/event-stream' });
    response.write(chunk);
  };
  const send: Exchange['send'] = (status, body, mediaType = 'application/json', headers = {}) => {
    if (body === undefined) response.writeHead(status).end();
    else response.writeHead(status, { 'content-type': mediaType, ...headers }).end(typeof body === 'string' ? body : JSON.stringify(body));
  };
  return {
    message,
    headers: request.headers,
    send,
    result: (result, id = message.id, headers = {}) => send(200, { jsonrpc: '2.0', id, result }, 'application/json', headers),
    raw,
    event: (sent, eventId) =>
      raw(`${eventId === undefined ? '' : `id: ${eventId}\n`}data: ${JSON.stringify({ jsonrpc: '2.0', ...sent })}\n\n`),
    end: () => {
      response.end();
    },
    bytes: raw,
    cut: () => void response.write('', () => request.socket.end()),
    reset: () => request.socket.resetAndDestroy(),
    closed: once(response, 'close'),
  };
}
