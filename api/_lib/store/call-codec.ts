/**
 * Owns how calls, what comes of them, and a server's own messages become stored text and come back. Both stores use it.
 * Sessions and activity are record-codec.ts; its rules hold here too: written field by field, read by repair, each value within its size.
 */
import * as z from 'zod/mini';

import { MAX_STORED_RESULT_BYTES } from '../../../shared/limits.ts';
import { MAX_TOLD_BYTES } from '../limits.ts';
import type { CallFacts, CallProgress, CallResult, CallSettlement, CallState, StoredCall } from './call-ledger.ts';

import { decodeTime, encodeText, parseText, toCount } from './record-codec.ts';

const Facts = z.object({
  method: z.catch(z.string(), ''),
  label: z.catch(z.optional(z.string()), undefined),
  exchange: z.catch(z.string(), ''),
  requestId: z.catch(z.string(), 'null'),
});
const Progress = z.object({
  progress: z.number(),
  total: z.catch(z.optional(z.number()), undefined),
  message: z.catch(z.optional(z.string()), undefined),
});
const STATES: readonly string[] = ['pending', 'sent', 'done', 'failed', 'unknown'] satisfies CallState[];

/** A call as the stores hold it, before anything in it is trusted. Times in ms since 1970. */
export type StoredCallFields = {
  key: string;
  facts: unknown;
  device: unknown;
  state: unknown;
  startedAtMs: unknown;
  settledAtMs: unknown;
  progress: unknown;
  cancelRequested: boolean;
  serverEventId: unknown;
  epoch: unknown;
};

/** Texts that are numbered one after the other; `from` is the number of the first. */
type NumberedTexts = { from: number; texts: readonly string[] };

const isFilled = (value: unknown): value is string | number | bigint => value !== undefined && value !== null && value !== '';

/** Returns the call. What is broken is repaired such that it never looks as if it had not run. */
export function decodeCall(fields: StoredCallFields): StoredCall {
  const { label, ...facts } = Facts.parse(toObject(parseText(fields.facts)));
  const progress = Progress.safeParse(parseText(fields.progress));
  const state = STATES.includes(String(fields.state)) ? (fields.state as CallState) : 'unknown';
  return {
    key: fields.key,
    ...facts,
    ...(label !== undefined && { label }),
    device: isFilled(fields.device) ? String(fields.device) : '',
    state,
    startedAt: decodeTime(fields.startedAtMs),
    ...(isFilled(fields.settledAtMs) && { settledAt: decodeTime(fields.settledAtMs) }),
    ...(progress.success && { progress: toProgress(progress.data) }),
    cancelRequested: fields.cancelRequested,
    ...(isFilled(fields.serverEventId) && { serverEventId: String(fields.serverEventId) }),
    epoch: toCount(fields.epoch, 1),
  };
}

const toObject = (value: unknown): object => (typeof value === 'object' && value !== null ? value : {});

function toProgress({ progress, total, message }: z.infer<typeof Progress>): CallProgress {
  return { progress, ...(total !== undefined && { total }), ...(message !== undefined && { message }) };
}

/** Returns a call with its response, or with the size of one that was not kept. */
export function decodeResult(call: StoredCall, response: unknown, droppedBytes: unknown): CallResult {
  if (isFilled(response)) return { call, response: String(response) };
  return { call, ...(isFilled(droppedBytes) && { droppedBytes: toCount(droppedBytes, 0) }) };
}

export function encodeCallFacts({ method, label, exchange, requestId }: Omit<CallFacts, 'device'>): string {
  return encodeText(JSON.stringify({ method, label, exchange, requestId }), 'The call');
}

/** Returns the text of a progress; '' where there is none. One with a message that nobody would read to its end goes without. */
export function encodeProgress(progress: CallProgress | undefined): string {
  if (progress === undefined) return '';
  const { message, ...numbers } = toProgress(progress);
  const isShort = message !== undefined && Buffer.byteLength(message) <= MAX_TOLD_BYTES;
  return JSON.stringify({ ...numbers, ...(isShort && { message }) });
}

/** Returns the event id as it is kept; '' for none, and for one that no server could be asked for in a header. */
export const encodeEventId = (id: string | undefined): string => (id === undefined || Buffer.byteLength(id) > MAX_TOLD_BYTES ? '' : id);

/** Returns the response as it is kept, with its size: that stays when the response is too large, or is dropped later. */
export function encodeResponse({ response, responseBytes }: CallSettlement): { response: string; droppedBytes?: number } {
  const bytes = responseBytes ?? (response === undefined ? undefined : Buffer.byteLength(response));
  if (bytes === undefined) return { response: '' };
  return { response: bytes <= MAX_STORED_RESULT_BYTES && response !== undefined ? response : '', droppedBytes: bytes };
}

/**
 * Returns numbered texts without the oldest of those that could not be kept anyway, which may be all: `from` tells the store which
 * numbers are missing.
 */
export function encodeNumbered(numbered: NumberedTexts, limits: { number: number; bytes: number }): NumberedTexts {
  const { from, texts } = numbered;
  let room = limits.bytes;
  let first = texts.length;
  while (first > 0 && texts.length - first < limits.number) {
    room -= Buffer.byteLength(texts[first - 1] ?? '');
    if (room < 0) break;
    first -= 1;
  }
  return { from: from + first, texts: texts.slice(first) };
}

/** Sorts calls newest first; the key decides between those of the same moment. */
export function compareCalls(a: StoredCall, b: StoredCall): number {
  if (a.startedAt !== b.startedAt) return a.startedAt > b.startedAt ? -1 : 1;
  return a.key < b.key ? -1 : 1;
}
