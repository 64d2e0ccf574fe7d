/**
 * Owns what a draft holds beside the arguments themselves: text that is no value yet, shapes that were chosen and what was typed in the others,
 * names that are not yet in use. All by the place that it belongs to, and moved with it. Pure.
 */
import { isJsonObject, type Json, type Path, toPointer } from './json-value.ts';

export type TypedText = { as: 'number' | 'json'; text: string };

/** A value with its notes, whose places are relative to it. */
export type Kept = { value?: Json; notes: Notes };

/** The shape that was chosen at a place, and what was typed in the others, by their number. */
export type Choice = { at: number; kept: { [variant: string]: Kept } };

export type Notes = {
  /** JSON Pointer → the text of a number or JSON field, as typed. */
  texts: { [pointer: string]: TypedText };
  choices: { [pointer: string]: Choice };
  /** The name of a member that is to be added to an object. */
  names: { [pointer: string]: string };
};

export const NO_NOTES: Notes = { texts: {}, choices: {}, names: {} };

type Record<Note> = { [pointer: string]: Note };

/** Moves notes: each stays, goes to another place, or goes away. */
export function moveNotes(notes: Notes, to: (pointer: string) => string | undefined): Notes {
  const move = <Note>(record: Record<Note>): Record<Note> =>
    Object.fromEntries(
      Object.entries(record).flatMap(([pointer, note]): [string, Note][] => {
        const next = to(pointer);
        return next === undefined ? [] : [[next, note]];
      }),
    );
  return { texts: move(notes.texts), choices: move(notes.choices), names: move(notes.names) };
}

const isWithin = (pointer: string, place: string): boolean => pointer === place || pointer.startsWith(`${place}/`);

/** Takes the notes at a place and below it away; the choice of a shape at the place itself stays. */
export function dropNotes(notes: Notes, path: Path): Notes {
  const place = toPointer(path);
  const choice = notes.choices[place];
  const rest = moveNotes(notes, (pointer) => (isWithin(pointer, place) ? undefined : pointer));
  return choice === undefined ? rest : { ...rest, choices: { ...rest.choices, [place]: choice } };
}

/** Returns the notes at a place and below it, relative to it, without the choice of a shape at the place itself. */
export function takeNotes(notes: Notes, path: Path): Notes {
  const place = toPointer(path);
  const { [place]: _, ...choices } = notes.choices;
  return moveNotes({ ...notes, choices }, (pointer) => (isWithin(pointer, place) ? pointer.slice(place.length) : undefined));
}

/** Puts notes that were taken from one place to another. */
export function putNotes(notes: Notes, path: Path, taken: Notes): Notes {
  const place = toPointer(path);
  const moved = moveNotes(taken, (pointer) => place + pointer);
  return {
    texts: { ...notes.texts, ...moved.texts },
    choices: { ...notes.choices, ...moved.choices },
    names: { ...notes.names, ...moved.names },
  };
}

/** Shapes within kept shapes that are read back. */
const MAX_DEPTH = 8;

/** Repairs notes that were stored. */
export function parseNotes(stored: Json | undefined, depth = 0): Notes {
  const raw = isJsonObject(stored) && depth < MAX_DEPTH ? stored : {};
  const read = <Note>(member: Json | undefined, parse: (value: Json) => Note | undefined): Record<Note> =>
    Object.fromEntries(
      Object.entries(isJsonObject(member) ? member : {}).flatMap(([pointer, value]): [string, Note][] => {
        const note = parse(value);
        return note === undefined ? [] : [[pointer, note]];
      }),
    );
  return {
    texts: read(raw['texts'], parseText),
    choices: read(raw['choices'], (value) => parseChoice(value, depth)),
    names: read(raw['names'], (value) => (typeof value === 'string' ? value : undefined)),
  };
}

function parseText(stored: Json): TypedText | undefined {
  if (!isJsonObject(stored) || typeof stored['text'] !== 'string') return undefined;
  return { as: stored['as'] === 'number' ? 'number' : 'json', text: stored['text'] };
}

function parseChoice(stored: Json, depth: number): Choice | undefined {
  if (!isJsonObject(stored) || typeof stored['at'] !== 'number') return undefined;
  const kept = isJsonObject(stored['kept']) ? stored['kept'] : {};
  return {
    at: stored['at'],
    kept: Object.fromEntries(
      Object.entries(kept).map(([variant, raw]): [string, Kept] => {
        const { value, notes } = isJsonObject(raw) ? raw : {};
        return [variant, { ...(value !== undefined && { value }), notes: parseNotes(notes, depth + 1) }];
      }),
    ),
  };
}
