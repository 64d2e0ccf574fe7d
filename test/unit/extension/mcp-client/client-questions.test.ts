// @vitest-environment node
/** Proves what the panel's client does with questions: those of a stateful server it only hears, those of a stateless one it answers with the call. */
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { text } from 'node:stream/consumers';
import { expect, it } from 'vitest';
import type { QuestionHandlers } from '../../../../extension/gateway/client-questions.ts';
import { openMcp } from '../../../../extension/gateway/mcp-client.ts';
import type { Outcome } from '../../../../extension/gateway/mcp-connection.ts';
import { endLater } from '../../../support/at-end.ts';

type Rpc = { id?: number; method?: string; params?: { [name: string]: unknown }; result?: unknown; error?: unknown };
type Received = { rpc: Rpc; key: string | undefined };
const WATCH = { onProgress: () => undefined, onContact: () => undefined };
const ask = (message: string) => ({
  method: 'elicitation/create',
  params: { mode: 'form', message, requestedSchema: { type: 'object', properties: {} } },
});

/** A stateless server that wants answers before its tool is done, and counts what comes. */
async function startStateless(questions: object): Promise<{ url: string; received: Received[] }> {
  const received: Received[] = [];
  const server = createServer(async (request, response) => {
    const rpc = JSON.parse(await text(request)) as Rpc;
    received.push({ rpc, key: request.headers['idempotency-key']?.toString() });
    const reply = (result: object) =>
      response.writeHead(200, { 'content-type': 'application/json' }).end(JSON.stringify({ jsonrpc: '2.0', id: rpc.id, result }));
    if (rpc.method === 'server/discover')
      return reply({
        resultType: 'complete',
        supportedVersions: ['2026-07-28'],
        capabilities: { tools: {} },
        ttlMs: 0,
        cacheScope: 'private',
      });
    if (rpc.params?.['inputResponses'] === undefined)
      return reply({ resultType: 'input_required', inputRequests: questions, requestState: 'state' });
    return reply({ resultType: 'complete', content: [{ type: 'text', text: JSON.stringify(rpc.params['inputResponses']) }] });
  });
  await new Promise<void>((done) => server.listen(0, '127.0.0.1', done));
  endLater(async () => void server.close());
  return { url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/api/mcp/s`, received };
}

const done = <T>(outcome: Outcome<T>): T => {
  if (outcome.kind === 'failed') throw new Error(JSON.stringify(outcome.failure));
  return outcome.value;
};
const connect = async (url: string, questions: Partial<QuestionHandlers>) =>
  done(
    await openMcp({
      url,
      token: 't',
      revision: 'stateless',
      version: '0',
      onChange: () => undefined,
      questions: { onQuestion: () => undefined, ask: async () => ({}), roots: async () => [], ...questions },
    }),
  );

it('asks a person what a stateless server wants to know, and sends the call again with the answers, under a key of its own', async () => {
  const { url, received } = await startStateless({ one: ask('Sure?'), roots: { method: 'roots/list' } });
  const asked: unknown[] = [];
  const connection = await connect(url, {
    ask: async ({ params }) => {
      asked.push(params);
      return { result: { action: 'accept', content: {} } };
    },
    roots: async () => [{ uri: 'file:///srv/a' }],
  });
  const result = done(await connection.callTool('key-of-the-act', { name: 'act', arguments: { a: 1 } }, WATCH));
  expect(asked).toMatchObject([{ message: 'Sure?' }]);
  const calls = received.filter(({ rpc }) => rpc.method === 'tools/call');
  expect(calls.map(({ rpc }) => rpc.params)).toMatchObject([
    { name: 'act', arguments: { a: 1 } },
    {
      name: 'act',
      arguments: { a: 1 },
      requestState: 'state',
      inputResponses: { one: { action: 'accept', content: {} }, roots: { roots: [{ uri: 'file:///srv/a' }] } },
    },
  ]);
  expect(calls.map(({ key }) => key)).toEqual(['key-of-the-act', 'key-of-the-act_2']);
  expect(JSON.stringify(result)).toContain('accept');
  await connection.close();
});

it('goes on with what a stateless server wants to know after the panel was closed: nothing that it has answered is sent again', async () => {
  const questions = { one: ask('Sure?') };
  const { url, received } = await startStateless(questions);
  const connection = await connect(url, { ask: async () => ({ result: { action: 'decline' } }) });
  const kept = { resultType: 'input_required', inputRequests: questions, requestState: 'kept' };
  const result = done(await connection.callTool('key-of-the-act_2', { name: 'act', arguments: {} }, WATCH, undefined, kept));
  const calls = received.filter(({ rpc }) => rpc.method === 'tools/call');
  expect(calls).toMatchObject([
    { key: 'key-of-the-act_3', rpc: { params: { requestState: 'kept', inputResponses: { one: { action: 'decline' } } } } },
  ]);
  expect(JSON.stringify(result)).toContain('decline');
  await connection.close();
});

it('tells a stateless server with each request what can be answered', async () => {
  const { url, received } = await startStateless({});
  await (await connect(url, {})).close();
  const meta = received[0]?.rpc.params?.['_meta'] as Record<string, unknown>;
  expect(meta['io.modelcontextprotocol/clientCapabilities']).toEqual({
    roots: {},
    sampling: { tools: {} },
    elicitation: { form: {}, url: {} },
  });
});

it('only hears of the questions of a stateful server: the answer goes another way', async () => {
  const answers: Rpc[] = [];
  let heard = 0;
  const server = createServer(async (request, response) => {
    if (request.method === 'GET') {
      response.writeHead(200, { 'content-type': 'text/event-stream' });
      const send = (message: object) => response.write(`data: ${JSON.stringify({ jsonrpc: '2.0', ...message })}\n\n`);
      send({ id: 's:1::1', ...ask('Sure?') });
      send({ method: 'notifications/cancelled', params: { requestId: 's:1::1', reason: 'Answered on Phone.' } });
      send({ method: 'notifications/elicitation/complete', params: { elicitationId: 'e' } });
      return;
    }
    const rpc = JSON.parse(await text(request)) as Rpc;
    if (rpc.method === undefined) answers.push(rpc);
    if (rpc.method !== 'initialize') return void response.writeHead(202).end();
    const result = { protocolVersion: '2025-11-25', capabilities: {}, serverInfo: { name: 'x', version: '1' } };
    response.writeHead(200, { 'content-type': 'application/json' }).end(JSON.stringify({ jsonrpc: '2.0', id: rpc.id, result }));
  });
  await new Promise<void>((listening) => server.listen(0, '127.0.0.1', listening));
  endLater(async () => {
    server.closeAllConnections();
    server.close();
  });
  const connection = done(
    await openMcp({
      url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/api/mcp/s`,
      token: 't',
      revision: 'stateful',
      version: '0',
      onChange: () => undefined,
      questions: { onQuestion: () => heard++, ask: () => Promise.reject(new Error('Nobody is asked')), roots: async () => [] },
    }),
  );
  await expect.poll(() => heard, { timeout: 5000 }).toBe(3);
  expect(answers).toEqual([]);
  await connection.close();
});
