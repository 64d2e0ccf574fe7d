/**
 * Owns the headers that repeat arguments of a tool, where its schema wants that (`x-mcp-header`): a stateless server compares them, and refuses a
 * call without them. The official client sends them outside of pages only. Pure.
 * Source: MCP 2026-07-28, Transports > Streamable HTTP > Custom headers from tool parameters.
 */

import { TOKEN } from '../../shared/server-headers.ts';
import { isRecord } from '../platform/stored-repair.ts';

const KEYWORD = 'x-mcp-header';
const TYPES = new Set<unknown>(['string', 'integer', 'boolean']);
/** Keywords with one schema or a list of them, and with schemas by name: no argument at a fixed place is described in there. */
const INNER = ['items', 'prefixItems', 'contains', 'additionalProperties', 'unevaluatedProperties', 'unevaluatedItems', 'propertyNames'];
const CHOICES = ['oneOf', 'anyOf', 'allOf', 'not', 'if', 'then', 'else'];
const MAPS = ['patternProperties', 'dependentSchemas', '$defs', 'definitions'];
/** Levels that are looked through: a schema may nest without end, but not a sensible one. */
const MAX_DEPTH = 100;

type HeaderParam = { name: string; path: readonly string[] };
/** invalid: clients must not offer such a tool; who calls it all the same sends no such headers. */
export type HeaderParams = { kind: 'ok'; params: readonly HeaderParam[] } | { kind: 'invalid'; place: string };

/** Returns which arguments a tool wants to see in headers; invalid where its schema says so in a way or at a place that it must not. */
export function readHeaderParams(inputSchema: unknown): HeaderParams {
  const params: HeaderParam[] = [];
  const names = new Set<string>();
  /** Returns the place that is wrong. */
  const visit = (schema: unknown, path: readonly string[], isFixed: boolean): string | undefined => {
    if (!isRecord(schema) || path.length > MAX_DEPTH) return undefined;
    if (Object.hasOwn(schema, KEYWORD)) {
      const name = schema[KEYWORD];
      const isUsable = typeof name === 'string' && TOKEN.test(name) && !names.has(name.toLowerCase());
      if (!isUsable || !isFixed || path.length === 0 || !TYPES.has(schema['type'])) return path.join('.');
      names.add(name.toLowerCase());
      params.push({ name, path });
    }
    const elsewhere = [
      ...[...INNER, ...CHOICES].flatMap((keyword) => (Array.isArray(schema[keyword]) ? schema[keyword] : [schema[keyword]])),
      ...MAPS.flatMap((keyword) => (isRecord(schema[keyword]) ? Object.values(schema[keyword]) : [])),
    ].map((inner): [string, unknown, boolean] => ['…', inner, false]);
    const properties = isRecord(schema['properties']) ? Object.entries(schema['properties']) : [];
    for (const [key, inner, stays] of [...properties.map(([key, of]) => [key, of, isFixed] as const), ...elsewhere]) {
      const wrong = visit(inner, [...path, key], stays);
      if (wrong !== undefined) return wrong;
    }
    return undefined;
  };
  const place = visit(inputSchema, [], true);
  return place === undefined ? { kind: 'ok', params } : { kind: 'invalid', place };
}

/** Returns the headers of a call. An argument that is not given, or null, has none. */
export function toParamHeaders(inputSchema: unknown, args: unknown): Record<string, string> {
  const read = readHeaderParams(inputSchema);
  if (read.kind === 'invalid') return {};
  return Object.fromEntries(
    read.params.flatMap(({ name, path }) => {
      const value = path.reduce<unknown>((within, key) => (isRecord(within) && Object.hasOwn(within, key) ? within[key] : undefined), args);
      return isScalar(value) ? [[`Mcp-Param-${name}`, toHeaderValue(String(value))]] : [];
    }),
  );
}

/** Returns a value as a header may carry it. Source: MCP 2026-07-28, Transports > Streamable HTTP > Value encoding. */
export function toHeaderValue(text: string): string {
  if (/^[!-~](?:[ -~]*[!-~])?$/.test(text) && !/^=\?base64\?.*\?=$/i.test(text)) return text;
  const bytes = new TextEncoder().encode(text);
  return `=?base64?${btoa(Array.from(bytes, (byte) => String.fromCharCode(byte)).join(''))}?=`;
}

const isScalar = (value: unknown): boolean => typeof value === 'string' || typeof value === 'boolean' || Number.isSafeInteger(value);
