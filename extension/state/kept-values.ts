/**
 * Owns the shape of what is typed and kept as text: for templates, for prompts, as roots that are not saved yet, and of what is subscribed; read
 * from storage by repair. Pure.
 */

import { MAX_ROOTS } from '../../shared/limits.ts';
import { isRecord } from '../platform/stored-repair.ts';

/** By template or prompt, then by argument. */
export type KeptValues = { [of: string]: { [argument: string]: string } };

/** Resources of one session that a panel asks to be told of; a server that has to watch more is not what they are for. */
export const MAX_SUBSCRIPTIONS = 50;
const MAX_URI_LENGTH = 2000;

export const isText = (value: unknown): value is string => typeof value === 'string';
/** Returns a text, or an empty one for anything else. */
export const textOf = (value: unknown): string => (isText(value) ? value : '');

/** Keeps of what was stored what can be used. Total. */
export function parseKeptValues(raw: unknown): KeptValues {
  if (!isRecord(raw)) return {};
  return Object.fromEntries(
    Object.entries(raw).flatMap(([of, values]) =>
      isRecord(values)
        ? [[of, Object.fromEntries(Object.entries(values).filter((entry): entry is [string, string] => isText(entry[1])))]]
        : [],
    ),
  );
}

/** Returns the URIs that may be kept as subscribed. Total. */
export function parseSubscriptions(raw: unknown): string[] {
  const uris = Array.isArray(raw) ? raw.filter(isText) : [];
  return [...new Set(uris)].filter(({ length }) => length <= MAX_URI_LENGTH).slice(0, MAX_SUBSCRIPTIONS);
}

/** A root as it is typed: its address may be none yet. */
export type RootRow = { uri: string; name: string };

/** Returns the roots that were typed and not saved; undefined when there are none. Total. */
export function parseRootRows(raw: unknown): RootRow[] | undefined {
  if (!Array.isArray(raw)) return undefined;
  return raw
    .filter(isRecord)
    .slice(0, MAX_ROOTS)
    .map(({ uri, name }) => ({ uri: textOf(uri).slice(0, MAX_URI_LENGTH), name: textOf(name).slice(0, MAX_URI_LENGTH) }));
}

/** Returns what was typed for one of them, whatever it is called. */
export const valuesOf = (kept: KeptValues, name: string): KeptValues[string] => (Object.hasOwn(kept, name) ? (kept[name] ?? {}) : {});
