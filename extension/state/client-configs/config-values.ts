/** Owns how values of a config file are looked at before anything is known of them. Pure. */
import { isRecord } from '../../platform/stored-repair.ts';

export type TextRecord = { readonly [key: string]: unknown };

/** Returns the members that are records themselves, in the file's order. */
export const recordsIn = (value: TextRecord): [string, TextRecord][] =>
  Object.entries(value).flatMap(([key, inner]) => (isRecord(inner) ? [[key, inner] as [string, TextRecord]] : []));
