/**
 * Owns where a word is found in a text or in JSON. Pure; long content is gone through in steps that yield, see in-slices.ts.
 * Found without regard to case, as it stands: no patterns.
 */

export type TextMatch = { from: number; to: number };
/** A key, or the text, number or literal at a place; of a text, the offset of what was found. */
export type JsonMatch = { path: (string | number)[]; inKey: boolean; offset: number };

/** Matches that are counted; nobody steps through more. */
export const MAX_MATCHES = 10_000;
const STEP_LENGTH = 250_000;
const STEP_VALUES = 500;

/** Returns the pattern that finds a word; undefined for none. */
export function patternOf(word: string): RegExp | undefined {
  return word === '' ? undefined : new RegExp(word.replaceAll(/[\\^$.*+?()[\]{}|/-]/g, '\\$&'), 'giu');
}

/** Finds every place of a text. */
export function* findInText(text: string, word: string): Generator<void, TextMatch[]> {
  const pattern = patternOf(word);
  const matches: TextMatch[] = [];
  if (pattern === undefined) return matches;
  // Letters of other cases can be longer: the overlap holds the longest form of what was typed.
  const overlap = word.length * 3;
  let done = 0;
  for (let start = 0; start < text.length; start += STEP_LENGTH) {
    const part = text.slice(Math.max(0, start - overlap), start + STEP_LENGTH);
    const offset = Math.max(0, start - overlap);
    for (const match of part.matchAll(pattern)) {
      const from = offset + match.index;
      if (from < done) continue;
      done = from + match[0].length;
      matches.push({ from, to: done });
      if (matches.length >= MAX_MATCHES) return matches;
    }
    yield;
  }
  return matches;
}

/** Finds every key and every value, in the order in which they are shown. */
export function* findInJson(whole: unknown, word: string): Generator<void, JsonMatch[]> {
  const pattern = patternOf(word);
  const matches: JsonMatch[] = [];
  if (pattern === undefined) return matches;
  const found = (text: string): number => {
    pattern.lastIndex = 0;
    return pattern.exec(text)?.index ?? -1;
  };
  type Open = { value: object; keys: readonly string[] | undefined; at: number };
  const open: Open[] = [];
  const path: (string | number)[] = [];
  const enter = (value: unknown): void => {
    if (typeof value === 'object' && value !== null) {
      open.push({ value, keys: Array.isArray(value) ? undefined : Object.keys(value), at: 0 });
      return;
    }
    const offset = found(typeof value === 'string' ? value : String(value));
    if (offset >= 0) matches.push({ path: [...path], inKey: false, offset });
  };
  enter(whole);
  let seen = 0;
  for (let top = open.at(-1); top !== undefined && matches.length < MAX_MATCHES; top = open.at(-1)) {
    path.length = open.length - 1;
    const { value, keys, at } = top;
    if (at >= (keys?.length ?? (value as readonly unknown[]).length)) {
      open.pop();
      continue;
    }
    top.at++;
    const step = keys?.[at] ?? at;
    path.push(step);
    if (typeof step === 'string' && found(step) >= 0) matches.push({ path: [...path], inKey: true, offset: 0 });
    enter((value as Record<string | number, unknown>)[step]);
    if (++seen % STEP_VALUES === 0) yield;
  }
  return matches;
}
