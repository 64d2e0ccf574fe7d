/** Owns the ledger in Redis: which script each of its methods runs, and what its answer means. The scripts are kv-call-scripts.ts. */
import * as z from 'zod/mini';
import { compareCalls, decodeCall, decodeResult, encodeCallFacts } from './call-codec.ts';
import type { CallEntry, CallResult, StoredCall } from './call-ledger.ts';
import type { Credential } from './device-registry.ts';
import { Pairs, parseAnswer, parseEntry, parseStatus, Text } from './kv-answers.ts';
import * as scripts from './kv-call-scripts.ts';
import type { RunScript } from './kv-client.ts';
import { callsKey, entryKeys, keptKeys, sessionKey, sessionsKey } from './kv-keys.ts';
import { toClaim } from './kv-lua.ts';
import { ENTRY_KINDS } from './ledger-rules.ts';
import { encodeText } from './record-codec.ts';
import type { CallLedger } from './store.ts';

// The first five items of an answer are the state of the session.
const State = [z.literal('ok'), z.unknown(), z.unknown(), z.unknown(), z.unknown()] as const;
const Standing = z.enum(['ours', 'adopted', 'held', 'unsent', 'unwanted', 'resumable', 'lost', 'settled']);
const EnteredAnswer = z.union([z.tuple([...State, z.literal('conflict')]), z.tuple([...State, Standing, Pairs])]);
const ReadAnswer = z.tuple([...State, Pairs, z.number(), z.array(z.string())]);
const ListAnswer = z.tuple([...State, z.array(z.string()), z.array(z.tuple([z.string(), z.array(Text)]))]);
const CancelAnswer = z.tuple([...State, Pairs]);
const AdoptAnswer = z.tuple([z.literal('ok'), Pairs]);
const AdvanceAnswer = z.tuple([z.enum(['ok', 'cancelled', 'lost'])]);

type Fields = ReadonlyMap<string, string | null | undefined>;

function toFields(pairs: readonly string[]): Fields {
  const fields = new Map<string, string>();
  for (let at = 0; at + 1 < pairs.length; at += 2) fields.set(pairs[at] ?? '', pairs[at + 1] ?? '');
  return fields;
}

function toCall(key: string, fields: Fields): StoredCall {
  return decodeCall({
    key,
    facts: fields.get('facts'),
    device: fields.get('device'),
    state: fields.get('state'),
    startedAtMs: fields.get('startedAt'),
    settledAtMs: fields.get('settledAt'),
    progress: fields.get('progress'),
    cancelRequested: (fields.get('cancel') ?? '') !== '',
    serverEventId: fields.get('eventId'),
    epoch: fields.get('epoch'),
  });
}

const toResult = (key: string, fields: Fields): CallResult =>
  decodeResult(toCall(key, fields), fields.get('response'), fields.get('dropped'));

export function openKvCalls(run: RunScript, { ttlMs, goneMs }: { ttlMs: number; goneMs: number }): CallLedger {
  const callKeys = (credential: Credential, id: string): string[] => [...entryKeys(credential, id), callsKey(id)];

  return {
    async enterCall(credential, id, call) {
      const key = encodeText(call.key, 'The key of the call');
      const answer = await run(
        scripts.ENTER_CALL,
        [...entryKeys(credential, id), sessionsKey(credential.workspaceId), ...keptKeys(id)],
        [
          ...[...toClaim(credential), id, ttlMs, goneMs, key, call.bodyHash, call.owner, call.leaseMs],
          ...[call.ready ? 'sent' : 'pending', encodeCallFacts(call)],
        ],
      );
      const entered = parseEntry(answer, credential, id);
      if (entered.kind !== 'ok') return entered;
      const [, , , , , standing, pairs] = parseAnswer(EnteredAnswer, answer);
      return { ...entered, entry: toEntry(key, standing, pairs ?? []) };
    },

    async advanceCall(id, { key, owner, leaseMs, state = '', epoch = '' }) {
      const answer = await run(scripts.ADVANCE_CALL, [sessionKey(id)], [id, key, owner, leaseMs, state, epoch]);
      const [outcome] = parseAnswer(AdvanceAnswer, answer);
      return outcome === 'ok' ? 'held' : outcome;
    },

    async readCall(credential, id, key, { after }) {
      const answer = await run(scripts.READ_CALL, callKeys(credential, id), [...toClaim(credential), id, key, after]);
      const entered = parseEntry(answer, credential, id);
      if (entered.kind !== 'ok') return entered;
      const [, , , , , pairs, first, texts] = parseAnswer(ReadAnswer, answer);
      if (pairs.length === 0) return { ...entered, result: undefined, events: [], gap: false };
      const from = Math.max(first, after + 1);
      const events = texts.map((text, at) => ({ number: from + at, text }));
      return { ...entered, result: toResult(key, toFields(pairs)), events, gap: after + 1 < first };
    },

    async adoptCall(id, key, owner, leaseMs) {
      const answer = await run(scripts.ADOPT_CALL, [sessionKey(id)], [id, key, owner, leaseMs]);
      return parseStatus(answer) === 'ok' ? toCall(key, toFields(parseAnswer(AdoptAnswer, answer)[1])) : undefined;
    },

    async listCalls(credential, id) {
      const answer = await run(scripts.LIST_CALLS, callKeys(credential, id), [...toClaim(credential), id]);
      const entered = parseEntry(answer, credential, id);
      if (entered.kind !== 'ok') return entered;
      const [, , , , , names, listed] = parseAnswer(ListAnswer, answer);
      const calls = listed.map(([key, values]) => toCall(key, new Map(names.map((name, at) => [name, values[at]]))));
      return { ...entered, calls: calls.sort(compareCalls) };
    },

    async requestCancel(credential, id, key) {
      const answer = await run(scripts.REQUEST_CANCEL, callKeys(credential, id), [...toClaim(credential), id, key]);
      const entered = parseEntry(answer, credential, id);
      if (entered.kind !== 'ok') return entered;
      const [, , , , , pairs] = parseAnswer(CancelAnswer, answer);
      return { ...entered, call: pairs.length === 0 ? undefined : toCall(key, toFields(pairs)) };
    },
  };
}

function toEntry(key: string, standing: z.infer<typeof Standing> | 'conflict', pairs: readonly string[]): CallEntry {
  if (standing === 'conflict') return { kind: 'conflict' };
  const fields = toFields(pairs);
  const kind = ENTRY_KINDS[standing];
  return kind === 'settled' ? { kind, ...toResult(key, fields) } : { kind, call: toCall(key, fields) };
}
