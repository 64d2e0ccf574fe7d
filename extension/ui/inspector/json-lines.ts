/**
 * Owns printing JSON line by line, as far as somebody looks: ten megabytes cost no more than the lines that are drawn. Pure.
 * Iterative, so that deep nesting can't overflow the stack.
 */

export type Token = { kind: 'key' | 'text' | 'number' | 'literal' | 'mark'; text: string };
export type JsonLine = { indent: number; tokens: Token[] };

/** Characters of one text value that are drawn; the rest is counted. Copying gives all of it. */
const MAX_TEXT = 4000;

type Open = { close: '}' | ']'; entries: Iterator<[string | undefined, unknown]>; comma: boolean };

/** Yields the lines of a value as `JSON.stringify(value, null, 2)` would break them; small flat values stay on one line. */
export function* printJson(value: unknown): Generator<JsonLine> {
  const stack: Open[] = [];
  const first = begin(value, stack);
  yield { indent: 0, tokens: first };
  while (stack.length > 0) {
    const open = stack.at(-1);
    if (open === undefined) return;
    const { value: entry, done } = open.entries.next();
    if (done) {
      stack.pop();
      const parent = stack.at(-1);
      yield { indent: stack.length, tokens: [{ kind: 'mark', text: open.close + (parent?.comma ? ',' : '') }] };
      continue;
    }
    const [key, child] = entry;
    const indent = stack.length;
    const isLast = !hasMore(open);
    const depth = stack.length;
    open.comma = !isLast;
    const tokens: Token[] =
      key === undefined
        ? []
        : [
            { kind: 'key', text: JSON.stringify(key) },
            { kind: 'mark', text: ': ' },
          ];
    tokens.push(...begin(child, stack));
    if (stack.length === depth && !isLast) tokens.push({ kind: 'mark', text: ',' });
    yield { indent, tokens };
  }
}

/** Peeks whether an object or array goes on, without losing the entry. */
function hasMore(open: Open): boolean {
  const next = open.entries.next();
  if (next.done) return false;
  const rest = open.entries;
  let taken = false;
  open.entries = {
    next: () => {
      if (taken) return rest.next();
      taken = true;
      open.entries = rest;
      return next;
    },
  };
  return true;
}

/** Prints a scalar, an empty or a short flat value; opens anything else. */
function begin(value: unknown, stack: Open[]): Token[] {
  if (typeof value !== 'object' || value === null) return [scalar(value)];
  const isList = Array.isArray(value);
  const flat = printFlat(value);
  if (flat !== undefined) return flat;
  stack.push({ close: isList ? ']' : '}', entries: isList ? listEntries(value) : objectEntries(value), comma: false });
  return [{ kind: 'mark', text: isList ? '[' : '{' }];
}

function* listEntries(list: readonly unknown[]): Generator<[undefined, unknown]> {
  for (const item of list) yield [undefined, item];
}

function* objectEntries(object: object): Generator<[string, unknown]> {
  for (const key of Object.keys(object)) yield [key, (object as Record<string, unknown>)[key]];
}

const MAX_FLAT_LENGTH = 60;

function printFlat(value: object): Token[] | undefined {
  const entries = Object.entries(Array.isArray(value) ? value.slice(0, 7) : value);
  const isList = Array.isArray(value);
  if (entries.length === 0) return [{ kind: 'mark', text: isList ? '[]' : '{}' }];
  if (entries.length > 6) return undefined;
  const tokens: Token[] = [{ kind: 'mark', text: isList ? '[' : '{ ' }];
  let length = 0;
  for (const [i, [key, child]] of entries.entries()) {
    if (typeof child === 'object' && child !== null) return undefined;
    if (typeof child === 'string' && child.length > MAX_FLAT_LENGTH) return undefined;
    if (i > 0) tokens.push({ kind: 'mark', text: ', ' });
    if (!isList) tokens.push({ kind: 'key', text: JSON.stringify(key) }, { kind: 'mark', text: ': ' });
    tokens.push(scalar(child));
    length = tokens.reduce((sum, token) => sum + token.text.length, 0);
    if (length > MAX_FLAT_LENGTH) return undefined;
  }
  tokens.push({ kind: 'mark', text: isList ? ']' : ' }' });
  return tokens;
}

function scalar(value: unknown): Token {
  if (typeof value === 'string') {
    const text = JSON.stringify(value.length > MAX_TEXT ? value.slice(0, MAX_TEXT) : value);
    return { kind: 'text', text: value.length > MAX_TEXT ? `${text.slice(0, -1)}… (${value.length - MAX_TEXT} more characters)"` : text };
  }
  if (typeof value === 'number') return { kind: 'number', text: String(value) };
  return { kind: 'literal', text: value === undefined ? 'undefined' : String(value) };
}
