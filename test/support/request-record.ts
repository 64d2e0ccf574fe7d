/** Owns what is known of the requests that reached a server under test: pairs them with their answers and counts. Pure. */
import type { TapMessage } from './request-tap.ts';

/** One HTTP request that reached the server, and how the server answered. */
export type Exchange = {
  /** Counts the server's processes, from 1. */
  process: number;
  httpMethod: string;
  /** `Mcp-Session-Id` of the request, or of the answer that made one; over HTTP+SSE the session of the message endpoint. */
  serverSession?: string;
  /** Method of the JSON-RPC message in the body. */
  method?: string;
  /** Name of the tool of a tools/call. */
  tool?: string;
  /** As it came. */
  body: string;
  /** Undefined as long as the server has not begun to answer. */
  status?: number;
};

/** What reached the server up to one moment, over all its processes. */
export type Seen = {
  exchanges: readonly Exchange[];
  /** `initialize` requests that the server accepted. */
  handshakes: number;
  /** Returns how many `tools/call` requests the server accepted; of one tool when it is named. */
  executions(tool?: string): number;
  /** The server's own sessions, in the order in which they were first seen. */
  serverSessions: readonly string[];
};

export type RequestRecord = {
  add(process: number, message: TapMessage): void;
  read(): Seen;
};

export function createRequestRecord(): RequestRecord {
  const exchanges = new Map<string, Exchange>();
  return {
    add(process, message) {
      if (message.kind === 'flushed') return;
      const key = `${process}:${message.arrival}`;
      const exchange = exchanges.get(key) ?? { process, httpMethod: '', body: '' };
      exchanges.set(key, exchange);
      if (message.serverSession !== undefined) exchange.serverSession = message.serverSession;
      if (message.kind === 'answer') exchange.status = message.status;
      else Object.assign(exchange, readRequest(message));
    },
    read() {
      const all = [...exchanges.values()].map((exchange) => ({ ...exchange }));
      const accepted = (method: string) => all.filter((exchange) => exchange.method === method && (exchange.status ?? 500) < 300);
      return {
        exchanges: all,
        handshakes: accepted('initialize').length,
        executions: (tool) => accepted('tools/call').filter((exchange) => tool === undefined || exchange.tool === tool).length,
        serverSessions: [...new Set(all.flatMap(({ serverSession }) => serverSession ?? []))],
      };
    },
  };
}

function readRequest({ httpMethod, url, body }: Extract<TapMessage, { kind: 'request' }>): Partial<Exchange> {
  const endpointSession = new URL(url, 'http://server').searchParams.get('sessionId');
  const { method, params } = parseObject(body);
  const { name } = typeof params === 'object' && params !== null ? (params as Record<string, unknown>) : {};
  return {
    httpMethod,
    body,
    ...(endpointSession !== null && { serverSession: endpointSession }),
    ...(typeof method === 'string' && { method }),
    ...(method === 'tools/call' && typeof name === 'string' && { tool: name }),
  };
}

function parseObject(text: string): Record<string, unknown> {
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === 'object' && value !== null ? (value as Record<string, unknown>) : {};
  } catch {
    return {};
  }
}
