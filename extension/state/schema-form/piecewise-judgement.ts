/**
 * Owns judging a large value piece by piece, so that others have their turn in between: the validator judges a whole at once. A list is
 * judged without its items, then each item by itself, and an object likewise, wherever the schema makes these independent of each other;
 * elsewhere it is one piece. Pure; the faults found are those of judgeValue.
 */
import { encodePointer } from '@cfworker/json-schema';
import { type At, type Checked, type Judgement, judgeBy, prepareSchema, ROOT } from './checked-schema.ts';
import { isJsonObject, type Json, type JsonObject } from './json-value.ts';

/** Values up to which one is judged as one piece: about a millisecond of work. */
const PIECE_VALUES = 500;
/** Levels that are taken apart. */
const MAX_LEVELS = 64;
/** References to the schema of a part that are followed before it is taken as it is. */
const MAX_HOPS = 16;

/** Keywords that make what is inside depend on more than `properties`, `additionalProperties` and `items`. */
const BINDING = [
  ...['$ref', '$recursiveRef', '$recursiveAnchor', '$dynamicRef', '$dynamicAnchor'],
  ...['patternProperties', 'unevaluatedProperties', 'prefixItems', 'additionalItems', 'unevaluatedItems'],
];
/** Keywords that say nothing of a value. */
const SILENT = new Set(['$ref', '$defs', 'definitions', '$schema', '$id', 'id', '$comment', 'title', 'description']);

/**
 * Yields what is wrong with each piece of a value.
 *
 * @throws Error as judgeValue does; the number of references that are followed is that of each piece.
 */
export function judgePiecewise(schema: JsonObject, value: unknown): Generator<Judgement, void> {
  const checked = prepareSchema(schema);
  return judgePart(checked, value, checked.schema, ROOT, 0);
}

function* judgePart(checked: Checked, value: unknown, copy: JsonObject, at: At, level: number): Generator<Judgement, void> {
  const part = level < MAX_LEVELS && isLarge(value) ? follow(checked, copy) : undefined;
  if (part === undefined || BINDING.some((keyword) => Object.hasOwn(part, keyword)))
    return yield judgeBy(checked, value, copy, undefined, at);
  yield judgeBy(checked, value, withoutMembers(part), undefined, at);
  for (const { member, rule, key, way } of membersOf(value, part)) {
    const place = { value: `${at.value}/${key}`, schema: `${at.schema}/${way}` };
    yield* judgePart(checked, member, rule, place, level + 1);
  }
}

type Member = { member: unknown; rule: JsonObject; key: string | number; way: string };

/** Yields the members that a schema of their own says something of. */
function* membersOf(value: unknown, { items, properties, additionalProperties }: JsonObject): Generator<Member, void> {
  if (Array.isArray(value)) {
    if (isJsonObject(items)) for (const [key, member] of value.entries()) yield { member, rule: items, key, way: 'items' };
  } else if (isJsonObject(value)) {
    for (const name of Object.keys(value)) {
      const isOwn = isJsonObject(properties) && Object.hasOwn(properties, name);
      const rule = isOwn ? properties[name] : additionalProperties;
      const key = encodePointer(name);
      const way = isOwn ? `properties/${key}` : 'additionalProperties';
      if (isJsonObject(rule)) yield { member: value[name], rule, key, way };
    }
  }
}

/** Returns a part as it judges a list or an object without what is inside. */
function withoutMembers(part: JsonObject): JsonObject {
  const { items, properties, additionalProperties, ...rest } = part;
  return {
    ...rest,
    ...(items !== undefined && { items: toShell(items) }),
    ...(additionalProperties !== undefined && { additionalProperties: toShell(additionalProperties) }),
    // They keep their names: what is additional depends on them.
    ...(isJsonObject(properties) && {
      properties: Object.fromEntries(Object.entries(properties).map(([name, rule]) => [name, toShell(rule)])),
    }),
  };
}

const toShell = (rule: Json): Json => (isJsonObject(rule) ? true : rule);

/** Returns what a part means that only refers to another. */
function follow({ lookup }: Checked, part: JsonObject): JsonObject | undefined {
  let meant: unknown = part;
  for (let hops = 0; hops < MAX_HOPS && isJsonObject(meant) && meant['$ref'] !== undefined; hops++) {
    if (!Object.keys(meant).every((keyword) => SILENT.has(keyword))) return undefined;
    // The validator leaves there where a reference leads.
    meant = lookup[String(meant['__absolute_ref__'])];
  }
  return isJsonObject(meant) ? meant : undefined;
}

/** Whether a value holds too much for one piece; looks at no more of it than that. */
function isLarge(value: unknown): boolean {
  const waiting: unknown[] = [value];
  let count = 0;
  for (let next = waiting.pop(); next !== undefined; next = waiting.pop()) {
    if (typeof next !== 'object' || next === null) continue;
    const members = Array.isArray(next) ? next : Object.values(next);
    count += members.length;
    if (count > PIECE_VALUES) return true;
    waiting.push(...members);
  }
  return false;
}
