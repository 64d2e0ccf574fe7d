/** Proves that a large value judged in pieces gets the verdict that it gets as a whole, and that nobody waits long for a piece. */
import { describe, expect, it } from 'vitest';
import { checkPiecewise, checkValue, type Verdict } from '../../../../extension/state/schema-form/schema-check.ts';

/** Runs the check to its end. */
function check(schema: unknown, value: unknown): { verdict: Verdict; pieces: number } {
  const work = checkPiecewise(schema, value);
  for (let pieces = 0; ; pieces++) {
    const step = work.next();
    if (step.done) return { verdict: step.value, pieces };
  }
}

const sorted = (verdict: Verdict) =>
  verdict.kind === 'invalid'
    ? verdict.issues.map(({ pointer, keyword, message }) => `${pointer} ${keyword} ${message}`).toSorted()
    : verdict;

const COUNT = 2000;
const rows = (wrong: Record<number, unknown> = {}) =>
  Array.from({ length: COUNT }, (_, n) => wrong[n] ?? { n, name: `row ${n}`, tags: ['a', 'b'] });
const byName = (wrong: Record<string, unknown> = {}) => ({
  ...Object.fromEntries(Array.from({ length: COUNT }, (_, n) => [`row ${n}`, { n }])),
  ...wrong,
});
const ROW = {
  type: 'object',
  required: ['n'],
  properties: { n: { type: 'integer' }, name: { type: 'string', pattern: '^row' } },
};
const listOf = (items: unknown, more: object = {}) => ({ type: 'object', properties: { rows: { type: 'array', items, ...more } } });

const CASES: [string, unknown, unknown][] = [
  ['a list that fits', listOf(ROW), { rows: rows() }],
  ['items that do not fit', listOf(ROW), { rows: rows({ 3: { n: 'x' }, 1999: {}, 7: 1, 9: { n: 1, name: 'other' } }) }],
  ['a list where there should be none', { type: 'object', properties: { rows: { type: 'string' } } }, { rows: rows() }],
  ['what a list says of itself', listOf(ROW, { maxItems: 5, contains: { const: 1 } }), { rows: rows() }],
  ['a list of nothing', listOf(false), { rows: [1, 2, 3] }],
  ['references', { $ref: '#/$defs/all', $defs: { all: listOf({ $ref: '#/$defs/row' }), row: ROW } }, { rows: rows({ 5: { n: 'x' } }) }],
  [
    'a reference with company',
    { ...listOf({ $ref: '#/$defs/row', maxProperties: 1 }), $defs: { row: ROW } },
    { rows: rows().slice(0, 12) },
  ],
  ['members by name', { additionalProperties: { required: ['n'] } }, byName({ 'row 5': {}, 'a/b~c d': {} })],
  [
    'members that are not allowed',
    { properties: { list: { items: ROW } }, additionalProperties: false },
    { list: rows({ 2: {} }), other: 1, 'an/other': 2 },
  ],
  [
    'members that are named and others',
    { properties: { x: true, y: false }, additionalProperties: { type: 'object' } },
    byName({ x: 1, y: 1, z: 1 }),
  ],
  ['a choice in each item', listOf({ anyOf: [{ type: 'null' }, ROW] }), { rows: rows({ 4: { n: 'x' }, 5: null }) }],
  ['a choice around the list', { anyOf: [{ type: 'null' }, listOf(ROW)] }, { rows: rows({ 4: { n: 'x' } }) }],
  ['what is left over', { ...listOf(ROW), unevaluatedProperties: false }, { rows: rows(), more: 1 }],
  ['what is left over of a list', { prefixItems: [{ type: 'string' }], items: { type: 'object' } }, rows({ 0: 'first', 8: 1 })],
  [
    'names by pattern',
    { patternProperties: { '^row': { required: ['n'] } }, additionalProperties: { type: 'integer' } },
    byName({ 'row 5': {}, x: 1 }),
  ],
  ['patterns in each item', listOf({ patternProperties: { '^n$': { type: 'integer' } } }), { rows: rows({ 6: { n: 'x' } }) }],
  [
    'a tuple of draft 7',
    { $schema: 'http://json-schema.org/draft-07/schema#', items: [{ type: 'string' }], additionalItems: { type: 'object' } },
    rows({ 8: 1 }),
  ],
  [
    'a schema that meets itself',
    { type: 'object', properties: { of: { type: 'array', items: { $ref: '#' } } } },
    { of: rows({ 1: { of: 1 } }) },
  ],
  ['a reference to nowhere', listOf({ $ref: '#/$defs/none' }), { rows: rows() }],
  ['a pattern that nobody can check', listOf({ properties: { name: { pattern: '(?=a)' } } }), { rows: rows() }],
  ['a list where an object should be', { type: 'object', items: ROW }, rows()],
];

describe('a large value', () => {
  it.each(CASES)('is judged in pieces as in one: %s', (_, schema, value) => {
    expect(sorted(check(schema, value).verdict)).toEqual(sorted(checkValue(schema, value)));
  });

  it('falls into pieces: items, members, what a reference leads to', () => {
    const referred = { $ref: '#/$defs/all', $defs: { all: listOf({ $ref: '#/$defs/row' }), row: ROW } };
    for (const [schema, value] of [
      [listOf(ROW), { rows: rows() }],
      [{ additionalProperties: ROW }, byName()],
      [referred, { rows: rows() }],
      [{ properties: { a: listOf(ROW) } }, { a: { rows: rows() } }],
    ])
      expect(check(schema, value).pieces).toBeGreaterThan(COUNT);
  });

  it('is read no further once enough is wrong', () => {
    const wrong = Array.from({ length: COUNT }, () => ({}));
    const { verdict, pieces } = check(listOf(ROW), { rows: wrong });
    expect(verdict.kind === 'invalid' && verdict.issues).toHaveLength(50);
    expect(pieces).toBeLessThan(100);
  });

  it('may refer often, each item for itself', () => {
    const schema = { ...listOf({ $ref: '#/$defs/row' }), $defs: { row: ROW } };
    const value = { rows: Array.from({ length: 40_000 }, (_, n) => ({ n })) };
    expect(check(schema, value).verdict).toEqual({ kind: 'valid' });
  });

  it('that fits no schema at all is told so by a schema of one word', () => {
    expect(check(true, { rows: rows() }).verdict).toEqual({ kind: 'valid' });
    expect(check(false, { rows: rows() }).verdict.kind).toBe('invalid');
    expect(check(7, { rows: rows() }).verdict.kind).toBe('unchecked');
  });
});
