/** Owns what two schemas mean together: a value has to fit both. Pure. For drawing only: whether a value is valid, the validator says. */
import { isJsonObject, isSameJson, type Json, type JsonObject } from './json-value.ts';

type Schema = JsonObject;
type Merge = (a: Json, b: Json) => Json;

const greater: Merge = (a, b) => (typeof a === 'number' && typeof b === 'number' ? Math.max(a, b) : a);
const smaller: Merge = (a, b) => (typeof a === 'number' && typeof b === 'number' ? Math.min(a, b) : a);
const either: Merge = (a, b) => a === true || b === true;

const MERGES: { [keyword: string]: Merge } = {
  required: (a, b) => [...new Set([...(Array.isArray(a) ? a : []), ...(Array.isArray(b) ? b : [])])],
  enum: (a, b) => (Array.isArray(a) && Array.isArray(b) ? a.filter((value) => b.some((other) => isSameJson(value, other))) : a),
  type: mergeTypes,
  properties: (a, b) => mergeMembers(a, b),
  patternProperties: (a, b) => mergeMembers(a, b),
  $defs: (a, b) => mergeMembers(a, b),
  additionalProperties: (a, b) => (a === false || b === false ? false : a === true ? b : a),
  minimum: greater,
  exclusiveMinimum: greater,
  minLength: greater,
  minItems: greater,
  minProperties: greater,
  maximum: smaller,
  exclusiveMaximum: smaller,
  maxLength: smaller,
  maxItems: smaller,
  maxProperties: smaller,
  allOf: (a, b) => [...(Array.isArray(a) ? a : []), ...(Array.isArray(b) ? b : [])],
  readOnly: either,
  writeOnly: either,
  uniqueItems: either,
};

/** Merges two schemas; where only one of both can be drawn, and for words, the first one counts. */
export function mergeSchemas(a: Schema, b: Schema): Schema {
  const merged = Object.entries(a).map(([keyword, first]): [string, Json] => {
    if (!Object.hasOwn(b, keyword)) return [keyword, first];
    const merge = Object.hasOwn(MERGES, keyword) ? MERGES[keyword] : undefined;
    return [keyword, merge === undefined ? first : merge(first, b[keyword] ?? null)];
  });
  return Object.fromEntries([...merged, ...Object.entries(b).filter(([keyword]) => !Object.hasOwn(a, keyword))]);
}

/** A member that both know has to fit both. */
function mergeMembers(a: Json, b: Json): Json {
  if (!isJsonObject(a) || !isJsonObject(b)) return a;
  const merged = Object.entries(a).map(([name, first]): [string, Json] => {
    const second = Object.hasOwn(b, name) ? b[name] : undefined;
    return [name, second === undefined || isSameJson(first, second) ? first : { allOf: [first, second] }];
  });
  return Object.fromEntries([...merged, ...Object.entries(b).filter(([name]) => !Object.hasOwn(a, name))]);
}

function mergeTypes(a: Json, b: Json): Json {
  const [first, second] = [a, b].map((type) => (Array.isArray(type) ? type : [type]));
  const common = (first ?? []).filter((name) => second?.includes(name) || (name === 'integer' && second?.includes('number')));
  if (first?.includes('number') && second?.includes('integer')) common.push('integer');
  return common.length === 1 ? (common[0] ?? a) : common.length === 0 ? a : common;
}
