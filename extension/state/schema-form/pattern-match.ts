/** Owns whether a text matches a pattern of a schema, in time that grows with the text and no faster. Pure. The steps are pattern-program.ts. */
import { compilePattern, PatternUnsupported, type Program, type Step } from './pattern-program.ts';

/** Steps that one question may cost: some ten milliseconds. */
const MAX_WORK = 2_000_000;
/** Patterns that are kept compiled. */
const MAX_KEPT = 500;

const compiled = new Map<string, Program | PatternUnsupported>();

export type PatternVerdict = 'matches' | 'differs' | 'unchecked';

/** Tells whether a pattern is found in a text; `unchecked` where that can't be found out, or not soon enough. */
export function matchPattern(pattern: string, text: string): PatternVerdict {
  const program = programOf(pattern);
  if (program instanceof PatternUnsupported) return 'unchecked';
  const search: Search = { chars: [...text], work: MAX_WORK, looks: new Map() };
  try {
    return isFound(search, program, 0, { anchored: false }) ? 'matches' : 'differs';
  } catch (error) {
    if (error instanceof OutOfWork) return 'unchecked';
    throw error;
  }
}

function programOf(pattern: string): Program | PatternUnsupported {
  let program = compiled.get(pattern);
  if (program === undefined) {
    try {
      program = compilePattern(pattern);
    } catch (error) {
      // A class that only one of the two modes knows, mixed with the other's: not worth more than saying so.
      program = error instanceof PatternUnsupported ? error : new PatternUnsupported(String(error));
    }
    if (compiled.size >= MAX_KEPT) compiled.clear();
    compiled.set(pattern, program);
  }
  return program;
}

class OutOfWork extends Error {
  override readonly name = 'OutOfWork';
}

type Search = { chars: readonly string[]; work: number; looks: Map<Step, Map<number, boolean>> };
type Limits = {
  /** Only what begins at the place itself counts. */
  anchored: boolean;
  /** Only what ends here counts. */
  end?: number;
};

/** Follows all ways through the pattern at once, one character after the other. */
function isFound(search: Search, program: Program, from: number, { anchored, end }: Limits): boolean {
  const { chars } = search;
  const last = end ?? chars.length;
  let current: number[] = [0];
  for (let at = from; at <= last; at++) {
    if (at > from && !anchored) current.push(0);
    const waiting = closure(search, program, current, at);
    if ((end === undefined || at === end) && waiting.some((index) => program[index]?.kind === 'match')) return true;
    const char = chars[at];
    if (char === undefined || at === last) return false;
    const next: number[] = [];
    for (const index of waiting) {
      const step = program[index];
      if (step?.kind === 'one' && step.fits(char)) next.push(index + 1);
    }
    if (next.length === 0 && anchored) return false;
    current = next;
  }
  return false;
}

/** Returns the steps that wait for a character, or are the end, after all that takes none. */
function closure(search: Search, program: Program, starts: readonly number[], at: number): number[] {
  const seen = new Set<number>();
  const open = [...starts];
  const waiting: number[] = [];
  for (let index = open.pop(); index !== undefined; index = open.pop()) {
    if (seen.has(index)) continue;
    seen.add(index);
    if (--search.work < 0) throw new OutOfWork();
    const step = program[index];
    if (step?.kind === 'fork') open.push(...step.to);
    else if (step?.kind === 'edge') {
      if (isAtEdge(search.chars, step.at, at)) open.push(index + 1);
    } else if (step?.kind === 'look') {
      if (looks(search, step, at) !== step.negative) open.push(index + 1);
    } else waiting.push(index);
  }
  return waiting;
}

function looks(search: Search, step: Extract<Step, { kind: 'look' }>, at: number): boolean {
  const known = search.looks.get(step) ?? new Map<number, boolean>();
  search.looks.set(step, known);
  const before = known.get(at);
  if (before !== undefined) return before;
  const found = step.behind
    ? isFound(search, step.program, 0, { anchored: false, end: at })
    : isFound(search, step.program, at, { anchored: true });
  known.set(at, found);
  return found;
}

const isWord = (char: string | undefined): boolean => char !== undefined && /^\w$/.test(char);

function isAtEdge(chars: readonly string[], edge: 'start' | 'end' | 'word' | 'no-word', at: number): boolean {
  if (edge === 'start') return at === 0;
  if (edge === 'end') return at === chars.length;
  return (isWord(chars[at - 1]) !== isWord(chars[at])) === (edge === 'word');
}
