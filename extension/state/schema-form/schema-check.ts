/**
 * Owns whether a value matches a JSON Schema, and where it does not. Pure; interprets the schema, since extension pages may not compile code.
 * References are resolved inside the document only. What can't be checked is said, never taken for a pass. No schema makes it take for ever
 * (checked-schema.ts).
 */
import type { OutputUnit } from '@cfworker/json-schema';
import { t } from '../../platform/i18n.ts';
import { type Judgement, judgeValue } from './checked-schema.ts';
import { issueWords, keywordOf } from './issue-words.ts';
import { isJsonObject, type JsonObject } from './json-value.ts';
import { judgePiecewise } from './piecewise-judgement.ts';

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
    return schema ? { kind: 'valid' } : { kind: 'invalid', issues: [{ pointer: '', keyword: 'false', message: t('form_issueFalse') }] };
  if (!isJsonObject(schema)) return { kind: 'unchecked', reason: t('form_uncheckedNoSchema') };
  try {
    return toVerdict(judgeValue(schema, value));
  } catch (error) {
    return notChecked(error);
  }
}

/** Checks a large value as checkValue does, and yields after each piece; what is wrong beyond the first faults is not looked for. */
export function* checkPiecewise(schema: unknown, value: unknown): Generator<void, Verdict> {
  if (!isJsonObject(schema)) return checkValue(schema, value);
  const issues: Issue[] = [];
  let worst: Verdict = { kind: 'valid' };
  try {
    for (const piece of judgePiecewise(schema, value)) {
      const verdict = toVerdict(piece);
      if (verdict.kind === 'invalid') issues.push(...verdict.issues);
      if (verdict.kind === 'invalid' || worst.kind === 'valid') worst = verdict;
      if (issues.length >= MAX_ISSUES) break;
      yield;
    }
  } catch (error) {
    return notChecked(error);
  }
  return worst.kind === 'invalid' ? { kind: 'invalid', issues: issues.slice(0, MAX_ISSUES) } : worst;
}

function toVerdict({ errors, unchecked, unresolved }: Judgement): Verdict {
  if (errors.length > 0) return { kind: 'invalid', issues: toIssues(errors) };
  const [reference] = unresolved;
  if (reference !== undefined) return { kind: 'unchecked', reason: t('form_uncheckedReference', reference) };
  const [pattern] = unchecked;
  return pattern === undefined ? { kind: 'valid' } : { kind: 'unchecked', reason: t('form_uncheckedPattern', pattern) };
}

/** Nesting without end, the same name for two parts. */
const notChecked = (error: unknown): Verdict => ({
  kind: 'unchecked',
  reason: error instanceof Error ? (error.message.split('\n', 1)[0] ?? '') : String(error),
});

/** Tells whether a value fits a part of a schema, as it stands in it; what can't be checked does not. */
export function fitsPart(schema: JsonObject, part: unknown, value: unknown): boolean {
  if (!isJsonObject(part)) return part === true;
  try {
    const { errors, unresolved } = judgeValue(schema, value, part);
    return errors.length === 0 && unresolved.size === 0;
  } catch {
    return false;
  }
}

function toIssues(errors: readonly OutputUnit[]): Issue[] {
  const dropped = new Set<OutputUnit>();
  for (const error of errors) if (CHOICES.has(error.keyword)) judgeChoice(error, errors, dropped);
  const issues = errors
    .filter((error) => !dropped.has(error) && !CONTAINERS.has(error.keyword) && !isExplained(error, errors))
    .map((error) => ({
      pointer: toPointer(error.instanceLocation),
      keyword: keywordOf(error),
      message: issueWords(error),
    }));
  return issues.slice(0, MAX_ISSUES);
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
  const excluded = new Set(inside.filter((error) => isOtherShape(error, choice)).map(branchOf));
  const remaining = new Set(inside.map(branchOf).filter((branch) => !excluded.has(branch)));
  if (remaining.size === 1) dropped.add(choice);
  for (const error of inside) if (remaining.size !== 1 || !remaining.has(branchOf(error))) dropped.add(error);
}

/** The type is another, or the member that tells the shapes apart says another. */
const isOtherShape = ({ keyword, instanceLocation }: OutputUnit, choice: OutputUnit): boolean =>
  instanceLocation === choice.instanceLocation
    ? ['type', 'const', 'enum'].includes(keyword)
    : keyword === 'const' && !instanceLocation.slice(choice.instanceLocation.length + 1).includes('/');

/** `#/a%20b/0` → `/a b/0`: the validator names places as URI fragments. */
const toPointer = (location: string): string => decodeURIComponent(location.replace(/^#/, ''));
