/** Owns the few words beside a field's name: "integer, 1 to 10". Pure. Types and formats keep their names in JSON Schema. */
import { formatNumber, t } from '../../platform/i18n.ts';
import { isJsonObject, type Json } from './json-value.ts';
import { type Schema, typesOf } from './schema-parts.ts';

type ControlKind = 'text' | 'number' | 'boolean' | 'choice' | 'choices' | 'object' | 'list' | 'variants' | 'json';

/** Returns what a field takes: its type, its range, whether null is a value. */
export function hintOf(schema: Schema, kind: ControlKind, nullable: boolean): string {
  const parts = [typeHint(schema, kind)];
  const range = rangeHint(schema, kind);
  if (range !== undefined) parts.push(range);
  if (kind === 'number' && typeof schema['multipleOf'] === 'number' && schema['multipleOf'] !== 1)
    parts.push(t('form_hintMultiple', formatNumber(schema['multipleOf'], { maximumFractionDigits: 20 })));
  if (nullable) parts.push(t('form_hintNull'));
  return parts.join(', ');
}

function typeHint(schema: Schema, kind: ControlKind): string {
  const types = typesOf(schema);
  const format = schema['format'];
  if (kind === 'choice') return types[0] ?? t('form_hintChoice');
  if (kind === 'choices') return t('form_hintAnyOf');
  if (kind === 'variants') return t('form_hintVariants');
  if (kind === 'json') return types.length > 0 ? t('form_hintJson', types.join(', ')) : 'JSON';
  if (kind === 'list') return listHint(schema);
  const type = types[0] ?? (kind === 'text' ? 'string' : kind);
  return typeof format === 'string' ? `${type}, ${format}` : type;
}

function listHint(schema: Schema): string {
  const [item] = isJsonObject(schema['items']) ? typesOf(schema['items']) : [];
  return item === undefined || schema['prefixItems'] !== undefined ? t('form_hintList') : t('form_hintListOf', item);
}

function rangeHint(schema: Schema, kind: ControlKind): string | undefined {
  if (kind === 'number')
    return rangeWords(schema['minimum'] ?? schema['exclusiveMinimum'], schema['maximum'] ?? schema['exclusiveMaximum'], '');
  if (kind === 'text') return rangeWords(schema['minLength'], schema['maxLength'], 'form_hintCharacters');
  if (kind === 'list' || kind === 'choices') return rangeWords(schema['minItems'], schema['maxItems'], 'form_hintItems');
  if (kind === 'object') return rangeWords(schema['minProperties'], schema['maxProperties'], 'form_hintMembers');
  return undefined;
}

function rangeWords(
  low: Json | undefined,
  high: Json | undefined,
  unit: '' | 'form_hintCharacters' | 'form_hintItems' | 'form_hintMembers',
): string | undefined {
  // zod writes the safe-integer range into every integer: it says nothing to a person.
  const from =
    typeof low === 'number' &&
    low > Number.MIN_SAFE_INTEGER &&
    !(low <= 1 && high === undefined && unit !== '') &&
    !(low === 0 && unit !== '')
      ? low
      : undefined;
  const to = typeof high === 'number' && high < Number.MAX_SAFE_INTEGER ? high : undefined;
  const words = between(from, to);
  return words === undefined || unit === '' ? words : t(unit, words);
}

function between(from: number | undefined, to: number | undefined): string | undefined {
  const [low, high] = [from, to].map((bound) => (bound === undefined ? '' : formatNumber(bound, { maximumFractionDigits: 20 })));
  if (from !== undefined && to !== undefined)
    return from === to ? t('form_hintExactly', low ?? '') : t('form_hintRange', low ?? '', high ?? '');
  if (from !== undefined) return t('form_hintAtLeast', low ?? '');
  return to === undefined ? undefined : t('form_hintAtMost', high ?? '');
}
