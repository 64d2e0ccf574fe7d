/**
 * Owns what a form draws for a JSON Schema: one field per place, with its control. Pure.
 * A part that no control fits becomes a JSON field, for that part only. Children are made when asked for, so a recursive schema costs nothing.
 * Which control fits is field-controls.ts and field-variants.ts. What is typed lives in draft.ts, whether it is valid in schema-check.ts.
 */
import type { Control, Field, Place } from './field.ts';
import { toControl } from './field-controls.ts';
import { hintOf } from './field-hint.ts';
import { isJsonObject, type Json } from './json-value.ts';
import { resolveSchema, type Schema, splitNullable } from './schema-parts.ts';

/** Deepest level that is drawn without being asked for. */
const MAX_OPEN_DEPTH = 3;
/** Most properties that a nested object may have to be drawn without being asked for: keeps the product over all levels small. */
const MAX_OPEN_PROPERTIES = 20;
/** How often a schema may contain itself with nothing in between before its rest is written as JSON. */
const MAX_TURNS = 50;

/** Returns the field of the arguments of a tool: a JSON object, whatever the schema says. */
export function toRootField(inputSchema: unknown): Field {
  const root: Schema = isJsonObject(inputSchema) ? inputSchema : {};
  const field = toField('', root, true, { root, depth: -1, references: [], toField });
  const { control } = field;
  const isObject =
    control.kind === 'object' || (control.kind === 'variants' && control.variants.every((variant) => isObjectOrJson(variant.field())));
  const open = { ...field, required: true, nullable: false, readOnly: false, folded: false };
  if (isObject || resolveSchema(root, root).complete === false) return open;
  // Nothing is said, or nonsense: an object of what the user names.
  return { ...open, control: toField('', { type: 'object' }, true, { root, depth: -1, references: [], toField }).control };
}

const isObjectOrJson = ({ control }: Field): boolean => control.kind === 'object' || control.kind === 'json';

function toField(key: string | number, input: Json, required: boolean, place: Place): Field {
  const resolved = resolveSchema(input, place.root);
  const { schema, nullable } = splitNullable(resolved.schema, place.root);
  // Taking null out may uncover another reference.
  const inner = resolveSchema(schema, place.root);
  const references = [...place.references, ...resolved.references, ...inner.references];
  const turns = references.length - new Set(references).size;
  const next: Place = { ...place, depth: place.depth + 1, references };
  const isDrawable = resolved.complete && inner.complete && input !== false;
  const control: Control = isDrawable ? toControl(key, inner.schema, required, next, turns < MAX_TURNS) : { kind: 'json' };
  const readOnly = inner.schema['readOnly'] === true;
  const initial = initialOf(inner.schema, required, readOnly);
  const { title, description } = inner.schema;
  return {
    key,
    required,
    nullable,
    readOnly,
    secret: inner.schema['format'] === 'password' || inner.schema['writeOnly'] === true,
    deprecated: inner.schema['deprecated'] === true,
    hint: hintOf(inner.schema, control.kind, nullable),
    folded: control.kind === 'object' && isFolded(control, turns > 0, place.depth),
    control,
    schema: inner.schema,
    ...(typeof title === 'string' && title !== String(key) && { title }),
    ...(typeof description === 'string' && description !== '' && { description }),
    ...(initial !== undefined && { initial }),
  };
}

function isFolded({ size, entry }: Extract<Control, { kind: 'object' }>, isRecursive: boolean, depth: number): boolean {
  // What has no members is there or not: only a button can say so.
  if (size === 0 && entry === undefined) return true;
  return size > 0 && (isRecursive || depth >= MAX_OPEN_DEPTH || size > MAX_OPEN_PROPERTIES);
}

function initialOf(schema: Schema, required: boolean, readOnly: boolean): Json | undefined {
  if (readOnly && !required) return undefined;
  if (schema['default'] !== undefined) return schema['default'];
  // A constant that must be there has only one answer.
  return required ? constantOf(schema) : undefined;
}

function constantOf(schema: Schema): Json | undefined {
  const options = schema['enum'];
  return schema['const'] !== undefined ? schema['const'] : Array.isArray(options) && options.length === 1 ? options[0] : undefined;
}
