/**
 * Owns what may happen to a call in the ledger: one table for both stores. Pure.
 * How a store carries a move out is embedded-ledger.ts and kv-call-scripts.ts (whose scripts are made from this table).
 */
import type { CallEntry, CallState } from './call-ledger.ts';

/**
 * How a stored call stands to the one who asks:
 * ours: this owner's · adopted: this owner's, taken up after it had been sent · held: another's, whose lease lasts ·
 * unsent, unwanted: nobody's any more and not sent yet; unwanted when somebody asked to cancel it ·
 * resumable, lost: nobody's any more and sent, with or without a stream that can be taken up · settled: it has ended.
 */
export type CallStanding = 'ours' | 'adopted' | 'held' | 'unsent' | 'unwanted' | 'resumable' | 'lost' | 'settled';

/**
 * What is done to the call:
 * begin: it becomes this owner's, as if new · adopt: it becomes this owner's, as it is · hold: the lease is lengthened ·
 * mark: the wish to cancel is noted · fail, doubt: it ends as `failed` or `unknown` · write: what the owner says of it is written.
 */
export type CallMove = 'none' | 'begin' | 'adopt' | 'hold' | 'mark' | 'fail' | 'doubt' | 'write';

export type CallAct = 'enter' | 'advance' | 'adopt' | 'read' | 'cancel' | 'settle';

type Row = Readonly<Record<CallStanding, CallMove>>;
const NOTHING: Row = {
  ...{ ours: 'none', adopted: 'none', held: 'none', unsent: 'none' },
  ...{ unwanted: 'none', resumable: 'none', lost: 'none', settled: 'none' },
};

/** No row moves a settled call, and only `unsent` leads to `begin`: that is why nothing runs twice. */
export const CALL_RULES: Readonly<Record<CallAct, Row>> = {
  enter: { ...NOTHING, ours: 'hold', adopted: 'hold', unsent: 'begin', unwanted: 'fail', resumable: 'adopt', lost: 'doubt' },
  advance: { ...NOTHING, ours: 'hold', adopted: 'hold' },
  adopt: { ...NOTHING, adopted: 'hold', resumable: 'adopt' },
  read: { ...NOTHING, unwanted: 'fail', lost: 'doubt' },
  cancel: { ...NOTHING, ours: 'mark', adopted: 'mark', held: 'mark', unsent: 'fail', unwanted: 'fail', resumable: 'mark', lost: 'doubt' },
  settle: { ...NOTHING, ours: 'write', adopted: 'write' },
};

/** What `enterCall` answers, by how the call stood before. */
export const ENTRY_KINDS: Readonly<Record<CallStanding, Exclude<CallEntry['kind'], 'conflict'>>> = {
  ours: 'begun',
  adopted: 'orphaned',
  held: 'running',
  unsent: 'begun',
  unwanted: 'settled',
  resumable: 'orphaned',
  lost: 'settled',
  settled: 'settled',
};

export type CallPosition = {
  state: CallState;
  owner: string;
  /** Whether its owner took it up after another had sent it. */
  adopted: boolean;
  /** Whether its owner's lease lasts. */
  leased: boolean;
  cancelRequested: boolean;
  /** Whether the server's stream can be taken up again. */
  resumable: boolean;
};

/** Tells how a call stands to `owner`; nobody in particular is ''. An owner whose lease is over keeps what nobody has taken. */
export function classifyCall(call: CallPosition, asking: string): CallStanding {
  if (call.state !== 'pending' && call.state !== 'sent') return 'settled';
  if (call.owner === asking) return call.adopted ? 'adopted' : 'ours';
  if (call.leased) return 'held';
  if (call.state === 'pending') return call.cancelRequested ? 'unwanted' : 'unsent';
  return call.resumable ? 'resumable' : 'lost';
}
