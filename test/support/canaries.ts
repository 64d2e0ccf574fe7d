/**
 * Owns secrets that are looked for where they must not be, and a server that says all of those that a server can say. How they are sent on
 * their way, and what is searched, is in the test.
 */
import { createServer, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { listen } from '../../api/_local/listen.ts';
import { endLater } from './at-end.ts';

export const CANARIES = {
  headerValue: 'canary-header-5f1c',
  bearer: 'canary-bearer-a03e',
  query: 'canary-query-77d2',
  serverSession: 'canary-server-session-1b9f',
  greeting: 'canary-greeting-c4aa',
  tool: 'canary-tool-name-09ee',
  argument: 'canary-argument-e7b1',
  result: 'canary-result-31cd',
  progress: 'canary-progress-aa76',
  serverMessage: 'canary-server-message-d5d5',
  question: 'canary-question-0b0b',
  answer: 'canary-answer-1c1c',
  eventId: 'canary-event-id-8812',
  uri: 'canary-uri-4c4c',
  refusal: 'canary-refusal-6e6e',
};

/** The text itself, and what shows of it where it was encoded: escaped for JSON or an address, in hex, and in base64 wherever it begins. */
export function formsOf(secret: string): string[] {
  const bytes = Buffer.from(secret);
  const based = [0, 1, 2].flatMap((shift) => {
    const text = Buffer.concat([Buffer.alloc(shift), bytes]).toString('base64');
    // Characters at the ends hold bits of the neighbours too.
    const inner = text.replace(/=+$/, '').slice(shift === 0 ? 0 : shift + 1, -2);
    return [inner, inner.replaceAll('+', '-').replaceAll('/', '_')];
  });
  const hex = bytes.toString('hex');
  const escaped = [
    JSON.stringify(secret).slice(1, -1),
    encodeURIComponent(secret),
    new URLSearchParams({ '': secret }).toString().slice(1),
  ];
  // Files are read as single bytes; browsers write two a character too.
  const read = [bytes, Buffer.from(secret, 'utf16le')].map((written) => written.toString('latin1'));
  return [...new Set([secret, ...read, hex, hex.toUpperCase(), ...escaped, ...based])];
}

/** Names the secrets that a text holds in any form. */
export const findCanaries = (text: string, secrets: Readonly<Record<string, string>>): string[] =>
  Object.entries(secrets).flatMap(([name, secret]) => (formsOf(secret).some((form) => text.includes(form)) ? [name] : []));

export type CanaryServer = {
  readonly url: string;
  /** Answers everything with this status and the refusal from now on; undefined lets it behave. */
  refuse(status: number | undefined): void;
  /** Lets the calls end that are under way. */
  finish(): void;
};

type Message = { id?: string | number; method?: string; params?: { _meta?: { progressToken?: unknown } } };

export async function startCanaryServer(): Promise<CanaryServer> {
  let refusal: number | undefined;
  const unfinished: (() => void)[] = [];
  const toEvent = (message: object, id?: string): string =>
    `${id === undefined ? '' : `id: ${id}\n`}data: ${JSON.stringify({ jsonrpc: '2.0', ...message })}\n\n`;
  const call = (response: ServerResponse, { id, params }: Message): void => {
    response.writeHead(200, { 'content-type': 'text/event-stream' });
    const progress = { progressToken: params?._meta?.progressToken, progress: 1, message: CANARIES.progress };
    response.write(toEvent({ method: 'notifications/progress', params: progress }, CANARIES.eventId));
    response.write(toEvent({ id: 'q', method: 'elicitation/create', params: { message: CANARIES.question } }));
    unfinished.push(() => response.end(toEvent({ id, result: { content: [{ type: 'text', text: CANARIES.result }] } })));
  };
  const reply = (response: ServerResponse, message: Message): void => {
    const { id, method } = message;
    const json = (body: object, headers = {}) =>
      response.writeHead(200, { 'content-type': 'application/json', ...headers }).end(JSON.stringify({ jsonrpc: '2.0', id, ...body }));
    if (method === 'initialize') {
      const capabilities = { tools: {}, resources: { subscribe: true } };
      const greeting = {
        protocolVersion: '2025-11-25',
        capabilities,
        serverInfo: { name: 'plain', version: '1' },
        instructions: CANARIES.greeting,
      };
      json({ result: greeting }, { 'mcp-session-id': CANARIES.serverSession });
    } else if (id === undefined || method === undefined) response.writeHead(202).end();
    else if (method === 'tools/call') call(response, message);
    else if (method === 'resources/subscribe') json({ result: {} });
    else json({ error: { code: -32601, message: CANARIES.refusal } });
  };
  const server = createServer(async (request, response) => {
    let text = '';
    for await (const chunk of request) text += chunk;
    if (refusal !== undefined) response.writeHead(refusal, { 'content-type': 'text/plain' }).end(CANARIES.refusal);
    else if (request.method === 'DELETE') response.writeHead(200).end();
    else if (request.method === 'POST') reply(response, JSON.parse(text) as Message);
    else {
      response.writeHead(200, { 'content-type': 'text/event-stream' });
      const said = { level: 'info', data: CANARIES.serverMessage };
      response.write(toEvent({ method: 'notifications/message', params: said }, `stream-${CANARIES.eventId}`));
    }
  });
  await listen(server, { host: '127.0.0.1', port: 0 });
  endLater(async () => {
    server.close();
    server.closeAllConnections();
  });
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/mcp?key=${CANARIES.query}`,
    refuse(status) {
      refusal = status;
    },
    finish() {
      for (const end of unfinished.splice(0)) end();
    },
  };
}
