/**
 * Owns how a schema of a server is handed to the validator, so that no schema can make it take for ever. Pure, but for the validator's
 * table of formats, which gets ours.
 *
 * The validator works on a copy. In it patterns are formats of ours, which take linear time (pattern-match.ts), and references are counted:
 * `a: anyOf [b, b]`, `b: anyOf [c, c]` … doubles the work with each line.
 */
import { dereference, format, type OutputUnit, type SchemaDraft, validate } from '@cfworker/json-schema';
import { isJsonObject, type Json, type JsonObject } from './json-value.ts';
import { matchPattern } from './pattern-match.ts';

/** Begins the name of a format that stands for a pattern. */
export const PATTERN_FORMAT = 'pattern ';
/** References that are followed while one value is judged by the whole schema, and by a part of it: of those there may be many. */
const MAX_REFERENCES = 30_000;
const MAX_PART_REFERENCES = 1000;

/** Where something is in the value and in the schema, as the validator names places. */
export type At = { value: string; schema: string };
export const ROOT: At = { value: '#', schema: '#' };

export type Judgement = {
  errors: OutputUnit[];
  /** Patterns that could not be tried. */
  unchecked: ReadonlySet<string>;
  /** References that lead out of the schema, or nowhere in it: nothing is fetched, so what they say is not known. */
  unresolved: ReadonlySet<string>;
};

/** A schema as the validator gets it. */
export type Checked = {
  schema: JsonObject;
  draft: SchemaDraft;
  lookup: Record<string, JsonObject | boolean>;
  /** Stands before every reference within the schema. */
  address: string;
  /** From each part of the server's schema to its copy. */
  copies: Map<object, JsonObject>;
  /** Copies whose patterns for names depend on the names in the value. */
  named: { copy: JsonObject; patterns: JsonObject }[];
};

const LITERAL = new Set(['const', 'enum', 'default', 'examples', 'example', 'enumNames', 'required', 'type']);
const MAPS = new Set(['properties', 'patternProperties', '$defs', 'definitions', 'dependentSchemas', 'dependencies']);

/** Patterns of the value being judged that could not be. The validator is not asynchronous: one value at a time. */
let unchecked = new Set<string>();

const patternFormat = new Proxy(Object.create(null), {
  get(_, name) {
    if (typeof name !== 'string' || !name.startsWith(PATTERN_FORMAT)) return undefined;
    const pattern = name.slice(PATTERN_FORMAT.length);
    return (text: string): boolean => {
      const verdict = matchPattern(pattern, text);
      if (verdict === 'unchecked') unchecked.add(pattern);
      return verdict !== 'differs';
    };
  },
}) as object;
Object.setPrototypeOf(format, patternFormat);
// The validator's own takes exponential time.
format['url'] = (text: string): boolean => URL.canParse(text);

const known = new WeakMap<object, Checked>();

/**
 * Judges a value by a schema, or by a part of it.
 *
 * @param part A part of the schema as it stands in it; the whole unless told otherwise.
 * @throws Error for what can't be checked: nesting without end, work without end.
 */
export function judgeValue(schema: JsonObject, value: unknown, part: object = schema): Judgement {
  const checked = prepareSchema(schema);
  const copy = checked.copies.get(part);
  if (copy === undefined) throw new Error('This is no part of the schema.');
  return judgeBy(checked, value, copy, part === schema ? MAX_REFERENCES : MAX_PART_REFERENCES);
}

/** Returns the copy of a schema for the validator. */
export function prepareSchema(schema: JsonObject): Checked {
  const checked = known.get(schema) ?? prepare(schema);
  known.set(schema, checked);
  return checked;
}

/**
 * Judges a value by a part of a copy.
 *
 * @param at Where they are.
 * @throws Error as judgeValue does.
 */
export function judgeBy(checked: Checked, value: unknown, copy: JsonObject, maxReferences = MAX_REFERENCES, at = ROOT): Judgement {
  unchecked = new Set();
  if (checked.named.length > 0) nameMembers(checked, value);
  let left = maxReferences;
  const unresolved = new Set<string>();
  const lookup = new Proxy(checked.lookup, {
    get(target, name) {
      if (--left < 0) throw new Error('The schema refers to itself too often.');
      const found = target[String(name)];
      if (found === undefined) unresolved.add(String(name).replace(checked.address, ''));
      return found ?? true;
    },
  });
  const { errors } = validate(value, copy, checked.draft, lookup, false, null, at.value, at.schema);
  return { errors: unresolved.size > 0 ? sureOf(errors) : errors, unchecked, unresolved };
}

/** What a schema that is not known is taken for turns around in a choice and under a condition: what is found wrong there may be right. */
const UNSURE = new Set(['oneOf', 'not', 'if', 'then', 'else', 'contains', 'unevaluatedProperties', 'unevaluatedItems']);

/** Returns the errors that stand whatever the schemas say that are not known. */
function sureOf(errors: readonly OutputUnit[]): OutputUnit[] {
  const unsure = errors.filter(
    ({ keyword, keywordLocation }) => UNSURE.has(keyword) || keywordLocation.split('/').some((part) => UNSURE.has(part)),
  );
  const holds = (outer: OutputUnit, inner: OutputUnit) => inner.keywordLocation.startsWith(`${outer.keywordLocation}/`);
  const left = errors.filter((error) => !unsure.some((other) => other === error || holds(error, other)));
  // Of a choice that may be right after all, what is wrong in its other shapes is no fault.
  const choices = errors.filter((error) => error.keyword === 'anyOf' && !left.includes(error));
  return left.filter((error) => !choices.some((choice) => holds(choice, error)));
}

function prepare(schema: JsonObject): Checked {
  const copies = new Map<object, JsonObject>();
  const named: Checked['named'] = [];
  const copy = (part: Json): Json => {
    if (Array.isArray(part)) return part.map(copy);
    if (!isJsonObject(part)) return part;
    const members = Object.entries(part).map(([key, member]): [string, Json] => {
      if (LITERAL.has(key)) return [key, member];
      if (MAPS.has(key) && isJsonObject(member))
        return [key, Object.fromEntries(Object.entries(member).map(([name, one]) => [name, copy(one)]))];
      return [key, copy(member)];
    });
    const copied: JsonObject = Object.fromEntries(members);
    copies.set(part, copied);
    if (typeof part['pattern'] === 'string') {
      delete copied['pattern'];
      const others = Array.isArray(copied['allOf']) ? copied['allOf'] : [];
      copied['allOf'] = [...others, { format: PATTERN_FORMAT + part['pattern'] }];
    }
    if (isJsonObject(copied['patternProperties'])) named.push({ copy: copied, patterns: copied['patternProperties'] });
    return copied;
  };
  const whole = copy(schema) as JsonObject;
  const lookup: Record<string, JsonObject | boolean> = dereference(whole);
  const address = Object.keys(lookup).find((uri) => lookup[uri] === whole) ?? '';
  return { schema: whole, draft: draftOf(schema['$schema']), lookup, address, copies, named };
}

/** Source: MCP 2026-07-28, Tools: 2020-12 where the schema names no other. */
function draftOf(name: unknown): SchemaDraft {
  if (typeof name !== 'string') return '2020-12';
  if (name.includes('draft-04')) return '4';
  if (name.includes('draft-06') || name.includes('draft-07')) return '7';
  return name.includes('2019-09') ? '2019-09' : '2020-12';
}

/** Puts the names that a pattern fits in its place: the validator would try it with the browser's engine. */
function nameMembers({ named }: Checked, value: unknown): void {
  const names = new Set<string>();
  const collect = (inside: unknown): void => {
    if (Array.isArray(inside)) inside.forEach(collect);
    else if (isJsonObject(inside))
      for (const [name, member] of Object.entries(inside)) {
        names.add(name);
        collect(member);
      }
  };
  collect(value);
  for (const { copy, patterns } of named) {
    const replaced = Object.entries(patterns).map(([pattern, schema]): [string, Json] => {
      const fitting = [...names].filter((name) => {
        const verdict = matchPattern(pattern, name);
        if (verdict === 'unchecked') unchecked.add(pattern);
        return verdict === 'matches';
      });
      // Two patterns may fit the same names: the number keeps them apart, and fits no text.
      return [`^(?:${fitting.map(literally).join('|') || '[]'})$`, schema];
    });
    copy['patternProperties'] = distinct(replaced);
  }
}

const distinct = (entries: [string, Json][]): JsonObject =>
  Object.fromEntries(entries.map(([pattern, schema], at) => [`${pattern}|[]{${at + 1}}`, schema]));

const literally = (name: string): string =>
  name
    .replaceAll(/[\\^$.*+?()[\]{}|/]/g, '\\$&')
    .replaceAll('\n', '\\n')
    .replaceAll('\r', '\\r');
