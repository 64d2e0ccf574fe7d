/** Owns how entries of activity become rows: request and answer paired, marks in words, filters. Pure. Polling is inspector-activity-log.ts. */
import type { ActivityEntry } from '../../shared/contract.ts';
import type { ActivityFilter } from './inspector-room.ts';

export type MessageKind = 'request' | 'answer' | 'notification';

export type ActivityRow = {
  seq: number;
  at: string;
  entry: ActivityEntry;
  /** What is read first: a method, "result", a sentence. */
  label: string;
  /** The tool, resource or level that it is about. */
  subject?: string;
  isError: boolean;
  durationMs?: number;
} & (
  | { kind: 'mark' }
  | {
      kind: MessageKind;
      direction: 'to-server' | 'to-client';
      device?: string;
      bytes: number;
      /** `seq` of the answer to a request, of the request to an answer. */
      partner?: number;
    }
);

type Message = Extract<ActivityEntry, { kind: 'message' }>;
type Mark = Extract<ActivityEntry, { kind: 'mark' }>;

/** Returns a row for each entry, in order. Entries with the same `exchange` know each other. */
export function toRows(entries: readonly ActivityEntry[]): ActivityRow[] {
  const requests = new Map<string, { row: Extract<ActivityRow, { kind: MessageKind }>; entry: Message }>();
  return entries.map((entry) => {
    if (entry.kind === 'mark') return toMarkRow(entry);
    const kind = messageKind(entry);
    const request = kind === 'answer' && entry.exchange !== undefined ? requests.get(entry.exchange) : undefined;
    const row = toMessageRow(entry, kind, request?.entry);
    if (request) {
      row.partner = request.row.seq;
      request.row.partner = row.seq;
    } else if (kind === 'request' && entry.exchange !== undefined) requests.set(entry.exchange, { row, entry });
    return row;
  });
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

function toMessageRow(entry: Message, kind: MessageKind, request: Message | undefined): Extract<ActivityRow, { kind: MessageKind }> {
  const message = asRecord(entry.message);
  const { seq, at, direction, device, bytes, durationMs } = entry;
  const error = asRecord(message?.['error']);
  const toolFailed = asRecord(message?.['result'])?.['isError'] === true;
  const label = kind === 'answer' ? answerLabel(error, toolFailed) : (entry.method ?? String(message?.['method'] ?? 'message'));
  const about = kind === 'answer' ? request : entry;
  const subject = about === undefined ? undefined : subjectOf(about);
  return {
    kind,
    seq,
    at,
    direction,
    bytes,
    entry,
    label,
    isError: error !== undefined || toolFailed,
    ...(subject !== undefined && { subject }),
    ...(device !== undefined && { device }),
    ...(durationMs !== undefined && { durationMs }),
  };
}

function answerLabel(error: Record<string, unknown> | undefined, toolFailed: boolean): string {
  if (error !== undefined) return `error ${String(error['code'])} ${String(error['message'])}`;
  return toolFailed ? 'tool error' : 'result';
}

function subjectOf(entry: Message): string | undefined {
  const params = asRecord(asRecord(entry.message)?.['params']);
  if (params === undefined) return undefined;
  if (entry.method === 'notifications/progress' && typeof params['progress'] === 'number')
    return typeof params['total'] === 'number' ? `${params['progress']}/${params['total']}` : String(params['progress']);
  for (const key of ['name', 'uri', 'level', 'reason']) if (typeof params[key] === 'string') return params[key];
  return undefined;
}

function toMarkRow(entry: Mark): ActivityRow {
  const { seq, at, durationMs, mark } = entry;
  return {
    kind: 'mark',
    seq,
    at,
    entry,
    label: markWords(entry),
    isError: mark === 'server-unreachable' || mark === 'outcome-unknown',
    ...(durationMs !== undefined && { durationMs }),
  };
}

function markWords({ mark, subscriptionsRestored = 0, dropped = 0 }: Mark): string {
  switch (mark) {
    case 'connected':
      return 'Connected to the server';
    case 'cold-start':
      return 'Backend started cold: session rebuilt, same server session';
    case 'server-session-renewed': {
      const restored = subscriptionsRestored === 1 ? ', 1 subscription restored' : `, ${subscriptionsRestored} subscriptions restored`;
      return `Server had forgotten the session: signed on again${subscriptionsRestored > 0 ? restored : ''}`;
    }
    case 'server-stream-opened':
      return 'Stream to the server opened again';
    case 'server-unreachable':
      return 'Server could not be reached';
    case 'outcome-unknown':
      return 'Answer lost: the call may have run';
    case 'client-left':
      return 'Client went away while its call ran';
    case 'signed-in':
      return 'Signed in to the server';
    case 'token-refreshed':
      return 'Sign-in renewed';
    case 'sign-in-required':
      return 'Server asks for sign-in';
    case 'signed-out':
      return 'Signed out of the server';
    case 'headers-changed':
      return 'Headers for the server replaced';
    case 'entries-dropped':
      return `${dropped === 1 ? '1 entry is' : `${dropped} entries are`} missing here: more came than could be stored`;
  }
}

/** Returns the rows that a filter lets through; marks tell what happened to the session and stay unless errors are asked for. */
export function filterRows(rows: readonly ActivityRow[], filter: ActivityFilter): ActivityRow[] {
  if (filter === 'all') return [...rows];
  if (filter === 'errors') {
    const wanted = new Set(
      rows.filter((row) => row.isError).flatMap((row) => [row.seq, row.kind === 'mark' ? row.seq : (row.partner ?? row.seq)]),
    );
    return rows.filter((row) => wanted.has(row.seq));
  }
  return rows.filter((row) => row.kind === 'mark' || (filter === 'notifications') === (row.kind === 'notification'));
}

const asRecord = (value: unknown): Record<string, unknown> | undefined =>
  typeof value === 'object' && value !== null && !Array.isArray(value) ? (value as Record<string, unknown>) : undefined;
