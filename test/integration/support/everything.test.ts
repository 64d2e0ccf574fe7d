/** Proves that the reference server under test is the real one, stays on this machine, and that what is counted is what happened. */
import { connect } from 'node:net';
import { networkInterfaces } from 'node:os';
import { Client } from '@modelcontextprotocol/sdk/client/index.js';
import { SSEClientTransport } from '@modelcontextprotocol/sdk/client/sse.js';
import { StreamableHTTPClientTransport } from '@modelcontextprotocol/sdk/client/streamableHttp.js';
import type { Transport } from '@modelcontextprotocol/sdk/shared/transport.js';
import { expect, it } from 'vitest';
import { startEverything } from '../../support/everything.ts';

async function echo(transport: unknown, ...messages: string[]): Promise<unknown[]> {
  const client = new Client({ name: 'test', version: '1' });
  await client.connect(transport as Transport);
  const results = await Promise.all(messages.map((message) => client.callTool({ name: 'echo', arguments: { message } })));
  await client.close();
  return results.map(({ content }) => content);
}

it('counts handshakes, executions and server sessions over Streamable HTTP, over a restart too', async () => {
  const server = await startEverything();
  const content = await echo(new StreamableHTTPClientTransport(new URL(server.url)), 'a', 'b');
  expect(content).toEqual([[{ type: 'text', text: 'Echo: a' }], [{ type: 'text', text: 'Echo: b' }]]);
  const before = await server.seen();
  expect([before.handshakes, before.executions(), before.executions('echo'), before.executions('get-sum')]).toEqual([1, 2, 2, 0]);
  expect(before.serverSessions).toHaveLength(1);

  await server.restart();
  const lost = await fetch(server.url, {
    method: 'POST',
    headers: {
      'content-type': 'application/json',
      accept: 'application/json, text/event-stream',
      'mcp-session-id': before.serverSessions[0] ?? '',
    },
    body: JSON.stringify({ jsonrpc: '2.0', id: 1, method: 'tools/call', params: { name: 'echo', arguments: { message: 'c' } } }),
  });
  expect(lost.status).toBe(400);
  await echo(new StreamableHTTPClientTransport(new URL(server.url)), 'd');
  const after = await server.seen();
  expect([after.handshakes, after.executions()]).toEqual([2, 3]);
  expect(after.serverSessions).toHaveLength(2);
  expect(after.exchanges.filter(({ tool }) => tool === 'echo').map(({ process, status }) => [process, status])).toEqual([
    [1, 200],
    [1, 200],
    [2, 400],
    [2, 200],
  ]);
});

it('counts the same over HTTP+SSE', async () => {
  const server = await startEverything('sse');
  await echo(new SSEClientTransport(new URL(server.url)), 'a');
  await echo(new SSEClientTransport(new URL(server.url)), 'b', 'c');
  const seen = await server.seen();
  expect([seen.handshakes, seen.executions('echo'), seen.serverSessions.length]).toEqual([2, 3, 2]);
});

it('listens on 127.0.0.1 and nowhere else', async () => {
  const server = await startEverything();
  const canConnect = (host: string): Promise<boolean> =>
    new Promise((resolve) => {
      const socket = connect({ host, port: server.port });
      socket.once('connect', () => resolve(true)).once('error', () => resolve(false));
      socket.once('connect', () => socket.destroy());
    });
  expect(await canConnect('127.0.0.1')).toBe(true);
  const others = Object.values(networkInterfaces()).flatMap((addresses) => (addresses ?? []).map(({ address }) => address));
  for (const host of others.filter((address) => address !== '127.0.0.1' && !address.startsWith('fe80')))
    expect(await canConnect(host)).toBe(false);
});
