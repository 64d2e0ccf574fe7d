/**
 * Owns the two official SDK clients as they come from npm, behind the calls that they have in common: what works with one
 * must work with the other, directly and through a backend.
 */
import * as v2 from '@modelcontextprotocol/client';
import { Client as V1Client } from '@modelcontextprotocol/sdk/client/index.js';
import { SSEClientTransport as V1Sse } from '@modelcontextprotocol/sdk/client/sse.js';
import { StreamableHTTPClientTransport as V1Http } from '@modelcontextprotocol/sdk/client/streamableHttp.js';
import type { Transport as V1Transport } from '@modelcontextprotocol/sdk/shared/transport.js';
import {
  CreateMessageRequestSchema,
  type CreateMessageResult,
  ElicitRequestSchema,
  type ElicitResult,
  ListRootsRequestSchema,
} from '@modelcontextprotocol/sdk/types.js';
import { endLater } from './at-end.ts';

export type Notified = { method: string; params?: Record<string, unknown> };
export type CallOptions = {
  signal?: AbortSignal;
  timeout?: number;
  onprogress?: (progress: { progress: number; total?: number | undefined }) => void;
};
type Json = Record<string, unknown>;

/** What a client answers the server's questions with, and what it was told. */
export type ClientSide = {
  /** Everything that is no answer and no progress, in order. */
  readonly notified: Notified[];
  /** Questions in order. */
  readonly asked: { method: string; params: Json }[];
  roots: { uri: string; name: string }[];
  elicitation: ElicitResult;
};

export type SdkClient = {
  readonly side: ClientSide;
  readonly serverInfo: unknown;
  readonly capabilities: unknown;
  readonly instructions: unknown;
  /** 'stateless' where it negotiated the revision without sessions. */
  readonly revision: 'stateful' | 'stateless';
  listTools(): Promise<Json>;
  callTool(name: string, args?: Json, options?: CallOptions): Promise<Json>;
  listResources(): Promise<Json>;
  listResourceTemplates(): Promise<Json>;
  readResource(uri: string): Promise<Json>;
  subscribe(uri: string): Promise<unknown>;
  unsubscribe(uri: string): Promise<unknown>;
  listPrompts(): Promise<Json>;
  getPrompt(name: string, args?: Record<string, string>): Promise<Json>;
  complete(prompt: string, argument: { name: string; value: string }, given?: Record<string, string>): Promise<Json>;
  setLoggingLevel(level: 'debug' | 'error'): Promise<unknown>;
  ping(): Promise<unknown>;
  sendRootsListChanged(): Promise<void>;
  close(): Promise<void>;
};

export type Target = { url: string; transport?: 'streamable-http' | 'sse'; token?: string };
export type OpenSdkClient = (target: Target) => Promise<SdkClient>;

const INFO = { name: 'sdk-client-under-test', version: '1' };
const CAPABILITIES = { roots: { listChanged: true }, sampling: {}, elicitation: { form: {}, url: {} } };
const SAMPLED: CreateMessageResult = { model: 'test-model', role: 'assistant', content: { type: 'text', text: 'sampled' } };

const createSide = (): ClientSide => ({
  notified: [],
  asked: [],
  roots: [{ uri: 'file:///first', name: 'First' }],
  elicitation: { action: 'accept', content: { name: 'Ada Lovelace', check: true } },
});

const toOptions = ({ token }: Target) => (token === undefined ? {} : { requestInit: { headers: { authorization: `Bearer ${token}` } } });

/** Opens the client of the v1 line. It is closed after the tests. */
export const openV1Client: OpenSdkClient = async (target) => {
  const side = createSide();
  const client = new V1Client(INFO, { capabilities: CAPABILITIES });
  client.setRequestHandler(ListRootsRequestSchema, () => {
    side.asked.push({ method: 'roots/list', params: {} });
    return { roots: side.roots };
  });
  client.setRequestHandler(ElicitRequestSchema, ({ method, params }) => {
    side.asked.push({ method, params });
    return side.elicitation;
  });
  client.setRequestHandler(CreateMessageRequestSchema, ({ method, params }) => {
    side.asked.push({ method, params });
    return SAMPLED;
  });
  client.fallbackNotificationHandler = async ({ method, params }) => void side.notified.push({ method, ...(params && { params }) });
  const url = new URL(target.url);
  const transport = target.transport === 'sse' ? new V1Sse(url, toOptions(target)) : new V1Http(url, toOptions(target));
  await client.connect(transport as V1Transport);
  endLater(() => client.close());
  return {
    side,
    serverInfo: client.getServerVersion(),
    capabilities: client.getServerCapabilities(),
    instructions: client.getInstructions(),
    revision: 'stateful',
    listTools: () => client.listTools(),
    callTool: (name, args = {}, options = {}) => client.callTool({ name, arguments: args }, undefined, options),
    listResources: () => client.listResources(),
    listResourceTemplates: () => client.listResourceTemplates(),
    readResource: (uri) => client.readResource({ uri }),
    subscribe: (uri) => client.subscribeResource({ uri }),
    unsubscribe: (uri) => client.unsubscribeResource({ uri }),
    listPrompts: () => client.listPrompts(),
    getPrompt: (name, args) => client.getPrompt({ name, ...(args && { arguments: args }) }),
    complete: (name, argument, given) =>
      client.complete({ ref: { type: 'ref/prompt', name }, argument, ...(given && { context: { arguments: given } }) }),
    setLoggingLevel: (level) => client.setLoggingLevel(level),
    ping: () => client.ping(),
    sendRootsListChanged: () => client.sendRootsListChanged(),
    close: () => client.close(),
  };
};

/** Opens the client of the v2 line, which finds out the revision by itself. It is closed after the tests. */
export const openV2Client: OpenSdkClient = async (target) => {
  const side = createSide();
  const client = new v2.Client(INFO, { capabilities: CAPABILITIES, versionNegotiation: { mode: 'auto' } });
  client.setRequestHandler('roots/list', () => {
    side.asked.push({ method: 'roots/list', params: {} });
    return { roots: side.roots };
  });
  client.setRequestHandler('elicitation/create', ({ method, params }) => {
    side.asked.push({ method, params });
    return side.elicitation;
  });
  client.setRequestHandler('sampling/createMessage', ({ method, params }) => {
    side.asked.push({ method, params });
    return SAMPLED;
  });
  client.fallbackNotificationHandler = async ({ method, params }) => void side.notified.push({ method, ...(params && { params }) });
  const url = new URL(target.url);
  const options = toOptions(target);
  await client.connect(
    target.transport === 'sse' ? new v2.SSEClientTransport(url, options) : new v2.StreamableHTTPClientTransport(url, options),
  );
  endLater(() => client.close());
  return {
    side,
    serverInfo: client.getServerVersion(),
    capabilities: client.getServerCapabilities(),
    instructions: client.getInstructions(),
    revision: client.getProtocolEra() === 'modern' ? 'stateless' : 'stateful',
    listTools: () => client.listTools(),
    callTool: (name, args = {}, callOptions = {}) => client.callTool({ name, arguments: args }, callOptions),
    listResources: () => client.listResources(),
    listResourceTemplates: () => client.listResourceTemplates(),
    readResource: (uri) => client.readResource({ uri }),
    subscribe: (uri) => client.subscribeResource({ uri }),
    unsubscribe: (uri) => client.unsubscribeResource({ uri }),
    listPrompts: () => client.listPrompts(),
    getPrompt: (name, args) => client.getPrompt({ name, ...(args && { arguments: args }) }),
    complete: (name, argument, given) =>
      client.complete({ ref: { type: 'ref/prompt', name }, argument, ...(given && { context: { arguments: given } }) }),
    setLoggingLevel: (level) => client.setLoggingLevel(level),
    ping: () => client.ping(),
    sendRootsListChanged: () => client.sendRootsListChanged(),
    close: () => client.close(),
  };
};
