/**
 * Tells the process that started a server which MCP requests reach it and how it answers: loaded with `--import` before the server.
 *
 * It looks at bytes as the parser hands them over and at the head of each answer; the server sees and does the same as without it.
 */
import { subscribe } from 'node:diagnostics_channel';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { onBody } from './tapped-body.ts';

/** What comes over the channel; `arrival` pairs a request with its answer. */
export type TapMessage =
  | { kind: 'request'; arrival: number; httpMethod: string; url: string; serverSession?: string; body: string }
  | { kind: 'answer'; arrival: number; status: number; serverSession?: string }
  /** Answers a `flush`: everything that was seen before it has been sent. */
  | { kind: 'flushed'; flush: number };

const tell = (message: TapMessage): void => void process.send?.(message);
let arrivals = 0;

// Source: Node.js, diagnostics_channel, "http.server.request.start": emitted before the server's own listeners.
subscribe('http.server.request.start', (message) => {
  const { request, response } = message as { request: IncomingMessage; response: ServerResponse };
  const arrival = ++arrivals;
  const { 'mcp-session-id': header } = request.headers;
  const named = typeof header === 'string' ? { serverSession: header } : {};
  onBody(request, (body) => tell({ kind: 'request', arrival, httpMethod: request.method ?? '', url: request.url ?? '', ...named, body }));
  const writeHead = response.writeHead as (...args: unknown[]) => ServerResponse;
  response.writeHead = (...args: unknown[]) => {
    const written = writeHead.apply(response, args);
    // Headers given to writeHead alone are found nowhere else than in the head itself.
    const made = /^mcp-session-id: (.*)$/im.exec(headOf(response))?.[1]?.trim();
    tell({ kind: 'answer', arrival, status: response.statusCode, ...(made !== undefined && { serverSession: made }) });
    return written;
  };
});

function headOf(response: ServerResponse): string {
  const { _header: head } = response as ServerResponse & { _header?: unknown };
  return typeof head === 'string' ? head : '';
}

process.on('message', (message) => {
  if (typeof message === 'object' && message !== null && 'flush' in message && typeof message.flush === 'number')
    tell({ kind: 'flushed', flush: message.flush });
});
