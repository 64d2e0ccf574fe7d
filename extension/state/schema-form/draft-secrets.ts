/** Owns what of a draft is never stored: text of fields that the schema calls a password, or says to be written only. Pure. */
import type { Draft } from './draft.ts';
import { NO_NOTES } from './draft-notes.ts';
import { shownVariant } from './draft-variants.ts';
import type { Field } from './field.ts';
import { isJsonObject, type Json, type JsonObject, type Path, removeAt, setAt } from './json-value.ts';

/** Levels and members that are looked through; beyond, the whole is taken for a secret. */
const MAX_DEPTH = 40;

/** Returns the places of secrets in arguments. */
export function secretPlaces(root: Field, draft: Draft): Path[] {
  const found: Path[] = [];
  const visit = (field: Field, value: Json | undefined, path: Path): void => {
    if (value === undefined) return;
    if (field.secret || path.length > MAX_DEPTH) return void found.push(path);
    const { control } = field;
    // Where no field is drawn, nobody knows what of it is the secret.
    if (control.kind === 'json' && mayHoldSecrets(field.schema)) return void found.push(path);
    if (control.kind === 'variants') {
      const at = shownVariant(draft, path, control.variants);
      const shape = at === undefined ? undefined : control.variants[at]?.field();
      if (shape !== undefined) visit(shape, value, path);
    } else if (control.kind === 'list' && Array.isArray(value)) {
      for (const [index, item] of value.entries()) visit(control.item(index), item, [...path, index]);
    } else if (control.kind === 'object' && isJsonObject(value)) {
      const fields = new Map(control.fields(value).map((member) => [String(member.key), member]));
      for (const [name, member] of Object.entries(value)) {
        const inner = fields.get(name) ?? control.entry?.(name);
        if (inner !== undefined) visit(inner, member, [...path, name]);
        // It had a field before something else was chosen; that may have been a secret's.
        else if (mayHoldSecrets(field.schema)) found.push([...path, name]);
      }
    }
  };
  visit(root, draft.arguments, []);
  return found;
}

/** Returns arguments without their secrets; those in a list leave null, so that the others keep their places. */
export const withoutSecrets = (args: JsonObject, places: readonly Path[]): JsonObject =>
  places.reduce<JsonObject>((left, path) => {
    const next = typeof path.at(-1) === 'number' ? setAt(left, path, null) : removeAt(left, path);
    return isJsonObject(next) ? next : {};
  }, args);

/** Tells whether a schema has secrets anywhere: then what was typed beside the arguments may hold one too. */
export function mayHoldSecrets(schema: unknown, depth = 0): boolean {
  if (Array.isArray(schema)) return schema.some((part) => mayHoldSecrets(part, depth + 1));
  if (!isJsonObject(schema) || depth > 2 * MAX_DEPTH) return false;
  if (schema['format'] === 'password' || schema['writeOnly'] === true) return true;
  return Object.values(schema).some((part) => mayHoldSecrets(part, depth + 1));
}

/** Returns a draft as it may be stored. */
export function storableDraft(root: Field, schema: unknown, draft: Draft): Draft {
  if (!mayHoldSecrets(schema)) return draft;
  return { view: draft.view, arguments: withoutSecrets(draft.arguments, secretPlaces(root, draft)), notes: NO_NOTES };
}
