// @vitest-environment node
/** Proves that the panel's client hears what changes at a server, on both revisions, against real HTTP servers on this machine. */
import { createServer, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { text } from 'node:stream/consumers';
import { afterEach, describe, expect, it } from 'vitest';
import { openMcp } from '../../../../extension/gateway/mcp-client.ts';
import type { McpConnection, ServerChange } from '../../../../extension/gateway/mcp-connection.ts';
import type { Revision } from '../../../../shared/contract.ts';

const NO_QUESTIONS = { onQuestion: () => undefined, ask: () => Promise.reject(new Error('Nobody is asked')), roots: async () => [] };

type Rpc = {
  id?: string | number;
  method: string;
  params?: { [name: string]: unknown; notifications?: { resourceSubscriptions?: string[] } };
};
type Answer = (rpc: Rpc, response: ServerResponse) => void;

const closers: (() => Promise<unknown>)[] = [];
afterEach(async () => {
  for (const close of closers.splice(0)) await close();
});

const SUBSCRIPTION = 'io.modelcontextprotocol/subscriptionId';
const CAPABILITIES = { tools: { listChanged: true }, prompts: { listChanged: true }, resources: { subscribe: true, listChanged: true } };
const event = (message: unknown) => `event: message\ndata: ${JSON.stringify({ jsonrpc: '2.0', ...(message as object) })}\n\n`;
const beginStream = (response: ServerResponse) => void response.writeHead(200, { 'content-type': 'text/event-stream' }).flushHeaders();
const result = ({ id }: Rpc, response: ServerResponse, value: unknown) =>
  response.writeHead(200, { 'content-type': 'application/json' }).end(JSON.stringify({ jsonrpc: '2.0', id, result: value }));

/** Opens a connection to a server of this process that shakes hands; everything else is the test's. */
async function open(
  revision: Revision,
  answer: Answer,
  onStream: (response: ServerResponse) => void = (response) => response.writeHead(405).end(),
) {
  const asked: Rpc[] = [];
  const changes: ServerChange[] = [];
  const server = createServer(async (request, response) => {
    if (request.method !== 'POST') return onStream(response);
    const rpc = JSON.parse(await text(request)) as Rpc;
    asked.push(rpc);
    const handshake = { capabilities: CAPABILITIES, serverInfo: { name: 'fixture', version: '1' } };
    if (rpc.method === 'initialize') result(rpc, response, { ...handshake, protocolVersion: '2025-11-25' });
    else if (rpc.method === 'server/discover')
      result(rpc, response, { ...handshake, resultType: 'complete', supportedVersions: ['2026-07-28'], ttlMs: 0, cacheScope: 'private' });
    else if (rpc.id === undefined) response.writeHead(202).end();
    else answer(rpc, response);
  });
  await new Promise<void>((listening) => server.listen(0, '127.0.0.1', listening));
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/api/mcp/s`;
  const opened = await openMcp({
    url,
    token: 't',
    revision,
    version: '0',
    onChange: (change) => changes.push(change),
    questions: NO_QUESTIONS,
  });
  const connection: McpConnection = opened.kind === 'done' ? opened.value : expect.unreachable(JSON.stringify(opened));
  closers.push(async () => {
    await connection.close();
    server.closeAllConnections();
    await new Promise((closed) => server.close(closed));
  });
  return { connection, asked, changes, methods: () => asked.map(({ method }) => method) };
}

describe('a stateful server', () => {
  it('tells on its own stream; each list is told of once, however often it changes at once', async () => {
    const told = ['tools', 'tools', 'prompts', 'resources'].map((list) => event({ method: `notifications/${list}/list_changed` }));
    const updated = event({ method: 'notifications/resources/updated', params: { uri: 'a:1' } });
    const { changes } = await open(
      'stateful',
      () => undefined,
      (response) => {
        beginStream(response);
        response.write([...told, updated].join(''));
      },
    );
    await expect.poll(() => changes.length).toBe(4);
    expect(changes[0]).toEqual({ kind: 'resource', uri: 'a:1' });
    expect(changes.map(({ kind }) => kind).toSorted()).toEqual(['prompts', 'resource', 'resources', 'tools']);
  });

  it('is asked for each resource, and those that it refuses are not watched', async () => {
    const { connection, asked } = await open('stateful', (rpc, response) => {
      const refused = { jsonrpc: '2.0', id: rpc.id, error: { code: -32_602, message: 'No such resource' } };
      if (rpc.params?.['uri'] === 'a:gone') response.writeHead(200, { 'content-type': 'application/json' }).end(JSON.stringify(refused));
      else result(rpc, response, {});
    });
    expect(await connection.subscribe(['a:1', 'a:gone'])).toEqual({ kind: 'done', value: ['a:1'] });
    expect(await connection.subscribe(['a:gone'])).toMatchObject({ kind: 'failed', failure: { kind: 'protocol', code: -32_602 } });
    expect(await connection.unsubscribe('a:1')).toMatchObject({ kind: 'done' });
    expect(asked.slice(2).map(({ method, params }) => [method, params?.['uri']])).toEqual([
      ['resources/subscribe', 'a:1'],
      ['resources/subscribe', 'a:gone'],
      ['resources/subscribe', 'a:gone'],
      ['resources/unsubscribe', 'a:1'],
    ]);
  });
});

describe('a stateless server', () => {
  /** Streams that are open, with what each was asked for. */
  const streams: { filter: Rpc['params']; response: ServerResponse }[] = [];
  const listen: Answer = (rpc, response) => {
    if (rpc.method !== 'subscriptions/listen') return result(rpc, response, { resultType: 'complete' });
    const wanted = rpc.params?.notifications ?? {};
    const honored = {
      ...wanted,
      ...(wanted.resourceSubscriptions && { resourceSubscriptions: wanted.resourceSubscriptions.filter((uri) => uri !== 'a:never') }),
    };
    beginStream(response);
    response.write(
      event({ method: 'notifications/subscriptions/acknowledged', params: { _meta: { [SUBSCRIPTION]: rpc.id }, notifications: honored } }),
    );
    const stream = { filter: wanted as Rpc['params'], response };
    streams.push(stream);
    response.once('close', () => streams.splice(streams.indexOf(stream), 1));
  };
  const onlyStream = () => expect.poll(() => streams.length).toBe(1);
  const updated = (uri: string) => event({ method: 'notifications/resources/updated', params: { uri } });

  it('is asked to tell of its lists at once, and of resources when they are wanted, over one stream at a time', async () => {
    const { connection, changes } = await open('stateless', listen);
    await onlyStream();
    expect(streams[0]?.filter).toEqual({ toolsListChanged: true, promptsListChanged: true, resourcesListChanged: true });
    expect(await connection.subscribe(['a:1', 'a:never'])).toEqual({ kind: 'done', value: ['a:1'] });
    await onlyStream();
    expect(streams[0]?.filter).toMatchObject({ toolsListChanged: true, resourceSubscriptions: ['a:1', 'a:never'] });
    streams[0]?.response.write(updated('a:1'));
    await expect.poll(() => changes).toEqual([{ kind: 'resource', uri: 'a:1' }]);
    // What was refused is not asked for again.
    await connection.subscribe(['a:2']);
    await onlyStream();
    expect(streams[0]?.filter).toMatchObject({ resourceSubscriptions: ['a:1', 'a:2'] });
    await connection.unsubscribe('a:1');
    await onlyStream();
    expect(streams[0]?.filter).toMatchObject({ resourceSubscriptions: ['a:2'] });
  });

  it('whose stream breaks is listened to again', async () => {
    const { connection, changes, methods } = await open('stateless', listen);
    await connection.subscribe(['a:1']);
    await onlyStream();
    streams[0]?.response.destroy();
    await expect.poll(() => methods().filter((method) => method === 'subscriptions/listen').length, { timeout: 5000 }).toBe(3);
    await onlyStream();
    streams[0]?.response.write(updated('a:1'));
    await expect.poll(() => changes).toEqual([{ kind: 'resource', uri: 'a:1' }]);
  });

  it('that has no such stream works without', async () => {
    const { connection, methods } = await open('stateless', (rpc, response) => {
      const error = { code: -32_601, message: 'Method not found' };
      if (rpc.method === 'subscriptions/listen')
        response.writeHead(404, { 'content-type': 'application/json' }).end(JSON.stringify({ jsonrpc: '2.0', id: rpc.id, error }));
      else result(rpc, response, { resultType: 'complete', resources: [], ttlMs: 0, cacheScope: 'private' });
    });
    expect(await connection.read('resources/list', {})).toMatchObject({ kind: 'done', value: { resources: [] } });
    expect(await connection.subscribe(['a:1'])).toMatchObject({ kind: 'failed' });
    expect(methods().filter((method) => method === 'subscriptions/listen').length).toBe(2);
  });
});
