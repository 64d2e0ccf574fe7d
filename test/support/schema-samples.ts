/**
 * Owns a list of schemas that a form must bear: as servers send them, as generators write them, and as somebody writes them who means harm.
 * Each names what is typed, by the place, and what must be sent for it.
 */
import type { Json, JsonObject } from '../../extension/state/schema-form/json-value.ts';

/** What a user does: types into a place, chooses, adds. */
export type Act =
  | { type: string; text: string }
  | { set: string; value: Json }
  | { add: string }
  | { shape: string; label: string }
  | { name: string; as: string };

export type SchemaSample = {
  name: string;
  schema: unknown;
  /** Controls of the members that are drawn at first, in order. */
  draws: readonly string[];
  acts?: readonly Act[];
  sends: JsonObject;
  /** Whether what is sent fits; `unchecked` where nobody can tell. */
  verdict?: 'valid' | 'invalid' | 'unchecked';
};

const text = { type: 'string' };
/** Not as a literal: an object with such a member looks like a promise. */
const THEN = 'then';
const object = (properties: object, more: object = {}) => ({ type: 'object', properties, ...more });
const kindOf = (kind: string, properties: object, required: string[] = []) =>
  object({ kind: { const: kind }, ...properties }, { required: ['kind', ...required] });
const own = (json: string): unknown => JSON.parse(json);
const many = <T>(count: number, make: (at: number) => T): T[] => Array.from({ length: count }, (_, at) => make(at));
const chain = (depth: number, make: (inner: object) => object, end: object): object =>
  many(depth, () => 0).reduce<object>((inner) => make(inner), end);

/** From servers and from the generators behind them. */
const REAL: SchemaSample[] = [
  {
    name: 'no schema at all',
    schema: undefined,
    draws: [],
    acts: [
      { name: '', as: 'a' },
      { type: '/a', text: '[1]' },
    ],
    sends: { a: [1] },
  },
  { name: 'an empty object', schema: { type: 'object' }, draws: [], sends: {} },
  { name: 'an object that is closed', schema: object({}, { additionalProperties: false }), draws: [], sends: {} },
  {
    name: 'zod: optional, default, enum, literal',
    schema: {
      $schema: 'http://json-schema.org/draft-07/schema#',
      ...object(
        {
          query: { type: 'string', minLength: 1 },
          limit: { type: 'integer', minimum: 1, maximum: 100, default: 10 },
          sort: { type: 'string', enum: ['asc', 'desc'], default: 'asc' },
          version: { type: 'number', const: 2 },
        },
        { required: ['query', 'version'], additionalProperties: false },
      ),
    },
    draws: ['text', 'number', 'choice', 'choice'],
    acts: [{ set: '/query', value: 'x' }],
    sends: { limit: 10, sort: 'asc', version: 2, query: 'x' },
  },
  {
    name: 'pydantic: Optional, $defs, titles everywhere',
    schema: object(
      {
        filter: { anyOf: [{ $ref: '#/$defs/Filter' }, { type: 'null' }], default: null, title: 'Filter' },
        tags: { anyOf: [{ items: text, type: 'array' }, { type: 'null' }], default: null },
      },
      {
        $defs: { Filter: object({ name: { ...text, title: 'Name' } }, { title: 'Filter', required: ['name'] }) },
        title: 'searchArguments',
      },
    ),
    draws: ['object', 'list'],
    acts: [{ set: '/filter/name', value: 'n' }],
    sends: { filter: { name: 'n' }, tags: null },
  },
  {
    name: 'pydantic: a discriminated union with a mapping',
    schema: object(
      {
        pet: {
          discriminator: { mapping: { cat: '#/$defs/Cat', dog: '#/$defs/Dog' }, propertyName: 'kind' },
          oneOf: [{ $ref: '#/$defs/Cat' }, { $ref: '#/$defs/Dog' }],
        },
      },
      {
        $defs: { Cat: kindOf('cat', { lives: { type: 'integer' } }), Dog: kindOf('dog', { good: { type: 'boolean' } }) },
        required: ['pet'],
      },
    ),
    draws: ['variants'],
    acts: [
      { shape: '/pet', label: 'cat' },
      { type: '/pet/lives', text: '9' },
      { shape: '/pet', label: 'dog' },
      { set: '/pet/good', value: true },
    ],
    sends: { pet: { kind: 'dog', good: true } },
  },
  {
    name: 'what was typed in a shape is there again',
    schema: object({ it: { oneOf: [kindOf('a', { n: { type: 'number' } }), kindOf('b', { t: text })] } }),
    draws: ['variants'],
    acts: [
      { shape: '/it', label: 'a' },
      { type: '/it/n', text: '1.50' },
      { shape: '/it', label: 'b' },
      { set: '/it/t', value: 'x' },
      { shape: '/it', label: 'a' },
    ],
    sends: { it: { kind: 'a', n: 1.5 } },
  },
  {
    name: 'text or number',
    schema: object({ id: { anyOf: [text, { type: 'integer' }] } }),
    draws: ['variants'],
    acts: [
      { shape: '/id', label: 'integer' },
      { type: '/id', text: '12' },
    ],
    sends: { id: 12 },
  },
  {
    name: 'a list of types',
    schema: object({ id: { type: ['string', 'number', 'null'] } }),
    draws: ['variants'],
    acts: [
      { shape: '/id', label: 'string' },
      { set: '/id', value: '12' },
    ],
    sends: { id: '12' },
  },
  {
    name: 'a union as the whole of the arguments',
    schema: { type: 'object', oneOf: [kindOf('list', { path: text }), kindOf('read', { id: { type: 'integer' } }, ['id'])] },
    draws: ['variants'],
    acts: [
      { shape: '', label: 'read' },
      { type: '/id', text: '3' },
    ],
    sends: { kind: 'read', id: 3 },
  },
  {
    name: 'shapes beside members that all have',
    schema: object({ name: text }, { anyOf: [object({ a: text }, { required: ['a'] }), object({ b: text }, { required: ['b'] })] }),
    draws: ['variants'],
    acts: [
      { shape: '', label: '{ a, name }' },
      { set: '/name', value: 'n' },
      { set: '/a', value: '1' },
      { shape: '', label: '{ b, name }' },
      { set: '/b', value: '2' },
    ],
    sends: { name: 'n', b: '2' },
  },
  {
    name: 'either of two members',
    schema: object({ a: text, b: text }, { oneOf: [{ required: ['a'] }, { required: ['b'] }] }),
    draws: ['text', 'text'],
    acts: [{ set: '/b', value: '' }],
    sends: { b: '' },
  },
  {
    name: 'allOf, merged',
    schema: {
      allOf: [
        object({ a: { type: 'integer', minimum: 2 } }, { required: ['a'] }),
        object({ a: { maximum: 5 }, b: text }),
        { $ref: '#/definitions/c' },
      ],
      definitions: { c: object({ c: { type: 'boolean' } }) },
    },
    draws: ['number', 'text', 'boolean'],
    acts: [{ type: '/a', text: '6' }],
    sends: { a: 6 },
    verdict: 'invalid',
  },
  {
    name: 'a condition',
    schema: object(
      { country: { enum: ['de', 'us'] } },
      {
        if: { properties: { country: { const: 'us' } }, required: ['country'] },
        [THEN]: object({ zip: text }, { required: ['zip'] }),
        else: object({ plz: text }),
      },
    ),
    draws: ['choice', 'text'],
    acts: [
      { set: '/country', value: 'us' },
      { set: '/zip', value: '1' },
    ],
    sends: { country: 'us', zip: '1' },
  },
  {
    name: 'conditions in allOf',
    schema: object(
      { kind: { enum: ['a', 'b'] } },
      {
        allOf: ['a', 'b'].map((kind) => ({
          if: { properties: { kind: { const: kind } }, required: ['kind'] },
          [THEN]: object({ [`of-${kind}`]: { type: 'integer' } }),
        })),
      },
    ),
    draws: ['choice'],
    acts: [
      { set: '/kind', value: 'b' },
      { type: '/of-b', text: '1' },
    ],
    sends: { kind: 'b', 'of-b': 1 },
  },
  {
    name: 'members that others ask for',
    schema: object({ card: text }, { dependentSchemas: { card: object({ billing: text }, { required: ['billing'] }) } }),
    draws: ['text'],
    acts: [
      { set: '/card', value: '1' },
      { set: '/billing', value: 'x' },
    ],
    sends: { card: '1', billing: 'x' },
  },
  {
    name: 'a map, typed',
    schema: object({ labels: { type: 'object', additionalProperties: { type: 'integer' } } }),
    draws: ['object'],
    acts: [
      { name: '/labels', as: 'a/b~c' },
      { type: '/labels/a~1b~0c', text: '1' },
    ],
    sends: { labels: { 'a/b~c': 1 } },
  },
  {
    name: 'names by pattern',
    schema: object({}, { patternProperties: { '^S_': text, '^I_': { type: 'integer' } }, additionalProperties: false }),
    draws: [],
    acts: [
      { name: '', as: 'I_a' },
      { type: '/I_a', text: 'x' },
      { type: '/I_a', text: '5' },
    ],
    sends: { I_a: 5 },
  },
  {
    name: 'a tuple, open at its end',
    schema: object({ at: { type: 'array', prefixItems: [{ type: 'number' }, text], items: { type: 'boolean' } } }),
    draws: ['list'],
    acts: [{ add: '/at' }, { type: '/at/0', text: '1' }, { add: '/at' }, { set: '/at/1', value: 'm' }, { add: '/at' }],
    sends: { at: [1, 'm', false] },
  },
  {
    name: 'a tuple of draft 7',
    schema: {
      $schema: 'http://json-schema.org/draft-07/schema#',
      ...object({ at: { type: 'array', items: [text, { type: 'boolean' }], additionalItems: false } }),
    },
    draws: ['list'],
    acts: [{ add: '/at' }, { add: '/at' }],
    sends: { at: ['', false] },
  },
  {
    name: 'a list of lists of objects',
    schema: object({ rows: { type: 'array', items: { type: 'array', items: object({ id: { type: 'integer' } }) } } }),
    draws: ['list'],
    acts: [{ add: '/rows' }, { add: '/rows/0' }, { type: '/rows/0/0/id', text: '1' }],
    sends: { rows: [[{ id: 1 }]] },
  },
  {
    name: 'a tree',
    schema: object(
      { top: { $ref: '#/$defs/node' } },
      { $defs: { node: object({ v: text, children: { type: 'array', items: { $ref: '#/$defs/node' } } }) } },
    ),
    draws: ['object'],
    acts: [{ set: '/top/v', value: 'a' }, { add: '/top/children' }, { set: '/top/children/0/v', value: 'b' }],
    sends: { top: { v: 'a', children: [{ v: 'b' }] } },
  },
  {
    name: 'JSON as a schema of itself',
    schema: object(
      { value: { $ref: '#/$defs/json' } },
      {
        $defs: {
          json: {
            anyOf: [
              text,
              { type: 'array', items: { $ref: '#/$defs/json' } },
              { type: 'object', additionalProperties: { $ref: '#/$defs/json' } },
            ],
          },
        },
      },
    ),
    draws: ['variants'],
    acts: [{ shape: '/value', label: 'list' }, { add: '/value' }, { set: '/value/0', value: 'x' }],
    sends: { value: ['x'] },
  },
  {
    name: 'a reference by its anchor',
    schema: object({ a: { $ref: '#port' } }, { $defs: { p: { $anchor: 'port', type: 'integer' } } }),
    draws: ['number'],
    acts: [{ type: '/a', text: '1' }],
    sends: { a: 1 },
  },
  {
    name: 'formats',
    schema: object(
      Object.fromEntries(
        ['date', 'time', 'date-time', 'email', 'uri', 'uuid', 'ipv4', 'hostname', 'tide'].map((format) => [
          format,
          { type: 'string', format },
        ]),
      ),
    ),
    draws: many(9, () => 'text'),
    acts: [
      { set: '/date', value: '2026-02-28' },
      { set: '/time', value: '10:00:00Z' },
      { set: '/email', value: 'a@b.example' },
      { set: '/tide', value: 'high' },
    ],
    sends: { date: '2026-02-28', time: '10:00:00Z', email: 'a@b.example', tide: 'high' },
  },
  {
    name: 'names of choices',
    schema: object({
      size: {
        oneOf: [
          { const: 1, title: 'Small' },
          { const: 2, title: 'Large' },
        ],
      },
      color: { enum: ['r'], enumNames: ['Red'] },
    }),
    draws: ['choice', 'choice'],
    acts: [{ set: '/size', value: 2 }],
    sends: { size: 2 },
  },
  {
    name: 'bounds of a number',
    schema: object({ n: { type: 'number', exclusiveMinimum: 0, multipleOf: 0.1 } }),
    draws: ['number'],
    acts: [{ type: '/n', text: '0.3' }],
    sends: { n: 0.3 },
  },
  {
    name: 'what the server sets, and a secret',
    schema: object({ id: { type: 'string', readOnly: true, default: 'x' }, token: { type: 'string', format: 'password' } }),
    draws: ['text', 'text'],
    acts: [{ set: '/token', value: 's' }],
    sends: { token: 's' },
  },
  {
    name: 'draft 4: nullable and a boolean bound',
    schema: {
      $schema: 'http://json-schema.org/draft-04/schema#',
      ...object({ n: { type: 'integer', minimum: 0, exclusiveMinimum: true, nullable: true } }),
    },
    draws: ['number'],
    acts: [{ type: '/n', text: '0' }],
    sends: { n: 0 },
    verdict: 'invalid',
  },
];

/** From somebody who means harm, or who did not look. */
const NASTY: SchemaSample[] = [
  { name: 'a schema that is a list', schema: [], draws: [], sends: {}, verdict: 'unchecked' },
  { name: 'a schema that is text', schema: 'object', draws: [], sends: {}, verdict: 'unchecked' },
  { name: 'arguments that are no object', schema: { type: 'string' }, draws: [], sends: {}, verdict: 'invalid' },
  {
    name: 'nonsense in all places',
    schema: { type: 7, properties: { a: 7, b: null, c: [] }, required: 'a', anyOf: {} },
    draws: ['json', 'json', 'json'],
    sends: {},
    verdict: 'unchecked',
  },
  { name: 'a schema that allows nothing', schema: object({ no: false }), draws: ['json'], sends: {} },
  {
    name: 'members named like those of every object',
    schema: own(
      '{"type":"object","properties":{"__proto__":{"type":"string"},"constructor":{"type":"integer"},"toString":{"type":"object","properties":{"__proto__":{"type":"boolean"}}}}}',
    ),
    draws: ['text', 'number', 'object'],
    acts: [
      { set: '/__proto__', value: 'p' },
      { type: '/constructor', text: '1' },
      { set: '/toString/__proto__', value: true },
    ],
    sends: own('{"__proto__":"p","constructor":1,"toString":{"__proto__":true}}') as JsonObject,
  },
  {
    name: 'a map with such names',
    schema: object({}, { additionalProperties: text }),
    draws: [],
    acts: [
      { name: '', as: '__proto__' },
      { set: '/__proto__', value: 'x' },
    ],
    sends: own('{"__proto__":"x"}') as JsonObject,
  },
  {
    name: 'references in circles',
    schema: object({ a: { $ref: '#/$defs/x' } }, { $defs: { x: { $ref: '#/$defs/y' }, y: { $ref: '#/$defs/x' } } }),
    draws: ['json'],
    sends: {},
  },
  {
    name: 'a reference to the network',
    schema: object({ a: { $ref: 'https://evil.example/schema.json' } }),
    draws: ['json'],
    acts: [{ type: '/a', text: '1' }],
    sends: { a: 1 },
    verdict: 'unchecked',
  },
  { name: 'a schema that is itself', schema: { $ref: '#' }, draws: ['json'], sends: {}, verdict: 'unchecked' },
  {
    name: 'a schema that needs itself',
    schema: object({ next: { $ref: '#' } }, { required: ['next'] }),
    draws: ['object'],
    sends: { next: {} },
    verdict: 'invalid',
  },
  {
    name: 'a choice of itself',
    schema: object({ x: { $ref: '#/$defs/x' } }, { $defs: { x: { anyOf: [{ $ref: '#/$defs/x' }, text] } }, required: ['x'] }),
    draws: ['variants'],
    sends: {},
    verdict: 'invalid',
  },
  {
    name: 'work that doubles with each line, in allOf',
    schema: {
      $ref: '#/$defs/d0',
      $defs: Object.fromEntries([
        ...many(40, (at) => [`d${at}`, { allOf: [{ $ref: `#/$defs/d${at + 1}` }, { $ref: `#/$defs/d${at + 1}` }] }]),
        ['d40', { type: 'object' }],
      ]),
    },
    draws: ['json'],
    sends: {},
    verdict: 'unchecked',
  },
  {
    name: 'work that doubles with each line, in anyOf',
    schema: object(
      { x: { $ref: '#/$defs/d0' } },
      {
        $defs: Object.fromEntries([
          ...many(40, (at) => [`d${at}`, { anyOf: [{ $ref: `#/$defs/d${at + 1}` }, { $ref: `#/$defs/d${at + 1}` }] }]),
          ['d40', { type: 'integer' }],
        ]),
      },
    ),
    draws: ['variants'],
    acts: [
      { shape: '/x', label: 'd5 (1)' },
      { type: '/x', text: '"no"' },
    ],
    sends: { x: 'no' },
    verdict: 'unchecked',
  },
  {
    name: 'nesting of 200 levels',
    schema: chain(200, (inner) => object({ a: inner }), text),
    draws: ['object'],
    acts: [{ set: '/a/a/a/a/a/a', value: {} }],
    sends: { a: { a: { a: { a: { a: { a: {} } } } } } },
  },
  {
    name: 'lists within lists',
    schema: object({ a: chain(100, (items) => ({ type: 'array', items }), text) }),
    draws: ['list'],
    acts: [{ add: '/a' }, { add: '/a/0' }],
    sends: { a: [[[]]] },
  },
  {
    name: '10,000 members',
    schema: object(Object.fromEntries(many(10_000, (at) => [`p${at}`, { ...text, pattern: '^a' }])), { required: ['p9999'] }),
    draws: many(100, () => 'text'),
    acts: [{ set: '/p9999', value: 'a' }],
    sends: { p9999: 'a' },
  },
  {
    name: 'a choice of 10,000',
    schema: object({ zone: { enum: many(10_000, (at) => `zone-${at}`) } }),
    draws: ['text'],
    acts: [{ set: '/zone', value: 'zone-9999' }],
    sends: { zone: 'zone-9999' },
  },
  {
    name: 'a choice of 10,000 numbers',
    schema: object({ n: { enum: many(10_000, (at) => at) } }),
    draws: ['json'],
    acts: [{ type: '/n', text: '17' }],
    sends: { n: 17 },
  },
  {
    name: 'a choice between 1,000 shapes',
    schema: object({ n: { oneOf: many(1000, (at) => kindOf(`k${at}`, {})) } }),
    draws: ['json'],
    acts: [{ type: '/n', text: '{"kind":"k7"}' }],
    sends: { n: { kind: 'k7' } },
  },
  ...['^(a+)+$', '^(a|a)*$', '(x+x+)+y', '^(([a-z])+.)+[A-Z]([a-z])+$', '(?=(a+)+$)a', '^(a?){50}a{50}$'].map(
    (pattern): SchemaSample => ({
      name: `a pattern without end: ${pattern}`,
      schema: object({ t: { type: 'string', pattern } }),
      draws: ['text'],
      acts: [{ set: '/t', value: `${'a'.repeat(48)}x${'x'.repeat(40)}!` }],
      sends: { t: `${'a'.repeat(48)}x${'x'.repeat(40)}!` },
      verdict: 'invalid',
    }),
  ),
  {
    name: 'a pattern without end, for names',
    schema: object({}, { patternProperties: { '^(a+)+$': text }, additionalProperties: false }),
    draws: [],
    acts: [{ name: '', as: `${'a'.repeat(40)}` }],
    sends: { ['a'.repeat(40)]: '' },
  },
  {
    name: 'a pattern that is none',
    schema: object({ t: { type: 'string', pattern: '(' } }),
    draws: ['text'],
    acts: [{ set: '/t', value: 'x' }],
    sends: { t: 'x' },
    verdict: 'unchecked',
  },
  {
    name: 'a format without end',
    schema: object({ t: { type: 'string', format: 'url' } }),
    draws: ['text'],
    acts: [{ set: '/t', value: `http://${'a'.repeat(60)}!` }],
    sends: { t: `http://${'a'.repeat(60)}!` },
  },
  {
    name: 'a format named like a member of every object',
    schema: object({ t: { type: 'string', format: '__proto__' } }),
    draws: ['text'],
    acts: [{ set: '/t', value: 'x' }],
    sends: { t: 'x' },
  },
  {
    name: 'a default of another type',
    schema: object({ n: { type: 'integer', default: { a: 1 } } }),
    draws: ['number'],
    sends: { n: { a: 1 } },
    verdict: 'invalid',
  },
];

export const SCHEMA_SAMPLES: readonly SchemaSample[] = [...REAL, ...NASTY];
