/**
 * Owns what the panel sees of an MCP connection, without the client behind it: so that everything but mcp-client.ts loads without it.
 * Members that the protocol may get later are kept: what a server sends is shown as it came.
 */
export type Tool = {
  name: string;
  title?: string;
  description?: string;
  inputSchema?: unknown;
  outputSchema?: unknown;
  annotations?: { [name: string]: unknown };
  [member: string]: unknown;
};
export type ToolPage = { tools: Tool[]; nextCursor?: string };
export type ToolCall = {
  name: string;
  arguments: { [name: string]: unknown };
  /** As the tool is listed: it may want arguments repeated in headers. Undefined where nobody has listed it. */
  inputSchema?: unknown;
};
/** A result as the server sent it; `isError` makes it the tool's own error. Nothing in it can be relied on. */
export type ToolResult = { content?: unknown; structuredContent?: unknown; isError?: unknown; _meta?: unknown; [member: string]: unknown };
export type Progress = { progress: number; total?: number; message?: string };

/** What the server says that it offers, by name. */
export type Capabilities = { [name: string]: unknown };
type JsonRecord = { [name: string]: unknown };
/** Requests that change nothing at the server, or nothing that a second one would change again. */
export type ReadMethod =
  | 'resources/list'
  | 'resources/templates/list'
  | 'resources/read'
  | 'resources/subscribe'
  | 'resources/unsubscribe'
  | 'prompts/list'
  | 'prompts/get'
  | 'completion/complete'
  | 'ping'
  | 'logging/setLevel';
/** What the server tells by itself: that one of its lists is another, or that a resource has changed. */
export type ServerChange = { kind: 'tools' | 'resources' | 'prompts' } | { kind: 'resource'; uri: string };

/** Why there is no result. A tool's own error is a result. */
export type CallFailure =
  /** The server's JSON-RPC error, as it came. */
  | { kind: 'protocol'; code: number; message: string; data?: unknown }
  /** The backend's own failure. */
  | { kind: 'mooring'; code: string; detail: string; hint?: string }
  /** The backend was not reached, or went away while it was being asked. */
  | { kind: 'network' }
  /** The stream ended before the answer: the call may have run. */
  | { kind: 'interrupted' }
  /** Nothing was heard for too long; with `afterMs`, by the limit that the user has set, and it was cancelled. */
  | { kind: 'timeout'; afterMs?: number }
  | { kind: 'cancelled' }
  /** An answer that nobody understands. */
  | { kind: 'unexpected'; message: string };

export type Outcome<T> =
  | { kind: 'done'; value: T }
  | {
      kind: 'failed';
      failure: CallFailure;
      /** True when it failed before anything was asked: repeating it is harmless. */
      isUnsent?: boolean;
    };

/** Reason of a signal that says that only the panel goes: what it was waiting for goes on. */
export const PANEL_LEFT = 'panel-left';

/** Whether the backend is heard while a call runs; `code` says why not. */
export type Contact = { kind: 'reached' } | { kind: 'lost'; code: string };
export type CallWatch = {
  onProgress: (progress: Progress) => void;
  onContact: (contact: Contact) => void;
  /** Told the key of each further request that the act takes; undefined while the server waits for answers (call-rounds.ts). */
  onRound?: (key: string | undefined) => void;
};

export type McpConnection = {
  capabilities: Capabilities;
  /** Sends a request that may be sent again, and returns the result as it came: who asks looks at what is in it. */
  read: (method: ReadMethod, params: JsonRecord, signal?: AbortSignal) => Promise<Outcome<JsonRecord>>;
  /** Asks to be told when resources change; returns those of them that the server tells of. */
  subscribe: (uris: readonly string[]) => Promise<Outcome<string[]>>;
  unsubscribe: (uri: string) => Promise<Outcome<unknown>>;
  /** Asks the server to log from a level on, for as long as this connection is open. */
  setLogLevel: (level: string) => Promise<Outcome<unknown>>;
  /** Returns one page as the server cut it. */
  listTools: (cursor: string | undefined, signal?: AbortSignal) => Promise<Outcome<ToolPage>>;
  /**
   * Calls a tool once, and waits for its result whatever breaks on the way. Aborting the signal tells the server to cancel.
   *
   * @param key Idempotency-Key of the user's act.
   * @param kept What a stateless server has answered before and what it wants to know still: the call goes on from there, nothing is sent again.
   */
  callTool: (key: string, call: ToolCall, watch: CallWatch, signal?: AbortSignal, kept?: ToolResult) => Promise<Outcome<ToolResult>>;
  close: () => Promise<void>;
};
