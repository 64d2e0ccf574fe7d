/**
 * Owns reading JSON Schema: local references, merged `allOf`, what is nullable. Pure and total: a schema comes from a server, so any part may
 * be missing, wrong or recursive.
 * References are followed inside the document only, never over the network. How parts are merged is schema-merge.ts.
 * Source: JSON Schema 2020-12, section 8.2.3; MCP 2026-07-28, Tools > input schemas.
 */
import { isJsonObject, type Json, type JsonObject } from './json-value.ts';
import { mergeSchemas } from './schema-merge.ts';

export type Schema = JsonObject;

/** Most parts of `allOf`, over all levels, that are merged into one. */
const MAX_PARTS = 200;

/** Most references that are followed one after the other; a longer chain is a loop. */
const MAX_REFERENCES = 32;

export type Resolved = {
  schema: Schema;
  /** The references that were followed, outermost first: one that appears twice on the way down means recursion. */
  references: string[];
  /** False when a reference leads out of the document, to nothing, or in circles. */
  complete: boolean;
};

/** Follows `$ref` and merges `allOf`, until the schema itself says what it wants. */
export function resolveSchema(input: unknown, root: Schema): Resolved {
  return resolveWithin(input, root, { parts: MAX_PARTS });
}

function resolveWithin(input: unknown, root: Schema, left: { parts: number }): Resolved {
  const references: string[] = [];
  let complete = true;
  let schema: Schema = isJsonObject(input) ? input : {};
  for (let step = 0; typeof schema['$ref'] === 'string'; step++) {
    const reference = schema['$ref'];
    const target = step < MAX_REFERENCES ? findReference(reference, root) : undefined;
    if (target === undefined) {
      complete = false;
      break;
    }
    references.push(reference);
    // What stands beside a reference counts too: mostly a description or a default of this place.
    const { $ref: _, ...beside } = schema;
    schema = mergeSchemas(beside, target);
  }
  if (!Array.isArray(schema['allOf'])) return { schema, references, complete };
  const { allOf, ...own } = schema;
  schema = own;
  /** Parts that count under a condition only: they are looked at when the value is known. */
  const conditional = allOf.filter((part) => isJsonObject(part) && part['if'] !== undefined);
  for (const part of allOf) {
    if (conditional.includes(part)) continue;
    if (--left.parts < 0) return { schema, references, complete: false };
    const resolved = resolveWithin(part, root, left);
    if (!resolved.complete) complete = false;
    references.push(...resolved.references);
    schema = mergeSchemas(schema, resolved.schema);
  }
  if (conditional.length > 0) schema = mergeSchemas(schema, { allOf: conditional });
  return { schema, references, complete };
}

function findReference(reference: string, root: Schema): Schema | undefined {
  if (reference === '#') return root;
  if (!reference.startsWith('#')) return undefined;
  if (!reference.startsWith('#/')) return findAnchor(reference.slice(1), root);
  let at: Json | undefined = root;
  for (const part of decodeFragment(reference.slice(2)).split('/')) {
    const key = part.replaceAll('~1', '/').replaceAll('~0', '~');
    if (Array.isArray(at)) at = at[Number(key)];
    else if (isJsonObject(at) && Object.hasOwn(at, key)) at = at[key];
    else return undefined;
  }
  return isJsonObject(at) ? at : undefined;
}

/** Names of places stand where definitions do. */
function findAnchor(name: string, root: Schema): Schema | undefined {
  for (const map of [root['$defs'], root['definitions']])
    if (isJsonObject(map)) for (const schema of Object.values(map)) if (isJsonObject(schema) && schema['$anchor'] === name) return schema;
  return undefined;
}

function decodeFragment(fragment: string): string {
  try {
    return decodeURIComponent(fragment);
  } catch {
    return fragment;
  }
}

/** Returns the types that a schema names; none when it leaves them open. */
export function typesOf(schema: Schema): string[] {
  const type = schema['type'];
  if (typeof type === 'string') return [type];
  return Array.isArray(type) ? type.filter((name) => typeof name === 'string') : [];
}

/** Takes `null` out of a schema: what remains, and whether it was there. Knows `type: [.., "null"]`, `anyOf: [.., {type: "null"}]`, `nullable`. */
export function splitNullable(schema: Schema, root: Schema): { schema: Schema; nullable: boolean } {
  const types = typesOf(schema);
  if (types.length > 1 && types.includes('null')) {
    const rest = types.filter((name) => name !== 'null');
    const [only] = rest;
    return {
      schema: { ...schema, type: rest.length === 1 && only !== undefined ? only : rest, ...withoutNullChoice(schema) },
      nullable: true,
    };
  }
  for (const keyword of ['anyOf', 'oneOf']) {
    const options = schema[keyword];
    if (!Array.isArray(options)) continue;
    const rest = options.filter((option) => !isNullSchema(option));
    if (rest.length === options.length || rest.length === 0) continue;
    const { [keyword]: _, ...own } = schema;
    if (rest.length > 1) return { schema: { ...own, [keyword]: rest }, nullable: true };
    const inner = resolveSchema(rest[0], root);
    return { schema: { ...inner.schema, ...own }, nullable: true };
  }
  return { schema, nullable: schema['nullable'] === true };
}

const isNullSchema = (option: Json): boolean => isJsonObject(option) && (option['type'] === 'null' || option['const'] === null);

function withoutNullChoice(schema: Schema): Schema {
  return Array.isArray(schema['enum']) ? { enum: schema['enum'].filter((value) => value !== null) } : {};
}
