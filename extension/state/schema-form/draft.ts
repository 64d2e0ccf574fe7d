/**
 * Owns what the user has typed for one tool: the arguments, the raw text of what is not a value yet, and which of the two views shows it. Pure.
 * Both views edit the same arguments: keys that no field knows survive, and text that can't be read stays as it was typed.
 */
import { t } from '../../platform/i18n.ts';
import { dropNotes, moveNotes, NO_NOTES, type Notes, parseNotes, type TypedText } from './draft-notes.ts';
import type { Field } from './field.ts';
import { initialArguments } from './field-initial.ts';
import {
  fromPointer,
  isJsonObject,
  isSameJson,
  type Json,
  type JsonObject,
  type Path,
  readAt,
  removeAt,
  setAt,
  toPointer,
} from './json-value.ts';
import { type ReadText, readJson, readNumber } from './read-text.ts';

export type Draft = {
  view: 'form' | 'json';
  arguments: JsonObject;
  notes: Notes;
  /** The text of the JSON view, while the user edits it. */
  jsonText?: string;
};

export const startDraft = (root: Field): Draft => draftOf(initialArguments(root));

/** Returns a draft of arguments that came from elsewhere: an earlier run, an example. */
export const draftOf = (args: JsonObject): Draft => ({ view: 'form', arguments: args, notes: NO_NOTES });

/** The arguments as a whole are an object: any other JSON in their place can't be sent. */
function read({ as, text }: TypedText, pointer: string): ReadText {
  const meant = as === 'number' ? readNumber(text) : readJson(text);
  const isWhole = pointer === '' && meant.kind === 'value' && !isJsonObject(meant.value);
  return isWhole ? { kind: 'unreadable', message: t('form_objectWanted') } : meant;
}

/** Returns what a number or JSON field shows: the text as typed while it still stands for the value, else the value written out. */
export function shownText(draft: Draft, path: Path, field: Field): string {
  const value = readAt(draft.arguments, path);
  const pointer = toPointer(path);
  const typed = draft.notes.texts[pointer];
  if (typed !== undefined) {
    const meant = read(typed, pointer);
    if (meant.kind === 'unreadable' || (meant.kind === 'empty' ? value === undefined : isSameJson(meant.value, value))) return typed.text;
  }
  if (value === undefined || (value === null && field.control.kind === 'number')) return '';
  return field.control.kind === 'number' ? String(value) : JSON.stringify(value, null, 2);
}

/** Returns why the text at a place can't be read; undefined when it can. */
export function textProblem(draft: Draft, path: Path): string | undefined {
  const pointer = toPointer(path);
  const typed = draft.notes.texts[pointer];
  const meant = typed && read(typed, pointer);
  return meant?.kind === 'unreadable' ? meant.message : undefined;
}

/** Returns the places whose text can't be sent as it stands. */
export const unreadablePlaces = (draft: Draft): string[] =>
  Object.entries(draft.notes.texts).flatMap(([pointer, typed]) => (read(typed, pointer).kind === 'unreadable' ? [pointer] : []));

/**
 * Takes the text of a number or JSON field.
 *
 * Text that can't be read takes the old value away: what is sent is never something else than what is shown.
 *
 * @param prunable Objects on the way that vanish with their last member, outermost first.
 */
export function typeText(draft: Draft, path: Path, field: Field, text: string, prunable: readonly Path[]): Draft {
  const typed: TypedText = { as: field.control.kind === 'number' ? 'number' : 'json', text };
  const pointer = toPointer(path);
  const meant = read(typed, pointer);
  const next = meant.kind === 'value' ? setValue(draft, path, meant.value) : clearValue(draft, path, prunable);
  return { ...next, notes: { ...next.notes, texts: { ...next.notes.texts, [pointer]: typed } } };
}

export function setValue(draft: Draft, path: Path, value: Json): Draft {
  return { ...draft, arguments: asArguments(setAt(draft.arguments, path, value)), notes: dropNotes(draft.notes, path) };
}

/** Takes a value away: it is not sent. In a list the place stays, as null. */
export function clearValue(draft: Draft, path: Path, prunable: readonly Path[]): Draft {
  if (typeof path.at(-1) === 'number') return setValue(draft, path, null);
  if (path.length === 0) return setValue(draft, path, {});
  let root: Json = removeAt(draft.arguments, path);
  for (const parent of prunable.toReversed()) {
    const value = readAt(root, parent);
    if (!isJsonObject(value) || Object.keys(value).length > 0) break;
    root = removeAt(root, parent);
  }
  return { ...draft, arguments: asArguments(root), notes: dropNotes(draft.notes, path) };
}

export function addItem(draft: Draft, path: Path, item: Json): Draft {
  const list = listAt(draft, path);
  return setList(draft, path, [...list, item], (index) => index);
}

/** Takes the name that a member is to get, while it is typed. */
export function typeName(draft: Draft, path: Path, name: string): Draft {
  const { [toPointer(path)]: _, ...others } = draft.notes.names;
  return { ...draft, notes: { ...draft.notes, names: name === '' ? others : { ...others, [toPointer(path)]: name } } };
}

/** Adds a member to an object, last; the name that was typed for it is used up. */
export const addMember = (draft: Draft, path: Path, name: string, value: Json): Draft =>
  typeName(setValue(draft, [...path, name], value), path, '');

export function removeItem(draft: Draft, path: Path, at: number, prunable: readonly Path[]): Draft {
  const list = listAt(draft, path).filter((_, i) => i !== at);
  const next = setList(draft, path, list, (index) => (index === at ? undefined : index > at ? index - 1 : index));
  // An empty list is not the same as none: as for empty text, it is sent on purpose only.
  return list.length === 0 ? clearValue(next, path, prunable) : next;
}

export function moveItem(draft: Draft, path: Path, from: number, to: number): Draft {
  const list = [...listAt(draft, path)];
  if (to < 0 || to >= list.length) return draft;
  list.splice(to, 0, ...list.splice(from, 1));
  return setList(draft, path, list, (index) => {
    if (index === from) return to;
    if (from < to) return index > from && index <= to ? index - 1 : index;
    return index >= to && index < from ? index + 1 : index;
  });
}

/** Opens the JSON view. */
export function showJson(draft: Draft): Draft {
  return { ...draft, view: 'json' };
}

/** Opens the form; while the JSON text can't be read, the JSON view stays, and the text with it. */
export function showForm(draft: Draft): Draft {
  if (jsonProblem(draft) !== undefined) return draft;
  const { jsonText: _, ...rest } = draft;
  return { ...rest, view: 'form' };
}

export const jsonTextOf = (draft: Draft): string => draft.jsonText ?? JSON.stringify(draft.arguments, null, 2);

/** Takes the text of the JSON view; the arguments follow as soon as it is an object. */
export function typeJson(draft: Draft, text: string): Draft {
  const meant = readJson(text);
  if (meant.kind !== 'value' || !isJsonObject(meant.value)) return { ...draft, jsonText: text };
  const args = meant.value;
  // Text of the form that never became a value waits there, unless a value has taken its place.
  const waiting = Object.entries(draft.notes.texts).filter(([pointer]) => (readAt(args, fromPointer(pointer, args)) ?? null) === null);
  return { ...draft, arguments: args, notes: { ...draft.notes, texts: Object.fromEntries(waiting) }, jsonText: text };
}

/** Gives the JSON text up and goes back to the last arguments that could be read. */
export function discardJson(draft: Draft): Draft {
  const { jsonText: _, ...rest } = draft;
  return { ...rest, view: 'form' };
}

export function jsonProblem(draft: Draft): string | undefined {
  if (draft.jsonText === undefined) return undefined;
  const meant = readJson(draft.jsonText);
  if (meant.kind === 'unreadable') return meant.message;
  if (meant.kind === 'empty' || !isJsonObject(meant.value)) return t('form_objectWanted');
  return undefined;
}

/** Repairs a draft that was stored; undefined when nothing can be made of it. */
export function parseDraft(stored: unknown): Draft | undefined {
  if (!isJsonObject(stored) || !isJsonObject(stored['arguments'])) return undefined;
  return {
    view: stored['view'] === 'json' ? 'json' : 'form',
    arguments: stored['arguments'],
    // An earlier build kept the texts alone, in the draft itself.
    notes: parseNotes(stored['notes'] ?? stored),
    ...(typeof stored['jsonText'] === 'string' && { jsonText: stored['jsonText'] }),
  };
}

const asArguments = (value: Json): JsonObject => (isJsonObject(value) ? value : {});

function listAt(draft: Draft, path: Path): Json[] {
  const list = readAt(draft.arguments, path);
  return Array.isArray(list) ? list : [];
}

function setList(draft: Draft, path: Path, list: Json[], move: (index: number) => number | undefined): Draft {
  const prefix = `${toPointer(path)}/`;
  const notes = moveNotes(draft.notes, (pointer) => {
    if (!pointer.startsWith(prefix)) return pointer;
    const [index = '', ...rest] = pointer.slice(prefix.length).split('/');
    const to = move(Number(index));
    return to === undefined ? undefined : prefix + [to, ...rest].join('/');
  });
  return { ...draft, arguments: asArguments(setAt(draft.arguments, path, list)), notes };
}
