/** Owns which entries of the activity are shown, and what of the room is remembered. Pure. */
import type { ActivityRow, MessageRow } from './inspector-activity.ts';

export const ACTIVITY_KINDS = ['all', 'calls', 'notifications', 'marks', 'errors'] as const;
export type ActivityKind = (typeof ACTIVITY_KINDS)[number];
export const DIRECTIONS = ['to-server', 'to-client'] as const;
export type Direction = (typeof DIRECTIONS)[number];

export type ActivityFilter = {
  kind: ActivityKind;
  direction: Direction | undefined;
  method: string | undefined;
  device: string | undefined;
};
export type ActivityView = ActivityFilter & {
  query: string;
  /** `seq` of the entry that is looked at. */
  selected: number | undefined;
};

const EVERYTHING: ActivityFilter = { kind: 'all', direction: undefined, method: undefined, device: undefined };
export const EMPTY_VIEW: ActivityView = { ...EVERYTHING, query: '', selected: undefined };
const MAX_TEXT = 512;

/** Makes what was stored usable, whatever it is. Total. */
export function parseActivityView(raw: unknown): ActivityView {
  const stored = typeof raw === 'object' && raw !== null ? (raw as Record<string, unknown>) : {};
  const text = (name: string): string | undefined => {
    const value = stored[name];
    return typeof value === 'string' && value !== '' && value.length <= MAX_TEXT ? value : undefined;
  };
  return {
    kind: ACTIVITY_KINDS.find((kind) => kind === stored['kind']) ?? 'all',
    direction: DIRECTIONS.find((direction) => direction === stored['direction']),
    method: text('method'),
    device: text('device'),
    query: text('query') ?? '',
    selected: typeof stored['selected'] === 'number' && Number.isFinite(stored['selected']) ? stored['selected'] : undefined,
  };
}

/** Returns the view with nothing left out. */
export const withoutFilters = (view: ActivityView): ActivityView => ({ ...view, ...EVERYTHING });

/** How many of the filters beside the kind are set. */
export const countFilters = ({ direction, method, device }: ActivityFilter): number =>
  [direction, method, device].filter((value) => value !== undefined).length;

/**
 * Returns the rows that a filter lets through.
 *
 * Marks tell what happened to the session and stay beside calls and notifications; who asks for a direction, a method or a device asks for
 * messages. Errors come with what they answer.
 */
export function filterRows(rows: readonly ActivityRow[], filter: ActivityFilter): readonly ActivityRow[] {
  const isNarrow = countFilters(filter) > 0;
  if (filter.kind === 'all' && !isNarrow) return rows;
  const partners = filter.kind === 'errors' ? partnersOfErrors(rows) : undefined;
  return rows.filter((row) => {
    if (row.kind === 'mark' || row.kind === 'gap') return !isNarrow && isMarkOf(filter.kind, row);
    return isOfKind(filter.kind, row, partners) && matches(filter, row);
  });
}

function isMarkOf(kind: ActivityKind, row: ActivityRow): boolean {
  return kind === 'errors' ? row.isError : true;
}

function isOfKind(kind: ActivityKind, row: MessageRow, partners: ReadonlySet<number> | undefined): boolean {
  if (kind === 'errors') return row.isError || partners?.has(row.seq) === true;
  if (kind === 'marks') return false;
  return kind === 'all' || (kind === 'notifications') === (row.kind === 'notification');
}

const matches = ({ direction, method, device }: ActivityFilter, row: MessageRow): boolean =>
  (direction === undefined || row.direction === direction) &&
  (method === undefined || row.method === method) &&
  (device === undefined || row.device === device);

const partnersOfErrors = (rows: readonly ActivityRow[]): ReadonlySet<number> =>
  new Set(rows.flatMap((row) => (row.isError && 'partner' in row && row.partner !== undefined ? [row.partner] : [])));

/** Returns what there is to choose from: methods and devices of the rows, in order of their names, with what is chosen already. */
export function facetsOf(rows: readonly ActivityRow[], { method, device }: ActivityFilter): { methods: string[]; devices: string[] } {
  const methods = new Set<string>(method === undefined ? [] : [method]);
  const devices = new Set<string>(device === undefined ? [] : [device]);
  for (const row of rows) {
    if (row.kind === 'mark' || row.kind === 'gap') continue;
    if (row.method !== undefined && methods.size < MAX_CHOICES) methods.add(row.method);
    if (row.device !== undefined && devices.size < MAX_CHOICES) devices.add(row.device);
  }
  return { methods: [...methods].toSorted(), devices: [...devices].toSorted() };
}

/** Choices of one filter: a server may make up a method with every message. */
const MAX_CHOICES = 100;
