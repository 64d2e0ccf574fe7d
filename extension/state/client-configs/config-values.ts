/** Owns how values of a config file are looked at before anything is known of them. Pure. */
export type TextRecord = { readonly [key: string]: unknown };

export const isRecord = (value: unknown): value is TextRecord => typeof value === 'object' && value !== null && !Array.isArray(value);
/** Returns the members that are records themselves, in the file's order. */
export const recordsIn = (value: TextRecord): [string, TextRecord][] =>
  Object.entries(value).flatMap(([key, inner]) => (isRecord(inner) ? [[key, inner] as [string, TextRecord]] : []));
/** Returns a text, or an empty one for anything else. */
export const textOf = (value: unknown): string => (typeof value === 'string' ? value : '');
