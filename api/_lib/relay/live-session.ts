/**
 * Owns what this instance holds in memory of a session: a cache of the record, and the connections that are open right now.
 * Losing all of it at any line is normal; the record has what recovery needs.
 */

import { AppError } from '../../../shared/errors.ts';
import type { JsonRpcMessage, JsonRpcRequest } from '../../../shared/json-rpc.ts';
import type { BackgroundWork } from '../background-work.ts';
import type { Egress } from '../egress/egress.ts';
import { MAX_LIVE_RECORD_BYTES } from '../limits.ts';
import type { CallNews } from '../store/call-ledger.ts';
import type { Store, StoredSession } from '../store/store.ts';
import { type ActivityBuffer, createActivityBuffer } from './activity-buffer.ts';
import { type ClientHub, createClientHub } from './client-hub.ts';
import { openRecordWeights } from './record-weights.ts';
import type { Reply } from './reply.ts';
import type { Received } from './rpc-answer.ts';

export type RelayParts = { store: Store; egress: Egress; work: BackgroundWork; maxDurationMs: number | undefined };
/** What getting in at a server needs. */
export type AccessParts = Pick<RelayParts, 'store' | 'egress'>;

export type CallInput = {
  /** Key of the call in the ledger; undefined for what is not kept there. */
  key: string | undefined;
  /** Whether the client chose the key: then it cancels by saying so, and not by going away. */
  hasOwnKey: boolean;
  /** Unique to this instance's hold on the call. */
  owner: string;
  request: JsonRpcRequest;
  /** Size of the request's text. */
  bytes: number;
  /** The client's connection: with the id it makes the call unique. */
  connection: string;
  device: string;
  /** Headers of the stateless revision that go to the server as they came. */
  headers: Readonly<Record<string, string>>;
};

export type Call = {
  readonly input: CallInput;
  /** The request as the server sees it. */
  readonly outgoing: JsonRpcRequest & { id: string };
  /** Token of the request's progress as the server sees it. */
  readonly progressToken: unknown;
  /** Ends the exchange with the server: the user cancelled, or the instance's time is over. */
  readonly ended: AbortController;
  /** Resolves when the response was received. */
  readonly answered: Promise<void>;
  /** Whether anything of it reached the client. */
  delivered: boolean;
  /** Ids of questions that the server asked in its course, as clients see them. */
  readonly asked: Set<string>;
  /** Who reads what comes of it. */
  readonly reply: Reply;
  /** Last event id of the server's stream for this call. */
  serverEventId: string | undefined;
  /** Returns what others need to follow or take up the call, if it has a reader's stream and anything is new. */
  takeNews(): CallNews | undefined;
  /**
   * Called right before the request's first byte leaves: from here on the call counts as sent.
   *
   * @throws AppError when the call is no longer this instance's, or storage does not answer: then nothing may be sent.
   */
  beforeSending(): Promise<void>;
  /** Whether the server answered with a result. */
  accepted: boolean;
  /**
   * Takes a message of the server that came with this call; one that belongs to another call is dropped.
   *
   * @returns Whether it was the response. What comes after it is none.
   */
  receive(received: Received, from: Source): boolean;
};

export type Source = {
  /** Of the server session that sent it. */
  epoch: number;
  /** HTTP status of the server's answer, where it was an error of the protocol. */
  status?: number;
};

export type SseLink = {
  /** Sends a message; resolves when the server took it. @throws MessageRefused when it did not, else what `egress` throws. */
  send(message: JsonRpcMessage): Promise<void>;
  /** Aborted when the stream has broken: what was in flight gets no answer any more. */
  readonly broken: AbortSignal;
  close(): void;
};

export type LiveSession = {
  /** The record as last seen here; replaced as a whole. */
  stored: StoredSession;
  /** Calls in flight, by the id that the server sees. */
  readonly calls: Map<string, Call>;
  /** Keys of the last calls that were sent from here: storage that has gone back knows nothing of them. */
  readonly sentKeys: Set<string>;
  /** Ids of the last events that came on the streams of calls. */
  readonly callEventIds: Set<string>;
  readonly hub: ClientHub;
  readonly activity: ActivityBuffer;
  /** Answers a question for roots where that is the gateway's (session-roots.ts); false for everything else. */
  answerRoots: (request: JsonRpcRequest, epoch: number, asker?: string) => boolean;
  /** Renewal of the server session in progress: whoever needs it waits for the same one. */
  renewal: Promise<void> | undefined;
  /** Renewal of the access token in progress, by the token that was refused. */
  accessRenewal: { token: string | undefined; done: Promise<boolean> } | undefined;
  /** The server's own stream, open while clients listen (Streamable HTTP). */
  serverStream: { close(): void } | undefined;
  /** False once the server said that it offers no such stream. */
  offersServerStream: boolean;
  /** The one connection to an HTTP+SSE server. */
  sseLink: Promise<SseLink> | undefined;
  /** Epoch of that connection while it is open, else 0. */
  sseEpoch: number;
};

/** Returns the epoch of the server session that questions come from and answers go to now. */
export const currentEpoch = (live: LiveSession): number => (live.stored.transport === 'sse' ? live.sseEpoch : live.stored.epoch);

/** Returns the call that this instance runs under a key of the ledger. */
export const findCall = (live: LiveSession, key: string): Call | undefined =>
  [...live.calls.values()].find((call) => call.input.key === key);

/** Why calls end here when the instance does. It is a failure only where nobody else can take them up. */
export class InstanceEnds extends AppError {
  constructor() {
    super('CALL_OUTCOME_UNKNOWN', 'The instance that ran the call was ended. It may have run. Check before you run it again.');
  }
}

export type LiveSessions = {
  /**
   * Returns what this instance holds of a session; a session that it meets for the first time is a cold start,
   * unless it was made here just now.
   */
  meet(stored: StoredSession, options?: { isNew: boolean }): LiveSession;
  find(sessionId: string): LiveSession | undefined;
  /** Told of each session that is met for the first time, before anything comes of it. */
  onMeet(listener: (live: LiveSession) => void): void;
  /** Closes and forgets everything of a session. */
  drop(sessionId: string): void;
  /** The same with all sessions, because the instance ends: calls are handed over, streams end. */
  dropAll(): void;
};

/** Sessions whose time has run out are looked for this often, ms. */
const SWEEP_EVERY_MS = 60_000;

/** @param maxRecordBytes Of memory, for the records of sessions that nobody is busy with. */
export function createLiveSessions(
  { store, work }: Pick<RelayParts, 'store' | 'work'>,
  maxRecordBytes = MAX_LIVE_RECORD_BYTES,
): LiveSessions {
  /** In the order in which they were met last. */
  const sessions = new Map<string, LiveSession>();
  const weights = openRecordWeights();
  let met: (live: LiveSession) => void = () => {};
  const drop = (id: string): void => {
    const live = sessions.get(id);
    if (!live) return;
    sessions.delete(id);
    weights.forget(id);
    live.activity.flush();
    live.serverStream?.close();
    live.hub.end();
    void live.sseLink?.then((link) => link.close()).catch(() => {});
  };
  const isIdle = ({ calls, hub, renewal, accessRenewal }: LiveSession): boolean =>
    calls.size === 0 && hub.size() === 0 && renewal === undefined && accessRenewal === undefined;
  const sweep = (): void => {
    for (const [id, live] of sessions) {
      if (isIdle(live) && Date.parse(live.stored.expiresAt) < Date.now() - SWEEP_EVERY_MS) drop(id);
    }
  };
  const timer = setInterval(sweep, SWEEP_EVERY_MS).unref();
  /** Records of which a few are enough to fill an instance: whoever is dropped is met again from storage. */
  const makeRoom = (stored: StoredSession): void => {
    weights.set(stored);
    if (weights.total() <= maxRecordBytes) return;
    for (const [id, live] of sessions) {
      if (id !== stored.id && isIdle(live)) drop(id);
      if (weights.total() <= maxRecordBytes) return;
    }
  };

  return {
    meet(stored, options = { isNew: false }) {
      const known = sessions.get(stored.id);
      if (known) {
        sessions.delete(stored.id);
        sessions.set(stored.id, known);
        if (stored.epoch >= known.stored.epoch) known.stored = stored;
        makeRoom(stored);
        return known;
      }
      const live: LiveSession = {
        stored,
        calls: new Map(),
        sentKeys: new Set(),
        callEventIds: new Set(),
        hub: createClientHub(stored.id, store, work, (epoch) => epoch === currentEpoch(live)),
        activity: createActivityBuffer(stored.id, store, work, () => collectNews(live)),
        answerRoots: () => false,
        renewal: undefined,
        accessRenewal: undefined,
        serverStream: undefined,
        offersServerStream: true,
        sseLink: undefined,
        sseEpoch: 0,
      };
      sessions.set(stored.id, live);
      makeRoom(stored);
      met(live);
      if (!options.isNew) {
        live.activity.mark('cold-start');
        live.activity.change({ coldStarts: 1 });
      }
      return live;
    },
    find: (id) => sessions.get(id),
    onMeet(listener) {
      met = listener;
    },
    drop,
    dropAll() {
      clearInterval(timer);
      for (const { calls } of sessions.values()) for (const call of calls.values()) call.ended.abort(new InstanceEnds());
      for (const id of sessions.keys()) drop(id);
    },
  };
}

/** What running calls have to tell the ledger. */
function collectNews({ calls }: LiveSession): CallNews[] {
  return [...calls.values()].flatMap((call) => call.takeNews() ?? []);
}
