/**
 * Owns turning a regular expression of a schema into steps that are followed in linear time (pattern-match.ts). Pure.
 *
 * A server chooses the pattern and the user the text: with the engine of the browser, which tries one way after the other, `(a+)+$` and
 * thirty letters freeze the panel for hours. What needs such an engine, a reference back into the text, is not checked at all.
 * Source: Thompson, Regular Expression Search Algorithm (1968); ECMA-262, Pattern grammar.
 */

export type Step =
  | { kind: 'one'; fits: (char: string) => boolean }
  | { kind: 'fork'; to: readonly number[] }
  | { kind: 'edge'; at: 'start' | 'end' | 'word' | 'no-word' }
  | { kind: 'look'; program: Program; behind: boolean; negative: boolean }
  | { kind: 'match' };
export type Program = readonly Step[];

type Node =
  | { kind: 'one'; source: string }
  | { kind: 'edge'; at: 'start' | 'end' | 'word' | 'no-word' }
  | { kind: 'all'; parts: Node[] }
  | { kind: 'any'; parts: Node[] }
  | { kind: 'repeat'; part: Node; min: number; max: number }
  | { kind: 'look'; part: Node; behind: boolean; negative: boolean };

/** Most steps that a pattern may come to, its counted repetitions written out. */
const MAX_STEPS = 20_000;
const MAX_DEPTH = 100;

/** Thrown for what is no regular expression, is too large, or needs more than linear time. */
export class PatternUnsupported extends Error {
  override readonly name = 'PatternUnsupported';
}

/** @throws PatternUnsupported */
export function compilePattern(pattern: string): Program {
  const flags = ['u', ''].find((candidate) => isPattern(pattern, candidate));
  if (flags === undefined) throw new PatternUnsupported('It is no regular expression.');
  return toProgram(new Parser(pattern).parse(), flags);
}

function isPattern(pattern: string, flags: string): boolean {
  try {
    new RegExp(pattern, flags);
    return true;
  } catch {
    return false;
  }
}

/** One character of the pattern, or what stands for one: a class, an escape. */
const ATOM =
  /\[(?:\\[\s\S]|[^\]\\])*\]|\\(?:[pP]\{[^}]*\}|u\{[^}]*\}|u[dD][89abAB][\da-fA-F]{2}\\u[dD][c-fC-F][\da-fA-F]{2}|u[\da-fA-F]{4}|x[\da-fA-F]{2}|c[a-zA-Z]|[\s\S])|[\s\S]/uy;
const QUANTIFIER = /(?:([*+?])|\{(\d+)(,?)(\d*)\})\??/y;
const GROUP = /\((\?(?::|<?[=!]|<[^>]*>))?/y;

/** Reads a pattern that the browser has accepted already: only what it means is left open. */
class Parser {
  #at = 0;
  #depth = 0;
  readonly #text: string;
  constructor(text: string) {
    this.#text = text;
  }

  parse(): Node {
    const node = this.#choice();
    if (this.#at < this.#text.length) throw new PatternUnsupported('It has a bracket too many.');
    return node;
  }

  #choice(): Node {
    if (++this.#depth > MAX_DEPTH) throw new PatternUnsupported('It is nested too deeply.');
    const parts = [this.#sequence()];
    while (this.#text[this.#at] === '|') {
      this.#at++;
      parts.push(this.#sequence());
    }
    this.#depth--;
    return parts.length === 1 && parts[0] !== undefined ? parts[0] : { kind: 'any', parts };
  }

  #sequence(): Node {
    const parts: Node[] = [];
    while (this.#at < this.#text.length && !'|)'.includes(this.#text.charAt(this.#at))) parts.push(this.#quantified(this.#term()));
    return { kind: 'all', parts };
  }

  #take(expression: RegExp): RegExpExecArray | undefined {
    expression.lastIndex = this.#at;
    const found = expression.exec(this.#text) ?? undefined;
    if (found !== undefined) this.#at += found[0].length;
    return found;
  }

  #term(): Node {
    if (this.#text[this.#at] === '(') return this.#group();
    const source = this.#take(ATOM)?.[0] ?? '';
    if (source === '^') return { kind: 'edge', at: 'start' };
    if (source === '$') return { kind: 'edge', at: 'end' };
    if (source === '\\b') return { kind: 'edge', at: 'word' };
    if (source === '\\B') return { kind: 'edge', at: 'no-word' };
    if (/^\\[1-9k]/.test(source)) throw new PatternUnsupported('It refers back to what it has found.');
    return { kind: 'one', source };
  }

  #group(): Node {
    const opening = this.#take(GROUP)?.[1] ?? '';
    if (opening === '' && this.#text[this.#at] === '?') throw new PatternUnsupported('It changes its own rules.');
    const part = this.#choice();
    this.#at++;
    const isLook = /^\?<?[=!]$/.test(opening);
    return isLook ? { kind: 'look', part, behind: opening.startsWith('?<'), negative: opening.endsWith('!') } : part;
  }

  #quantified(part: Node): Node {
    const found = this.#take(QUANTIFIER);
    if (found === undefined) return part;
    const [, sign, low = '', comma, high = ''] = found;
    if (sign !== undefined) return { kind: 'repeat', part, min: sign === '+' ? 1 : 0, max: sign === '?' ? 1 : Number.POSITIVE_INFINITY };
    return {
      kind: 'repeat',
      part,
      min: Number(low),
      max: comma === '' ? Number(low) : high === '' ? Number.POSITIVE_INFINITY : Number(high),
    };
  }
}

function toProgram(node: Node, flags: string): Program {
  const steps: Step[] = [];
  const add = (step: Step): number => {
    if (steps.length >= MAX_STEPS) throw new PatternUnsupported('It is too large.');
    return steps.push(step) - 1;
  };
  const write = (current: Node): void => {
    switch (current.kind) {
      case 'one':
        add({ kind: 'one', fits: singleCharacter(current.source, flags) });
        return;
      case 'edge':
        add(current);
        return;
      case 'look':
        add({ ...current, program: toProgram(current.part, flags) });
        return;
      case 'all':
        for (const part of current.parts) write(part);
        return;
      case 'any':
        writeChoice(current.parts);
        return;
      case 'repeat':
        writeRepeat(current);
    }
  };
  const writeChoice = (parts: readonly Node[]): void => {
    const starts: number[] = [];
    const ends: number[][] = [];
    add({ kind: 'fork', to: starts });
    for (const part of parts) {
      starts.push(steps.length);
      write(part);
      const to: number[] = [];
      ends.push(to);
      add({ kind: 'fork', to });
    }
    for (const to of ends) to.push(steps.length);
  };
  const writeRepeat = ({ part, min, max }: Extract<Node, { kind: 'repeat' }>): void => {
    for (let n = 0; n < min; n++) write(part);
    if (max === Number.POSITIVE_INFINITY) {
      const to = [steps.length + 1];
      const fork = add({ kind: 'fork', to });
      write(part);
      add({ kind: 'fork', to: [fork] });
      to.push(steps.length);
      return;
    }
    const skips: number[][] = [];
    for (let n = min; n < max; n++) {
      const to = [steps.length + 1];
      skips.push(to);
      add({ kind: 'fork', to });
      write(part);
    }
    for (const to of skips) to.push(steps.length);
  };
  write(node);
  add({ kind: 'match' });
  return steps;
}

/** One character at a time is what the browser's own engine may judge: that can't take long. */
function singleCharacter(source: string, flags: string): (char: string) => boolean {
  const expression = new RegExp(`^(?:${/^[{}\]]$/.test(source) ? `\\${source}` : source})$`, flags);
  const known = new Map<string, boolean>();
  return (char) => {
    const before = known.get(char);
    if (before !== undefined) return before;
    const fits = expression.test(char);
    known.set(char, fits);
    return fits;
  };
}
