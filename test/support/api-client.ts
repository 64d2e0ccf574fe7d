/** Owns speaking the HTTP contract from a test: to a backend in this process or to one behind an address. */
import { type Backend, composeBackend } from '../../api/_lib/compose.ts';
import { readSettings } from '../../api/_lib/settings.ts';
import { RegisteredDevice, Session } from '../../shared/contract.ts';
import { endLater } from './at-end.ts';

export type Answer = { status: number; headers: Headers; body: unknown };
export type RequestOptions = {
  body?: unknown;
  text?: string;
  token?: string | undefined;
  headers?: Record<string, string>;
  signal?: AbortSignal;
};

export type ApiClient = {
  /** Sends a request to a path below /api and parses a JSON answer. */
  ask(method: string, path: string, options?: RequestOptions): Promise<Answer>;
  /** Sends a request and returns the answer unread. */
  open(method: string, path: string, options?: RequestOptions): Promise<Response>;
  /** Registers a device of a workspace of its own and returns its token. */
  register(name?: string): Promise<string>;
  connect(token: string, url: string, more?: Record<string, unknown>): Promise<Session>;
  /** Sends one JSON-RPC message to a session; the answer's message, whether it came as JSON or as a stream. */
  rpc(token: string, sessionId: string, message: Record<string, unknown>, headers?: Record<string, string>): Promise<Answer>;
};

type Send = (path: string, init: RequestInit) => Promise<Response>;

function createClient(send: Send): ApiClient {
  const open: ApiClient['open'] = (method, path, { body, text, token, headers, signal } = {}) =>
    send(path, {
      method,
      headers: {
        ...((body !== undefined || text !== undefined) && { 'content-type': 'application/json' }),
        ...(token !== undefined && { authorization: `Bearer ${token}` }),
        ...headers,
      },
      ...(signal && { signal }),
      ...(body !== undefined && { body: JSON.stringify(body) }),
      ...(text !== undefined && { body: text }),
    });
  const ask: ApiClient['ask'] = async (method, path, options) => {
    const response = await open(method, path, options);
    const text = await response.text();
    return { status: response.status, headers: response.headers, body: parseBody(text, response.headers) };
  };
  return {
    open,
    ask,
    async register(name = 'Laptop') {
      const { body } = await ask('POST', '/devices', { body: { name } });
      return RegisteredDevice.parse(body).token;
    },
    async connect(token, url, more = {}) {
      const { body } = await ask('POST', '/sessions', { token, body: { url, ...more } });
      return Session.parse(body);
    },
    rpc: (token, sessionId, message, headers = {}) =>
      ask('POST', `/mcp/${sessionId}`, {
        token,
        body: { jsonrpc: '2.0', ...message },
        headers: { accept: 'application/json, text/event-stream', ...headers },
      }),
  };
}

/** The last event of a stream is the response; what came before it is for tests that read the stream themselves. */
function parseBody(text: string, headers: Headers): unknown {
  if (headers.get('content-type')?.startsWith('text/event-stream')) {
    const last = text.split('\n').findLast((line) => line.startsWith('data: '));
    return last === undefined ? undefined : JSON.parse(last.slice('data: '.length));
  }
  return text === '' ? undefined : JSON.parse(text);
}

/** Returns a client of a backend that listens at `http://host:port`. */
export const clientOf = (url: string): ApiClient => createClient((path, init) => fetch(`${url}/api${path}`, init));

/** Composes a backend in this process and returns a client of it; it is closed after the tests. */
export async function startInProcess(env: Record<string, string> = {}): Promise<ApiClient & { backend: Backend; logged(): string }> {
  let logged = '';
  const backend = await composeBackend(readSettings(env), (line) => {
    logged += line;
  });
  endLater(() => backend.close());
  const client = createClient(async (path, init) => {
    const headers = { host: 'localhost', ...(init.headers as Record<string, string>) };
    return backend.fetch(new Request(`http://localhost/api${path}`, { ...init, headers }));
  });
  return { ...client, backend, logged: () => logged };
}
