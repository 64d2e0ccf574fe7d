/** Owns the few words beside a field's name: "integer, 1 to 10". Pure. */
import { isJsonObject, type Json } from './json-value.ts';
import { type Schema, typesOf } from './schema-parts.ts';

type ControlKind = 'text' | 'number' | 'boolean' | 'choice' | 'choices' | 'object' | 'list' | 'json';

/** Returns what a field takes: its type, its range, whether null is a value. */
export function hintOf(schema: Schema, kind: ControlKind, nullable: boolean): string {
  const parts = [typeHint(schema, kind)];
  const range = rangeHint(schema, kind);
  if (range !== undefined) parts.push(range);
  if (nullable) parts.push('or null');
  return parts.join(', ');
}

function typeHint(schema: Schema, kind: ControlKind): string {
  const types = typesOf(schema);
  if (kind === 'choice') return types[0] ?? 'choice';
  if (kind === 'choices') return 'any of';
  if (kind === 'json') return types.length > 0 ? `${types.join(' or ')}, as JSON` : 'JSON';
  if (kind === 'list' && isJsonObject(schema['items'])) {
    const [item] = typesOf(schema['items']);
    return item === undefined ? 'list' : `list of ${item}`;
  }
  const format = schema['format'];
  const type = types[0] ?? kind;
  return typeof format === 'string' ? `${type}, ${format}` : type;
}

function rangeHint(schema: Schema, kind: ControlKind): string | undefined {
  if (kind === 'number')
    return rangeWords(schema['minimum'] ?? schema['exclusiveMinimum'], schema['maximum'] ?? schema['exclusiveMaximum'], '');
  if (kind === 'text') return rangeWords(schema['minLength'], schema['maxLength'], ' characters');
  if (kind === 'list' || kind === 'choices') return rangeWords(schema['minItems'], schema['maxItems'], ' items');
  return undefined;
}

function rangeWords(low: Json | undefined, high: Json | undefined, unit: string): string | undefined {
  // zod writes the safe-integer range into every integer: it says nothing to a person.
  const from = typeof low === 'number' && low > Number.MIN_SAFE_INTEGER && !(low === 0 && unit !== '') ? low : undefined;
  const to = typeof high === 'number' && high < Number.MAX_SAFE_INTEGER ? high : undefined;
  if (from !== undefined && to !== undefined) return `${from} to ${to}${unit}`;
  if (from !== undefined) return `at least ${from}${unit}`;
  return to === undefined ? undefined : `at most ${to}${unit}`;
}
