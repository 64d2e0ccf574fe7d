/** Owns searching labels and payloads of the activity: a slice at a time, so that no frame waits for it. */
import { signal } from '@preact/signals';
import { type ActivityRow, countBefore } from './inspector-activity.ts';

/** Quiet time after the last key before it is searched, ms. */
const DEBOUNCE_MS = 150;
/** Time that one slice may take, ms: a frame has 16. */
const SLICE_MS = 8;

export type SearchState = {
  query: string;
  /** `seq` of every row that has the words, ascending. */
  found: readonly number[];
  isSearching: boolean;
};

const NOTHING: SearchState = { query: '', found: [], isSearching: false };

/** Returns what tells whether a row has the words: in its label, about whom it is, or anywhere in its payload. Pure. */
export function toMatcher(query: string): (row: ActivityRow) => boolean {
  const wanted = query.toLowerCase();
  // As it stands within JSON text: a quote is typed without the backslash that it has there.
  const escaped = JSON.stringify(wanted).slice(1, -1);
  return (row) => {
    const device = 'device' in row ? row.device : undefined;
    const method = 'method' in row ? row.method : undefined;
    if ([row.label, row.subject, device, method].some((text) => text?.toLowerCase().includes(wanted))) return true;
    if (row.kind === 'gap' || row.kind === 'mark' || row.entry.message === undefined) return false;
    const text = JSON.stringify(row.entry.message).toLowerCase();
    return text.includes(wanted) || (escaped !== wanted && text.includes(escaped));
  };
}

/** Opens a search over rows that grow: what is searched already is not searched again. */
export function openSearch() {
  const state = signal<SearchState>(NOTHING);
  let rows: readonly ActivityRow[] = [];
  /** `seq` up to which all is searched. */
  let searched = 0;
  let timer: ReturnType<typeof setTimeout> | undefined;

  function begin(query: string): void {
    searched = 0;
    state.value = query === '' ? NOTHING : { query, found: [], isSearching: true };
    if (query !== '') step(toMatcher(query));
  }

  function step(isMatch: (row: ActivityRow) => boolean): void {
    const { query, found } = state.value;
    const until = performance.now() + SLICE_MS;
    const fresh: number[] = [];
    // Gaps have half a number.
    let at = countBefore(rows, searched + 0.25);
    for (; at < rows.length && performance.now() < until; at++) {
      const row = rows[at];
      if (row === undefined) break;
      if (isMatch(row)) fresh.push(row.seq);
      searched = row.seq;
    }
    const isSearching = at < rows.length;
    if (fresh.length > 0 || isSearching !== state.value.isSearching)
      state.value = { query, found: fresh.length > 0 ? [...found, ...fresh] : found, isSearching };
    clearTimeout(timer);
    if (isSearching) timer = setTimeout(() => step(isMatch));
  }

  return {
    state,
    /** Searches for other words, a moment after the last of them; at once where there were none. */
    search(query: string): void {
      clearTimeout(timer);
      const wanted = query.trim();
      if (wanted === '') begin('');
      else timer = setTimeout(() => begin(wanted), DEBOUNCE_MS);
    },
    /** Takes rows that have grown, or other rows. */
    setRows(next: readonly ActivityRow[]): void {
      const isOther = next.length === 0 || (rows.length > 0 && (next.at(-1)?.seq ?? 0) < (rows.at(-1)?.seq ?? 0));
      rows = next;
      const { query, isSearching } = state.value;
      if (query === '') return;
      if (isOther) begin(query);
      else if (!isSearching) step(toMatcher(query));
    },
    close: () => clearTimeout(timer),
  };
}

/** Returns the match to go to from a row, around the end; undefined where there is none. Pure. */
export function nextMatch(matches: readonly number[], from: number | undefined, step: 1 | -1): number | undefined {
  if (from === undefined) return step > 0 ? matches[0] : matches.at(-1);
  if (step > 0) return matches.find((seq) => seq > from) ?? matches[0];
  return matches.findLast((seq) => seq < from) ?? matches.at(-1);
}
