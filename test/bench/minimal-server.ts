/**
 * Owns the smallest MCP server that there can be: its own time must not hide the relay's. It checks nothing and knows one tool, `echo`.
 * Also a program: `node test/bench/minimal-server.ts` prints its URL as its first line.
 */
import { randomUUID } from 'node:crypto';
import { createServer, type IncomingMessage } from 'node:http';

export type MinimalServer = { readonly url: string; close(): Promise<void> };

const GREETING = {
  protocolVersion: '2025-11-25',
  capabilities: { tools: {} },
  serverInfo: { name: 'minimal', version: '1' },
};
const ECHO = {
  name: 'echo',
  description: 'Says the same',
  inputSchema: { type: 'object', properties: { message: { type: 'string' } }, required: ['message'] },
};

type Incoming = { id?: unknown; method: string; params?: { arguments?: { message?: string } } };

function answer({ method, params }: Incoming): { result: unknown } | { error: unknown } {
  if (method === 'initialize') return { result: GREETING };
  if (method === 'tools/list') return { result: { tools: [ECHO] } };
  if (method === 'tools/call') return { result: { content: [{ type: 'text', text: `Echo: ${params?.arguments?.message}` }] } };
  return { error: { code: -32601, message: 'Method not found' } };
}

/**
 * Starts the server on 127.0.0.1, on a free port.
 *
 * @param onCall Runs when a tool call has arrived, before it is answered.
 */
export async function startMinimalServer(onCall: () => void = () => {}): Promise<MinimalServer> {
  const server = createServer(async (request, response) => {
    if (request.method !== 'POST') return void response.writeHead(request.method === 'DELETE' ? 200 : 405).end();
    const message = JSON.parse(await readText(request)) as Incoming;
    if (message.id === undefined) return void response.writeHead(202).end();
    if (message.method === 'tools/call') onCall();
    const text = JSON.stringify({ jsonrpc: '2.0', id: message.id, ...answer(message) });
    const headers = { 'content-type': 'application/json', 'content-length': Buffer.byteLength(text) };
    response.writeHead(200, message.method === 'initialize' ? { ...headers, 'mcp-session-id': randomUUID() } : headers).end(text);
  });
  server.keepAliveTimeout = 60_000;
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const address = server.address();
  if (typeof address !== 'object' || address === null) throw new Error('The server has no port.');
  return {
    url: `http://127.0.0.1:${address.port}/mcp`,
    async close() {
      const closed = new Promise((resolve) => server.close(resolve));
      server.closeAllConnections();
      await closed;
    },
  };
}

async function readText(request: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(chunk as Buffer);
  return Buffer.concat(chunks).toString('utf8');
}

if (import.meta.main) console.log((await startMinimalServer()).url);
