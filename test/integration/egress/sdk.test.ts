/** Proves that the MCP SDK's transports work through egress, against the reference server: calls, progress, and the way out alone. */
import { Client } from '@modelcontextprotocol/sdk/client/index.js';
import { SSEClientTransport } from '@modelcontextprotocol/sdk/client/sse.js';
import { StreamableHTTPClientTransport } from '@modelcontextprotocol/sdk/client/streamableHttp.js';
import type { Transport } from '@modelcontextprotocol/sdk/shared/transport.js';
import { expect, it, onTestFinished } from 'vitest';
import { openEgress } from '../../../api/_lib/egress/egress.ts';
import { startEverything } from '../../support/everything.ts';
import { failureOf } from './test-servers.ts';

type SendOptions = { fetch: (url: string | URL, init?: RequestInit) => Promise<Response> };
const open = (kind: 'streamable-http' | 'sse', url: URL, { fetch }: SendOptions): unknown =>
  kind === 'sse' ? new SSEClientTransport(url, { fetch, eventSourceInit: { fetch } }) : new StreamableHTTPClientTransport(url, { fetch });

it.each(['streamable-http', 'sse'] as const)('carries calls, progress and parallel work over %s', async (kind) => {
  const server = await startEverything(kind);
  const egress = openEgress({ policy: { kind: 'local' } });
  onTestFinished(egress.close);
  const client = new Client({ name: 'test', version: '1' });
  await client.connect(open(kind, new URL(server.url), egress) as Transport);

  const messages = Array.from({ length: 20 }, (_, i) => `hello ${i}`);
  const echoes = await Promise.all(messages.map((message) => client.callTool({ name: 'echo', arguments: { message } })));
  expect(echoes.map(({ content }) => content)).toEqual(messages.map((message) => [{ type: 'text', text: `Echo: ${message}` }]));

  const progress: number[] = [];
  const long = { name: 'trigger-long-running-operation', arguments: { duration: 0.3, steps: 3 } };
  await client.callTool(long, undefined, { onprogress: (step) => progress.push(step.progress) });
  // The SDK may hand out the answer before the last step, when both arrive at once.
  expect(progress.slice(0, 2)).toEqual([1, 2]);
  expect((await server.seen()).executions('echo')).toBe(20);
  await client.close();
});

it.each(['streamable-http', 'sse'] as const)('refuses a forbidden server over %s before anything reaches it', async (kind) => {
  const server = await startEverything(kind);
  const egress = openEgress({ policy: { kind: 'hosted', allow: [] } });
  onTestFinished(egress.close);
  const failures: unknown[] = [];
  const observed = async (url: string | URL, init?: RequestInit) => {
    const response = egress.fetch(url, init);
    failures.push((await failureOf(response)).kind);
    return response;
  };
  const client = new Client({ name: 'test', version: '1' });
  onTestFinished(() => client.close());
  await expect(client.connect(open(kind, new URL(server.url), { fetch: observed }) as Transport)).rejects.toThrow();
  expect(failures[0]).toBe('forbidden-url');
  expect((await server.seen()).handshakes).toBe(0);
});
