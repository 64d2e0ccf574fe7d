/** Owns what a field begins with before anything is typed. Pure. */
import type { Field } from './field.ts';
import { isJsonObject, type Json, type JsonObject } from './json-value.ts';

/** Shapes within shapes that are followed to find a first value. */
const MAX_DEPTH = 5;

/** Returns the arguments that a form begins with: defaults, and the objects that the schema requires. */
export function initialArguments(root: Field): JsonObject {
  const { control, initial } = root;
  if (isJsonObject(initial)) return initial;
  return control.kind === 'object' ? initialMembers(control.fields()) : {};
}

/** Returns the members that an object begins with. */
export function initialMembers(fields: readonly Field[]): JsonObject {
  return Object.fromEntries(
    fields.flatMap((field) => {
      const value = initialValue(field);
      return value === undefined ? [] : [[String(field.key), value]];
    }),
  );
}

/** Returns what a field begins with where it stands; undefined when nothing is sent. */
export function initialValue(field: Field): Json | undefined {
  if (field.initial !== undefined) return field.initial;
  if (field.readOnly || field.control.kind !== 'object' || field.folded) return undefined;
  const inner = initialMembers(field.control.fields());
  return field.required || Object.keys(inner).length > 0 ? inner : undefined;
}

/** Returns what begins where there must be something: a new element of a list, a shape that was chosen. */
export function initialItem(item: Field, depth = 0): Json {
  const value = initialValue(item);
  if (value !== undefined) return value;
  const { control } = item;
  switch (control.kind) {
    case 'text':
      return '';
    case 'boolean':
      return false;
    case 'choice':
      return control.options[0]?.value ?? null;
    case 'choices':
    case 'list':
      return [];
    case 'object':
      return initialMembers(control.fields());
    case 'variants': {
      const first = control.variants[0]?.field();
      return first === undefined || depth >= MAX_DEPTH ? null : initialItem(first, depth + 1);
    }
    case 'number':
    case 'json':
      return null;
  }
}
