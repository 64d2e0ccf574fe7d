// @vitest-environment node
/** Proves the panel's client against real HTTP servers on this machine: pages, progress, cancelling, and every way to fail. */
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { text } from 'node:stream/consumers';
import { afterEach, describe, expect, it } from 'vitest';
import * as z from 'zod/mini';
import { classifyFailure } from '../../../../extension/gateway/client-failure.ts';
import { openMcp } from '../../../../extension/gateway/mcp-client.ts';
import type { McpConnection, Outcome, Progress } from '../../../../extension/gateway/mcp-connection.ts';
import { AppError, toProblem } from '../../../../shared/errors.ts';
import { JsonRpcId } from '../../../../shared/json-rpc.ts';

type Rpc = { id?: JsonRpcId; method: string; params?: { [name: string]: unknown; _meta?: { progressToken?: JsonRpcId } } };
type Exchange = { rpc: Rpc; request: IncomingMessage; response: ServerResponse };
type Answer = (exchange: Exchange) => void;

const Received = z.looseObject({ id: z.optional(JsonRpcId), method: z.string(), params: z.optional(z.looseObject({})) });

const open = new Set<Server>();
const connections = new Set<McpConnection>();
afterEach(async () => {
  for (const connection of connections) await connection.close();
  connections.clear();
  for (const server of open) server.closeAllConnections();
  await Promise.all([...open].map((server) => new Promise((done) => server.close(done))));
  open.clear();
});

const json = (response: ServerResponse, status: number, body: unknown, headers: Record<string, string> = {}) =>
  response.writeHead(status, { 'content-type': 'application/json', ...headers }).end(JSON.stringify(body));
const result = ({ rpc, response }: Exchange, value: unknown) => json(response, 200, { jsonrpc: '2.0', id: rpc.id, result: value });
const event = (message: unknown) => `event: message\ndata: ${JSON.stringify(message)}\n\n`;
const beginStream = ({ response }: Exchange) => response.writeHead(200, { 'content-type': 'text/event-stream' });

/** A stateful MCP endpoint whose answers to requests, the handshake aside, are the test's. */
async function listen(
  answer: Answer,
  handshake: Answer = shakeHands,
  stream: (response: ServerResponse, request: IncomingMessage) => void = (response) => response.writeHead(405).end(),
): Promise<{ url: string; seen: Exchange[] }> {
  const seen: Exchange[] = [];
  const server = createServer(async (request, response) => {
    if (request.method !== 'POST') return stream(response, request);
    const rpc = Received.parse(JSON.parse(await text(request))) as Rpc;
    const exchange = { rpc, request, response };
    seen.push(exchange);
    if (rpc.method === 'initialize' || rpc.method === 'server/discover') handshake(exchange);
    else if (rpc.id === undefined) response.writeHead(202).end();
    else answer(exchange);
  });
  open.add(server);
  await new Promise<void>((done) => server.listen(0, '127.0.0.1', done));
  return { url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/api/mcp/s`, seen };
}

function shakeHands(exchange: Exchange): void {
  json(
    exchange.response,
    200,
    {
      jsonrpc: '2.0',
      id: exchange.rpc.id,
      result: { protocolVersion: '2025-11-25', capabilities: { tools: {} }, serverInfo: { name: 'fixture', version: '1' } },
    },
    { 'mcp-session-id': 'client-1' },
  );
}

const QUESTIONS = { onQuestion: () => undefined, ask: () => Promise.reject(new Error('Nobody is asked')), roots: async () => [] };
const dial = (url: string) =>
  openMcp({ url, token: 'secret', revision: 'stateful', version: '0', onChange: () => undefined, questions: QUESTIONS });

async function connect(answer: Answer): Promise<{ connection: McpConnection; seen: Exchange[] }> {
  const { url, seen } = await listen(answer);
  const connection = done(await dial(url));
  connections.add(connection);
  return { connection, seen };
}

function done<T>(outcome: Outcome<T>): T {
  if (outcome.kind === 'failed') throw new Error(JSON.stringify(outcome.failure));
  return outcome.value;
}

/** No part of it, cut where it may be, is what it was before it was put together: letters of one to four bytes. */
const LARGE = {
  content: [{ type: 'text', text: 'Möwen über 港 🚢, "leise"\n'.repeat(60_000) }],
  rows: Array.from({ length: 20_000 }, (_, n) => ({ n })),
};

const DEAF = { onProgress: () => undefined, onContact: () => undefined };
const echo = (connection: McpConnection, signal?: AbortSignal) =>
  connection.callTool(crypto.randomUUID(), { name: 'echo', arguments: { a: 1 } }, DEAF, signal);

describe('opening', () => {
  it('sends the token with everything, and asks nothing that the session already knows', async () => {
    const { seen } = await connect((exchange) => result(exchange, { tools: [] }));
    expect(seen.map(({ rpc }) => rpc.method)).toEqual(['initialize', 'notifications/initialized']);
    expect(new Set(seen.map(({ request }) => request.headers.authorization))).toEqual(new Set(['Bearer secret']));
  });

  it('declares what a person can answer here; roots are told by the backend', async () => {
    const { seen } = await connect((exchange) => result(exchange, {}));
    expect(seen[0]?.rpc.params?.['capabilities']).toEqual({ sampling: { tools: {} }, elicitation: { form: {}, url: {} } });
  });

  it('says why the backend refuses', async () => {
    const problem = toProblem(new AppError('SESSION_EXPIRED', 'It ended.', { hint: 'Reconnect.' }));
    const refuse: Answer = ({ rpc, response }) =>
      json(response, 404, { jsonrpc: '2.0', id: rpc.id, error: { code: -32001, message: 'gone', data: problem } });
    const { url } = await listen(refuse, refuse);
    expect(await dial(url)).toEqual({
      kind: 'failed',
      failure: { kind: 'mooring', code: 'SESSION_EXPIRED', detail: 'It ended.', hint: 'Reconnect.' },
    });
  });

  it('says why the backend refuses a stateless session, whose first question is another', async () => {
    const problem = toProblem(new AppError('STORAGE_UNAVAILABLE', 'KV is silent.'));
    const refuse: Answer = ({ response }) => json(response, 503, problem);
    const { url } = await listen(refuse, refuse);
    const outcome = await openMcp({
      url,
      token: 't',
      revision: 'stateless',
      version: '0',
      onChange: () => undefined,
      questions: QUESTIONS,
    });
    expect(outcome).toEqual({ kind: 'failed', failure: { kind: 'mooring', code: 'STORAGE_UNAVAILABLE', detail: 'KV is silent.' } });
  });

  it('says that nothing answers', async () => {
    const { url } = await listen(shakeHands);
    const [server] = open;
    await new Promise((closed) => server?.close(closed));
    open.clear();
    expect(await dial(url)).toEqual({ kind: 'failed', failure: { kind: 'network' } });
  });
});

describe('a server whose tools change', () => {
  const LIST_CHANGED = event({ jsonrpc: '2.0', method: 'notifications/tools/list_changed' });
  const withTools: Answer = (exchange) =>
    json(exchange.response, 200, {
      jsonrpc: '2.0',
      id: exchange.rpc.id,
      result: {
        protocolVersion: '2025-11-25',
        capabilities: { tools: { listChanged: true } },
        serverInfo: { name: 'fixture', version: '1' },
      },
    });

  it('is heard, also after its stream was cut and opened again', async () => {
    let streams = 0;
    const { url } = await listen(shakeHands, withTools, (response) => {
      streams++;
      response.writeHead(200, { 'content-type': 'text/event-stream' }).write(LIST_CHANGED, () => {
        if (streams === 1) response.destroy();
      });
    });
    let heard = 0;
    const options = { url, token: 't', revision: 'stateful', version: '0', onChange: () => heard++, questions: QUESTIONS } as const;
    connections.add(done(await openMcp(options)));
    await expect.poll(() => heard, { timeout: 10_000 }).toBeGreaterThanOrEqual(2);
    expect(streams).toBe(2);
  });
});

describe('listing', () => {
  it('returns pages as the server cut them, with members that nobody knows', async () => {
    const { connection, seen } = await connect((exchange) =>
      result(exchange, { tools: [{ name: 'a', inputSchema: 7, novel: true }], nextCursor: '2', more: 1 }),
    );
    expect(done(await connection.listTools(undefined))).toEqual({
      tools: [{ name: 'a', inputSchema: 7, novel: true }],
      nextCursor: '2',
      more: 1,
    });
    await connection.listTools('2');
    expect(seen.at(-1)?.rpc.params).toMatchObject({ cursor: '2' });
  });

  it('has every tool that can be called, though others have no name or members that are none', async () => {
    const odd = { name: 'odd', title: 7, description: { en: 'x' }, annotations: null, novel: 1, _meta: 'kept' };
    const { connection } = await connect((exchange) => result(exchange, { tools: [{ title: 'nameless' }, null, odd, { name: 'last' }] }));
    expect(done(await connection.listTools(undefined)).tools).toEqual([{ name: 'odd', novel: 1, _meta: 'kept' }, { name: 'last' }]);
  });

  it('does not take something else for a list', async () => {
    const { connection } = await connect((exchange) => result(exchange, { tools: 'none' }));
    expect(await connection.listTools(undefined)).toMatchObject({ kind: 'failed', failure: { kind: 'unexpected' } });
  });
});

describe('a call', () => {
  it('returns the result as it came, whatever its content', async () => {
    const value = { content: [{ type: 'hologram' }], structuredContent: [1], isError: true, other: {} };
    const { connection } = await connect((exchange) => result(exchange, value));
    expect(done(await echo(connection))).toEqual(value);
  });

  it.each<[string, Answer, unknown]>([
    ['as one answer', (exchange) => result(exchange, LARGE), LARGE],
    ['in a stream', (exchange) => void beginStream(exchange).end(event({ jsonrpc: '2.0', id: exchange.rpc.id, result: LARGE })), LARGE],
    ['with a refusal', (exchange) => json(exchange.response, 404, { huge: LARGE }), undefined],
  ])('of two megabytes is read as it came, %s', async (_, answer, value) => {
    const { connection } = await connect(answer);
    const outcome = await echo(connection);
    if (value === undefined) expect(outcome).toMatchObject({ kind: 'failed', failure: { kind: 'unexpected' } });
    else expect(done(outcome)).toEqual(value);
  });

  it('is one act with one key, different from that of every other', async () => {
    const { connection, seen } = await connect((exchange) => result(exchange, { content: [] }));
    await echo(connection);
    await echo(connection);
    const keys = seen.filter(({ rpc }) => rpc.method === 'tools/call').map(({ request }) => request.headers['idempotency-key']);
    expect(keys).toEqual([expect.stringMatching(/^[0-9a-f-]{36}$/), expect.stringMatching(/^[0-9a-f-]{36}$/)]);
    expect(keys[0]).not.toBe(keys[1]);
  });

  it('hears of progress in the words of the server', async () => {
    const heard: Progress[] = [];
    const { connection } = await connect((exchange) => {
      const { rpc, response } = exchange;
      beginStream(exchange);
      const progressToken = rpc.params?._meta?.progressToken;
      response.write(
        event({ jsonrpc: '2.0', method: 'notifications/progress', params: { progressToken, progress: 1, total: 2, message: 'half' } }),
      );
      response.end(event({ jsonrpc: '2.0', id: rpc.id, result: { content: [] } }));
    });
    done(await connection.callTool('key-of-act', { name: 'slow', arguments: {} }, { ...DEAF, onProgress: (said) => heard.push(said) }));
    expect(heard).toEqual([{ progress: 1, total: 2, message: 'half' }]);
  });

  it('that is cancelled tells the server so', async () => {
    const abort = new AbortController();
    const { connection, seen } = await connect(() => abort.abort('enough'));
    expect(await echo(connection, abort.signal)).toEqual({ kind: 'failed', failure: { kind: 'cancelled' } });
    await expect
      .poll(() => seen.find(({ rpc }) => rpc.method === 'notifications/cancelled')?.rpc.params)
      .toMatchObject({ reason: 'enough' });
  });

  it('whose stream breaks off is interrupted, not slow', async () => {
    const { connection } = await connect((exchange) => {
      beginStream(exchange).write(': on my way\n\n', () => exchange.response.destroy());
    });
    expect(await echo(connection)).toEqual({ kind: 'failed', failure: { kind: 'interrupted' } });
  });

  it('whose stream ends without an answer is interrupted', async () => {
    const { connection } = await connect((exchange) => void beginStream(exchange).end(': nothing\n\n'));
    expect(await echo(connection)).toEqual({ kind: 'failed', failure: { kind: 'interrupted' } });
  });

  it('that the backend dies under fails as the network does', async () => {
    const { connection } = await connect(({ response }) => response.destroy());
    expect(await echo(connection)).toEqual({ kind: 'failed', failure: { kind: 'network' } });
  });

  it.each<[string, Answer]>([
    ['broke off', (exchange) => void beginStream(exchange).write(': on my way\n\n', () => exchange.response.destroy())],
    ['ended', (exchange) => void beginStream(exchange).end(': nothing\n\n')],
    ['never came', ({ response }) => void response.destroy()],
    [
      'was one answer that broke off',
      ({ response }) => {
        response.writeHead(200, { 'content-type': 'application/json', 'content-length': '1000' });
        response.write('{"jsonrpc":', () => response.destroy());
      },
    ],
    ['was a page of the platform', ({ response }) => json(response, 504, 'FUNCTION_INVOCATION_TIMEOUT')],
  ])('whose stream %s is sent once, and its result is read from where it is kept', async (_, answer) => {
    const asked: unknown[] = [];
    const { url, seen } = await listen(answer, shakeHands, (response, request) => {
      if (request.headers['last-event-id'] === undefined) return response.writeHead(405).end();
      asked.push(request.headers['last-event-id']);
      const { id } = seen.find(({ rpc }) => rpc.method === 'tools/call')?.rpc ?? {};
      response.writeHead(200, { 'content-type': 'text/event-stream' });
      response.end(`id: key-of-act.1\n${event({ jsonrpc: '2.0', id, result: { content: [] } })}`);
    });
    const connection = done(await dial(url));
    connections.add(connection);
    expect(done(await connection.callTool('key-of-act', { name: 'echo', arguments: {} }, DEAF))).toEqual({ content: [] });
    expect(asked).toEqual(['key-of-act.0']);
    expect(seen.filter(({ rpc }) => rpc.method === 'tools/call').map(({ request }) => request.headers['idempotency-key'])).toEqual([
      'key-of-act',
    ]);
    expect(seen.some(({ rpc }) => rpc.method === 'notifications/cancelled')).toBe(false);
  });

  it('whose result the backend refuses to let be read fails as the backend says', async () => {
    const refusal = toProblem(new AppError('CALL_NOT_FOUND', 'No such call.'));
    const { url } = await listen(
      ({ response }) => response.destroy(),
      shakeHands,
      (response) => json(response, 404, refusal),
    );
    const connection = done(await dial(url));
    connections.add(connection);
    expect(await echo(connection)).toEqual({
      kind: 'failed',
      failure: { kind: 'mooring', code: 'CALL_NOT_FOUND', detail: 'No such call.' },
    });
  });

  const problem = toProblem(new AppError('CALL_OUTCOME_UNKNOWN', 'The answer was lost.'));
  it.each<[string, (id: unknown) => [number, unknown], unknown]>([
    [
      'an error of the server',
      (id) => [200, { jsonrpc: '2.0', id, error: { code: -32602, message: 'b is required', data: { path: ['b'] } } }],
      { kind: 'protocol', code: -32602, message: 'b is required', data: { path: ['b'] } },
    ],
    [
      'an error of the server with a status of its own',
      (id) => [400, { jsonrpc: '2.0', id, error: { code: -32600, message: 'bad' } }],
      { kind: 'protocol', code: -32600, message: 'bad' },
    ],
    [
      'a failure of the backend inside an answer',
      (id) => [200, { jsonrpc: '2.0', id, error: { code: -32000, message: 'x', data: problem } }],
      { kind: 'mooring', code: 'CALL_OUTCOME_UNKNOWN', detail: 'The answer was lost.' },
    ],
    [
      'a failure of the backend alone',
      () => [502, problem],
      { kind: 'mooring', code: 'CALL_OUTCOME_UNKNOWN', detail: 'The answer was lost.' },
    ],
    ['a page of the platform', () => [504, 'FUNCTION_INVOCATION_TIMEOUT'], { kind: 'network' }],
    ['a login page', () => [404, '<html>'], { kind: 'unexpected', message: 'The endpoint answered with status 404.' }],
    [
      'an unknown code',
      () => [418, { ...problem, code: 'NOVEL' }],
      { kind: 'unexpected', message: 'The endpoint answered with status 418.' },
    ],
  ])('tells %s', async (_, answerOf, failure) => {
    const { connection } = await connect(({ rpc, response }) => {
      const [status, body] = answerOf(rpc.id);
      json(response, status, body);
    });
    expect(await echo(connection)).toEqual({ kind: 'failed', failure });
  });
});

describe('a thrown value', () => {
  it.each([
    [new TypeError('Failed to fetch'), { kind: 'network' }],
    [new Error('odd'), { kind: 'unexpected', message: 'odd' }],
    ['text', { kind: 'unexpected', message: 'text' }],
  ])('is classified: %s', (thrown, failure) => {
    expect(classifyFailure(thrown)).toEqual(failure);
  });

  it('means cancelled once the user has cancelled', () => {
    expect(classifyFailure(new TypeError('x'), AbortSignal.abort())).toEqual({ kind: 'cancelled' });
  });
});
