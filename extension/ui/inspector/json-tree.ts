/**
 * Owns JSON as lines that can be folded. Only what is unfolded has lines: ten megabytes cost no more than what is looked at, and a list of
 * a million falls into ranges of a thousand. Pure. How a value is written on its line is json-tokens.ts.
 */
import { MAX_TEXT, writeFlat } from './json-tokens.ts';
import { cutPieces } from './text-pieces.ts';

/** What is open and what is not, by id; what is not here is as it is at first. */
export type Folds = ReadonlyMap<string, boolean>;

type Place = {
  id: string;
  depth: number;
  /** Place among its siblings and their number, from 1. */
  position: number;
  siblings: number;
};
export type TreeLine = Place &
  (
    | {
        kind: 'value';
        /** Absent for an item of a list and for the whole. */
        key?: string;
        value: unknown;
        /** Undefined where there is nothing to fold. */
        isOpen: boolean | undefined;
        isLast: boolean;
      }
    /** Members `from` up to but without `to` of what is above. */
    | { kind: 'range'; from: number; to: number; isOpen: boolean }
    | { kind: 'piece'; text: string; from: number }
    | { kind: 'end'; text: string }
  );

/** Members that stand below each other without ranges. */
export const RANGE_SIZE = 1000;
/** Values up to which everything is open at first. */
const SMALL = 1500;
/** Levels that are open at first in what is not small. */
const OPEN_DEPTH = 2;
/** Lines that unfolding all draws at most: further ones stay folded. */
const MAX_UNFOLDED_LINES = 20_000;
const PIECE_LENGTH = 1000;

const keysOf = new WeakMap<object, readonly string[]>();
const smallness = new WeakMap<object, boolean>();

/** Returns an object's keys; undefined for a list. */
function keysIn(value: object): readonly string[] | undefined {
  if (Array.isArray(value)) return undefined;
  const keys = keysOf.get(value) ?? Object.keys(value);
  keysOf.set(value, keys);
  return keys;
}

/** Returns how many members a value has. */
export const countMembers = (value: object): number => keysIn(value)?.length ?? (value as readonly unknown[]).length;

export const childId = (id: string, key: string | number): string =>
  `${id}/${typeof key === 'number' ? key : key.replaceAll('~', '~0').replaceAll('/', '~1')}`;
const rangeId = (id: string, from: number, size: number): string => `${id}/:${from}:${size}`;
const pieceId = (id: string, from: number): string => `${id}/~${from}`;

/** Tells whether a value has something to fold. */
export function isFoldable(value: unknown): value is object | string {
  if (typeof value === 'string') return value.length > MAX_TEXT || value.includes('\n');
  return typeof value === 'object' && value !== null && writeFlat(value) === undefined;
}

type Task =
  | { kind: 'member'; id: string; depth: number; position: number; siblings: number; value: unknown; key?: string }
  | {
      kind: 'range';
      id: string;
      depth: number;
      position: number;
      siblings: number;
      owner: object;
      ownerId: string;
      from: number;
      to: number;
    }
  | { kind: 'end'; id: string; depth: number; text: string };

/** Returns the lines of a value as it is folded. Iterative, so that deep nesting can't overflow the stack. */
export function toLines(whole: unknown, folds: Folds): TreeLine[] {
  const isSmall = isSmallValue(whole);
  const lines: TreeLine[] = [];
  const open: Task[] = [{ kind: 'member', id: '', depth: 0, position: 1, siblings: 1, value: whole }];
  for (let task = open.pop(); task !== undefined; task = open.pop()) {
    if (task.kind === 'end') {
      lines.push({ ...task, position: 0, siblings: 0 });
    } else if (task.kind === 'range') {
      const { owner, ownerId, ...place } = task;
      const isOpen = folds.get(place.id) ?? place.from === 0;
      lines.push({ ...place, isOpen });
      if (isOpen) open.push(...membersOf(owner, ownerId, place.depth + 1, place.from, place.to).toReversed());
    } else {
      const { value, id, depth } = task;
      const isOpen = isFoldable(value) ? (folds.get(id) ?? isOpenAtFirst(value, depth, isSmall)) : undefined;
      lines.push({ ...task, kind: 'value', isOpen, isLast: task.position === task.siblings });
      if (isOpen && typeof value === 'string') lines.push(...piecesOf(value, id, depth + 1));
      if (isOpen && typeof value === 'object' && value !== null) {
        open.push({ kind: 'end', id: `${id}/.`, depth, text: endOf(value, task.position < task.siblings) });
        open.push(...membersOf(value, id, depth + 1, 0, countMembers(value)).toReversed());
      }
    }
  }
  return lines;
}

const isOpenAtFirst = (value: object | string, depth: number, isSmall: boolean): boolean =>
  typeof value === 'string' ? false : depth < OPEN_DEPTH || isSmall;

const endOf = (value: object, hasNext: boolean): string => (Array.isArray(value) ? ']' : '}') + (hasNext ? ',' : '');

/** Size of the ranges that so many members fall into: one of them has at most a thousand lines. */
function rangeSize(count: number): number {
  let size = RANGE_SIZE;
  while (count / size > RANGE_SIZE) size *= RANGE_SIZE;
  return size;
}

function membersOf(owner: object, id: string, depth: number, from: number, to: number): Task[] {
  const count = to - from;
  if (count > RANGE_SIZE) {
    const size = rangeSize(count);
    const siblings = Math.ceil(count / size);
    return Array.from({ length: siblings }, (_, n) => {
      const start = from + n * size;
      const place = { id: rangeId(id, start, size), depth, position: n + 1, siblings };
      return { kind: 'range', ...place, owner, ownerId: id, from: start, to: Math.min(to, start + size) };
    });
  }
  const keys = keysIn(owner);
  const total = countMembers(owner);
  return Array.from({ length: count }, (_, n) => {
    const at = from + n;
    const key = keys?.[at];
    const value = key === undefined ? (owner as readonly unknown[])[at] : (owner as Record<string, unknown>)[key];
    // The last of a range is not the last of its owner: what follows it wants a comma.
    const place = { id: childId(id, key ?? at), depth, position: at + 1, siblings: total };
    return { kind: 'member', ...place, value, ...(key !== undefined && { key }) };
  });
}

/** A text's own lines, as they are without JSON around them. */
function piecesOf(text: string, id: string, depth: number): TreeLine[] {
  const ends = cutPieces(text, PIECE_LENGTH, 1).slice(0, MAX_UNFOLDED_LINES);
  return ends.map((end, n) => {
    const from = ends[n - 1] ?? 0;
    return {
      ...{ kind: 'piece', id: pieceId(id, from), depth, position: n + 1, siblings: ends.length },
      text: text.slice(from, end).replace(/\r?\n$/, ''),
      from,
    };
  });
}

/** Tells whether a value is so small that all of it is open at first; read no further than that. */
function isSmallValue(value: unknown): boolean {
  if (typeof value !== 'object' || value === null) return true;
  const known = smallness.get(value) ?? countValues(value, SMALL) < SMALL;
  smallness.set(value, known);
  return known;
}

/** Counts the values inside a value, but no further than the limit. */
export function countValues(value: unknown, limit: number): number {
  const open: unknown[] = [value];
  let count = 0;
  while (open.length > 0 && count < limit) {
    const next = open.pop();
    count++;
    if (typeof next !== 'object' || next === null) continue;
    if (countMembers(next) >= limit) return limit;
    open.push(...Object.values(next));
  }
  return count;
}

/** Returns the folds with everything closed but the outermost level. */
export function foldAll(whole: unknown): Folds {
  const folds = new Map<string, boolean>();
  for (const line of toLines(whole, new Map()))
    if (line.kind !== 'end' && line.kind !== 'piece' && line.depth > 0) folds.set(line.id, false);
  return folds;
}

/** Returns the folds with everything open, as far as a bounded number of lines goes. Texts stay as they are. */
export function unfoldAll(whole: unknown): Folds {
  const folds = new Map<string, boolean>();
  const open: { value: unknown; id: string }[] = [{ value: whole, id: '' }];
  let lines = 0;
  // Level by level; what is added meanwhile comes later.
  for (const { value, id } of open) {
    if (lines >= MAX_UNFOLDED_LINES) break;
    if (typeof value !== 'object' || value === null || !isFoldable(value)) continue;
    folds.set(id, true);
    const count = countMembers(value);
    const drawn = Math.min(count, RANGE_SIZE);
    lines += drawn + 1;
    const keys = keysIn(value);
    for (let at = 0; at < drawn; at++) {
      const key = keys?.[at] ?? at;
      open.push({ value: (value as Record<string | number, unknown>)[key], id: childId(id, key) });
    }
  }
  return folds;
}

/** Returns the ids of all that must be open for a place to be seen, and of its own line. */
export function wayTo(whole: unknown, path: readonly (string | number)[], offset?: number): { folds: [string, boolean][]; id: string } {
  const folds: [string, boolean][] = [];
  let value = whole;
  let id = '';
  for (const step of path) {
    // What fits on one line has no lines of its own.
    if (typeof value !== 'object' || value === null || !isFoldable(value)) return { folds, id };
    folds.push([id, true]);
    const at = typeof step === 'number' ? step : (keysIn(value)?.indexOf(step) ?? 0);
    let [from, to] = [0, countMembers(value)];
    while (to - from > RANGE_SIZE) {
      const size = rangeSize(to - from);
      const start = from + Math.floor((at - from) / size) * size;
      folds.push([rangeId(id, start, size), true]);
      [from, to] = [start, Math.min(to, start + size)];
    }
    value = (value as Record<string | number, unknown>)[step];
    id = childId(id, step);
  }
  if (typeof value !== 'string' || offset === undefined || !isFoldable(value)) return { folds, id };
  folds.push([id, true]);
  const ends = cutPieces(value, PIECE_LENGTH, 1);
  const piece = ends.findIndex((end) => end > offset);
  return { folds, id: pieceId(id, ends[piece - 1] ?? 0) };
}
