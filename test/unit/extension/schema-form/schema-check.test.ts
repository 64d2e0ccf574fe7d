/** Proves the verdict on a value: where it breaks its schema, and what can't be checked. */
import { describe, expect, it } from 'vitest';
import { checkValue } from '../../../../extension/state/schema-form/schema-check.ts';

const issuesOf = (schema: unknown, value: unknown) => {
  const verdict = checkValue(schema, value);
  return verdict.kind === 'invalid' ? verdict.issues.map(({ pointer, keyword }) => `${pointer} ${keyword}`) : verdict.kind;
};

describe('a value', () => {
  const schema = {
    type: 'object',
    required: ['a'],
    properties: {
      a: { type: 'integer', minimum: 1 },
      'b c/d': { type: 'string', format: 'email' },
      list: { type: 'array', items: { type: 'string' } },
      maybe: { anyOf: [{ type: 'integer', maximum: 5 }, { type: 'null' }] },
      either: {
        anyOf: [
          { type: 'object', required: ['x'] },
          { type: 'object', required: ['y'] },
        ],
      },
    },
    additionalProperties: false,
  };

  it.each<[unknown, unknown]>([
    [{ a: 1 }, 'valid'],
    [{ a: 1, maybe: null, list: [] }, 'valid'],
    [{}, [' required']],
    [{ a: 0 }, ['/a minimum']],
    [{ a: '1' }, ['/a type']],
    [{ a: 1, 'b c/d': 'x' }, ['/b c~1d format']],
    [{ a: 1, list: ['x', 2] }, ['/list/1 type']],
    [{ a: 1, maybe: 7 }, ['/maybe maximum']],
    [{ a: 1, maybe: 'x' }, ['/maybe anyOf']],
    [{ a: 1, either: {} }, ['/either anyOf']],
    [{ a: 1, other: 1 }, [' additionalProperties']],
    [[], [' type']],
  ])('%j is judged', (value, expected) => {
    expect(issuesOf(schema, value)).toEqual(expected);
  });
});

describe('the words of an issue', () => {
  const schema = { type: 'object', required: ['a'], properties: { a: { type: 'integer' } }, additionalProperties: false };
  it.each<[unknown, string]>([
    [{}, '“a” is missing.'],
    [{ a: 1, b: 1 }, '“b” is not allowed here.'],
    [{ a: 'x' }, 'This is of type string, not integer.'],
  ])('on %j', (value, message) => {
    expect(checkValue(schema, value)).toMatchObject({ issues: [{ message }] });
  });
});

describe('a member of a map', () => {
  it('is judged at its own place', () => {
    expect(issuesOf({ additionalProperties: { type: 'string' } }, { a: 'x', b: 1 })).toEqual(['/b type']);
  });
});

describe('a schema', () => {
  it('of draft 7 is read as draft 7', () => {
    const tuple = { $schema: 'http://json-schema.org/draft-07/schema#', items: [{ type: 'string' }, { type: 'number' }] };
    expect(issuesOf(tuple, ['a', 'b'])).toEqual(['/1 type']);
  });

  it('without a name is read as 2020-12', () => {
    expect(issuesOf({ prefixItems: [{ type: 'string' }], items: { type: 'number' } }, ['a', 'b'])).toEqual(['/1 type']);
  });

  it('that refers to itself is checked as deep as the value goes', () => {
    const node = { type: 'object', properties: { next: { $ref: '#/$defs/node' }, n: { type: 'integer' } } };
    expect(issuesOf({ $ref: '#/$defs/node', $defs: { node } }, { next: { next: { n: 'x' } } })).toEqual(['/next/next/n type']);
  });

  it.each([
    ['a reference over the network', { $ref: 'https://example.com/schema.json' }],
    ['a reference to nothing', { $ref: '#/$defs/none' }],
    ['a pattern that is none', { type: 'string', pattern: '(' }],
    ['no object', 7],
    ['nothing', undefined],
  ])('with %s is not taken for a pass', (_, schema) => {
    expect(checkValue(schema, 'x').kind).toBe('unchecked');
  });

  it('with a reference over the network is checked but for that part', () => {
    const schema = {
      type: 'object',
      properties: {
        a: { $ref: 'https://example.com/a.json' },
        n: { type: 'integer' },
        x: { oneOf: [{ $ref: 'b.json' }, { type: 'string' }] },
      },
    };
    expect(issuesOf(schema, { a: 1, n: 'x' })).toEqual(['/n type']);
    expect(checkValue(schema, { a: 1, n: 2 })).toEqual({
      kind: 'unchecked',
      reason: expect.stringContaining('https://example.com/a.json'),
    });
    // Whether the text has one of both shapes or both, nobody knows.
    expect(issuesOf(schema, { x: 'text' })).toBe('unchecked');
    expect(issuesOf({ not: { $ref: 'b.json' } }, 1)).toBe('unchecked');
    expect(issuesOf({ anyOf: [{ not: { $ref: 'b.json' } }, { type: 'string' }] }, 1)).toBe('unchecked');
    // biome-ignore lint/suspicious/noThenProperty: it is a keyword of JSON Schema
    expect(issuesOf({ if: { $ref: 'b.json' }, then: false }, 1)).toBe('unchecked');
  });

  it('with a reference to nothing is told by its name in the schema', () => {
    expect(checkValue({ $ref: '#/$defs/none' }, 1)).toMatchObject({ reason: expect.stringMatching(/^#\/\$defs\/none /) });
  });

  it('of true or false is a verdict by itself', () => {
    expect(checkValue(true, 1)).toEqual({ kind: 'valid' });
    expect(checkValue(false, 1).kind).toBe('invalid');
  });
});
