/**
 * A small HTTP server that answers the way a test says, with the CORS headers of a real backend: for the failures that no real one
 * produces on demand. By default it keeps devices and sessions in memory.
 */
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { text } from 'node:stream/consumers';
import type { Health, Session } from '../../shared/contract.ts';
import { AppError, type ErrorCode, toProblem } from '../../shared/errors.ts';

export type ScriptedRequest = { method: string; path: string; headers: IncomingMessage['headers']; body: unknown };
type Reply = (response: ServerResponse) => void;

export type ScriptedBackend = {
  url: string;
  requests: ScriptedRequest[];
  sessions: Map<string, Session>;
  health: Health;
  /** Answers requests that begin with this method and path, until it is taken back with `undefined`. */
  answer(route: string, reply: Reply | undefined): void;
  close(): Promise<void>;
};

export const json =
  (status: number, body: unknown): Reply =>
  (response) =>
    response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(body));
export const problem = (code: ErrorCode, detail = 'What the backend says.', hint?: string): Reply => {
  const body = toProblem(new AppError(code, detail, hint === undefined ? {} : { hint }));
  return json(body.status, body);
};
export const html =
  (status: number, body = '<!doctype html><title>Hello</title>'): Reply =>
  (response) =>
    response.writeHead(status, { 'content-type': 'text/html' }).end(body);
/** Never answers. */
export const silence: Reply = () => undefined;

const inMinutes = (minutes: number) => new Date(Date.now() + minutes * 60_000).toISOString();

/** Returns a session as a backend would list it. */
export function aSession(patch: Partial<Session> = {}): Session {
  return {
    id: crypto.randomUUID(),
    name: 'everything',
    url: 'http://127.0.0.1:3001/mcp',
    transport: 'streamable-http',
    protocolVersion: '2025-11-25',
    revision: 'stateful',
    server: { name: 'mcp-servers/everything', version: '2.0.0' },
    capabilities: { tools: {} },
    status: 'live',
    createdAt: inMinutes(0),
    lastUsedAt: inMinutes(0),
    expiresAt: inMinutes(30),
    running: 0,
    questions: 0,
    coldStarts: 0,
    renewals: 0,
    headerNames: [],
    roots: [],
    signedIn: false,
    ...patch,
  };
}

export async function openScriptedBackend(): Promise<ScriptedBackend> {
  const requests: ScriptedRequest[] = [];
  const sessions = new Map<string, Session>();
  const answers = new Map<string, Reply>();
  let devices = 0;
  const health: Health = { status: 'ok', version: '1.2.3', storage: { kind: 'kv', persistent: true, writable: true }, access: 'open' };

  const reply = ({ method, path, body }: ScriptedRequest): Reply => {
    const route = `${method} ${path}`;
    for (const [prefix, scripted] of answers) if (route.startsWith(prefix)) return scripted;
    if (route === 'GET /api/health') return json(200, health);
    if (route === 'POST /api/devices')
      return json(201, {
        deviceId: `device-${++devices}`,
        workspaceId: `workspace-${devices}`,
        token: `token-${devices}`,
        membership: 'member',
      });
    if (route === 'GET /api/sessions') return json(200, { sessions: [...sessions.values()] });
    if (route === 'POST /api/sessions') {
      const { url, name } = body as { url: string; name?: string };
      const session = aSession({ url, ...(name !== undefined && { name }) });
      sessions.set(session.id, session);
      return json(201, session);
    }
    const id = /^\/api\/sessions\/([^/]+)$/.exec(path)?.[1] ?? '';
    const session = sessions.get(id);
    if (!session) return problem('SESSION_NOT_FOUND');
    if (method === 'PATCH') sessions.set(id, { ...session, ...(body as { name: string }) });
    if (method === 'DELETE') {
      sessions.delete(id);
      return (response) => response.writeHead(204).end();
    }
    return json(200, sessions.get(id));
  };

  const server = createServer(async (request, response) => {
    response.setHeader('Access-Control-Allow-Origin', request.headers.origin ?? '*');
    response.setHeader('Access-Control-Allow-Methods', 'GET, POST, PATCH, DELETE');
    response.setHeader('Access-Control-Allow-Headers', 'authorization, content-type, idempotency-key');
    if (request.method === 'OPTIONS') return response.writeHead(204).end();
    const raw = await text(request);
    const body: unknown = raw === '' ? undefined : JSON.parse(raw);
    const seen = { method: request.method ?? '', path: request.url ?? '', headers: request.headers, body };
    requests.push(seen);
    reply(seen)(response);
  });
  await new Promise<void>((listening) => server.listen(0, '127.0.0.1', listening));
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    requests,
    sessions,
    health,
    answer(route, scripted) {
      if (scripted) answers.set(route, scripted);
      else answers.delete(route);
    },
    close() {
      server.closeAllConnections();
      return new Promise((closed) => server.close(() => closed()));
    },
  };
}
