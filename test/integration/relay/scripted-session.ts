/** Owns a session of a backend in this process with a scripted server, and what the tests of faults ask of both. */
import { createParser } from 'eventsource-parser';
import type { ActivityEntry } from '../../../shared/contract.ts';
import { type Answer, type ApiClient, startInProcess } from '../../support/api-client.ts';
import { type RpcMessage, type ScriptedServer, type ScriptedServerOptions, startScriptedServer } from '../../support/scripted-server.ts';

export type MessageStream = {
  /** Returns the next message; undefined when the stream has ended. */
  next(): Promise<RpcMessage | undefined>;
  cancel(): Promise<void>;
};

export type ScriptedSession<Server = ScriptedServer> = {
  readonly server: Server;
  readonly api: ApiClient;
  readonly token: string;
  readonly id: string;
  /** Sends a request and returns its answer. */
  ask(method: string, params?: Record<string, unknown>, more?: { id?: string | number; connection?: string }): Promise<Answer>;
  /** Sends a notification or an answer. */
  tell(message: RpcMessage, connection?: string): Promise<Answer>;
  /** Sends a request and reads its answer message by message, also where it is one JSON text. */
  follow(message: RpcMessage, options?: { connection?: string; signal?: AbortSignal }): Promise<MessageStream>;
  /** Opens the stream on which the server speaks on its own. */
  listen(options?: { connection?: string }): Promise<MessageStream>;
  /** Shakes hands as a client does, one that answers questions unless told otherwise, and returns its `Mcp-Session-Id`. */
  shakeHands(capabilities?: Record<string, unknown>): Promise<string>;
  activity(): Promise<ActivityEntry[]>;
  marks(): Promise<string[]>;
  epochFacts(): Promise<{ renewals: number; coldStarts: number }>;
};

const ACCEPT = { accept: 'application/json, text/event-stream' };

/** Connects a new device of an in-process backend to a new scripted server. */
export async function openScriptedSession(options: ScriptedServerOptions = {}): Promise<ScriptedSession> {
  const [server, api] = await Promise.all([startScriptedServer(options), startInProcess()]);
  const token = await api.register();
  const { id } = await api.connect(token, server.url);
  return toScriptedSession(server, api, token, id);
}

export function toScriptedSession<Server>(server: Server, api: ApiClient, token: string, id: string): ScriptedSession<Server> {
  const connectionHeader = (connection?: string): Record<string, string> =>
    connection === undefined ? {} : { 'mcp-session-id': connection };
  const path = `/mcp/${id}`;
  const activity = async (): Promise<ActivityEntry[]> => {
    const { body } = await api.ask('GET', `/sessions/${id}/activity`, { token });
    return (body as { entries: ActivityEntry[] }).entries;
  };
  const openStream = async (method: 'GET' | 'POST', more: { body?: unknown; signal?: AbortSignal }, connection?: string) => {
    const response = await api.open(method, path, { token, headers: { ...ACCEPT, ...connectionHeader(connection) }, ...more });
    if (response.headers.get('content-type')?.startsWith('text/event-stream')) return readMessages(response);
    const only = [JSON.parse(await response.text()) as RpcMessage];
    return { next: async () => only.shift(), cancel: async () => {} };
  };
  return {
    server,
    api,
    token,
    id,
    ask: (method, params, { id: rpcId = 1, connection } = {}) =>
      api.rpc(token, id, { id: rpcId, method, ...(params && { params }) }, connectionHeader(connection)),
    tell: (message, connection) => api.rpc(token, id, message, connectionHeader(connection)),
    follow: (message, { connection, signal } = {}) =>
      openStream('POST', { body: { jsonrpc: '2.0', ...message }, ...(signal && { signal }) }, connection),
    listen: ({ connection } = {}) => openStream('GET', {}, connection),
    async shakeHands(capabilities = { elicitation: { form: {}, url: {} }, sampling: {} }) {
      const params = { protocolVersion: '2025-11-25', capabilities, clientInfo: { name: 'raw', version: '1' } };
      const { headers } = await api.rpc(token, id, { id: 0, method: 'initialize', params });
      return headers.get('mcp-session-id') ?? '';
    },
    activity,
    marks: async () => (await activity()).flatMap((entry) => (entry.kind === 'mark' ? entry.mark : [])),
    async epochFacts() {
      const { body } = await api.ask('GET', `/sessions/${id}`, { token });
      const { renewals, coldStarts } = body as { renewals: number; coldStarts: number };
      return { renewals, coldStarts };
    },
  };
}

function readMessages(response: Response): MessageStream {
  if (response.body === null) throw new Error('The stream has no body.');
  // No stream in between: a client that cancels is gone at once.
  const reader = response.body.getReader();
  const decoder = new TextDecoder();
  const ready: RpcMessage[] = [];
  const parser = createParser({ onEvent: ({ data }) => ready.push(JSON.parse(data) as RpcMessage) });
  return {
    async next() {
      while (ready.length === 0) {
        const { done, value } = await reader.read();
        if (done) return undefined;
        parser.feed(decoder.decode(value, { stream: true }));
      }
      return ready.shift();
    },
    cancel: () => reader.cancel(),
  };
}

/** Matches an answer that holds one of our failures. */
export const failedWith = (code: string, id: string | number = 1) => ({ body: { id, error: { data: { code } } } });
