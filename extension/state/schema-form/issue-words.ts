/** Owns what is said of a value that breaks its schema. Pure. The validator's own sentences are English, and long. */
import type { OutputUnit } from '@cfworker/json-schema';
import { t } from '../../platform/i18n.ts';
import { PATTERN_FORMAT } from './checked-schema.ts';

type Sentence = [pattern: RegExp, say: (...parts: string[]) => string];

const REQUIRED: Sentence = [/^Instance does not have required property "(.*)"\.$/s, (name) => t('form_issueRequired', name)];
const NOT_ALLOWED = (name: string) => t('form_issueNotAllowed', name);
const DEPENDENT: Sentence = [/^Instance has "(.*)" but does not have "(.*)"\.$/s, (has, lacks) => t('form_issueDependent', has, lacks)];

const SENTENCES: { [keyword: string]: Sentence } = {
  false: [/^/, () => t('form_issueFalse')],
  type: [/^Instance type "(.*)" is invalid\. Expected "(.*)"\.$/s, (is, wants) => t('form_issueType', is, wants.replaceAll('", "', ', '))],
  const: [/^Instance does not match (.*)\.$/s, (value) => t('form_issueConst', value)],
  enum: [/^Instance does not match any of (.*)\.$/s, (values) => t('form_issueEnum', shorten(values))],
  not: [/^/, () => t('form_issueNot')],
  anyOf: [/^/, () => t('form_issueAnyOf')],
  oneOf: [/^/, () => t('form_issueOneOf')],
  if: [/^/, () => t('form_issueIf')],
  required: REQUIRED,
  dependentRequired: DEPENDENT,
  dependencies: DEPENDENT,
  minProperties: [/at least (\d+)/, (count) => t('form_issueMinProperties', count)],
  maxProperties: [/at least (\d+)/, (count) => t('form_issueMaxProperties', count)],
  propertyNames: [/^Property name "(.*)" does not match schema\.$/s, NOT_ALLOWED],
  additionalProperties: [/^Property "(.*)" does not match additional properties schema\.$/s, NOT_ALLOWED],
  unevaluatedProperties: [/^Property "(.*)" does not match unevaluated properties schema\.$/s, NOT_ALLOWED],
  maxItems: [/> (\d+)\)/, (count) => t('form_issueMaxItems', count)],
  minItems: [/< (\d+)\)/, (count) => t('form_issueMinItems', count)],
  contains: [/^/, () => t('form_issueContains')],
  uniqueItems: [/indexes (\d+) and (\d+)/, (a, b) => t('form_issueUnique', Number(a) + 1, Number(b) + 1)],
  minimum: [/than (?:or equal to +)?(\S+)\.$/, (bound) => t('form_issueMinimum', bound)],
  maximum: [/than (?:or equal to +)?(\S+)\.$/, (bound) => t('form_issueMaximum', bound)],
  exclusiveMinimum: [/than (\S+)\.$/, (bound) => t('form_issueAbove', bound)],
  exclusiveMaximum: [/equal to (\S+)\.$/, (bound) => t('form_issueBelow', bound)],
  multipleOf: [/multiple of (\S+)\.$/, (step) => t('form_issueMultiple', step)],
  minLength: [/< (\d+)\)/, (length) => t('form_issueMinLength', length)],
  maxLength: [/> (\d+)\)/, (length) => t('form_issueMaxLength', length)],
  pattern: [/"pattern (.*)"\.$/s, (pattern) => t('form_issuePattern', shorten(pattern))],
  format: [/format "(.*)"\.$/s, (format) => t('form_issueFormat', format)],
};

/** Longest text of a schema that an error repeats. */
const MAX_QUOTED = 200;
const shorten = (text: string): string => (text.length > MAX_QUOTED ? `${text.slice(0, MAX_QUOTED)}…` : text);

/** Returns the keyword that a value breaks: our formats are patterns. */
export const keywordOf = ({ keyword, error }: OutputUnit): string =>
  keyword === 'format' && error.includes(`format "${PATTERN_FORMAT}`) ? 'pattern' : keyword;

/** Returns what is said of an error; the validator's own sentence where it is not known. */
export function issueWords(unit: OutputUnit): string {
  const sentence = Object.hasOwn(SENTENCES, keywordOf(unit)) ? SENTENCES[keywordOf(unit)] : undefined;
  const found = sentence?.[0].exec(unit.error);
  return sentence === undefined || !found ? unit.error : sentence[1](...found.slice(1));
}
