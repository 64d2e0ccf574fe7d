// @vitest-environment node
/** Proves what typed and pasted headers mean, and what is wrong with them. */
import { describe, expect, it } from 'vitest';
import { headerRow, parsePastedHeaders, pasteRows, readRows } from '../../../../extension/state/header-rows.ts';
import { MAX_SERVER_HEADERS } from '../../../../shared/limits.ts';

const rows = (...pairs: [name: string, value: string][]) => pairs.map(([name, value]) => headerRow(name, value));
const bare = (found: { name: string; value: string }[]) => found.map(({ name, value }) => [name, value]);

describe('rows', () => {
  it('mean headers; empty ones mean nothing', () => {
    expect(readRows(rows([' X-Api-Key ', ' abc '], ['', '']))).toEqual({ kind: 'ok', headers: { 'X-Api-Key': 'abc' } });
    expect(readRows(rows(['', '']))).toEqual({ kind: 'ok', headers: undefined });
  });

  it('may be named like something of the language', () => {
    const verdict = readRows(rows(['__proto__', 'abc']));
    expect(verdict.kind === 'ok' && Object.entries(verdict.headers ?? {})).toEqual([['__proto__', 'abc']]);
  });

  it.each([
    ['a value without a name', ['', 'abc'], 'name', /^Enter the name/],
    ['a name without a value', ['X-Api-Key', ' '], 'value', /^Enter the value of X-Api-Key/],
    ['a name with a space', ['X Api', 'abc'], 'name', /not the name of a header/],
    ['a name that MCP sets', ['Mcp-Session-Id', 'abc'], 'name', /cannot be set/],
    ['a value with a line break', ['X-Api-Key', 'a\nb'], 'value', /line break/],
  ] as const)('with %s are told of where it is', (_, [name, value], part, reason) => {
    const [row] = rows([name, value]);
    expect(readRows(row ? [row] : [])).toEqual({ kind: 'invalid', key: row?.key, part, reason: expect.stringMatching(reason) });
  });

  it('that say a name twice are told of at the second one', () => {
    const two = rows(['X-Api-Key', 'a'], ['x-api-key', 'b']);
    expect(readRows(two)).toMatchObject({ kind: 'invalid', key: two[1]?.key, part: 'name' });
  });

  it('never repeat a value', () => {
    for (const value of ['sécret', 'se\ncret', 'x'.repeat(5000)])
      expect(JSON.stringify(readRows(rows(['A', value])))).not.toContain(value.slice(-4));
  });
});

describe('a paste', () => {
  it.each([
    ['one line', 'Authorization: Bearer abc', [['Authorization', 'Bearer abc']]],
    [
      'several lines',
      'X-A: 1\r\n\nX-B: 2\n',
      [
        ['X-A', '1'],
        ['X-B', '2'],
      ],
    ],
    [
      'options of curl',
      `-H 'X-A: 1' \\\n  --header "X-B: 2"`,
      [
        ['X-A', '1'],
        ['X-B', '2'],
      ],
    ],
    [
      'members of JSON',
      '"X-A": "1",\n"X-B": "2"',
      [
        ['X-A', '1'],
        ['X-B', '2'],
      ],
    ],
    ['a key', 'sk-abc', []],
    ['a key with a colon', '123456:ABC-def', []],
    ['an address', 'https://mcp.example.com/mcp', []],
    ['a sentence beside a header', 'X-A: 1\nuse this one', []],
    ['nothing', '', []],
  ])('of %s is split where it holds headers alone', (_, text, expected) => {
    expect(bare(parsePastedHeaders(text))).toEqual(expected);
  });

  it('takes the place of empty rows and of those with the same name', () => {
    const before = rows(['', ''], ['x-a', 'old'], ['X-C', '3']);
    expect(
      bare(
        pasteRows(before, [
          { name: 'X-A', value: '1' },
          { name: 'X-B', value: '2' },
        ]),
      ),
    ).toEqual([
      ['X-C', '3'],
      ['X-A', '1'],
      ['X-B', '2'],
    ]);
  });

  it('makes no more rows than headers are kept', () => {
    const many = Array.from({ length: MAX_SERVER_HEADERS + 5 }, (_, at) => ({ name: `X-${at}`, value: '1' }));
    expect(pasteRows([], many)).toHaveLength(MAX_SERVER_HEADERS);
  });
});
