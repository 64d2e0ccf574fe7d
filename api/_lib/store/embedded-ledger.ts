/**
 * Owns how a call's row is looked at and moved; what may happen to it is ledger-rules.ts. The methods are embedded-calls.ts, what a
 * settlement writes embedded-settle.ts.
 */
import { MAX_LEDGER_CALLS, SETTLED_CALL_TTL_SECONDS } from '../../../shared/limits.ts';
import { UNLISTED_CALL_TTL_MS } from '../limits.ts';
import { decodeCall, decodeResult } from './call-codec.ts';
import type { CallResult, CallState, StoredCall } from './call-ledger.ts';
import type { EmbeddedCore, Row } from './embedded-core.ts';
import { CALL_RULES, type CallAct, type CallMove, type CallStanding, classifyCall } from './ledger-rules.ts';

/** A call that is asked for, and who asks; nobody in particular is ''. */
export type Asked = { id: string; key: string; owner: string; nowMs: number };
export type Found = { standing: CallStanding; move: CallMove };

export function openLedger({ rows, isLive }: Pick<EmbeddedCore, 'rows' | 'isLive'>) {
  const findRow = ({ id, key, nowMs }: Asked): Row | undefined => rows.findCall.get(id, key, nowMs);

  /** Tells how the call stands to who asks, and what the act does to it; undefined when there is no such call. */
  function judge(act: CallAct, { owner, nowMs }: Asked, row: Row | undefined): Found | undefined {
    if (row === undefined) return undefined;
    const position = {
      state: String(row['state']) as CallState,
      owner: String(row['owner']),
      adopted: row['adopted'] === 1,
      leased: Number(row['lease_ends_at']) > nowMs,
      cancelRequested: row['cancel_requested'] === 1,
      resumable: row['server_event_id'] !== null,
    };
    const standing = classifyCall(position, owner);
    return { standing, move: CALL_RULES[act][standing] };
  }

  function hold({ id, key, owner, nowMs }: Asked, leaseMs: number): void {
    rows.holdCall.run(owner, nowMs + leaseMs, id, key);
  }
  function adopt(asked: Asked, leaseMs: number): void {
    rows.markAdopted.run(asked.id, asked.key);
    hold(asked, leaseMs);
  }

  function finish({ id, key, nowMs }: Asked, state: 'done' | 'failed' | 'unknown'): void {
    rows.finishCall.run(state, nowMs, nowMs + SETTLED_CALL_TTL_SECONDS * 1000, id, key);
    if (!isLive(id, nowMs)) return;
    const unlisted = rows.findUnlisted.get(id, MAX_LEDGER_CALLS);
    if (unlisted === undefined) return;
    // Loses its result now and is forgotten later: a copy of the request that is still on its way must not run.
    const other = String(unlisted['key']);
    rows.dropResponse.run(id, other);
    rows.removeCallEvents.run(id, other);
    rows.forgetUnlisted.run(id, nowMs - UNLISTED_CALL_TTL_MS, Number(unlisted['settled_at']), Number(unlisted['place']));
  }
  /** Ends a call that nobody will end any more, where the move says so. */
  function conclude(move: CallMove, asked: Asked): void {
    if (move === 'fail') finish(asked, 'failed');
    if (move === 'doubt') finish(asked, 'unknown');
  }

  return { findRow, judge, hold, adopt, finish, conclude };
}

export function toCall(row: Row): StoredCall {
  return decodeCall({
    key: String(row['key']),
    facts: row['facts'],
    device: row['device'],
    state: row['state'],
    startedAtMs: row['started_at'],
    settledAtMs: row['settled_at'],
    progress: row['progress'],
    cancelRequested: row['cancel_requested'] === 1,
    serverEventId: row['server_event_id'],
    epoch: row['epoch'],
  });
}

export const toResult = (row: Row): CallResult => decodeResult(toCall(row), row['response'], row['dropped_bytes']);
