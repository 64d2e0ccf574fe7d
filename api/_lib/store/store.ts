/**
 * The contract of storage, in the language of sessions. Two implementations: kv.ts (Redis over REST) and embedded.ts (SQLite).
 *
 * Promises of both: each method is atomic and one round trip; everything stored has an end of life; the clock is the store's own
 * (Redis TIME; the embedded store's `now`), so instances with skewed clocks agree; an outage throws, it never reads as "not there".
 * What the routes answer, and what a record means, is decided elsewhere.
 */

import type { ActivityEntry, ActivityRecord, Health, Revision, Transport } from '../../../shared/contract.ts';
import type { CallEntry, CallEvents, CallNews, CallOpening, CallResult, CallSettlement, StoredCall } from './call-ledger.ts';
import type { Credential, DeviceRecord, DeviceRegistry, Refused } from './device-registry.ts';
import type { ServerMessages } from './server-messages.ts';

/** What a server said at the handshake, and what makes a request reach the same server session again. Replaced as a whole. */
export type ServerSession = {
  /** `Mcp-Session-Id` of the server; absent where the server keeps none. */
  id?: string;
  protocolVersion: string;
  /** The whole InitializeResult, or DiscoverResult of a stateless server, as the server sent it. */
  greeting: Record<string, unknown>;
};

/** Stands for a server session that there is none of yet: the server wants a sign-in, or other headers, first. */
export const UNCONNECTED: ServerSession = { protocolVersion: '', greeting: {} };
export const isConnected = ({ serverSession }: Pick<StoredSession, 'serverSession'>): boolean => serverSession.protocolVersion !== '';

/**
 * What makes a server let us in. It belongs to the workspace and the server's URL, so every session of that server in the workspace has the
 * same, and it outlives them (SERVER_SECRETS_TTL_SECONDS from last use): reconnecting needs no new sign-in. Replaced as a whole.
 */
export type ServerSecrets = {
  /** Headers that the user gave, names in lower case. */
  headers?: Readonly<Record<string, string>>;
  /** What a sign-in left behind. Plain JSON that only oauth/ understands: it writes it by allow-list and reads it by repair. */
  oauth?: Readonly<Record<string, unknown>>;
  /** Folders that users name to the server, by session. Plain JSON that only relay/session-roots.ts understands. */
  roots?: Readonly<Record<string, unknown>>;
};

/** Says which secrets are meant: a workspace's for a server. They need no session, since they outlive it. */
export type SecretsOwner = Pick<SessionRecord, 'workspaceId' | 'url'>;
export type KeptSecrets = Pick<StoredSession, 'secrets' | 'secretsVersion'>;

/** What is found out when a session is connected; until then what its user asked for. */
export type Spoken = { transport: Transport; revision: Revision };

/** What is known when a session is made. */
export type SessionRecord = Spoken & {
  id: string;
  workspaceId: string;
  name: string;
  url: string;
  createdAt: string;
};

/** A stored session, as it was at one moment. */
export type StoredSession = SessionRecord & {
  /** `UNCONNECTED` as long as the server has not let us in for the first time. */
  serverSession: ServerSession;
  /** The server let nobody in at the last try: it waits for a sign-in, or for other headers. */
  awaitsSignIn: boolean;
  secrets: ServerSecrets;
  /** There are some, and their key is gone: then `secrets` are empty, and nothing may be sent before there are new ones. */
  secretsUnreadable?: boolean;
  /** Goes up by one with each change of the secrets; 0 where there never were any. */
  secretsVersion: number;
  /** Goes up by one with each new server session; tells which of two is newer. */
  epoch: number;
  /** Last level that a client set with `logging/setLevel` and the server accepted. */
  logLevel?: string;
  /** URIs that are subscribed at the server. */
  subscriptions: string[];
  /** False when the last call could not reach the server. */
  isReachable: boolean;
  /** Ids of questions of the server that nobody has answered, as clients see them. */
  questions: string[];
  /** Calls that are pending or sent. */
  running: number;
  coldStarts: number;
  renewals: number;
  lastUsedAt: string;
  expiresAt: string;
};

export type Entered = { kind: 'ok'; device: DeviceRecord; session: StoredSession };
export type NotEntered =
  | Refused
  /** Not there, or another workspace's: the two look the same. */
  | { kind: 'absent' }
  /** It was this workspace's and has run out. */
  | { kind: 'expired' };
export type Entry = Entered | NotEntered;
export type ServerFound = { kind: 'ok'; device: DeviceRecord; secrets: ServerSecrets; secretsVersion: number } | Refused;

/** What is written after an answer has gone out. */
export type Settlement = {
  /** Unique to this settlement: the same one again within a minute, after a lost answer, writes nothing twice. */
  id: string;
  activity: readonly ActivityRecord[];
  /** Calls that have ended. */
  settledCalls?: readonly CallSettlement[];
  /** Calls that go on. */
  runningCalls?: readonly CallNews[];
  /** How often this instance met the session cold since the last settlement: 0 or 1. */
  coldStarts?: number;
  /** Whether the server could be reached; left out where nothing changed. */
  isReachable?: boolean;
  /** Whether the server lets nobody in without a sign-in or other headers; left out where nothing changed. */
  awaitsSignIn?: boolean;
  logLevel?: string;
  subscribed?: string;
  unsubscribed?: string;
  /** Id of a question that the server asked. */
  asked?: string;
  /** Id of a question that was answered or taken back; `*` for all, when nobody can answer them any more. */
  answered?: string;
};

export type Fence = {
  /** Unique to the holder. */
  owner: string;
  /** Larger than that of every earlier holder. */
  fence: number;
};

/** Calls: what a state means for the user, and what may be sent again, is decided in relay. */
export interface CallLedger {
  /** As `enter` with `touch`, and enters the call in the ledger, all in the one request. */
  enterCall(credential: Credential, sessionId: string, call: CallOpening): Promise<(Entered & { entry: CallEntry }) | NotEntered>;
  /**
   * Marks what the holder does and lengthens its lease.
   *
   * @param state `sent` before the first byte leaves; `pending` when it is certain that the request has not run and it will be sent again.
   * @returns `cancelled` when somebody asked to cancel: the lease is lengthened all the same, but a pending call stays pending, so
   *   nothing may be sent; `lost` when the call is not this owner's any more: then nothing may be sent either.
   */
  advanceCall(
    sessionId: string,
    call: { key: string; owner: string; leaseMs: number; state?: 'pending' | 'sent'; epoch?: number },
  ): Promise<'held' | 'cancelled' | 'lost'>;
  /** Returns a call with its result; settles it as `unknown` when its holder is gone and nothing can be taken up. */
  readCall(
    credential: Credential,
    sessionId: string,
    key: string,
    events: { after: number },
  ): Promise<(Entered & { result: CallResult | undefined } & CallEvents) | NotEntered>;
  /** Takes an orphaned call; undefined when it is not orphaned (any more). */
  adoptCall(sessionId: string, key: string, owner: string, leaseMs: number): Promise<StoredCall | undefined>;
  /**
   * Returns all calls that run and the last MAX_LEDGER_CALLS that were settled, newest first, without their responses; settles those that
   * nobody will end any more, as `readCall` does. What is beyond has lost its response, and is known by its key for another minute.
   */
  listCalls(credential: Credential, sessionId: string): Promise<(Entered & { calls: StoredCall[] }) | NotEntered>;
  /** Asks whoever holds the call to cancel it and returns it as it is then. A pending call of nobody is settled as `failed` at once. */
  requestCancel(credential: Credential, sessionId: string, key: string): Promise<(Entered & { call: StoredCall | undefined }) | NotEntered>;
}

export interface Store extends CallLedger, DeviceRegistry, ServerMessages {
  /** Asks the storage whether it answers and may be written. Never throws: an outage is a state here. */
  probe(): Promise<Health['storage']>;

  /** Returns what is kept for a server before there is a session with it. */
  findServer(credential: Credential, url: string, serverKey?: string): Promise<ServerFound>;
  /**
   * Stores a new session, used now, together with the first entries of its activity. Under an id that is stored already nothing is
   * written and what is stored is returned.
   *
   * @param serverSession Undefined for a session that waits for a sign-in: `publishServerSession` connects it.
   * @param serverKey Names the server among those of the workspace: what has the same one shares its secrets. By default made from the URL.
   * @throws AppError SERVER_RESPONSE_TOO_LARGE when the greeting is larger than a stored value may be.
   */
  createSession(
    record: SessionRecord,
    serverSession: ServerSession | undefined,
    activity: readonly ActivityRecord[],
    serverKey?: string,
  ): Promise<StoredSession>;
  /**
   * Checks the token, loads the session and, with `touch`, lets its time start again. The one storage request before an answer.
   * Never brings back a session that has run out.
   */
  enter(credential: Credential, sessionId: string, options: { touch: boolean }): Promise<Entry>;
  /** Loads a session without checking who asks and without touching it: for an instance that already serves it. */
  loadSession(sessionId: string): Promise<StoredSession | undefined>;
  /** Lets the session's time start again, for a call that outlasts it. False when it has run out. */
  touchSession(sessionId: string): Promise<boolean>;
  /** Returns the workspace's sessions, newest use first. */
  listSessions(credential: Credential): Promise<{ kind: 'ok'; device: DeviceRecord; sessions: StoredSession[] } | Refused>;
  /** Names the session anew, without touching it; the entry has the new name. */
  renameSession(credential: Credential, sessionId: string, name: string): Promise<Entry>;
  /** Removes the session with all that belongs to it; the entry is what it was. */
  removeSession(credential: Credential, sessionId: string): Promise<Entry>;

  /**
   * Appends activity and what calls changed; the session's time goes on as it was. A session that has run out stays so: then the ends of
   * calls are written where their entries have outlived it, and nothing else.
   */
  settle(sessionId: string, settlement: Settlement): Promise<void>;
  /** Returns entries with `seq` above `after`, oldest first, without touching the session: watching does not keep it alive. */
  readActivity(
    credential: Credential,
    sessionId: string,
    page: { after: number; limit: number },
  ): Promise<Entry & { entries: ActivityEntry[] }>;

  /**
   * Takes the session's lock for `ttlMs`; undefined when somebody else holds it or the session has run out.
   * Taking it again as the owner who holds it lengthens it and returns the same fence.
   */
  acquireLock(sessionId: string, owner: string, ttlMs: number): Promise<Fence | undefined>;
  /** Gives the lock back if this owner still holds it. */
  releaseLock(sessionId: string, owner: string): Promise<void>;
  /**
   * Replaces the server session, counts a renewal and ends its epoch. Refused when a newer fence has been given out: then the holder was
   * paused for longer than its lock and somebody else has gone on. The same server session under the same fence again counts nothing.
   * A session that waits for a sign-in waits no longer; its first server session is no renewal.
   *
   * @param spoken What was found out of the server, where the session was not connected before.
   */
  publishServerSession(
    sessionId: string,
    fence: Fence,
    serverSession: ServerSession,
    spoken?: Spoken,
  ): Promise<'published' | 'superseded' | 'absent'>;
  /**
   * Loads the secrets of a server without checking who asks: for an instance that already serves the workspace. Undefined when the workspace
   * has ended.
   *
   * @param serverKey As in `createSession`.
   */
  loadServerSecrets(server: SecretsOwner, serverKey?: string): Promise<KeptSecrets | undefined>;
  /**
   * Replaces the secrets of a server for all sessions that share them, those to come included, unless somebody else was faster. A session
   * may have ended meanwhile: a token that was just renewed must not be lost with it.
   *
   * @param expectedVersion `secretsVersion` of the secrets that the new ones were made from.
   * @param serverKey As in `createSession`.
   * @returns `superseded` when there are newer ones: load them and decide anew; `absent` when the workspace has ended.
   */
  saveServerSecrets(
    server: SecretsOwner,
    expectedVersion: number,
    secrets: ServerSecrets,
    serverKey?: string,
  ): Promise<'saved' | 'superseded' | 'absent'>;

  close(): Promise<void>;
}
