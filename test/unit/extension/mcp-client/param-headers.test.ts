/** Proves which arguments are repeated in headers, and where a schema wants that in a way that it must not. */
import { describe, expect, it } from 'vitest';
import { readHeaderParams, toParamHeaders } from '../../../../extension/gateway/param-headers.ts';

const text = (name: unknown) => ({ type: 'string', 'x-mcp-header': name });
const objectOf = (properties: object, rest: object = {}) => ({ type: 'object', properties, ...rest });

describe('arguments that are repeated in headers', () => {
  it.each<[string, unknown, unknown, Record<string, string>]>([
    ['nothing where nothing is wanted', objectOf({ a: { type: 'string' } }), { a: 'x' }, {}],
    ['no schema', undefined, { a: 'x' }, {}],
    [
      'text, whole numbers and yes or no',
      objectOf({ a: text('A'), n: { type: 'integer', 'x-mcp-header': 'N' }, b: { type: 'boolean', 'x-mcp-header': 'B' } }),
      { a: 'x y', n: -3, b: false },
      { 'Mcp-Param-A': 'x y', 'Mcp-Param-N': '-3', 'Mcp-Param-B': 'false' },
    ],
    ['none that is null, missing or no scalar', objectOf({ a: text('A'), b: text('B'), c: text('C') }), { a: null, c: { d: 1 } }, {}],
    ['what is inside objects', objectOf({ a: objectOf({ b: text('Deep') }) }), { a: { b: 'x' } }, { 'Mcp-Param-Deep': 'x' }],
    ['only own members', objectOf({ constructor: objectOf({ name: text('Name') }) }), {}, {}],
    [
      'what no header may carry in its encoding',
      objectOf({ a: text('A'), b: text('B'), c: text('C'), d: text('D') }),
      { a: ' x', b: 'a\nb', c: '=?base64?eA==?=', d: '' },
      {
        'Mcp-Param-A': '=?base64?IHg=?=',
        'Mcp-Param-B': '=?base64?YQpi?=',
        'Mcp-Param-C': '=?base64?PT9iYXNlNjQ/ZUE9PT89?=',
        'Mcp-Param-D': '=?base64??=',
      },
    ],
  ])('are %s', (_, schema, args, headers) => {
    expect(toParamHeaders(schema, args)).toEqual(headers);
  });

  it.each<[string, unknown, string]>([
    ['a name that is no header', objectOf({ a: text('A B') }), 'a'],
    ['a line break in a name', objectOf({ a: text('A\r\nX: y') }), 'a'],
    ['no name', objectOf({ a: text('') }), 'a'],
    ['no text as name', objectOf({ a: text(true) }), 'a'],
    ['the same name twice', objectOf({ a: text('Same'), b: text('same') }), 'b'],
    ['a number with a fraction', objectOf({ a: { type: 'number', 'x-mcp-header': 'A' } }), 'a'],
    ['an object', objectOf({ a: objectOf({}, { 'x-mcp-header': 'A' }) }), 'a'],
    ['items of a list', objectOf({ a: { type: 'array', items: text('A') } }), 'a.…'],
    ['one of several shapes', objectOf({ a: { oneOf: [text('A')] } }), 'a.…'],
    ['a definition', objectOf({}, { $defs: { a: text('A') } }), '…'],
    ['all arguments', { type: 'object', 'x-mcp-header': 'A' }, ''],
  ])('are none where the schema wants it for %s', (_, schema, place) => {
    expect(readHeaderParams(schema)).toEqual({ kind: 'invalid', place });
    expect(toParamHeaders(schema, { a: 'x', b: 'y' })).toEqual({});
  });

  it('are found in a schema without end in no time', () => {
    let schema: object = text('Deep');
    for (let level = 0; level < 50_000; level++) schema = objectOf({ a: schema });
    expect(readHeaderParams(schema)).toEqual({ kind: 'ok', params: [] });
  });
});
