/**
 * Owns what a form draws for a JSON Schema: one field per place, with its control. Pure.
 * A part that no control fits becomes a JSON field, for that part only. Children are made when asked for, so a recursive schema costs nothing.
 * What is typed lives in draft.ts, whether it is valid in schema-check.ts.
 */
import { hintOf } from './field-hint.ts';
import { isJsonObject, type Json } from './json-value.ts';
import { resolveSchema, type Schema, splitNullable, typesOf } from './schema-parts.ts';

export type Option = { label: string; value: Json };

export type Control =
  | { kind: 'text'; input: 'text' | 'email' | 'url' | 'date' | 'time'; multiline: boolean; mayBeEmpty: boolean; example?: string }
  | { kind: 'number'; integer: boolean; minimum?: number; maximum?: number }
  | { kind: 'boolean' }
  | { kind: 'choice'; options: Option[] }
  | { kind: 'choices'; options: Option[] }
  | { kind: 'object'; size: number; fields: () => Field[] }
  | { kind: 'list'; item: (index: number) => Field; minItems: number; maxItems: number | undefined }
  | { kind: 'json' };

export type Field = {
  /** Property name, or the position in a list. */
  key: string | number;
  title?: string;
  description?: string;
  required: boolean;
  nullable: boolean;
  /** What the user reads beside the name: "integer, 1 to 10". */
  hint: string;
  /** Drawn as a button first: the schema contains itself here, or the nesting is deep. */
  folded: boolean;
  initial?: Json;
  control: Control;
};

/** Deepest level that is drawn without being asked for. */
const MAX_OPEN_DEPTH = 3;
/** Longest list of choices that is drawn; longer ones are typed as JSON. */
const MAX_OPTIONS = 500;
/** Most properties of one object that are drawn; the rest is reachable in the JSON view. */
const MAX_PROPERTIES = 300;
/** Most properties that a nested object may have to be drawn without being asked for: keeps the product over all levels small. */
const MAX_OPEN_PROPERTIES = 20;

type Place = { root: Schema; depth: number; references: readonly string[] };

/** Returns the fields of a tool's input schema. */
export function toFields(inputSchema: unknown): Field[] {
  const root: Schema = isJsonObject(inputSchema) ? inputSchema : {};
  const resolved = resolveSchema(root, root);
  return objectFields(resolved.schema, { root, depth: 0, references: resolved.references });
}

/** Returns the arguments that a form begins with: defaults, and the objects that the schema requires. */
export function initialArguments(fields: readonly Field[]): { [key: string]: Json } {
  return Object.fromEntries(
    fields.flatMap((field) => {
      const value = initialValue(field);
      return value === undefined ? [] : [[String(field.key), value]];
    }),
  );
}

function initialValue(field: Field): Json | undefined {
  if (field.initial !== undefined) return field.initial;
  if (field.control.kind !== 'object' || field.folded) return undefined;
  const inner = initialArguments(field.control.fields());
  return field.required || Object.keys(inner).length > 0 ? inner : undefined;
}

/** Returns what a new element of a list begins with. */
export function initialItem(item: Field): Json {
  const value = initialValue(item);
  if (value !== undefined) return value;
  switch (item.control.kind) {
    case 'text':
      return '';
    case 'boolean':
      return false;
    case 'choice':
      return item.control.options[0]?.value ?? null;
    case 'choices':
    case 'list':
      return [];
    case 'object':
      return initialArguments(item.control.fields());
    case 'number':
    case 'json':
      return null;
  }
}

function objectFields(schema: Schema, place: Place): Field[] {
  const properties = isJsonObject(schema['properties']) ? schema['properties'] : {};
  const required = Array.isArray(schema['required']) ? schema['required'] : [];
  return Object.entries(properties)
    .slice(0, MAX_PROPERTIES)
    .map(([key, property]) => toField(key, property, required.includes(key), place));
}

function toField(key: string | number, input: Json, required: boolean, place: Place): Field {
  const resolved = resolveSchema(input, place.root);
  const { schema, nullable } = splitNullable(resolved.schema, place.root);
  // Taking null out may uncover another reference.
  const inner = resolveSchema(schema, place.root);
  const references = [...place.references, ...resolved.references, ...inner.references];
  const recursive = new Set(references).size < references.length;
  const next: Place = { root: place.root, depth: place.depth + 1, references };
  const control = resolved.complete && inner.complete ? toControl(inner.schema, next) : ({ kind: 'json' } as const);
  const initial = initialOf(inner.schema, required);
  const { title, description } = inner.schema;
  return {
    key,
    required,
    nullable,
    hint: hintOf(inner.schema, control.kind, nullable),
    folded: control.kind === 'object' && (recursive || place.depth >= MAX_OPEN_DEPTH || control.size > MAX_OPEN_PROPERTIES),
    control,
    ...(typeof title === 'string' && title !== String(key) && { title }),
    ...(typeof description === 'string' && description !== '' && { description }),
    ...(initial !== undefined && { initial }),
  };
}

function initialOf(schema: Schema, required: boolean): Json | undefined {
  if (schema['default'] !== undefined) return schema['default'];
  // A constant that must be there has only one answer.
  return required && schema['const'] !== undefined ? schema['const'] : undefined;
}

function toControl(schema: Schema, place: Place): Control {
  const options = optionsOf(schema, place.root);
  if (options !== undefined) return options.length <= MAX_OPTIONS ? { kind: 'choice', options } : { kind: 'json' };
  // A choice between shapes is written as JSON.
  if (['oneOf', 'anyOf', 'if', 'not'].some((keyword) => schema[keyword] !== undefined) && !isJsonObject(schema['properties']))
    return { kind: 'json' };
  const types = typesOf(schema);
  const [type = inferType(schema)] = types;
  if (types.length > 1)
    return types.every((name) => name === 'number' || name === 'integer') ? numberControl(schema, false) : { kind: 'json' };
  switch (type) {
    case 'string':
      return textControl(schema);
    case 'number':
      return numberControl(schema, false);
    case 'integer':
      return numberControl(schema, true);
    case 'boolean':
      return { kind: 'boolean' };
    case 'object':
      return objectControl(schema, place);
    case 'array':
      return listControl(schema, place);
    default:
      return { kind: 'json' };
  }
}

function objectControl(schema: Schema, place: Place): Control {
  const size = isJsonObject(schema['properties']) ? Object.keys(schema['properties']).length : 0;
  if (size === 0) return { kind: 'json' };
  let fields: Field[] | undefined;
  return {
    kind: 'object',
    size,
    fields: () => {
      fields ??= objectFields(schema, place);
      return fields;
    },
  };
}

const inferType = (schema: Schema): string | undefined =>
  isJsonObject(schema['properties']) ? 'object' : schema['items'] !== undefined ? 'array' : undefined;

/** Returns the values to choose from, whether said as `enum` (with `enumNames`), `const`, or `oneOf`/`anyOf` of titled constants. */
function optionsOf(schema: Schema, root: Schema): Option[] | undefined {
  if (Array.isArray(schema['enum'])) {
    const names = Array.isArray(schema['enumNames']) ? schema['enumNames'] : [];
    return schema['enum'].map((value, i) => toOption(value, names[i]));
  }
  if (schema['const'] !== undefined) return [toOption(schema['const'], schema['title'])];
  const variants = schema['oneOf'] ?? schema['anyOf'];
  if (!Array.isArray(variants) || variants.length === 0) return undefined;
  const options: Option[] = [];
  for (const variant of variants) {
    const { schema: constant } = resolveSchema(variant, root);
    if (constant['const'] === undefined) return undefined;
    options.push(toOption(constant['const'], constant['title']));
  }
  return options;
}

function toOption(value: Json, name: Json | undefined): Option {
  const plain = typeof value === 'string' ? value : JSON.stringify(value);
  return { label: typeof name === 'string' && name !== plain ? `${name} (${plain})` : plain, value };
}

function textControl(schema: Schema): Control {
  const format = schema['format'];
  const input = format === 'email' || format === 'date' || format === 'time' ? format : format === 'uri' ? 'url' : 'text';
  const examples = Array.isArray(schema['examples']) ? schema['examples'] : [];
  const example = examples.find((value) => typeof value === 'string');
  const mayBeEmpty = (numberOf(schema['minLength']) ?? 0) === 0 && format === undefined && schema['pattern'] === undefined;
  return { kind: 'text', input, multiline: input === 'text' && isMultiline(schema), mayBeEmpty, ...(example !== undefined && { example }) };
}

/** Text that is likely to have lines: said by a format or a media type, long by its limits, or already so in its default. */
function isMultiline(schema: Schema): boolean {
  const { format, contentMediaType, maxLength, minLength } = schema;
  if (format === 'textarea' || format === 'markdown' || format === 'multiline' || typeof contentMediaType === 'string') return true;
  if ((typeof maxLength === 'number' && maxLength > 300) || (typeof minLength === 'number' && minLength > 80)) return true;
  const text = schema['default'];
  return typeof text === 'string' && (text.includes('\n') || text.length > 120);
}

function numberControl(schema: Schema, integer: boolean): Control {
  const minimum = numberOf(schema['minimum'] ?? schema['exclusiveMinimum']);
  const maximum = numberOf(schema['maximum'] ?? schema['exclusiveMaximum']);
  return { kind: 'number', integer, ...(minimum !== undefined && { minimum }), ...(maximum !== undefined && { maximum }) };
}

const numberOf = (value: Json | undefined): number | undefined => (typeof value === 'number' ? value : undefined);

function listControl(schema: Schema, place: Place): Control {
  const items = schema['items'];
  // A tuple has a shape per position.
  if (!isJsonObject(items) || schema['prefixItems'] !== undefined) return { kind: 'json' };
  const item = resolveSchema(items, place.root);
  const options = optionsOf(item.schema, place.root);
  if (options !== undefined && options.length <= MAX_OPTIONS && schema['uniqueItems'] === true) return { kind: 'choices', options };
  return {
    kind: 'list',
    item: (index) => toField(index, items, true, place),
    minItems: numberOf(schema['minItems']) ?? 0,
    maxItems: numberOf(schema['maxItems']),
  };
}
