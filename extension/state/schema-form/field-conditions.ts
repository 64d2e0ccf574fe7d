/** Owns which members an object has for a given value: what `if`, `then`, `else` and what depends on other members add to those it always has. Pure. */
import type { Field, Members, Place } from './field.ts';
import { isJsonObject, type Json } from './json-value.ts';
import { fitsPart } from './schema-check.ts';
import { mergeSchemas } from './schema-merge.ts';
import { resolveSchema, type Schema } from './schema-parts.ts';

/** Conditions inside conditions that are followed. */
const MAX_DEPTH = 8;
/** Members of one object from which on not all of them are drawn at once. */
export const MANY = 100;
/** Sets of members that are kept: one for each way in which the conditions have gone. */
const MAX_KEPT = 20;

/** Returns how the members of an object are made. */
export function membersUnder(schema: Schema, place: Place): Members {
  const kept = new Map<string, { entries: [string, Json][]; required: ReadonlySet<Json>; properties: Schema; fields: Field[] }>();
  const under = (value: Json = {}) => {
    const way: boolean[] = [];
    const whole = withConditions(schema, value, place.root, way);
    const name = way.map(Number).join('');
    const known = kept.get(name);
    if (known !== undefined) return known;
    const properties = isJsonObject(whole['properties']) ? whole['properties'] : {};
    const required = new Set(Array.isArray(whole['required']) ? whole['required'] : []);
    const entries = Object.entries(properties);
    if (entries.length > MANY) entries.sort(([a], [b]) => Number(required.has(b)) - Number(required.has(a)));
    const members = { entries, required, properties, fields: [] };
    if (kept.size > MAX_KEPT) kept.clear();
    kept.set(name, members);
    return members;
  };
  return {
    fields(value, limit = Number.POSITIVE_INFINITY) {
      const { entries, required, fields } = under(value);
      for (const [key, property] of entries.slice(fields.length, limit))
        fields.push(place.toField(key, property, required.has(key), place));
      return fields.length > limit ? fields.slice(0, limit) : fields;
    },
    knows: (name, value) => Object.hasOwn(under(value).properties, name),
  };
}

/** @param way Gets whether each condition held, in order. */
function withConditions(schema: Schema, value: Json, root: Schema, way: boolean[], depth = 0): Schema {
  const { if: condition, then, else: otherwise, allOf, dependentSchemas, dependentRequired, dependencies, ...own } = schema;
  const branches: (Json | undefined)[] = [];
  const decide = (test: Json | undefined, yes: Json | undefined, no: Json | undefined) => {
    if (test === undefined || (yes === undefined && no === undefined)) return;
    const holds = fitsPart(root, test, value);
    way.push(holds);
    branches.push(holds ? yes : no);
  };
  decide(condition, then, otherwise);
  // What is left of allOf are parts with conditions.
  for (const part of Array.isArray(allOf) ? allOf : []) if (isJsonObject(part)) decide(part['if'], part['then'], part['else']);
  // Before 2019-09 one keyword had both: a schema, or the names of what must be there too.
  for (const [name, added] of [dependentSchemas, dependentRequired, dependencies].flatMap((by) =>
    isJsonObject(by) ? Object.entries(by) : [],
  )) {
    const isThere = isJsonObject(value) && Object.hasOwn(value, name);
    way.push(isThere);
    if (isThere) branches.push(Array.isArray(added) ? { required: added } : added);
  }
  if (depth >= MAX_DEPTH) return own;
  return branches.reduce<Schema>((whole, branch) => {
    if (!isJsonObject(branch)) return whole;
    return mergeSchemas(whole, withConditions(resolveSchema(branch, root).schema, value, root, way, depth + 1));
  }, own);
}
