/** Owns what a JSON value is and how one inside it is read, set and removed by path. Pure; nothing here changes its input. */

export type Json = null | boolean | number | string | Json[] | JsonObject;
export type JsonObject = { [key: string]: Json };
/** Property names and array indexes from the root down. */
export type Path = readonly (string | number)[];

export const isJsonObject = (value: unknown): value is JsonObject => typeof value === 'object' && value !== null && !Array.isArray(value);

/** Returns the JSON Pointer of a path: the name of a place in an object, an attribute or a message. Source: RFC 6901. */
export const toPointer = (path: Path): string =>
  path.map((part) => `/${String(part).replaceAll('~', '~0').replaceAll('/', '~1')}`).join('');

/** Returns the path that a JSON Pointer means in a value: digits are an index where an array stands. */
export function fromPointer(pointer: string, root: Json): Path {
  const path: (string | number)[] = [];
  for (const part of pointer.split('/').slice(1)) {
    const key = part.replaceAll('~1', '/').replaceAll('~0', '~');
    path.push(Array.isArray(readAt(root, path)) && /^\d+$/.test(key) ? Number(key) : key);
  }
  return path;
}

/** Reads the value at a path; undefined when there is none. Inherited members are not values. */
export function readAt(root: Json | undefined, path: Path): Json | undefined {
  let value = root;
  for (const part of path) {
    if (Array.isArray(value)) value = typeof part === 'number' ? value[part] : undefined;
    else if (isJsonObject(value) && Object.hasOwn(value, part)) value = value[String(part)];
    else return undefined;
  }
  return value;
}

/** Returns a copy with the value set; objects and arrays on the way are made where they are missing. */
export function setAt(root: Json | undefined, path: Path, value: Json): Json {
  const [part, ...rest] = path;
  if (part === undefined) return value;
  if (typeof part === 'number') {
    const list = Array.isArray(root) ? [...root] : [];
    list[part] = setAt(list[part], rest, value);
    return list;
  }
  const object = isJsonObject(root) ? root : {};
  return withMember(object, part, setAt(readAt(object, [part]), rest, value));
}

/** Returns a copy without the value at the path; an array closes the gap. */
export function removeAt(root: Json, path: Path): Json {
  const [part, ...rest] = path;
  if (part === undefined) return root;
  const child = readAt(root, [part]);
  if (child === undefined) return root;
  if (Array.isArray(root)) return rest.length === 0 ? root.filter((_, i) => i !== part) : root.with(Number(part), removeAt(child, rest));
  if (!isJsonObject(root)) return root;
  return rest.length === 0
    ? Object.fromEntries(Object.entries(root).filter(([key]) => key !== part))
    : withMember(root, String(part), removeAt(child, rest));
}

// Through entries, not assignment: `__proto__` must become an own member like any other name.
function withMember(object: JsonObject, key: string, value: Json): JsonObject {
  if (Object.hasOwn(object, key))
    return Object.fromEntries(Object.entries(object).map(([name, old]) => [name, name === key ? value : old]));
  return Object.fromEntries([...Object.entries(object), [key, value]]);
}

export function isSameJson(a: Json | undefined, b: Json | undefined): boolean {
  if (a === b) return true;
  if (Array.isArray(a) && Array.isArray(b)) return a.length === b.length && a.every((item, i) => isSameJson(item, b[i]));
  if (!isJsonObject(a) || !isJsonObject(b)) return false;
  const keys = Object.keys(a);
  return keys.length === Object.keys(b).length && keys.every((key) => Object.hasOwn(b, key) && isSameJson(a[key], b[key]));
}
