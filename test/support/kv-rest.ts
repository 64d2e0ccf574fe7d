/**
 * Owns a REST front before a real redis-server that speaks Upstash's protocol, for tests and local work: what `@vercel/kv` sees is as
 * unkind as the real thing (tokens, read-only users, no blocking commands), and faults can be asked for.
 * Also a program: `node test/support/kv-rest.ts` with REDIS_URL, TOKEN, READ_ONLY_TOKEN and PORT prints its URL as its first line.
 *
 * Source: Upstash docs, REST API (commands as JSON array or path, /pipeline, /multi-exec, /subscribe, base64 encoding).
 */
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import { RedisConnection, RedisRefusal, type Reply, StatusReply } from './resp.ts';

/** What a request meets instead of service. `drop-before` never reaches Redis; `drop-after` does, but its answer is lost. */
export type Fault =
  | { kind: 'drop-before' | 'drop-after' | 'hang' }
  | { kind: 'status'; status: 429 | 500 }
  /** Served, but this much later. */
  | { kind: 'delay'; ms: number };

export type KvFront = {
  readonly url: string;
  readonly port: number;
  /** Requests since the start or the last `resetCounts`, those with a fault or a wrong token included. */
  requests(): number;
  /** How often each command came, by its name in lower case; each command of a pipeline counts. */
  commands(): Record<string, number>;
  resetCounts(): void;
  /** The next `times` requests meet the fault; without a number all do, until `clearFault`. */
  setFault(fault: Fault, times?: number): void;
  clearFault(): void;
  close(): Promise<void>;
};

export type KvFrontOptions = {
  redisUrl: string;
  token: string;
  readOnlyToken?: string;
  port?: number;
  /** Hears path and body of every request. */
  onCommand?: (text: string) => void;
};

// What Upstash refuses over REST: whatever blocks or lives in a connection. Refused here too, so that nothing works only in tests.
const REFUSED = new Set(
  (
    'subscribe psubscribe ssubscribe unsubscribe punsubscribe sunsubscribe multi exec discard watch unwatch monitor select auth hello ' +
    'reset quit client config acl shutdown debug wait waitaof blpop brpop blmove blmpop brpoplpush bzpopmin bzpopmax bzmpop'
  ).split(' '),
);
const READER = 'kv-rest-reader';

const FAULT_BODIES = {
  429: { type: 'application/json', text: JSON.stringify({ error: 'ERR max requests limit exceeded. Limit: 500000, Usage: 500000.' }) },
  // Gateways answer in their own words, not in the protocol's.
  500: { type: 'text/html', text: '<html><body>Internal Server Error</body></html>' },
} as const;

function parseCommand(value: unknown): string[] | RedisRefusal {
  if (!Array.isArray(value) || value.length === 0) return new RedisRefusal('ERR empty command');
  const command = value.map((part: unknown) => (typeof part === 'object' ? JSON.stringify(part) : String(part)));
  const name = (command[0] ?? '').toLowerCase();
  const blocks = /^xread(group)?$/.test(name) && command.some((part) => /^block$/i.test(part));
  return REFUSED.has(name) || blocks ? new RedisRefusal(`ERR Command is not available: '${command[0]}'`) : command;
}

function toJson(reply: Reply, base64: boolean): unknown {
  if (Array.isArray(reply)) return reply.map((item) => toJson(item, base64));
  if (reply instanceof RedisRefusal) return reply.message;
  // Upstash leaves OK as it is in an encoded answer.
  if (reply instanceof StatusReply) return base64 && reply.text !== 'OK' ? Buffer.from(reply.text).toString('base64') : reply.text;
  if (Buffer.isBuffer(reply)) return reply.toString(base64 ? 'base64' : 'utf8');
  return reply;
}

const toItem = (reply: Reply, base64: boolean): { error: string } | { result: unknown } =>
  reply instanceof RedisRefusal ? { error: reply.message } : { result: toJson(reply, base64) };

// Redis itself refuses what a reader may not do: the words of the refusal are the real ones.
const BECOME_READER = [
  ['ACL', 'SETUSER', READER, 'reset', 'on', 'nopass', '~*', '&*', '-@all', '+@read', '+ping'],
  ['AUTH', READER, 'any'],
];

/** A connection that is made anew when Redis was away; `first` is what it says before anything else. */
class Connector {
  readonly #url: string;
  readonly #first: readonly string[][];
  #connection: RedisConnection | undefined;
  constructor(url: string, first: readonly string[][] = []) {
    this.#url = url;
    this.#first = first;
  }
  get(): RedisConnection {
    if (this.#connection === undefined || this.#connection.closed) {
      this.#connection = new RedisConnection(this.#url);
      // Where this fails, so do the commands that follow on the same connection: they tell.
      void this.#connection.send(...this.#first).catch(() => undefined);
    }
    return this.#connection;
  }
  close(): void {
    this.#connection?.close();
  }
}

/** Starts the front on 127.0.0.1. */
export async function startKvRest({ redisUrl, token, readOnlyToken, port = 0, onCommand }: KvFrontOptions): Promise<KvFront> {
  const writer = new Connector(redisUrl);
  const reader = new Connector(redisUrl, BECOME_READER);
  await writer.get().ask('PING');
  const subscribers = new Set<RedisConnection>();
  let requests = 0;
  let commandCounts: Record<string, number> = {};
  let fault: { fault: Fault; left: number } | undefined;

  const takeFault = (): Fault | undefined => {
    if (fault === undefined) return undefined;
    const taken = fault.fault;
    fault.left -= 1;
    if (fault.left <= 0) fault = undefined;
    return taken;
  };
  const chooseConnection = (request: IncomingMessage): RedisConnection | undefined => {
    const given = /^Bearer (.+)$/.exec(request.headers.authorization ?? '')?.[1];
    if (given === token) return writer.get();
    return given !== undefined && given === readOnlyToken ? reader.get() : undefined;
  };
  const count = (commands: readonly (string[] | RedisRefusal)[]): void => {
    for (const command of commands) {
      if (!Array.isArray(command)) continue;
      const name = (command[0] ?? '').toLowerCase();
      commandCounts[name] = (commandCounts[name] ?? 0) + 1;
    }
  };

  const subscribe = (command: string[], response: ServerResponse): void => {
    const subscriber = new RedisConnection(redisUrl);
    subscribers.add(subscriber);
    response.on('close', () => {
      subscribers.delete(subscriber);
      subscriber.close();
    });
    response.writeHead(200, { 'content-type': 'text/event-stream', 'cache-control': 'no-cache' });
    subscriber.onMessage = (message) => response.write(`data: ${message.map((part) => toJson(part, false)).join(',')}\n\n`);
    void subscriber.send(command).catch(() => response.end());
  };

  type Answer = { status: number; body: unknown };
  const runPipeline = async (connection: RedisConnection, values: unknown[], base64: boolean): Promise<Answer> => {
    const commands = values.map(parseCommand);
    count(commands);
    const replies = await connection.send(...commands.filter((command) => Array.isArray(command)));
    const body = commands.map((command) => toItem(Array.isArray(command) ? (replies.shift() ?? null) : command, base64));
    return { status: 200, body };
  };
  const runTransaction = async (connection: RedisConnection, values: unknown[], base64: boolean): Promise<Answer> => {
    const commands = values.map(parseCommand);
    const refused = commands.find((command) => command instanceof RedisRefusal);
    if (refused instanceof RedisRefusal) return { status: 400, body: { error: refused.message } };
    count(commands);
    const replies = await connection.send(['MULTI'], ...commands.filter((command) => Array.isArray(command)), ['EXEC']);
    const done = replies.at(-1) ?? null;
    if (Array.isArray(done)) return { status: 200, body: done.map((reply) => toItem(reply, base64)) };
    return { status: 400, body: { error: done instanceof RedisRefusal ? done.message : 'EXECABORT' } };
  };
  const runOne = async (connection: RedisConnection, value: unknown, base64: boolean): Promise<Answer> => {
    const command = parseCommand(value);
    count([command]);
    const reply = Array.isArray(command) ? ((await connection.send(command))[0] ?? null) : command;
    return { status: reply instanceof RedisRefusal ? 400 : 200, body: toItem(reply, base64) };
  };

  const serve = async (request: IncomingMessage, response: ServerResponse): Promise<void> => {
    requests += 1;
    const met = takeFault();
    const chunks: Buffer[] = [];
    for await (const chunk of request) chunks.push(chunk as Buffer);
    const text = Buffer.concat(chunks).toString('utf8');
    onCommand?.(`${request.url} ${text}`);
    if (met?.kind === 'drop-before') return void request.socket.destroy();
    // The client gives up, or `close` ends the socket.
    if (met?.kind === 'hang') return;
    if (met?.kind === 'status') {
      const { type, text: faultText } = FAULT_BODIES[met.status];
      return void response.writeHead(met.status, { 'content-type': type }).end(faultText);
    }
    if (met?.kind === 'delay') await new Promise((resolve) => setTimeout(resolve, met.ms));
    const send = ({ status, body }: Answer): void => {
      if (met?.kind === 'drop-after') request.socket.destroy();
      else response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(body));
    };
    const connection = chooseConnection(request);
    if (connection === undefined) return send({ status: 401, body: { error: 'WRONGPASS invalid or missing auth token' } });
    const base64 = request.headers['upstash-encoding'] === 'base64';
    const url = new URL(request.url ?? '/', 'http://front');
    const path = url.pathname.split('/').filter(Boolean).map(decodeURIComponent);
    const [first] = path;
    try {
      if (first === 'subscribe' || first === 'psubscribe') return subscribe(path, response);
      if (first === 'pipeline') return send(await runPipeline(connection, JSON.parse(text) as unknown[], base64));
      if (first === 'multi-exec') return send(await runTransaction(connection, JSON.parse(text) as unknown[], base64));
      const inPath = [...path, ...(text === '' ? [] : [text]), ...[...url.searchParams].flat().filter((part) => part !== '')];
      send(await runOne(connection, first === undefined ? JSON.parse(text) : inPath, base64));
    } catch (error) {
      send({ status: error instanceof SyntaxError ? 400 : 500, body: { error: `ERR ${error instanceof Error ? error.message : error}` } });
    }
  };

  const server = createServer((request, response) => {
    void serve(request, response).catch(() => response.destroy());
  });
  server.keepAliveTimeout = 60_000;
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(port, '127.0.0.1', resolve);
  });
  const address = server.address();
  if (typeof address !== 'object' || address === null) throw new Error('The front has no port');
  return {
    url: `http://127.0.0.1:${address.port}`,
    port: address.port,
    requests: () => requests,
    commands: () => ({ ...commandCounts }),
    resetCounts() {
      requests = 0;
      commandCounts = {};
    },
    setFault(next, times = Number.POSITIVE_INFINITY) {
      fault = { fault: next, left: times };
    },
    clearFault() {
      fault = undefined;
    },
    async close() {
      const closed = new Promise((resolve) => server.close(resolve));
      server.closeAllConnections();
      await closed;
      for (const subscriber of subscribers) subscriber.close();
      writer.close();
      reader.close();
    },
  };
}

if (import.meta.main) {
  const { REDIS_URL: redisUrl, TOKEN: token, READ_ONLY_TOKEN: readOnlyToken, PORT: port } = process.env;
  if (redisUrl === undefined || token === undefined) throw new Error('Set REDIS_URL and TOKEN.');
  const front = await startKvRest({ redisUrl, token, ...(readOnlyToken !== undefined && { readOnlyToken }), port: Number(port ?? 0) });
  console.log(front.url);
}
