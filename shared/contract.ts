/**
 * Owns the shape of everything that crosses between extension and backend outside of MCP itself (DESIGN: HTTP contract).
 * What is asked of the backend is requests.ts, signing in to servers is sign-in-contract.ts. Pure. Times are ISO 8601 strings; requests are strict (an unknown field is an error), answers are loose.
 */
import * as z from 'zod/mini';

const Time = z.string();

export const TransportChoice = z.enum(['auto', 'streamable-http', 'sse']);
export type TransportChoice = z.infer<typeof TransportChoice>;
export const Transport = z.enum(['streamable-http', 'sse']);
export type Transport = z.infer<typeof Transport>;
export const Revision = z.enum(['stateful', 'stateless']);
export type Revision = z.infer<typeof Revision>;

export const Health = z.object({
  status: z.enum(['ok', 'degraded']),
  version: z.string(),
  storage: z.object({
    kind: z.enum(['kv', 'embedded']),
    /** False: sessions live in this process's memory and are lost at a cold start. */
    persistent: z.boolean(),
    writable: z.boolean(),
    /** What is wrong or missing, and the variable to look at. */
    hint: z.optional(z.string()),
  }),
  access: z.enum(['open', 'code', 'closed']),
});
export type Health = z.infer<typeof Health>;

/** member: may do everything · waiting: came with a pairing code, and may do nothing until a member lets it in. */
export const Membership = z.enum(['member', 'waiting']);
export type Membership = z.infer<typeof Membership>;
export const RegisteredDevice = z.object({
  deviceId: z.string(),
  workspaceId: z.string(),
  token: z.string(),
  membership: Membership,
  /** Four digits that the members see too, while it waits: a stranger who was faster with the code shows others. */
  check: z.optional(z.string()),
});
export type RegisteredDevice = z.infer<typeof RegisteredDevice>;
export const Device = z.object({
  id: z.string(),
  name: z.string(),
  createdAt: Time,
  lastSeenAt: Time,
  current: z.boolean(),
  membership: Membership,
  check: z.optional(z.string()),
});
export type Device = z.infer<typeof Device>;
export const DeviceList = z.object({ devices: z.array(Device) });
/** A code that lets one more device ask to join, once, until it ends. */
export const Pairing = z.object({ code: z.string(), expiresAt: Time });
export type Pairing = z.infer<typeof Pairing>;

export const ServerInfo = z.looseObject({
  name: z.string(),
  version: z.string(),
  title: z.optional(z.string()),
  icons: z.optional(z.array(z.looseObject({ src: z.string() }))),
});
export const Session = z.object({
  id: z.string(),
  name: z.string(),
  url: z.string(),
  transport: Transport,
  protocolVersion: z.string(),
  revision: Revision,
  server: ServerInfo,
  // As loose as a record: zod's own would be 1 kB of the popup's script.
  capabilities: z.looseObject({}),
  instructions: z.optional(z.string()),
  status: z.enum(['live', 'authorization-required', 'unreachable']),
  createdAt: Time,
  lastUsedAt: Time,
  expiresAt: Time,
  /** Calls that run now, on whichever device they began. */
  running: z.number(),
  /** Questions of the server that wait for an answer. */
  questions: z.number(),
  /** How often an instance met this session without holding it in memory. */
  coldStarts: z.number(),
  /** How often the server had forgotten its session and a new one was made. */
  renewals: z.number(),
  /** Names of the headers that are kept for the server; their values are told to nobody. */
  headerNames: z.array(z.string()),
  /** Whether the server is used with a sign-in: whose steps are at `/sessions/{id}/authorization`. */
  signedIn: z.boolean(),
  /** Folders that the user names to the server. */
  roots: z.catch(z.array(z.object({ uri: z.string(), name: z.optional(z.string()) })), []),
});
export type Session = z.infer<typeof Session>;
export const SessionList = z.object({ sessions: z.array(Session) });

/**
 * One act of the user and what became of it. pending: being prepared, nothing was sent · sent: at the server · done: the response is a
 * result · failed: the response is an error, or it was cancelled · unknown: its answer was lost, it may have run.
 */
export const Call = z.object({
  /** Idempotency-Key of the act. */
  key: z.string(),
  method: z.string(),
  /** Name of the tool or prompt, or URI of the resource. */
  label: z.optional(z.string()),
  device: z.string(),
  state: z.enum(['pending', 'sent', 'done', 'failed', 'unknown']),
  startedAt: Time,
  settledAt: z.optional(Time),
  progress: z.optional(z.object({ progress: z.number(), total: z.optional(z.number()), message: z.optional(z.string()) })),
  cancelRequested: z.boolean(),
  /** The final JSON-RPC response; only where one call is asked for, and while it is kept. */
  response: z.optional(z.unknown()),
  /** Size of a response that was too large to keep, bytes. */
  droppedBytes: z.optional(z.number()),
});
export type Call = z.infer<typeof Call>;
export const CallList = z.object({ calls: z.array(Call) });
export type CallList = z.infer<typeof CallList>;

export const ActivityMessage = z.object({
  kind: z.literal('message'),
  at: Time,
  direction: z.enum(['to-server', 'to-client']),
  /** Name of the device whose client sent or received it; absent on what nobody in particular received. */
  device: z.optional(z.string()),
  /** Size of the JSON text, bytes. */
  bytes: z.number(),
  /** Pairs a request with its answer: the same on both, unique in the session. */
  exchange: z.optional(z.string()),
  /** Key of the call in the ledger, on the request and on its answer: finds the messages of an act. */
  key: z.optional(z.string()),
  method: z.optional(z.string()),
  /** On an answer: from the request's arrival to this answer, ms. */
  durationMs: z.optional(z.number()),
  /** The JSON-RPC message; absent when it was larger than the limit. */
  message: z.optional(z.unknown()),
});
export type ActivityMessage = z.infer<typeof ActivityMessage>;

/**
 * What happened to the session itself:
 * cold-start: an instance took it up from its record · server-session-renewed: the server had forgotten its session ·
 * server-stream-opened: an HTTP+SSE stream was opened anew · server-unreachable · outcome-unknown: a call's answer was lost ·
 * client-left: the client went away while its call ran · signed-in, token-refreshed, sign-in-required, signed-out: what became of the sign-in ·
 * headers-changed: the headers for the server were replaced · entries-dropped: so many entries came while storage was away, or faster than it
 * writes, that some are missing here.
 */
export const ActivityMark = z.object({
  kind: z.literal('mark'),
  at: Time,
  mark: z.enum([
    'connected',
    'cold-start',
    'server-session-renewed',
    'server-stream-opened',
    'server-unreachable',
    'outcome-unknown',
    'client-left',
    'signed-in',
    'token-refreshed',
    'sign-in-required',
    'signed-out',
    'headers-changed',
    'entries-dropped',
  ]),
  /** How long it took, ms. */
  durationMs: z.optional(z.number()),
  /** Subscriptions that were set up again with the server. */
  subscriptionsRestored: z.optional(z.number()),
  /** Entries that are missing before the next one. */
  dropped: z.optional(z.number()),
  /** A code of the error table, where there is one. */
  code: z.optional(z.string()),
});
export type ActivityMark = z.infer<typeof ActivityMark>;
export const ActivityRecord = z.discriminatedUnion('kind', [ActivityMessage, ActivityMark]);
export type ActivityRecord = z.infer<typeof ActivityRecord>;

/** `seq` counts from 1 in each session and never repeats; a gap at the start means that older entries were dropped. */
export const ActivityEntry = z.intersection(z.object({ seq: z.number() }), ActivityRecord);
export type ActivityEntry = z.infer<typeof ActivityEntry>;
export const ActivityPage = z.object({
  entries: z.array(ActivityEntry),
  /** Pass as `after` to go on. */
  next: z.number(),
});
export type ActivityPage = z.infer<typeof ActivityPage>;
