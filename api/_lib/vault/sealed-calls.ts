/** Owns how calls, what comes of them and settlements are sealed and opened. States, times and owners stay plain: storage decides by them. */
import { MAX_STORED_RESULT_BYTES } from '../../../shared/limits.ts';
import type { CallEntry, CallEvents, CallNews, CallOpening, CallResult, CallSettlement, StoredCall } from '../store/call-ledger.ts';
import type { Settlement } from '../store/store.ts';
import { type Keyring, type Scope, toIndex } from './keyring.ts';
import { sealActivity, sealSubscription, tryOpen } from './sealed-session.ts';
import { unreadable } from './sealing.ts';

const responseOf = (key: string): string => `response ${key}`;
const eventOf = (key: string): string => `event ${key}`;

/** @param keyring Known of the device: a newer one there may be changes nothing for what is compared. */
export function sealOpening(keyring: Keyring, scope: Scope, sessionId: string, opening: CallOpening): CallOpening {
  const { label, bodyHash, ...plain } = opening;
  return {
    ...plain,
    // A plain hash of short arguments could be guessed at.
    bodyHash: toIndex(keyring, 'body', sessionId, bodyHash),
    ...(label !== undefined && { label: scope.sealOnce('label', label) }),
  };
}

export function openCall(scope: Scope, call: StoredCall): StoredCall {
  const { label, progress, serverEventId, ...plain } = call;
  const openedLabel = label === undefined ? undefined : tryOpen(scope, 'label', label);
  const { message, ...numbers } = progress ?? { progress: 0 };
  const openedMessage = message === undefined ? undefined : tryOpen(scope, 'progress', message);
  const openedEventId = serverEventId === undefined ? undefined : tryOpen(scope, 'event-id', serverEventId);
  return {
    ...plain,
    ...(openedLabel !== undefined && { label: openedLabel }),
    ...(progress && { progress: { ...numbers, ...(openedMessage !== undefined && { message: openedMessage }) } }),
    ...(openedEventId !== undefined && { serverEventId: openedEventId }),
  };
}

/** @throws AppError SECRETS_UNREADABLE when the response cannot be opened. */
export function openResult(scope: Scope, { call, response, ...rest }: CallResult): CallResult {
  return { ...rest, call: openCall(scope, call), ...(response !== undefined && { response: scope.open(responseOf(call.key), response) }) };
}

export function openEntry(scope: Scope, entry: CallEntry): CallEntry {
  if (entry.kind === 'conflict') return entry;
  return entry.kind === 'settled' ? { kind: entry.kind, ...openResult(scope, entry) } : { ...entry, call: openCall(scope, entry.call) };
}

/** Events that cannot be opened are missing: the reader is told the gap. */
export function openEvents(scope: Scope, key: string, { events, gap }: CallEvents): CallEvents {
  const opened = events.map(({ number, text }) => ({ number, text: tryOpen(scope, eventOf(key), text) }));
  const firstBroken = opened.findLastIndex(({ text }) => text === undefined);
  const whole = opened.slice(firstBroken + 1).map(({ number, text = '' }) => ({ number, text }));
  return { events: whole, gap: gap || firstBroken >= 0 };
}

function sealNews(scope: Scope, { progress, serverEventId, events, ...plain }: CallNews): CallNews {
  const { message, ...numbers } = progress ?? { progress: 0 };
  return {
    ...plain,
    ...(progress && { progress: { ...numbers, ...(message !== undefined && { message: scope.seal('progress', message) }) } }),
    ...(serverEventId !== undefined && { serverEventId: scope.seal('event-id', serverEventId) }),
    ...(events && { events: { from: events.from, texts: events.texts.map((text) => scope.seal(eventOf(plain.key), text)) } }),
  };
}

function sealEnd(scope: Scope, { response, ...plain }: CallSettlement): CallSettlement {
  if (response === undefined) return plain;
  const responseBytes = Buffer.byteLength(response);
  if (responseBytes > MAX_STORED_RESULT_BYTES) return { ...plain, responseBytes };
  return { ...plain, responseBytes, response: scope.seal(responseOf(plain.key), response) };
}

/** What is unsubscribed is left to the caller: it may look different under each key. */
export function sealSettlement(scope: Scope, settlement: Settlement): Settlement {
  const { subscribed, runningCalls, settledCalls } = settlement;
  return {
    ...settlement,
    activity: sealActivity(scope, settlement.activity),
    ...(subscribed && { subscribed: sealSubscription(scope, subscribed) }),
    ...(runningCalls && { runningCalls: runningCalls.map((news) => sealNews(scope, news)) }),
    ...(settledCalls && { settledCalls: settledCalls.map((end) => sealEnd(scope, end)) }),
  };
}

const MESSAGE = 'server-message';
export const sealMessages = (scope: Scope, texts: readonly string[]): string[] => texts.map((text) => scope.seal(MESSAGE, text));
export const openMessage = (scope: Scope, sealed: string): string => tryOpen(scope, MESSAGE, sealed) ?? fail();
const fail = (): never => {
  throw unreadable();
};
