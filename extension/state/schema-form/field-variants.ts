/**
 * Owns the choice between shapes: `oneOf`, `anyOf`, several types. Pure.
 * A shape is named by its title, by the constant that tells it apart, by the name of its definition, or by its type. Which one is chosen, and
 * what was typed in the others, is draft-variants.ts.
 */

import type { Control, Place, Variant } from './field.ts';
import { hintOf } from './field-hint.ts';
import { isJsonObject, type Json } from './json-value.ts';
import { fitsPart } from './schema-check.ts';
import { mergeSchemas } from './schema-merge.ts';
import { resolveSchema, type Schema, typesOf } from './schema-parts.ts';

/** Most shapes that are offered; more are written as JSON. */
const MAX_VARIANTS = 60;
/** Choices inside of choices that become one. */
const MAX_DEPTH = 4;

/** Keywords that say what a value looks like; others only narrow it down, and that is the validator's. */
const SHAPES = [
  'type',
  'properties',
  'patternProperties',
  'additionalProperties',
  'items',
  'prefixItems',
  'enum',
  'const',
  'oneOf',
  'anyOf',
];

/** A shape as it stands in the schema, and what a value of it has to fit in all. */
type Shape = { part: Json; type?: string; schema: Schema; reference: string | undefined };

/** Returns a choice between the shapes of a schema; undefined where there is nothing to choose. */
export function variantsControl(key: string | number, schema: Schema, required: boolean, place: Place): Control | undefined {
  const shapes = shapesOf(schema, place.root, 0);
  if (shapes === undefined) return undefined;
  if (shapes.length > MAX_VARIANTS) return { kind: 'json' };
  const labels = labelsOf(shapes, place.root);
  const variants = shapes.map(
    (shape, at): Variant => ({
      label: labels[at] ?? '',
      fits: (value) => fitsShape(shape, value, place.root),
      field: once(() => {
        const references = shape.reference === undefined ? place.references : [...place.references, shape.reference];
        // The level of the choice itself is not one more.
        const field = place.toField(key, shape.schema, required, { ...place, depth: place.depth - 1, references });
        return field.control.kind === 'variants' ? { ...field, control: { kind: 'json' } } : field;
      }),
    }),
  );
  return { kind: 'variants', variants };
}

function once<T>(make: () => T): () => T {
  let made: T | undefined;
  return () => {
    made ??= make();
    return made;
  };
}

function shapesOf(schema: Schema, root: Schema, depth: number): Shape[] | undefined {
  const keyword = ['oneOf', 'anyOf'].find((name) => Array.isArray(schema[name]));
  if (keyword === undefined) return shapesByType(schema);
  const { oneOf, anyOf, title: _title, description: _description, default: _default, ...base } = schema;
  const parts = (keyword === 'oneOf' ? oneOf : anyOf) as Json[];
  const resolved = parts.map((part) => resolveSchema(part, root));
  if (!resolved.some(({ schema: part }) => SHAPES.some((name) => part[name] !== undefined))) return undefined;
  return resolved.flatMap(({ schema: part, references, complete }, at): Shape[] => {
    const merged = mergeSchemas(part, base);
    const original = parts[at] ?? true;
    const inner = complete && depth < MAX_DEPTH && part['enum'] === undefined ? shapesOf(merged, root, depth + 1) : undefined;
    // Incomplete: drawn as JSON by the field, which resolves it again.
    const whole = complete ? merged : isJsonObject(original) ? original : {};
    return inner ?? [{ part: original, schema: whole, reference: references[0] }];
  });
}

const NUMBERS = new Set(['number', 'integer']);

function shapesByType(schema: Schema): Shape[] | undefined {
  const types = typesOf(schema);
  if (types.length < 2 || types.every((name) => NUMBERS.has(name))) return undefined;
  // An integer is a number: one field is for both.
  const distinct = types.filter((name) => name !== 'integer' || !types.includes('number'));
  return distinct.map((type) => ({ part: true, type, schema: { ...schema, type }, reference: undefined }));
}

function fitsShape({ part, type }: Shape, value: Json, root: Schema): boolean {
  if (type !== undefined) return typeOf(value) === type || (type === 'integer' && Number.isInteger(value));
  return fitsPart(root, part, value);
}

function typeOf(value: Json): string {
  if (value === null) return 'null';
  return Array.isArray(value) ? 'array' : typeof value;
}

function labelsOf(shapes: readonly Shape[], root: Schema): string[] {
  const first = shapes.map((shape) => titleOf(shape) ?? constantOf(shape, shapes, root) ?? nameOf(shape) ?? typeWords(shape));
  // The same name twice tells nothing: a number tells at least which.
  return first.map((label, at) => (first.indexOf(label) === first.lastIndexOf(label) ? label : `${label} (${at + 1})`));
}

const titleOf = ({ schema, reference }: Shape): string | undefined => {
  const { title } = schema;
  return typeof title === 'string' && title !== '' && (reference === undefined || title.length < 60) ? title : undefined;
};

/** The member that is a constant in all of them, such as `type` or `kind`. */
function constantOf({ schema }: Shape, shapes: readonly Shape[], root: Schema): string | undefined {
  const members = constantsOf(schema, root);
  const others = shapes.map((shape) => constantsOf(shape.schema, root));
  const key = [...members.keys()].find((name) => others.every((other) => other.has(name)));
  return key === undefined ? undefined : members.get(key);
}

function constantsOf(schema: Schema, root: Schema): Map<string, string> {
  const properties = isJsonObject(schema['properties']) ? Object.entries(schema['properties']).slice(0, 50) : [];
  return new Map(
    properties.flatMap(([name, property]): [string, string][] => {
      const { const: value, enum: options } = resolveSchema(property, root).schema;
      const constant = value ?? (Array.isArray(options) && options.length === 1 ? options[0] : undefined);
      return typeof constant === 'string' || typeof constant === 'number' ? [[name, String(constant)]] : [];
    }),
  );
}

const nameOf = ({ reference }: Shape): string | undefined => reference?.split('/').at(-1) || undefined;

function typeWords({ schema, type }: Shape): string {
  const properties = isJsonObject(schema['properties']) ? Object.keys(schema['properties']) : [];
  if (properties.length > 0) return `{ ${properties.slice(0, 3).join(', ')}${properties.length > 3 ? ', …' : ''} }`;
  if (type === 'array' || type === 'object') return type;
  if (schema['const'] !== undefined) return JSON.stringify(schema['const']);
  const [only = 'JSON'] = typesOf(schema);
  if (only === 'array') return hintOf(schema, 'list', false);
  return only === 'string' && typeof schema['format'] === 'string' ? `${only}, ${schema['format']}` : only;
}
