/** Owns which shape of a place is shown, and that nothing typed in one is lost when another is chosen. Pure. */
import { clearValue, type Draft, setValue } from './draft.ts';
import { type Choice, NO_NOTES, putNotes, takeNotes } from './draft-notes.ts';
import type { Field, Variant } from './field.ts';
import { initialItem, initialValue } from './field-initial.ts';
import { isJsonObject, type Json, type Path, readAt, toPointer } from './json-value.ts';

/** Returns the number of the shape that is shown; undefined while there is neither a value nor a choice. */
export function shownVariant(draft: Draft, path: Path, variants: readonly Variant[]): number | undefined {
  const value = readAt(draft.arguments, path);
  const chosen = draft.notes.choices[toPointer(path)]?.at;
  const isKnown = chosen !== undefined && variants[chosen] !== undefined;
  if (value === undefined) return isKnown ? chosen : undefined;
  if (isKnown && variants[chosen]?.fits(value)) return chosen;
  const fitting = variants.findIndex((variant) => variant.fits(value));
  if (fitting >= 0 && !(isKnown && isSimilar(variants[chosen]?.field(), value))) return fitting;
  return isKnown ? chosen : Math.max(0, similarVariant(variants, value));
}

/** Of shapes that a value fits none of, the one that it resembles: while it is typed it fits nothing yet. */
const similarVariant = (variants: readonly Variant[], value: Json): number =>
  variants.findIndex((variant) => isSimilar(variant.field(), value));

function isSimilar(field: Field | undefined, value: Json): boolean {
  switch (field?.control.kind) {
    case 'text':
      return typeof value === 'string';
    case 'number':
      return typeof value === 'number';
    case 'boolean':
      return typeof value === 'boolean';
    case 'list':
    case 'choices':
      return Array.isArray(value);
    case 'choice':
      return field.control.options.some((option) => option.value === value);
    case 'object':
      return isJsonObject(value) && hasItsConstants(field.control.fields(value), value);
    default:
      return false;
  }
}

const hasItsConstants = (fields: readonly Field[], value: { [key: string]: Json }): boolean =>
  fields.every(({ key, control, schema }) => {
    const isConstant = control.kind === 'choice' && control.options.length === 1 && schema['nullable'] !== true;
    return !isConstant || value[String(key)] === undefined || value[String(key)] === control.options[0]?.value;
  });

/**
 * Shows another shape: with what was typed in it before, else with what it begins with and what both have in common.
 *
 * @param at Undefined: none, and nothing is sent.
 */
export function chooseVariant(
  draft: Draft,
  path: Path,
  variants: readonly Variant[],
  at: number | undefined,
  prunable: readonly Path[],
): Draft {
  const place = toPointer(path);
  const before = shownVariant(draft, path, variants);
  if (before === at) return draft;
  const value = readAt(draft.arguments, path);
  const known = draft.notes.choices[place]?.kept ?? {};
  const kept =
    before === undefined ? known : { ...known, [before]: { ...(value !== undefined && { value }), notes: takeNotes(draft.notes, path) } };
  if (at === undefined) {
    const cleared = clearValue(draft, path, prunable);
    return withChoice(cleared, place, { at: -1, kept });
  }
  const again = kept[at];
  const next = again === undefined ? beginVariant(variants[at], value) : again.value;
  const changed = next === undefined ? clearValue(draft, path, prunable) : setValue(draft, path, next);
  const noted = { ...changed, notes: putNotes(changed.notes, path, again?.notes ?? NO_NOTES) };
  return withChoice(noted, place, { at, kept });
}

const withChoice = (draft: Draft, place: string, choice: Choice): Draft => ({
  ...draft,
  notes: { ...draft.notes, choices: { ...draft.notes.choices, [place]: choice } },
});

function beginVariant(variant: Variant | undefined, before: Json | undefined): Json | undefined {
  const field = variant?.field();
  if (field === undefined) return undefined;
  // Text and numbers are not there until they are typed; what is made of parts is, though all of them are missing.
  if (field.control.kind !== 'object') return typeof field.key === 'number' ? initialItem(field) : initialValue(field);
  const initial = initialItem(field);
  if (!isJsonObject(initial) || !isJsonObject(before)) return initial;
  const common = field.control.fields(initial).flatMap(({ key, control }): [string, Json][] => {
    const typed = Object.hasOwn(before, key) ? before[String(key)] : undefined;
    const isConstant = control.kind === 'choice' && control.options.length === 1;
    return typed === undefined || isConstant ? [] : [[String(key), typed]];
  });
  return { ...initial, ...Object.fromEntries(common) };
}
