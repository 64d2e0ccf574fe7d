/** Owns the methods of the embedded ledger, each one transaction. What each move does is embedded-ledger.ts. */
import { MAX_LEDGER_CALLS } from '../../../shared/limits.ts';
import { compareCalls, encodeCallFacts } from './call-codec.ts';
import type { CallEntry, CallOpening } from './call-ledger.ts';
import type { DeviceRecord } from './device-registry.ts';
import type { EmbeddedCore } from './embedded-core.ts';
import { type Asked, openLedger, toCall, toResult } from './embedded-ledger.ts';
import { ENTRY_KINDS } from './ledger-rules.ts';
import { encodeText } from './record-codec.ts';
import type { CallLedger, Entry, NotEntered } from './store.ts';

export function openEmbeddedCalls(core: EmbeddedCore): CallLedger {
  const { rows, transact, enter, touch, isLive, findLive, endOfUse } = core;
  const ledger = openLedger(core);

  function begin(asked: Asked, { bodyHash, leaseMs, ready }: CallOpening, facts: string, device: DeviceRecord): CallEntry {
    const { id, key, nowMs } = asked;
    const stored = ledger.findRow(asked);
    if (stored !== undefined && stored['body_hash'] !== bodyHash) return { kind: 'conflict' };
    if (stored === undefined) {
      // What has run out may not be swept yet.
      rows.removeCall.run(id, key);
      rows.addCall.run(id, key, bodyHash, nowMs, endOfUse(nowMs));
    }
    const { standing, move } = ledger.judge('enter', asked, stored) ?? { standing: 'unsent', move: 'begin' };
    if (move === 'begin') rows.beginCall.run(facts, device.name, Number(findLive(id, nowMs)?.['epoch']), id, key);
    if (ready && (move === 'begin' || standing === 'ours')) rows.setCallState.run('sent', id, key);
    if (move === 'begin' || move === 'hold') ledger.hold(asked, leaseMs);
    if (move === 'adopt') ledger.adopt(asked, leaseMs);
    ledger.conclude(move, asked);
    const row = ledger.findRow(asked) ?? {};
    const kind = ENTRY_KINDS[standing];
    return kind === 'settled' ? { kind, ...toResult(row) } : { kind, call: toCall(row) };
  }

  return {
    async enterCall(credential, id, call) {
      const key = encodeText(call.key, 'The key of the call');
      const facts = encodeCallFacts(call);
      return transact((nowMs) => {
        const begun: CallEntry[] = [];
        const entered = enter(credential, id, nowMs, (device) => {
          touch(id, nowMs);
          begun.push(begin({ id, key, owner: call.owner, nowMs }, call, facts, device));
        });
        const [entry] = begun;
        return entered.kind === 'ok' && entry !== undefined ? { ...entered, entry } : toNotEntered(entered);
      });
    },

    async advanceCall(id, { key, owner, leaseMs, state, epoch }) {
      return transact((nowMs) => {
        const asked = { id, key, owner, nowMs };
        const row = ledger.findRow(asked);
        if (ledger.judge('advance', asked, row)?.move !== 'hold') return 'lost';
        const cancelled = row?.['cancel_requested'] === 1;
        ledger.hold(asked, leaseMs);
        if (state === 'pending') rows.markUnsent.run(id, key);
        if (state === 'pending' || (state === 'sent' && !cancelled)) rows.setCallState.run(state, id, key);
        if (epoch !== undefined) rows.setCallEpoch.run(epoch, id, key);
        return cancelled ? 'cancelled' : 'held';
      });
    },

    async readCall(credential, id, key, { after }) {
      return transact((nowMs) => {
        const entered = enter(credential, id, nowMs, () => look({ id, key, owner: '', nowMs }, 'read'));
        if (entered.kind !== 'ok') return entered;
        const row = ledger.findRow({ id, key, owner: '', nowMs });
        if (row === undefined) return { ...entered, result: undefined, events: [], gap: false };
        const last = Number(row['events']);
        const first = Number(rows.firstCallEvent.get(id, key)?.['first'] ?? last + 1);
        const found = rows.findCallEvents.all(id, key, after);
        const events = found.map((event) => ({ number: Number(event['number']), text: String(event['text']) }));
        return { ...entered, result: toResult(row), events, gap: after + 1 < first };
      });
    },

    async adoptCall(id, key, owner, leaseMs) {
      return transact((nowMs) => {
        const asked = { id, key, owner, nowMs };
        if (!isLive(id, nowMs)) return undefined;
        const move = ledger.judge('adopt', asked, ledger.findRow(asked))?.move;
        if (move !== 'adopt' && move !== 'hold') return undefined;
        ledger.adopt(asked, leaseMs);
        const row = ledger.findRow(asked);
        return row && toCall(row);
      });
    },

    async listCalls(credential, id) {
      return transact((nowMs) => {
        const entered = enter(credential, id, nowMs, () => {
          for (const row of rows.listCalls.all(id, nowMs, MAX_LEDGER_CALLS))
            look({ id, key: String(row['key']), owner: '', nowMs }, 'read');
        });
        if (entered.kind !== 'ok') return entered;
        return { ...entered, calls: rows.listCalls.all(id, nowMs, MAX_LEDGER_CALLS).map(toCall).sort(compareCalls) };
      });
    },

    async requestCancel(credential, id, key) {
      return transact((nowMs) => {
        const asked = { id, key, owner: '', nowMs };
        const entered = enter(credential, id, nowMs, () => {
          const move = look(asked, 'cancel');
          if (move === 'mark' || move === 'fail') rows.markCancel.run(id, key);
        });
        if (entered.kind !== 'ok') return entered;
        const row = ledger.findRow(asked);
        return { ...entered, call: row && toCall(row) };
      });
    },
  };

  /** Ends the call if nobody else will. */
  function look(asked: Asked, act: 'read' | 'cancel') {
    const move = ledger.judge(act, asked, ledger.findRow(asked))?.move ?? 'none';
    ledger.conclude(move, asked);
    return move;
  }
}

/** A session whose record is broken reads as absent, though it was entered. */
const toNotEntered = (entry: Entry): NotEntered => (entry.kind === 'ok' ? { kind: 'absent' } : entry);
