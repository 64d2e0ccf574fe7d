/** Owns how single JSON values are written on a line, coloured by kind. What stands on which line is json-tree.ts. Pure. */

export type Token = { kind: 'key' | 'text' | 'number' | 'literal' | 'mark'; text: string };

/** Characters of a text that one line shows; the rest is counted, and shown when the line is unfolded. */
export const MAX_TEXT = 300;
const MAX_FLAT_LENGTH = 60;
const MAX_FLAT_MEMBERS = 6;

const mark = (text: string): Token => ({ kind: 'mark', text });

/** Writes a value that is no object or list; the beginning of one that is long. */
export function writeScalar(value: unknown): Token {
  if (typeof value === 'string') return { kind: 'text', text: JSON.stringify(value.length > MAX_TEXT ? cut(value, MAX_TEXT) : value) };
  if (typeof value === 'number') return { kind: 'number', text: String(value) };
  return { kind: 'literal', text: String(value) };
}

export const writeKey = (key: string): Token[] => [{ kind: 'key', text: JSON.stringify(key) }, mark(': ')];

/** Writes a small value without anything nested on one line; undefined for any other object or list. */
export function writeFlat(value: object): Token[] | undefined {
  const isList = Array.isArray(value);
  const keys = isList ? undefined : firstKeys(value, MAX_FLAT_MEMBERS + 1);
  const count = keys?.length ?? (value as unknown[]).length;
  if (count === 0) return [mark(isList ? '[]' : '{}')];
  if (count > MAX_FLAT_MEMBERS) return undefined;
  const tokens: Token[] = [mark(isList ? '[' : '{ ')];
  let length = 0;
  for (let i = 0; i < count; i++) {
    const key = keys?.[i];
    const child = key === undefined ? (value as unknown[])[i] : (value as Record<string, unknown>)[key];
    if (typeof child === 'object' && child !== null) return undefined;
    if (typeof child === 'string' && (child.length > MAX_FLAT_LENGTH || child.includes('\n'))) return undefined;
    const written = [...(i > 0 ? [mark(', ')] : []), ...(key === undefined ? [] : writeKey(key)), writeScalar(child)];
    length += written.reduce((sum, { text }) => sum + text.length, 0);
    if (length > MAX_FLAT_LENGTH) return undefined;
    tokens.push(...written);
  }
  return [...tokens, mark(isList ? ']' : ' }')];
}

/** Names what a folded object begins with, to tell it from its neighbours. */
export function writeBeginning(value: object): Token[] {
  const tokens: Token[] = [];
  let length = 0;
  for (const key of firstKeys(value, 4)) {
    const child = (value as Record<string, unknown>)[key];
    if (typeof child === 'object' && child !== null) continue;
    const text = writeScalar(typeof child === 'string' ? cut(child, 40) : child);
    length += key.length + text.text.length + 4;
    if (length > MAX_FLAT_LENGTH) break;
    tokens.push(...writeKey(key), text, mark(', '));
  }
  return tokens;
}

/** Returns the first keys without making a list of all: an object may have a million. */
function firstKeys(value: object, count: number): string[] {
  const keys: string[] = [];
  for (const key in value) {
    if (!Object.hasOwn(value, key)) continue;
    keys.push(key);
    if (keys.length === count) break;
  }
  return keys;
}

/** Cuts a text, never between the halves of a character. */
export function cut(text: string, length: number): string {
  if (text.length <= length) return text;
  const last = text.charCodeAt(length - 1);
  return text.slice(0, last >= 0xd800 && last <= 0xdbff ? length - 1 : length);
}
