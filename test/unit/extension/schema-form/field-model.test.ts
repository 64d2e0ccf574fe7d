/** Proves what a form draws for a schema: a table over the shapes that servers send. */
import { describe, expect, it } from 'vitest';
import type { Control, Field } from '../../../../extension/state/schema-form/field.ts';
import { initialArguments, initialItem, initialMembers } from '../../../../extension/state/schema-form/field-initial.ts';
import { toRootField } from '../../../../extension/state/schema-form/field-model.ts';

const toFields = (schema: unknown): Field[] => membersOf(toRootField(schema));

const only = (property: unknown, options: { required?: boolean; defs?: unknown } = {}): Field => {
  const [field] = toFields({
    type: 'object',
    properties: { it: property },
    ...(options.required && { required: ['it'] }),
    ...(options.defs !== undefined && { $defs: options.defs }),
  });
  if (field === undefined) throw new Error('no field');
  return field;
};
const controlOf = (property: unknown, defs?: unknown): Control => only(property, { defs }).control;
const membersOf = (field: Field): Field[] => (field.control.kind === 'object' ? field.control.fields() : []);

describe('the control of a schema', () => {
  const text = { kind: 'text', input: 'text', multiline: false, mayBeEmpty: true };
  it.each<[string, unknown, unknown]>([
    ['string', { type: 'string' }, text],
    ['email', { type: 'string', format: 'email' }, { ...text, input: 'email', mayBeEmpty: false }],
    ['uri', { type: 'string', format: 'uri' }, { ...text, input: 'url', mayBeEmpty: false }],
    ['date', { type: 'string', format: 'date' }, { ...text, input: 'date', mayBeEmpty: false }],
    ['date and time', { type: 'string', format: 'date-time' }, { ...text, input: 'date-time', mayBeEmpty: false }],
    ['uuid', { type: 'string', format: 'uuid' }, { ...text, input: 'uuid', mayBeEmpty: false }],
    ['password', { type: 'string', format: 'password' }, { ...text, input: 'password', mayBeEmpty: false }],
    ['what is written only', { type: 'string', writeOnly: true }, { ...text, input: 'password' }],
    ['a format that nobody knows', { type: 'string', format: 'tide' }, { ...text, mayBeEmpty: false }],
    ['long text', { type: 'string', maxLength: 5000 }, { ...text, multiline: true }],
    ['text whose default has lines', { type: 'string', default: 'a\nb' }, { ...text, multiline: true }],
    ['text that has to be there', { type: 'string', minLength: 1 }, { ...text, mayBeEmpty: false }],
    ['text with an example', { type: 'string', examples: [1, 'x'] }, { ...text, example: 'x' }],
    ['number', { type: 'number', minimum: 1, maximum: 10 }, { kind: 'number', integer: false, minimum: 1, maximum: 10 }],
    ['integer', { type: 'integer', exclusiveMinimum: 0 }, { kind: 'number', integer: true, minimum: 0 }],
    ['number or integer', { type: ['number', 'integer'] }, { kind: 'number', integer: false }],
    ['boolean', { type: 'boolean' }, { kind: 'boolean' }],
    [
      'enum',
      { type: 'string', enum: ['a', 'b'] },
      {
        kind: 'choice',
        options: [
          { label: 'a', value: 'a' },
          { label: 'b', value: 'b' },
        ],
      },
    ],
    [
      'enum of numbers',
      { enum: [1, null] },
      {
        kind: 'choice',
        options: [
          { label: '1', value: 1 },
          { label: 'null', value: null },
        ],
      },
    ],
    [
      'values and texts that read alike',
      { enum: [1, '1', true, 'true', null, 'null', 'x'] },
      {
        kind: 'choice',
        options: [
          { label: '1', value: 1 },
          { label: '"1"', value: '1' },
          { label: 'true', value: true },
          { label: '"true"', value: 'true' },
          { label: 'null', value: null },
          { label: '"null"', value: 'null' },
          { label: 'x', value: 'x' },
        ],
      },
    ],
    ['enum with names', { enum: ['a'], enumNames: ['Alpha'] }, { kind: 'choice', options: [{ label: 'Alpha (a)', value: 'a' }] }],
    ['constant', { const: 7 }, { kind: 'choice', options: [{ label: '7', value: 7 }] }],
    ['titled constants', { oneOf: [{ const: 'a', title: 'Alpha' }] }, { kind: 'choice', options: [{ label: 'Alpha (a)', value: 'a' }] }],
    [
      'set of choices',
      { type: 'array', uniqueItems: true, items: { enum: ['a'] } },
      { kind: 'choices', options: [{ label: 'a', value: 'a' }] },
    ],
    ['anything', {}, { kind: 'json' }],
    ['true', true, { kind: 'json' }],
    ['nonsense', 'nonsense', { kind: 'json' }],
    ['null', { type: 'null' }, { kind: 'choice', options: [{ label: 'null', value: null }] }],
    ['unknown type', { type: 'decimal' }, { kind: 'json' }],
  ])('of %s', (_, schema, control) => {
    expect(controlOf(schema)).toEqual(control);
  });

  it('of a union is a choice between its shapes', () => {
    const labels = (schema: unknown) => {
      const control = controlOf(schema);
      return control.kind === 'variants' ? control.variants.map(({ label, field }) => [label, field().control.kind]) : control.kind;
    };
    expect(labels({ anyOf: [{ type: 'string' }, { type: 'number' }] })).toEqual([
      ['string', 'text'],
      ['number', 'number'],
    ]);
    expect(labels({ type: ['string', 'integer', 'number', 'array'] })).toEqual([
      ['string', 'text'],
      ['number', 'number'],
      ['array', 'list'],
    ]);
    const shape = (kind: string, more: object) => ({ type: 'object', properties: { kind: { const: kind }, ...more }, required: ['kind'] });
    expect(labels({ oneOf: [shape('circle', { r: {} }), shape('square', { a: {} })] })).toEqual([
      ['circle', 'object'],
      ['square', 'object'],
    ]);
    expect(
      labels({
        oneOf: [
          { title: 'A', type: 'object' },
          { title: 'A', type: 'object' },
        ],
      }),
    ).toEqual([
      ['A (1)', 'object'],
      ['A (2)', 'object'],
    ]);
  });

  it('of an object whose shapes differ in what is required only is its members', () => {
    const either = { anyOf: [{ required: ['a'] }, { required: ['b'] }] };
    expect(membersOf(only({ type: 'object', properties: { a: {}, b: {} }, ...either })).map(({ key }) => key)).toEqual(['a', 'b']);
  });

  it('of a tuple is a list with a control for each place', () => {
    const { control } = only({ type: 'array', prefixItems: [{ type: 'string' }, { type: 'boolean' }], items: false });
    expect(control).toMatchObject({ kind: 'list', maxItems: 2 });
    expect(control.kind === 'list' && [0, 1].map((at) => control.item(at).control.kind)).toEqual(['text', 'boolean']);
  });

  it('of a map is an object whose names the user gives', () => {
    const { control } = only({ type: 'object', additionalProperties: false, patternProperties: { '^x-': { type: 'integer' } } });
    expect(control.kind === 'object' && control.entry?.('x-a')?.control.kind).toBe('number');
    expect(control.kind === 'object' && control.entry?.('y')).toBeUndefined();
  });

  it('of an object is its members, in order', () => {
    const field = only({ type: 'object', required: ['b'], properties: { a: { type: 'string' }, b: { type: 'integer' } } });
    expect(membersOf(field).map(({ key, required }) => [key, required])).toEqual([
      ['a', false],
      ['b', true],
    ]);
  });

  it('of an array is a list of its items', () => {
    const { control } = only({ type: 'array', items: { type: 'integer' }, minItems: 1, maxItems: 3 });
    expect(control).toMatchObject({ kind: 'list', minItems: 1, maxItems: 3 });
    expect(control.kind === 'list' && control.item(2)).toMatchObject({ key: 2, required: true, control: { kind: 'number' } });
  });
});

describe('members that depend on others', () => {
  it.each([
    ['dependencies', { dependencies: { card: { properties: { billing: { type: 'string' } }, required: ['billing'] } } }],
    ['dependentSchemas', { dependentSchemas: { card: { properties: { billing: { type: 'string' } }, required: ['billing'] } } }],
  ])('are there with them: %s', (_, rest) => {
    const { control } = toRootField({ type: 'object', properties: { card: { type: 'string' } }, ...rest });
    if (control.kind !== 'object') throw new Error('no object');
    expect(control.fields({}).map(({ key }) => key)).toEqual(['card']);
    expect(control.fields({ card: '1' }).map(({ key, required }) => [key, required])).toEqual([
      ['card', false],
      ['billing', true],
    ]);
  });

  it.each(['dependentRequired', 'dependencies'])('have to be there with them: %s', (keyword) => {
    const { control } = toRootField({ properties: { a: { type: 'string' }, b: { type: 'string' } }, [keyword]: { a: ['b'] } });
    if (control.kind !== 'object') throw new Error('no object');
    expect(control.fields({}).map(({ required }) => required)).toEqual([false, false]);
    expect(control.fields({ a: 'x' }).map(({ required }) => required)).toEqual([false, true]);
  });
});

describe('null', () => {
  it.each([
    ['a list of types', { type: ['integer', 'null'], minimum: 1 }],
    ['a choice', { anyOf: [{ type: 'integer', minimum: 1 }, { type: 'null' }] }],
    ['a constant', { oneOf: [{ const: null }, { type: 'integer', minimum: 1 }] }],
    ['a keyword', { type: 'integer', minimum: 1, nullable: true }],
  ])('is taken out of %s', (_, schema) => {
    expect(only(schema)).toMatchObject({
      nullable: true,
      control: { kind: 'number', integer: true, minimum: 1 },
      hint: 'integer, at least 1, or null',
    });
  });

  it('is no choice of an enum that may be null', () => {
    expect(only({ type: ['string', 'null'], enum: ['a', null] })).toMatchObject({
      nullable: true,
      control: { kind: 'choice', options: [{ label: 'a', value: 'a' }] },
    });
  });
});

describe('references', () => {
  const defs = {
    port: { type: 'integer', default: 443 },
    'a/b~c': { type: 'boolean' },
    loop: { $ref: '#/$defs/loop' },
    chain: { $ref: '#/$defs/port' },
  };

  it('are followed inside the document, with what stands beside them', () => {
    expect(only({ $ref: '#/$defs/port', description: 'Here' }, { defs })).toMatchObject({
      control: { kind: 'number', integer: true },
      description: 'Here',
      initial: 443,
    });
    expect(controlOf({ $ref: '#/$defs/chain' }, defs)).toMatchObject({ kind: 'number' });
    expect(controlOf({ $ref: '#/$defs/a~1b~0c' }, defs)).toEqual({ kind: 'boolean' });
    expect(controlOf({ anyOf: [{ $ref: '#/$defs/port' }, { type: 'null' }] }, defs)).toMatchObject({ kind: 'number' });
  });

  it.each(['https://example.com/schema.json', '#/$defs/missing', '#/$defs/loop', 'other.json#/x'])(
    'that lead nowhere become JSON: %s',
    (reference) => {
      expect(controlOf({ $ref: reference }, defs)).toEqual({ kind: 'json' });
    },
  );

  it('merge allOf', () => {
    const field = only(
      { allOf: [{ $ref: '#/$defs/base' }, { properties: { b: { type: 'string' } }, required: ['b'] }] },
      {
        defs: { base: { type: 'object', properties: { a: { type: 'string' } }, required: ['a'] } },
      },
    );
    expect(membersOf(field).map(({ key, required }) => [key, required])).toEqual([
      ['a', true],
      ['b', true],
    ]);
  });

  it('to the schema itself are folded, and cost nothing until they are opened', () => {
    const node = { type: 'object', properties: { value: { type: 'string' }, next: { $ref: '#/$defs/node' } }, required: ['next'] };
    const field = only({ $ref: '#/$defs/node' }, { defs: { node }, required: true });
    const next = membersOf(field).find(({ key }) => key === 'next');
    expect(field.folded).toBe(false);
    expect(next?.folded).toBe(true);
    expect(initialMembers([field])).toEqual({ it: {} });
  });
});

describe('what a form begins with', () => {
  it('has a constant that must be there, null too', () => {
    const schema = { type: 'object', required: ['a', 'b'], properties: { a: { const: null }, b: { const: 1 }, c: { const: 2 } } };
    expect(initialArguments(toRootField(schema))).toEqual({ a: null, b: 1 });
  });

  it('is the defaults, the objects that must be there, and nothing else', () => {
    const root = toRootField({
      type: 'object',
      required: ['options', 'version'],
      properties: {
        name: { type: 'string' },
        count: { type: 'integer', default: 3 },
        off: { type: 'boolean', default: false },
        version: { const: 2 },
        kind: { const: 'x' },
        options: { type: 'object', properties: { a: { type: 'string' } } },
        more: { type: 'object', properties: { b: { type: 'integer', default: 1 }, c: { type: 'string' } } },
        none: { type: 'object', properties: { d: { type: 'string' } } },
      },
    });
    expect(initialArguments(root)).toEqual({ count: 3, off: false, version: 2, options: {}, more: { b: 1 } });
  });

  it.each<[unknown, unknown]>([
    [{ type: 'string' }, ''],
    [{ type: 'boolean' }, false],
    [{ enum: ['b', 'a'] }, 'b'],
    [{ type: 'integer' }, null],
    [{ type: 'integer', default: 5 }, 5],
    [{ type: 'array', items: { type: 'string' } }, []],
    [{ type: 'object', properties: { a: { type: 'string' } } }, {}],
  ])('as an item of a list: %j', (items, initial) => {
    const { control } = only({ type: 'array', items });
    expect(control.kind === 'list' && initialItem(control.item(0))).toEqual(initial);
  });
});

describe('the hint of a field', () => {
  it.each([
    [{ type: 'string' }, 'string'],
    [{ type: 'string', format: 'uri' }, 'string, uri'],
    [{ type: 'string', minLength: 2, maxLength: 5 }, 'string, 2 to 5 characters'],
    [{ type: 'integer', minimum: -9007199254740991, maximum: 9007199254740991 }, 'integer'],
    [{ type: 'number', minimum: 0 }, 'number, at least 0'],
    [{ type: 'array', items: { type: 'string' }, maxItems: 4 }, 'list of string, at most 4 items'],
    [{ type: 'object' }, 'object'],
    [{ type: 'number', multipleOf: 0.5 }, 'number, multiple of 0.5'],
    [{ type: ['string', 'number'] }, 'one of several shapes'],
  ])('of %j', (schema, hint) => {
    expect(only(schema).hint).toBe(hint);
  });
});

describe('schemas that are none', () => {
  it.each([undefined, null, 'x', [], { type: 'object', properties: 7 }, { properties: null, required: 'a' }])(
    'draw nothing: %j',
    (schema) => {
      expect(toFields(schema)).toEqual([]);
    },
  );

  it('with thousands of properties are made as far as wanted, what must be there first', () => {
    const properties = Object.fromEntries(Array.from({ length: 5000 }, (_, i) => [`p${i}`, { type: 'string' }]));
    const { control } = toRootField({ type: 'object', properties, required: ['p4999'] });
    expect(control.kind === 'object' && control.fields({}, 3).map(({ key }) => key)).toEqual(['p4999', 'p0', 'p1']);
  });

  it('keep properties that are named like members of every object', () => {
    const schema = JSON.parse('{"type":"object","properties":{"__proto__":{"type":"string"},"constructor":{"type":"boolean"}}}');
    expect(toFields(schema).map(({ key, control }) => [key, control.kind])).toEqual([
      ['__proto__', 'text'],
      ['constructor', 'boolean'],
    ]);
  });
});
