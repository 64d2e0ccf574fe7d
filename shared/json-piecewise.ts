/**
 * Owns reading large JSON text without holding a page up: the platform's parser reads it piece by piece, and between two pieces
 * others have their turn. Pure; who gives the turns is the reader's matter. The outcome is that of JSON.parse.
 */

/** Characters that the platform's parser is given at once, about a millisecond of work. */
const PIECE_LENGTH = 50_000;
/** Levels that are taken apart; what is deeper is read in one go. */
const MAX_LEVELS = 64;

const QUOTE = 34;
const COMMA = 44;
const COLON = 58;
const BACKSLASH = 92;
const OPEN_LIST = 91;
const CLOSE_LIST = 93;
const OPEN_OBJECT = 123;
const CLOSE_OBJECT = 125;

/**
 * Parses JSON text as JSON.parse does; yields after each piece.
 *
 * @throws SyntaxError when it is no JSON.
 */
export function* parsePiecewise(text: string, pieceLength = PIECE_LENGTH): Generator<void, unknown> {
  if (text.length <= pieceLength) return JSON.parse(text);
  try {
    const reader = new Reader(text, pieceLength);
    const value = yield* reader.readValue(0);
    if (reader.isAtEnd()) return value;
  } catch (error) {
    if (!(error instanceof NotReadable)) throw error;
  }
  // What is wrong with it, or too deep to be taken apart, is the platform's to say.
  return JSON.parse(text);
}

class NotReadable extends Error {
  override readonly name = 'NotReadable';
}

class Reader {
  #at = 0;
  readonly #text: string;
  readonly #pieceLength: number;

  constructor(text: string, pieceLength: number) {
    this.#text = text;
    this.#pieceLength = pieceLength;
  }

  isAtEnd(): boolean {
    return this.#skipSpace() >= this.#text.length;
  }

  /** Reads the value that begins here. */
  *readValue(level: number): Generator<void, unknown> {
    const start = this.#skipSpace();
    const first = this.#text.charCodeAt(start);
    if (first === QUOTE) return yield* this.#readString(start);
    const end = this.#endOf(start, start + this.#pieceLength);
    if (end !== undefined) {
      this.#at = end;
      yield;
      return JSON.parse(this.#text.slice(start, end));
    }
    if (level >= MAX_LEVELS) throw new NotReadable();
    this.#at = start + 1;
    if (first === OPEN_LIST) return yield* this.#readList(level);
    if (first === OPEN_OBJECT) return yield* this.#readObject(level);
    throw new NotReadable();
  }

  *#readList(level: number): Generator<void, unknown[]> {
    const list: unknown[] = [];
    for (;;) {
      const start = this.#skipSpace();
      // As many items as fit into one piece are read together.
      const end = this.#endOfRun(start, CLOSE_LIST);
      if (end > start) for (const item of JSON.parse(`[${this.#text.slice(start, end)}]`) as unknown[]) list.push(item);
      if (end > start) this.#at = end;
      else list.push(yield* this.readValue(level + 1));
      yield;
      if (!this.#goesOn(CLOSE_LIST)) return list;
    }
  }

  *#readObject(level: number): Generator<void, object> {
    const object: Record<string, unknown> = {};
    for (;;) {
      const start = this.#skipSpace();
      const end = this.#endOfRun(start, CLOSE_OBJECT);
      if (end > start) {
        const members = JSON.parse(`{${this.#text.slice(start, end)}}`) as object;
        for (const [key, value] of Object.entries(members)) put(object, key, value);
        this.#at = end;
      } else {
        const keyEnd = this.#text.charCodeAt(start) === QUOTE ? this.#endOfString(start) : undefined;
        if (keyEnd === undefined) throw new NotReadable();
        const key = JSON.parse(this.#text.slice(start, keyEnd)) as string;
        this.#at = keyEnd;
        if (this.#text.charCodeAt(this.#skipSpace()) !== COLON) throw new NotReadable();
        this.#at++;
        put(object, key, yield* this.readValue(level + 1));
      }
      yield;
      if (!this.#goesOn(CLOSE_OBJECT)) return object;
    }
  }

  /** A text of megabytes is cut where that splits no escape, and put together again. */
  *#readString(start: number): Generator<void, string> {
    const end = this.#endOfString(start);
    if (end === undefined) throw new NotReadable();
    this.#at = end;
    const parts: string[] = [];
    for (let from = start + 1; from < end - 1; ) {
      const to = Math.min(end - 1, this.#outOfEscape(from + this.#pieceLength));
      parts.push(JSON.parse(`"${this.#text.slice(from, to)}"`) as string);
      from = to;
      yield;
    }
    return parts.join('');
  }

  /** Returns the first place from here on that does not split an escape. */
  #outOfEscape(at: number): number {
    // The longest escape has six characters.
    const from = Math.max(0, at - 5);
    const last = from + this.#text.slice(from, at).lastIndexOf('\\');
    if (last < from) return at;
    let escapes = 0;
    while (this.#text.charCodeAt(last - escapes) === BACKSLASH) escapes++;
    if (escapes % 2 === 0) return at;
    return Math.max(at, last + (this.#text[last + 1] === 'u' ? 6 : 2));
  }

  /** Tells whether another member follows; if not, what holds them has been closed. */
  #goesOn(close: number): boolean {
    const next = this.#text.charCodeAt(this.#skipSpace());
    this.#at++;
    if (next === COMMA) return true;
    if (next === close) return false;
    throw new NotReadable();
  }

  /** Returns where the last of the members that fit into one piece ends; the start where not even one does. */
  #endOfRun(start: number, close: number): number {
    const limit = start + this.#pieceLength;
    let end = start;
    let depth = 0;
    for (let at = start; at < limit; at++) {
      const char = this.#text.charCodeAt(at);
      if (char === QUOTE) {
        const stringEnd = this.#endOfString(at);
        if (stringEnd === undefined || stringEnd > limit) return end;
        at = stringEnd - 1;
      } else if (char === OPEN_LIST || char === OPEN_OBJECT) depth++;
      else if (depth > 0) {
        if (char === CLOSE_LIST || char === CLOSE_OBJECT) depth--;
      } else if (char === COMMA) end = at;
      else if (char === close) return at;
    }
    return end;
  }

  /** Returns where a list, object, number or literal ends; undefined where that is beyond the limit. */
  #endOf(start: number, limit: number): number | undefined {
    let depth = 0;
    for (let at = start; at < limit; at++) {
      const char = this.#text.charCodeAt(at);
      if (char === QUOTE) {
        const stringEnd = this.#endOfString(at);
        if (stringEnd === undefined) throw new NotReadable();
        at = stringEnd - 1;
      } else if (char === OPEN_LIST || char === OPEN_OBJECT) depth++;
      else if (char === CLOSE_LIST || char === CLOSE_OBJECT) {
        if (--depth === 0) return at + 1;
        if (depth < 0) return at;
      } else if (depth === 0 && (char === COMMA || Number.isNaN(char))) return at;
    }
    return undefined;
  }

  #endOfString(start: number): number | undefined {
    for (let at = this.#text.indexOf('"', start + 1); at >= 0; at = this.#text.indexOf('"', at + 1)) {
      let escapes = 0;
      while (this.#text.charCodeAt(at - 1 - escapes) === BACKSLASH) escapes++;
      if (escapes % 2 === 0) return at + 1;
    }
    return undefined;
  }

  #skipSpace(): number {
    for (;;) {
      const char = this.#text.charCodeAt(this.#at);
      if (char !== 32 && char !== 10 && char !== 13 && char !== 9) return this.#at;
      this.#at++;
    }
  }
}

/** Makes a member as JSON.parse does, whatever its name. */
function put(object: Record<string, unknown>, key: string, value: unknown): void {
  if (key === '__proto__') Object.defineProperty(object, key, { value, writable: true, enumerable: true, configurable: true });
  else object[key] = value;
}
