/**
 * Owns an MCP server over HTTP+SSE that does what a test says: it greets each stream as a server does, takes messages with 202,
 * and answers on the stream what the script says. Source: MCP 2024-11-05, Transports > HTTP with SSE.
 */
import { once } from 'node:events';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { listen } from '../../api/_local/listen.ts';
import { endLater } from './at-end.ts';
import type { RpcMessage } from './scripted-server.ts';

export type ScriptedStream = {
  /** Counts the server's streams from 1. */
  readonly number: number;
  send(message: RpcMessage): void;
  /** Breaks the stream. */
  cut(): void;
  readonly closed: Promise<unknown>;
};

export type ScriptedSseServer = {
  readonly url: string;
  /** Messages that were taken, each with the number of its stream. */
  readonly received: readonly (RpcMessage & { stream: number })[];
  ran(method: string): number;
  /** Streams that were opened so far. */
  streams(): number;
  /** What happens when a message of a method is taken; `answer` for the client's answers. Without a script calls are done. */
  on(method: string, script?: (message: RpcMessage, stream: ScriptedStream) => void): void;
  /** HTTP status with which new streams are refused; undefined lets them open. */
  refuseStreams(status: number | undefined): void;
  /** Refuses the next messages with an HTTP status. */
  refuseMessages(status: number, times: number): void;
  /** Breaks every stream. */
  cutAll(): void;
};

const GREETING = {
  protocolVersion: '2024-11-05',
  capabilities: { tools: {}, logging: {} },
  serverInfo: { name: 'scripted', version: '1' },
};

export async function startScriptedSseServer(): Promise<ScriptedSseServer> {
  const received: (RpcMessage & { stream: number })[] = [];
  const scripts = new Map<string, (message: RpcMessage, stream: ScriptedStream) => void>();
  const streams = new Map<number, ScriptedStream>();
  let opened = 0;
  let streamRefusal: number | undefined;
  let messageRefusal = { status: 0, left: 0 };

  const openStream = (response: ServerResponse): void => {
    const number = ++opened;
    response.writeHead(200, { 'content-type': 'text/event-stream' });
    response.write(`event: endpoint\ndata: /message?stream=${number}\n\n`);
    streams.set(number, {
      number,
      send: (message) => void response.write(`event: message\ndata: ${JSON.stringify({ jsonrpc: '2.0', ...message })}\n\n`),
      cut() {
        streams.delete(number);
        response.destroy();
      },
      closed: once(response, 'close').then(() => streams.delete(number)),
    });
  };
  const take = (message: RpcMessage, stream: ScriptedStream): void => {
    received.push({ ...message, stream: stream.number });
    const { id, method } = message;
    const script = scripts.get(method ?? 'answer');
    if (script) script(message, stream);
    else if (method === 'initialize') stream.send({ id: id ?? null, result: GREETING });
    else if (method !== undefined && id !== undefined) stream.send({ id, result: { content: [{ type: 'text', text: 'done' }] } });
  };
  const serve = async (request: IncomingMessage, response: ServerResponse): Promise<void> => {
    const url = new URL(request.url ?? '/', 'http://server');
    if (request.method === 'GET') {
      if (streamRefusal === undefined) openStream(response);
      else response.writeHead(streamRefusal).end();
      return;
    }
    const chunks: Buffer[] = [];
    for await (const chunk of request) chunks.push(chunk as Buffer);
    const stream = streams.get(Number(url.searchParams.get('stream')));
    if (stream === undefined || messageRefusal.left > 0) {
      response.writeHead(messageRefusal.left-- > 0 ? messageRefusal.status : 404).end();
      return;
    }
    response.writeHead(202).end();
    take(JSON.parse(Buffer.concat(chunks).toString('utf8')) as RpcMessage, stream);
  };
  const server = createServer((request, response) => void serve(request, response).catch(() => response.destroy()));
  await listen(server, { host: '127.0.0.1', port: 0 });
  endLater(async () => {
    server.close();
    server.closeAllConnections();
  });
  const { port } = server.address() as AddressInfo;
  return {
    url: `http://127.0.0.1:${port}/sse`,
    received,
    ran: (wanted) => received.filter(({ method }) => method === wanted).length,
    streams: () => opened,
    on(method, script) {
      if (script) scripts.set(method, script);
      else scripts.delete(method);
    },
    refuseStreams: (status) => {
      streamRefusal = status;
    },
    refuseMessages: (status, left) => {
      messageRefusal = { status, left };
    },
    cutAll() {
      for (const stream of streams.values()) stream.cut();
    },
  };
}
