/** Owns which control fits a schema: text, number, choice, object, list, or JSON where none does. Pure. Choices between shapes are field-variants.ts. */

import type { Control, Field, Option, Place, TextInput } from './field.ts';
import { membersUnder } from './field-conditions.ts';
import { variantsControl } from './field-variants.ts';
import { isJsonObject, type Json } from './json-value.ts';
import { matchPattern } from './pattern-match.ts';
import { resolveSchema, type Schema, typesOf } from './schema-parts.ts';

/** Longest list of choices that is drawn as such; of longer ones, text is typed and completed. */
const MAX_OPTIONS = 500;
/** Most values that are looked through for a completion. */
const MAX_SUGGESTIONS = 20_000;

/** @param mayTurn False where the schema has contained itself too often: then no choice is drawn any more. */
export function toControl(key: string | number, schema: Schema, required: boolean, place: Place, mayTurn: boolean): Control {
  const options = optionsOf(schema, place.root);
  if (options !== undefined) return choiceControl(options);
  const variants = mayTurn ? variantsControl(key, schema, required, place) : undefined;
  if (variants !== undefined) return variants;
  if (!mayTurn && (schema['oneOf'] !== undefined || schema['anyOf'] !== undefined)) return { kind: 'json' };
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
    case 'null':
      return { kind: 'choice', options: [{ label: 'null', value: null }] };
    case 'object':
      return objectControl(schema, place);
    case 'array':
      return listControl(schema, place);
    default:
      return { kind: 'json' };
  }
}

const OBJECT_KEYWORDS = [
  'properties',
  'patternProperties',
  'additionalProperties',
  'required',
  'dependentSchemas',
  'dependentRequired',
  'dependencies',
  'if',
];

function inferType(schema: Schema): string | undefined {
  if (OBJECT_KEYWORDS.some((keyword) => schema[keyword] !== undefined)) return 'object';
  if (schema['items'] !== undefined || schema['prefixItems'] !== undefined) return 'array';
  if (['minLength', 'maxLength', 'pattern', 'format'].some((keyword) => schema[keyword] !== undefined)) return 'string';
  return ['minimum', 'maximum', 'multipleOf'].some((keyword) => schema[keyword] !== undefined) ? 'number' : undefined;
}

/** Returns the values to choose from, whether said as `enum` (with `enumNames`), `const`, or `oneOf`/`anyOf` of titled constants. */
function optionsOf(schema: Schema, root: Schema): Option[] | undefined {
  if (Array.isArray(schema['enum'])) {
    const names = Array.isArray(schema['enumNames']) ? schema['enumNames'] : [];
    return distinct(schema['enum'].map((value, i) => toOption(value, names[i])));
  }
  if (schema['const'] !== undefined) return [toOption(schema['const'], undefined)];
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

/** A text that reads like another value, as "1" and 1 do, stands in quotes. */
function distinct(options: Option[]): Option[] {
  const others = new Set(options.flatMap(({ label, value }) => (typeof value === 'string' ? [] : [label])));
  if (others.size === 0) return options;
  return options.map(({ label, value }) => ({
    label: typeof value === 'string' && others.has(label) ? JSON.stringify(value) : label,
    value,
  }));
}

function choiceControl(options: Option[]): Control {
  if (options.length === 0) return { kind: 'json' };
  if (options.length <= MAX_OPTIONS) return { kind: 'choice', options };
  const texts = options.slice(0, MAX_SUGGESTIONS).flatMap(({ value }) => (typeof value === 'string' ? [value] : []));
  if (texts.length < Math.min(options.length, MAX_SUGGESTIONS)) return { kind: 'json' };
  return { kind: 'text', input: 'text', multiline: false, mayBeEmpty: false, suggestions: texts };
}

const INPUTS: { [format: string]: TextInput } = {
  email: 'email',
  'idn-email': 'email',
  uri: 'url',
  url: 'url',
  iri: 'url',
  date: 'date',
  time: 'time',
  'date-time': 'date-time',
  uuid: 'uuid',
  password: 'password',
};

function textControl(schema: Schema): Control {
  const format = typeof schema['format'] === 'string' ? schema['format'] : '';
  const known = Object.hasOwn(INPUTS, format) ? INPUTS[format] : undefined;
  const input = schema['writeOnly'] === true ? 'password' : (known ?? 'text');
  const examples = Array.isArray(schema['examples']) ? schema['examples'] : [schema['example']];
  const example = examples.find((value) => typeof value === 'string');
  const mayBeEmpty = (numberOf(schema['minLength']) ?? 0) === 0 && format === '' && schema['pattern'] === undefined;
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

function objectControl(schema: Schema, place: Place): Control {
  const size = isJsonObject(schema['properties']) ? Object.keys(schema['properties']).length : 0;
  const entry = entryOf(schema, place);
  return { kind: 'object', size, ...membersUnder(schema, place), ...(entry && { entry }) };
}

/** Members of the user's own are offered where the schema speaks of them, or lists none itself. */
function entryOf(schema: Schema, place: Place): ((name: string) => Field | undefined) | undefined {
  const patterns = isJsonObject(schema['patternProperties']) ? Object.entries(schema['patternProperties']) : [];
  const others = schema['additionalProperties'] ?? schema['unevaluatedProperties'];
  if (others === false && patterns.length === 0) return undefined;
  // A list of members, if an empty one, is meant to be all of them: most tools without arguments say it so.
  if (others === undefined && patterns.length === 0 && isJsonObject(schema['properties'])) return undefined;
  return (name) => {
    const matching = patterns.filter(([pattern]) => matchPattern(pattern, name) === 'matches').map(([, of]) => of);
    if (matching.length === 0 && others === false) return undefined;
    const [first] = matching;
    const member = matching.length > 1 ? { allOf: matching } : (first ?? others ?? true);
    return place.toField(name, member, false, place);
  };
}

function listControl(schema: Schema, place: Place): Control {
  const first = Array.isArray(schema['prefixItems']) ? schema['prefixItems'] : Array.isArray(schema['items']) ? schema['items'] : [];
  // Before 2020-12 a tuple was an array of `items`, and `additionalItems` what follows it.
  const rest = Array.isArray(schema['items']) ? schema['additionalItems'] : schema['items'];
  if (first.length === 0 && isJsonObject(rest)) {
    const options = optionsOf(resolveSchema(rest, place.root).schema, place.root);
    if (options !== undefined && options.length <= MAX_OPTIONS && schema['uniqueItems'] === true) return { kind: 'choices', options };
  }
  const maxItems = numberOf(schema['maxItems']);
  return {
    kind: 'list',
    item: (index) => place.toField(index, first[index] ?? rest ?? true, true, place),
    minItems: numberOf(schema['minItems']) ?? 0,
    maxItems: rest === false ? Math.min(first.length, maxItems ?? first.length) : maxItems,
  };
}
