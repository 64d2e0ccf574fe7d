/** Owns what can be written at a place of a JSON text: the keys and the values that the schema knows there. Pure. */
import { getLocation, parseTree } from 'jsonc-parser';
import { isJsonObject, type Json, type Path } from './json-value.ts';
import { matchPattern } from './pattern-match.ts';
import { resolveSchema, type Schema, typesOf } from './schema-parts.ts';

export type Completion = {
  /** What is shown and looked for. */
  label: string;
  /** What is written, as JSON. */
  insert: string;
  /** Type, in short. */
  detail: string;
  about?: string;
};
export type Completions = { from: number; to: number; items: Completion[] };

/** Most schemas that are looked at for one place: shapes within shapes multiply. */
const MAX_SCHEMAS = 200;
const MAX_ITEMS = 1000;

/** Returns what fits at an offset of a text; undefined where nothing does. */
export function completionsAt(part: Schema, root: Schema, text: string, offset: number): Completions | undefined {
  const { path, isAtPropertyKey, previousNode } = getLocation(text, offset);
  const isInside = previousNode !== undefined && offset > previousNode.offset && offset <= previousNode.offset + previousNode.length;
  const from = isInside ? previousNode.offset : wordStart(text, offset);
  const to = isInside ? previousNode.offset + previousNode.length : offset;
  if (isAtPropertyKey) {
    const parent = path.slice(0, -1);
    const taken = new Set(keysAt(text, parent).filter((key) => key !== path.at(-1)));
    const colon = /^\s*:/.test(text.slice(to)) ? '' : ': ';
    return { from, to, items: keysOf(schemasAt(part, root, parent), taken, colon, root) };
  }
  if (isInside && previousNode.type === 'property') return undefined;
  return { from, to, items: valuesOf(schemasAt(part, root, path)) };
}

function wordStart(text: string, offset: number): number {
  return offset - (/[\w.+-]*$/.exec(text.slice(Math.max(0, offset - 100), offset))?.[0].length ?? 0);
}

function keysAt(text: string, path: Path): string[] {
  const tree = parseTree(text);
  let node = tree;
  for (const part of path) {
    node =
      typeof part === 'number'
        ? node?.children?.[part]
        : node?.children?.find((member) => member.children?.[0]?.value === part)?.children?.[1];
  }
  return node?.type === 'object' ? (node.children ?? []).map((member) => String(member.children?.[0]?.value)) : [];
}

/** Returns all that the schema says of a place, whatever shape the value will have. */
export function schemasAt(part: Schema, root: Schema, path: Path): Schema[] {
  let schemas = expand([part], root);
  for (const step of path) {
    const inner = schemas.flatMap((schema) => below(schema, step)).filter((schema): schema is Schema => isJsonObject(schema));
    schemas = expand(inner.slice(0, MAX_SCHEMAS), root);
  }
  return schemas;
}

function below(schema: Schema, step: string | number): (Json | undefined)[] {
  if (typeof step === 'number') {
    const { prefixItems, items } = schema;
    const tuple = Array.isArray(prefixItems) ? prefixItems : Array.isArray(items) ? items : [];
    return [tuple[step] ?? (Array.isArray(items) ? schema['additionalItems'] : items)];
  }
  const { properties, patternProperties, additionalProperties } = schema;
  if (isJsonObject(properties) && Object.hasOwn(properties, step)) return [properties[step]];
  const matching = Object.entries(isJsonObject(patternProperties) ? patternProperties : {}).filter(
    ([pattern]) => matchPattern(pattern, step) === 'matches',
  );
  return matching.length > 0 ? matching.map(([, of]) => of) : [additionalProperties];
}

/** Follows references, and adds every shape and every branch of a condition. */
function expand(schemas: readonly Schema[], root: Schema): Schema[] {
  const found: Schema[] = [];
  const seen = new Set<unknown>();
  const open: unknown[] = [...schemas];
  for (let schema = open.shift(); schema !== undefined && found.length < MAX_SCHEMAS; schema = open.shift()) {
    if (!isJsonObject(schema) || seen.has(schema)) continue;
    seen.add(schema);
    const { schema: resolved } = resolveSchema(schema, root);
    found.push(resolved);
    for (const keyword of ['oneOf', 'anyOf', 'allOf']) if (Array.isArray(resolved[keyword])) open.push(...resolved[keyword]);
    open.push(resolved['then'], resolved['else']);
    while (open.length > 0 && open[0] === undefined) open.shift();
  }
  return found;
}

function keysOf(schemas: readonly Schema[], taken: ReadonlySet<string>, colon: string, root: Schema): Completion[] {
  const items = new Map<string, Completion>();
  for (const { properties, required } of schemas) {
    const needed = Array.isArray(required) ? required : [];
    for (const [key, schema] of Object.entries(isJsonObject(properties) ? properties : {})) {
      if (taken.has(key) || items.has(key) || items.size >= MAX_ITEMS) continue;
      const { schema: resolved } = resolveSchema(schema, root);
      const { description } = resolved;
      items.set(key, {
        label: key,
        insert: JSON.stringify(key) + colon,
        detail: typesOf(resolved).join(' | ') + (needed.includes(key) ? ' *' : ''),
        ...(typeof description === 'string' && { about: description }),
      });
    }
  }
  return [...items.values()];
}

const SKELETONS: { [type: string]: Json[] } = { boolean: [true, false], null: [null], object: [{}], array: [[]] };

function valuesOf(schemas: readonly Schema[]): Completion[] {
  const items = new Map<string, Completion>();
  const add = (value: Json, detail: string, about?: Json) => {
    const insert = JSON.stringify(value);
    if (items.has(insert) || items.size >= MAX_ITEMS) return;
    const label = typeof value === 'string' && value !== '' ? value : insert;
    items.set(insert, { label, insert, detail, ...(typeof about === 'string' && { about }) });
  };
  for (const schema of schemas) {
    const { default: initial, const: constant, enum: options, examples, title } = schema;
    if (constant !== undefined) add(constant, 'const', title);
    if (Array.isArray(options)) for (const option of options) add(option, 'enum');
    if (initial !== undefined) add(initial, 'default');
    if (Array.isArray(examples)) for (const example of examples) add(example, 'example');
    if (constant !== undefined || Array.isArray(options)) continue;
    for (const type of typesOf(schema)) for (const value of SKELETONS[type] ?? []) add(value, type);
    if (typesOf(schema).length === 0 && isJsonObject(schema['properties'])) add({}, 'object');
  }
  return [...items.values()];
}
