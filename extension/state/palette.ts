/** Owns what the command palette finds: everything that has a name, best match first. Pure. What an entry does is its maker's. */
import Fuzzy from '@leeoniya/ufuzzy';

export type PaletteKind = 'tool' | 'resource' | 'prompt' | 'session' | 'action';
export type PaletteEntry = {
  id: string;
  kind: PaletteKind;
  label: string;
  /** A second text that is searched and shown: title, address. */
  note?: string;
  /** Keys that do the same without the palette. */
  keys?: readonly string[];
  run: () => void;
};

/** Entries that are shown at once; who does not find it among them types one more letter. */
export const MAX_SHOWN = 50;
/** Characters of an entry that are searched: descriptions in names are nobody's search. */
const MAX_SEARCHED = 200;

// Letters of a word in order, words in any order; without a limit of its own for the time that odd needles take.
const fuzzy = new Fuzzy({ intraMode: 0, intraIns: 2, unicode: true, interSplit: "[^\\p{L}\\d']+", intraSplit: '\\p{Ll}\\p{Lu}' });

/** Returns the entries that match, best first; all of them in their order where nothing was typed. */
export function findEntries(entries: readonly PaletteEntry[], typed: string): PaletteEntry[] {
  const needle = typed.trim().slice(0, MAX_SEARCHED);
  if (needle === '') return entries.slice(0, MAX_SHOWN);
  const haystack = entries.map(({ label, note = '' }) => `${label} ${note}`.slice(0, MAX_SEARCHED));
  const [found, info, order] = fuzzy.search(haystack, needle, 1);
  const ranked = order !== null && info !== null ? order.map((at) => info.idx[at]) : (found ?? []);
  return ranked.slice(0, MAX_SHOWN).flatMap((at) => (at === undefined ? [] : (entries[at] ?? [])));
}
