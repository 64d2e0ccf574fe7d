/**
 * Owns a session as the tests of faults need it: on several instances of one KV, used by more than one device, with calls that have keys.
 * What breaks, and when, is said in the tests.
 */
import { Pairing, RegisteredDevice } from '../../shared/contract.ts';
import { type ApiClient, startInProcess } from './api-client.ts';
import { endLater } from './at-end.ts';
import { type EventReader, readEvents } from './fault-stream.ts';
import { type Kv, startKv } from './kv.ts';
import type { Exchange, RpcMessage, ScriptedServer } from './scripted-server.ts';

/** Longer than a killed holder's lease on a call, ms. */
export const AFTER_LEASE_MS = 20_000;
export const ACT = { name: 'act', arguments: {} };
const ACCEPT = { accept: 'application/json, text/event-stream' };

export type SendOptions = {
  key?: string;
  id?: string | number;
  method?: string;
  params?: Record<string, unknown>;
  connection?: string;
  signal?: AbortSignal;
  /** `Last-Event-ID` and the like. */
  headers?: Record<string, string>;
};

export type CallView = { key: string; state: string; response?: RpcMessage } & Record<string, unknown>;

/** One device's use of a session at one instance. */
export type SessionUser = {
  readonly api: ApiClient;
  readonly token: string;
  readonly id: string;
  /** Sends a request, tools/call unless another is named, and returns its answer unread. */
  open(options?: SendOptions): Promise<Response>;
  /** The same, read as it comes. */
  follow(options?: SendOptions): Promise<EventReader>;
  /** The same, read to its end: the last message. */
  ask(options?: SendOptions): Promise<RpcMessage | undefined>;
  /** Sends a notification or an answer; its status. */
  tell(message: RpcMessage, connection?: string): Promise<number>;
  /** Opens a stream: of a call after `lastEventId`, or that of the server. */
  listen(lastEventId?: string, connection?: string): Promise<EventReader>;
  /** Shakes hands as a client that answers questions and returns the connection. */
  shakeHands(): Promise<string>;
  /** What `/sessions/{id}/calls/{key}` says. */
  look(key: string): Promise<CallView & { code?: string }>;
  list(): Promise<CallView[]>;
  cancel(key: string): Promise<number>;
  marks(): Promise<string[]>;
};

export function useSession(api: ApiClient, token: string, id: string): SessionUser {
  const path = `/mcp/${id}`;
  const withConnection = (connection?: string): Record<string, string> =>
    connection === undefined ? {} : { 'mcp-session-id': connection };
  const open: SessionUser['open'] = ({ key, id: rpcId = 1, method = 'tools/call', params = ACT, connection, signal, headers } = {}) =>
    api.open('POST', path, {
      token,
      body: { jsonrpc: '2.0', id: rpcId, method, params },
      headers: { ...ACCEPT, ...(key !== undefined && { 'idempotency-key': key }), ...withConnection(connection), ...headers },
      ...(signal && { signal }),
    });
  const get = async (more: string): Promise<unknown> => (await api.ask('GET', `/sessions/${id}${more}`, { token })).body;
  return {
    api,
    token,
    id,
    open,
    follow: async (options) => readEvents(await open(options)),
    ask: async (options) => (await readEvents(await open(options)).rest()).at(-1),
    async tell(message, connection) {
      return (await api.rpc(token, id, message, withConnection(connection))).status;
    },
    async listen(lastEventId, connection) {
      const resume = lastEventId === undefined ? {} : { 'last-event-id': lastEventId };
      return readEvents(await api.open('GET', path, { token, headers: { ...ACCEPT, ...resume, ...withConnection(connection) } }));
    },
    async shakeHands() {
      const params = {
        protocolVersion: '2025-11-25',
        capabilities: { elicitation: {}, sampling: {} },
        clientInfo: { name: 'raw', version: '1' },
      };
      return (await open({ method: 'initialize', params, id: 0 })).headers.get('mcp-session-id') ?? '';
    },
    look: async (key) => (await get(`/calls/${key}`)) as CallView,
    list: async () => ((await get('/calls')) as { calls: CallView[] }).calls,
    cancel: async (key) => (await api.ask('DELETE', `/sessions/${id}/calls/${key}`, { token })).status,
    async marks() {
      const { entries } = (await get('/activity')) as { entries: { kind: string; mark?: string }[] };
      return entries.flatMap(({ mark }) => mark ?? []);
    },
  };
}

/** Registers one more device of the workspace that a token belongs to, and returns its token. */
export async function addDevice(api: ApiClient, token: string, name: string): Promise<string> {
  const { code } = Pairing.parse((await api.ask('POST', '/pairings', { token })).body);
  const added = RegisteredDevice.parse((await api.ask('POST', '/devices', { body: { name, pairingCode: code } })).body);
  await api.ask('POST', `/devices/${added.deviceId}/admission`, { token });
  return added.token;
}

export type SharedSession = {
  kv: Kv;
  token: string;
  id: string;
  users: readonly SessionUser[];
  /** Resolves when no instance has anything left to do. */
  settled(): Promise<void>;
};

/** Connects a new device to a server, and lets it use the session at this many instances of one KV, all in this process. */
export async function shareSession(serverUrl: string, instances = 1): Promise<SharedSession> {
  const kv = await startKv();
  const apis = await Promise.all(Array.from({ length: instances }, () => startInProcess(kv.env)));
  const [first] = apis;
  if (!first) throw new Error('At least one instance is needed.');
  const token = await first.register();
  const { id } = await first.connect(token, serverUrl);
  const settled = async (): Promise<void> => void (await Promise.all(apis.map(({ backend }) => backend.settled())));
  return { kv, token, id, users: apis.map((api) => useSession(api, token, id)), settled };
}

export const at = <T>(items: readonly T[], index: number): T => {
  const item = items.at(index);
  if (item === undefined) throw new Error(`There is no item ${index}.`);
  return item;
};

/** Keeps what a server is asked by one method until the test answers it. */
export function takeExchanges(server: ScriptedServer, method = 'tools/call'): () => Promise<Exchange> {
  const arrived: Exchange[] = [];
  const waiting: ((exchange: Exchange) => void)[] = [];
  server.on(method, (exchange) => {
    const next = waiting.shift();
    if (next) next(exchange);
    else arrived.push(exchange);
  });
  return () => {
    const first = arrived.shift();
    return first ? Promise.resolve(first) : new Promise((resolve) => waiting.push(resolve));
  };
}

export const textResult = (value: string): Record<string, unknown> => ({ content: [{ type: 'text', text: value }] });

/** Matches an answer that holds one of our failures. */
export const failure = (code: string) => ({ error: { data: { code } } });

/** Sends SIGCONT later: a process that is paused can't be ended. */
export function pauseProcess(pid: number): () => void {
  process.kill(pid, 'SIGSTOP');
  const resume = (): void => void process.kill(pid, 'SIGCONT');
  const forget = endLater(async () => resume());
  return () => {
    forget();
    resume();
  };
}
