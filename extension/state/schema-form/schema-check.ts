/**
 * Owns whether a value matches a JSON Schema, and where it does not. Pure; interprets the schema, since extension pages may not compile code.
 * References are resolved inside the document only. What can't be checked is said, never taken for a pass.
 */
import { type OutputUnit, type SchemaDraft, Validator } from '@cfworker/json-schema';
import { isJsonObject } from './json-value.ts';

export type Issue = {
  /** JSON Pointer of the place in the value. */
  pointer: string;
  keyword: string;
  message: string;
};

export type Verdict = { kind: 'valid' } | { kind: 'invalid'; issues: Issue[] } | { kind: 'unchecked'; reason: string };

/** Keywords that only report that something inside them failed. */
const CONTAINERS = new Set([
  'properties',
  'items',
  'prefixItems',
  'patternProperties',
  '$ref',
  '$dynamicRef',
  '$recursiveRef',
  'allOf',
  'dependentSchemas',
  'false',
]);
/** Keywords that report what is inside them too, but may also be the fault itself: a member that is allowed nowhere. */
const CATCH_ALLS = new Set(['additionalProperties', 'unevaluatedProperties', 'additionalItems', 'unevaluatedItems']);
const CHOICES = new Set(['anyOf', 'oneOf']);
const MAX_ISSUES = 50;

/** Checks a value against a schema of any draft from 4 to 2020-12. */
export function checkValue(schema: unknown, value: unknown): Verdict {
  if (typeof schema === 'boolean')
    return schema
      ? { kind: 'valid' }
      : { kind: 'invalid', issues: [{ pointer: '', keyword: 'false', message: 'The schema allows no value.' }] };
  if (!isJsonObject(schema)) return { kind: 'unchecked', reason: 'The schema is not an object.' };
  try {
    const result = new Validator(schema, draftOf(schema['$schema']), false).validate(value);
    return result.valid ? { kind: 'valid' } : { kind: 'invalid', issues: toIssues(result.errors) };
  } catch (error) {
    // A reference that leads nowhere, a pattern that is no regular expression, nesting without end.
    return { kind: 'unchecked', reason: error instanceof Error ? (error.message.split('\n', 1)[0] ?? '') : String(error) };
  }
}

/** Source: MCP 2026-07-28, Tools: 2020-12 where the schema names no other. */
function draftOf(name: unknown): SchemaDraft {
  if (typeof name !== 'string') return '2020-12';
  if (name.includes('draft-04')) return '4';
  if (name.includes('draft-06') || name.includes('draft-07')) return '7';
  return name.includes('2019-09') ? '2019-09' : '2020-12';
}

function toIssues(errors: readonly OutputUnit[]): Issue[] {
  const dropped = new Set<OutputUnit>();
  for (const error of errors) if (CHOICES.has(error.keyword)) judgeChoice(error, errors, dropped);
  const issues = errors
    .filter((error) => !dropped.has(error) && !CONTAINERS.has(error.keyword) && !isExplained(error, errors))
    .map((error) => ({
      pointer: toPointer(error.instanceLocation),
      keyword: error.keyword,
      message: toWords(error),
    }));
  return issues.slice(0, MAX_ISSUES);
}

/** The validator's sentences, shorter; one that is not known stays as it is. */
const SENTENCES: Record<string, [RegExp, string]> = {
  required: [/^Instance does not have required property "(.*)"\.$/s, '“$1” is missing.'],
  additionalProperties: [/^Property "(.*)" does not match additional properties schema\.$/s, '“$1” is not allowed here.'],
  unevaluatedProperties: [/^Property "(.*)" does not match unevaluated properties schema\.$/s, '“$1” is not allowed here.'],
  type: [/^Instance type "(.*)" is invalid\. Expected "(.*)"\.$/s, 'This is of type $1, not $2.'],
  anyOf: [/^.*$/s, 'This fits none of the shapes that are allowed.'],
  oneOf: [/^.*$/s, 'This does not fit exactly one of the shapes that are allowed.'],
};

function toWords({ keyword, error }: OutputUnit): string {
  const sentence = SENTENCES[keyword];
  return sentence === undefined ? error.replace(/^Instance/, 'The value') : error.replace(...sentence);
}

const isExplained = ({ keyword, keywordLocation }: OutputUnit, errors: readonly OutputUnit[]): boolean =>
  CATCH_ALLS.has(keyword) && errors.some((inner) => inner.keywordLocation.startsWith(`${keywordLocation}/`) && inner.keyword !== 'false');

/**
 * Of a choice between shapes, keeps what helps: the errors of the one branch that the value has the type for, else only that none fits.
 * A value that may also be null would otherwise be told, beside its real fault, that it is not null.
 */
function judgeChoice(choice: OutputUnit, errors: readonly OutputUnit[], dropped: Set<OutputUnit>): void {
  const prefix = `${choice.keywordLocation}/`;
  const inside = errors.filter((error) => error.keywordLocation.startsWith(prefix));
  const branchOf = (error: OutputUnit) => error.keywordLocation.slice(prefix.length).split('/', 1)[0];
  const excluded = new Set(
    inside
      .filter((error) => error.instanceLocation === choice.instanceLocation && ['type', 'const', 'enum'].includes(error.keyword))
      .map(branchOf),
  );
  const remaining = new Set(inside.map(branchOf).filter((branch) => !excluded.has(branch)));
  if (remaining.size === 1) dropped.add(choice);
  for (const error of inside) if (remaining.size !== 1 || !remaining.has(branchOf(error))) dropped.add(error);
}

/** `#/a%20b/0` → `/a b/0`: the validator names places as URI fragments. */
const toPointer = (location: string): string => decodeURIComponent(location.replace(/^#/, ''));
