/**
 * Owns writing large JSON without holding a page up: the platform writes it piece by piece, and between two pieces others have their
 * turn. The outcome is that of JSON.stringify with two spaces. Pure; what gives the turns is platform/in-slices.ts.
 */
import { inSlices } from '../platform/in-slices.ts';

/** Values, and characters of text, that the platform writes at once: about a millisecond of work. */
const PIECE_VALUES = 1000;
const PIECE_LENGTH = 50_000;
/** Levels that are taken apart; what is deeper is written in one go. */
const MAX_LEVELS = 64;

/**
 * Returns a value that came from JSON as text, in parts that belong together in this order.
 *
 * @throws The signal's reason when it is aborted meanwhile.
 */
export const writeInSlices = (value: unknown, signal?: AbortSignal): Promise<string[]> => inSlices(writePiecewise(value), signal);

/** Writes a value as JSON.stringify(value, null, 2) does; yields after each piece. */
export function* writePiecewise(value: unknown): Generator<void, string[]> {
  const writer = new Writer();
  yield* writer.write(value, 0);
  return writer.end();
}

class Writer {
  readonly #parts: string[] = [];

  *write(value: unknown, level: number): Generator<void, void> {
    if (typeof value === 'string' && value.length > PIECE_LENGTH) return yield* this.#writeString(value);
    if (typeof value !== 'object' || value === null || level >= MAX_LEVELS) {
      this.#parts.push(textAt(level, value));
      return yield;
    }
    const indent = '  '.repeat(level);
    const keys = Array.isArray(value) ? undefined : Object.keys(value);
    const count = keys?.length ?? (value as unknown[]).length;
    const memberAt = (at: number): unknown => (value as Record<string | number, unknown>)[keys?.[at] ?? at];
    const [open, close] = keys === undefined ? '[]' : '{}';
    if (count === 0) this.#parts.push(`${open}${close}`);
    for (let from = 0; from < count; ) {
      const before = from === 0 ? open : ',';
      const to = endOfRun(from, count, memberAt);
      if (to > from) {
        // As many members as make one piece, without the brackets around them.
        const run = keys === undefined ? (value as unknown[]).slice(from, to) : membersOf(value, keys.slice(from, to));
        this.#parts.push(before + textAt(level, run).slice(1, -2 - 2 * level));
        yield;
      } else {
        this.#parts.push(`${before}\n${indent}  ${keys === undefined ? '' : `${JSON.stringify(keys[from])}: `}`);
        yield* this.write(memberAt(from), level + 1);
      }
      from = Math.max(to, from + 1);
    }
    if (count > 0) this.#parts.push(`\n${indent}${close}`);
  }

  end(): string[] {
    return this.#parts;
  }

  *#writeString(text: string): Generator<void, void> {
    this.#parts.push('"');
    for (let from = 0; from < text.length; ) {
      const end = from + PIECE_LENGTH;
      // A pair of surrogates is one character.
      const to = isHighSurrogate(text.charCodeAt(end - 1)) ? end + 1 : end;
      this.#parts.push(JSON.stringify(text.slice(from, to)).slice(1, -1));
      yield;
      from = to;
    }
    this.#parts.push('"');
  }
}

/** Returns the text of a value as it stands this many levels deep: the platform indents it faster than a search for its line breaks. */
function textAt(level: number, value: unknown): string {
  let wrapped = value;
  for (let at = 0; at < level; at++) wrapped = [wrapped];
  // Each list around it begins with a bracket, a line break and the indentation, and ends with these the other way round.
  const before = level * 2 + level * (level + 1);
  const after = level * 2 + level * (level - 1);
  const text = JSON.stringify(wrapped, null, 2);
  return text.slice(before, text.length - after);
}

const membersOf = (value: object, keys: readonly string[]): object =>
  Object.fromEntries(keys.map((key) => [key, (value as Record<string, unknown>)[key]]));

const isHighSurrogate = (unit: number): boolean => unit >= 0xd800 && unit <= 0xdbff;

/** Returns up to which member they are written together, in about a millisecond; `from` itself when that one alone takes longer. */
function endOfRun(from: number, count: number, memberAt: (at: number) => unknown): number {
  const left = { values: PIECE_VALUES, length: PIECE_LENGTH };
  let to = from;
  while (to < count && fits(memberAt(to), left)) to++;
  return to;
}

/** Whether a value fits into what is left of a piece, and takes it from there; looks at no more of it than that. */
function fits(value: unknown, left: { values: number; length: number }): boolean {
  const waiting: unknown[] = [value];
  while (waiting.length > 0) {
    const next = waiting.pop();
    left.values--;
    if (typeof next === 'string') left.length -= next.length;
    else if (Array.isArray(next)) {
      if (next.length > left.values) return false;
      waiting.push(...next);
    } else if (typeof next === 'object' && next !== null) {
      const keys = Object.keys(next);
      if (keys.length > left.values) return false;
      for (const key of keys) {
        left.length -= key.length;
        waiting.push((next as Record<string, unknown>)[key]);
      }
    }
    if (left.values < 0 || left.length < 0) return false;
  }
  return true;
}
