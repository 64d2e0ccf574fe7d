/**
 * Owns how entries of activity become rows: request and answer paired, gaps told, marks in words. Pure. Polling is inspector-activity-log.ts,
 * filters are inspector-activity-filter.ts, what marks mean is inspector-activity-words.ts.
 */
import type { ActivityEntry } from '../../shared/contract.ts';
import { t, tCount } from '../platform/i18n.ts';
import { gapLabel, markLabel } from './inspector-activity-words.ts';

export type MessageKind = 'request' | 'answer' | 'notification';
type Message = Extract<ActivityEntry, { kind: 'message' }>;
type Mark = Extract<ActivityEntry, { kind: 'mark' }>;

type RowBase = {
  seq: number;
  at: string;
  /** What is read first: a method, "result", a sentence. */
  label: string;
  /** The tool, resource or level that it is about. */
  subject?: string;
  isError: boolean;
  durationMs?: number;
};
export type MessageRow = RowBase & {
  kind: MessageKind;
  entry: Message;
  direction: 'to-server' | 'to-client';
  device?: string;
  bytes: number;
  /** Of an answer, that of its request. */
  method?: string;
  /** `seq` of the answer to a request, of the request to an answer. */
  partner?: number;
};
export type MarkRow = RowBase & { kind: 'mark'; entry: Mark };
/** Entries that are missing before the one that has the next number. */
export type GapRow = RowBase & { kind: 'gap'; missing: number; isAtStart: boolean };
export type ActivityRow = MessageRow | MarkRow | GapRow;

/** Returns a row for each entry, in order, and one for each gap. Entries with the same `exchange` know each other. */
export function toRows(entries: readonly ActivityEntry[]): ActivityRow[] {
  const requests = new Map<string, MessageRow>();
  const rows: ActivityRow[] = [];
  let last = 0;
  for (const entry of entries) {
    if (entry.seq > last + 1) rows.push(toGapRow(entry, entry.seq - last - 1, last === 0));
    last = entry.seq;
    rows.push(entry.kind === 'mark' ? toMarkRow(entry) : toPairedRow(entry, requests));
  }
  return rows;
}

function toPairedRow(entry: Message, requests: Map<string, MessageRow>): MessageRow {
  const kind = messageKind(entry);
  const { exchange } = entry;
  const request = kind === 'answer' && exchange !== undefined ? requests.get(exchange) : undefined;
  const row = toMessageRow(entry, kind, request);
  if (request) {
    row.partner = request.seq;
    request.partner = row.seq;
  } else if (kind === 'request' && exchange !== undefined) requests.set(exchange, row);
  return row;
}

/** Tells what a message is; its body may be missing because it was too large to keep. */
function messageKind(entry: Message): MessageKind {
  const message = asRecord(entry.message);
  if (message !== undefined) {
    if (typeof message['method'] !== 'string') return 'answer';
    return 'id' in message ? 'request' : 'notification';
  }
  if (entry.method?.startsWith('notifications/')) return 'notification';
  if (entry.method === undefined || entry.durationMs !== undefined) return 'answer';
  return entry.exchange === undefined ? 'notification' : 'request';
}

function toMessageRow(entry: Message, kind: MessageKind, request: MessageRow | undefined): MessageRow {
  const message = asRecord(entry.message);
  const { seq, at, direction, device, bytes, durationMs } = entry;
  const error = asRecord(message?.['error']);
  const toolFailed = asRecord(message?.['result'])?.['isError'] === true;
  const method = entry.method ?? textOf(message?.['method']) ?? request?.method;
  const subject = kind === 'answer' ? request?.subject : subjectOf(entry);
  return {
    kind,
    seq,
    at,
    direction,
    bytes,
    entry,
    label: kind === 'answer' ? answerLabel(error, toolFailed) : (method ?? t('activity_message')),
    isError: error !== undefined || toolFailed,
    ...(method !== undefined && { method }),
    ...(subject !== undefined && { subject }),
    ...(device !== undefined && { device }),
    ...(durationMs !== undefined && { durationMs }),
  };
}

function answerLabel(error: Record<string, unknown> | undefined, toolFailed: boolean): string {
  if (error !== undefined) return t('activity_errorAnswer', String(error['code']), String(error['message']));
  return t(toolFailed ? 'activity_toolError' : 'activity_result');
}

function subjectOf(entry: Message): string | undefined {
  const params = asRecord(asRecord(entry.message)?.['params']);
  if (params === undefined) return undefined;
  if (entry.method === 'notifications/progress' && typeof params['progress'] === 'number')
    return typeof params['total'] === 'number' ? `${params['progress']}/${params['total']}` : String(params['progress']);
  for (const key of ['name', 'uri', 'level', 'reason']) if (typeof params[key] === 'string') return params[key];
  return undefined;
}

function toMarkRow(entry: Mark): MarkRow {
  const { seq, at, durationMs, mark } = entry;
  return {
    kind: 'mark',
    seq,
    at,
    entry,
    label: markLabel(entry),
    isError: mark === 'server-unreachable' || mark === 'outcome-unknown',
    ...(durationMs !== undefined && { durationMs }),
  };
}

/** A gap stands before an entry and has half a number: each row needs one of its own. */
function toGapRow({ seq, at }: ActivityEntry, missing: number, isAtStart: boolean): GapRow {
  return {
    kind: 'gap',
    seq: seq - 0.5,
    at,
    missing,
    isAtStart,
    label: isAtStart ? tCount('activity_dropped', missing) : gapLabel(missing),
    isError: false,
  };
}

/** Returns the request that an act of the user sent, by its Idempotency-Key. */
export const findCall = (rows: readonly ActivityRow[], key: string): MessageRow | undefined =>
  rows.find((row): row is MessageRow => row.kind === 'request' && row.entry.key === key);

/** Returns where the row with a number is, -1 where there is none. Rows are in the order of their numbers. */
export function indexOfRow(rows: readonly ActivityRow[], seq: number | undefined): number {
  if (seq === undefined) return -1;
  const at = countBefore(rows, seq);
  return rows[at]?.seq === seq ? at : -1;
}

/** Returns how many rows have a smaller number. */
export function countBefore(rows: readonly ActivityRow[], seq: number): number {
  let [low, high] = [0, rows.length];
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((rows[middle]?.seq ?? 0) < seq) low = middle + 1;
    else high = middle;
  }
  return low;
}

export const findRow = (rows: readonly ActivityRow[], seq: number | undefined): ActivityRow | undefined => rows[indexOfRow(rows, seq)];

/** Returns the answer to a request, the request of an answer. */
export function partnerOf(rows: readonly ActivityRow[], row: ActivityRow | undefined): MessageRow | undefined {
  const partner = row !== undefined && isMessage(row) ? findRow(rows, row.partner) : undefined;
  return partner !== undefined && isMessage(partner) ? partner : undefined;
}

export const isMessage = (row: ActivityRow): row is MessageRow => row.kind !== 'mark' && row.kind !== 'gap';

export const asRecord = (value: unknown): Record<string, unknown> | undefined =>
  typeof value === 'object' && value !== null && !Array.isArray(value) ? (value as Record<string, unknown>) : undefined;

const textOf = (value: unknown): string | undefined => (typeof value === 'string' ? value : undefined);
