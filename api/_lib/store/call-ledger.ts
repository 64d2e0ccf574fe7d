/**
 * The words of the ledger, the part of storage that keeps calls: each act of a user at most once, and its result for whoever asks next.
 * Its methods are in store.ts. What a state means for the user, and what may be sent again, is decided in relay.
 *
 * pending → sent → done | failed | unknown; ledger-rules.ts has every move. `sent` is stored before the first byte leaves; only `pending` may be taken over, and a
 * `sent` call whose holder is gone becomes `unknown`, unless its stream at the server can be taken up again.
 */
export type CallState = 'pending' | 'sent' | 'done' | 'failed' | 'unknown';

/** How far a running call is, as the server last told. */
export type CallProgress = { progress: number; total?: number; message?: string };

/** What a client asks for; fixed when the call begins. */
export type CallFacts = {
  /** JSON-RPC method. */
  method: string;
  /** What the user knows it by: name of the tool or prompt, URI of the resource; absent where there is none. */
  label?: string;
  /** Id of the request as the server sees it. */
  exchange: string;
  /** JSON-RPC id of the request as its client sees it, as JSON text. */
  requestId: string;
  /** Name of the device that began it. */
  device: string;
};

export type StoredCall = CallFacts & {
  /** Idempotency-Key of the act, or one made from connection and id. Unique in the session. */
  key: string;
  state: CallState;
  startedAt: string;
  settledAt?: string;
  progress?: CallProgress;
  /** Whether somebody asked to cancel it. */
  cancelRequested: boolean;
  /** Last event id of the server's stream that its events came with, where the server gives ids. */
  serverEventId?: string;
  /** Epoch of the server session that it was sent to. */
  epoch: number;
};

/** A settled call with its final JSON-RPC response, as its client shall see it but for the id. */
export type CallResult = {
  call: StoredCall;
  /** JSON text; absent when it was too large to keep, or when there is none (`unknown`, cancelled). */
  response?: string;
  /** Size of a response that was too large to keep, bytes. */
  droppedBytes?: number;
};

/** The device is the one whose token begins it: the store knows its name. */
export type CallOpening = Omit<CallFacts, 'device'> & {
  key: string;
  /** SHA-256 of the request without its id, so that a key can't be used for another act. */
  bodyHash: string;
  /** Unique to this attempt: a repeated begin of the same owner goes on as if its first answer had not been lost. */
  owner: string;
  /** For how long the call is this owner's without a sign of life, ms. */
  leaseMs: number;
  /** True: the request goes out right after this, so it begins as `sent`. False: something has to be prepared first. */
  ready: boolean;
};

export type CallEntry =
  /** This owner holds the call now: new, taken over while `pending`, or begun by this owner before. */
  | { kind: 'begun'; call: StoredCall }
  /** Somebody else holds it. */
  | { kind: 'running'; call: StoredCall }
  /** `sent`, its holder is gone, and the server's stream can be taken up again: this owner holds it now. */
  | { kind: 'orphaned'; call: StoredCall }
  | ({ kind: 'settled' } & CallResult)
  /** The key was used for another request. */
  | { kind: 'conflict' };

/** What is written of a call when it ends, in the settlement. The first end counts: a later one changes nothing. */
export type CallSettlement = {
  key: string;
  owner: string;
  state: 'done' | 'failed' | 'unknown';
  /** JSON text of the response; kept up to MAX_STORED_RESULT_BYTES. */
  response?: string;
  /** Its size where it does not tell by itself: sealed, or left out as too large. */
  responseBytes?: number;
};

/** What is written of a call while it runs, in the settlement: ignored when it is no longer this owner's. */
export type CallNews = {
  key: string;
  owner: string;
  progress?: CallProgress;
  serverEventId?: string;
  /** Events of the reply's stream, as clients shall see them; `from` is the number of the first, counted from 1. */
  events?: { from: number; texts: readonly string[] };
};

/** Events of a call's reply, numbered from 1. `gap` when the first one asked for is no longer there. */
export type CallEvents = { events: { number: number; text: string }[]; gap: boolean };
