/**
 * Owns the client of the benchmark: one kept-alive connection, raw HTTP, so that its own time is small and the same for a server and
 * for a session's endpoint before it. Every answer is checked.
 */
import { Client } from 'undici';

/** How long anything may take, ms. A bench that waits for ever tells nothing. */
const TIMEOUT_MS = 20_000;
const PROTOCOL_VERSION = '2025-11-25';

export type Answer = { status: number; headers: Record<string, string | string[] | undefined>; text: string };

export type HttpCaller = {
  send(method: 'GET' | 'POST' | 'DELETE', path: string, body?: unknown, headers?: Record<string, string>): Promise<Answer>;
  close(): Promise<void>;
};

/** Opens a connection to an origin that sends these headers with every request. */
export function openHttpCaller(origin: string, always: Record<string, string> = {}): HttpCaller {
  const client = new Client(origin, { headersTimeout: TIMEOUT_MS, bodyTimeout: TIMEOUT_MS });
  return {
    async send(method, path, body, headers = {}) {
      const response = await client.request({
        method,
        path,
        headers: { ...always, ...(body !== undefined && { 'content-type': 'application/json' }), ...headers },
        ...(body !== undefined && { body: JSON.stringify(body) }),
      });
      return { status: response.statusCode, headers: response.headers, text: await response.body.text() };
    },
    close: () => client.close(),
  };
}

export type McpCaller = {
  /** Shakes hands. */
  initialize(): Promise<void>;
  listTools(): Promise<void>;
  /** Calls `echo` and returns how long its answer took, ms. */
  callEcho(): Promise<number>;
  /** Ends the server session, where the server keeps one. */
  end(): Promise<void>;
  close(): Promise<void>;
};

/** Opens a client of an MCP server, or of a session's endpoint with the device's token. */
export function openMcpCaller(url: string, token?: string): McpCaller {
  const { origin, pathname } = new URL(url);
  const http = openHttpCaller(origin, {
    accept: 'application/json, text/event-stream',
    ...(token !== undefined && { authorization: `Bearer ${token}` }),
  });
  let connection: Record<string, string> = {};
  let lastId = 0;

  const request = async (method: string, params: Record<string, unknown>, expected: string): Promise<Answer> => {
    const answer = await http.send('POST', pathname, { jsonrpc: '2.0', id: ++lastId, method, params }, connection);
    if (answer.status !== 200 || !answer.text.includes(expected))
      throw new Error(`${method} at ${url} was answered ${answer.status}: ${answer.text.slice(0, 300)}`);
    return answer;
  };

  return {
    async initialize() {
      connection = {};
      const clientInfo = { name: 'mooring-bench', version: '1' };
      const answer = await request('initialize', { protocolVersion: PROTOCOL_VERSION, capabilities: {}, clientInfo }, '"serverInfo"');
      const id = answer.headers['mcp-session-id'];
      connection = { 'mcp-protocol-version': PROTOCOL_VERSION, ...(typeof id === 'string' && { 'mcp-session-id': id }) };
      const told = await http.send('POST', pathname, { jsonrpc: '2.0', method: 'notifications/initialized' }, connection);
      if (told.status !== 202) throw new Error(`notifications/initialized at ${url} was answered ${told.status}.`);
    },
    async listTools() {
      await request('tools/list', {}, '"echo"');
    },
    async callEcho() {
      const message = `call ${lastId + 1}`;
      const startedAt = performance.now();
      await request('tools/call', { name: 'echo', arguments: { message } }, `Echo: ${message}`);
      return performance.now() - startedAt;
    },
    async end() {
      await http.send('DELETE', pathname, undefined, connection);
    },
    close: () => http.close(),
  };
}
