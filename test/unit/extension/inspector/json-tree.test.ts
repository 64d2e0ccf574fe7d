/** Proves JSON as lines that fold: the same value again when all is open, little of it where it is large, keys as in a tree, and what is found. */
import { describe, expect, it } from 'vitest';
import { findInJson, findInText, MAX_MATCHES } from '../../../../extension/ui/inspector/find-matches.ts';
import { type Token, writeBeginning, writeFlat, writeKey, writeScalar } from '../../../../extension/ui/inspector/json-tokens.ts';
import {
  countValues,
  type Folds,
  foldAll,
  type TreeLine,
  toLines,
  unfoldAll,
  wayTo,
} from '../../../../extension/ui/inspector/json-tree.ts';
import { moveInTree } from '../../../../extension/ui/inspector/json-tree-keys.ts';
import { countLines, cutLines, cutPieces, pieceAt } from '../../../../extension/ui/inspector/text-pieces.ts';

const textOf = (tokens: readonly Token[] = []): string => tokens.map(({ text }) => text).join('');

/** What stands on the lines, as it is copied from the screen. */
function written(lines: readonly TreeLine[]): string {
  return lines
    .map((line) => {
      const indent = '  '.repeat(line.depth);
      if (line.kind === 'end' || line.kind === 'piece') return indent + line.text;
      if (line.kind === 'range') return `${indent}[${line.from}…${line.to - 1}]`;
      const { value, key, isOpen, isLast } = line;
      const start = indent + textOf(key === undefined ? [] : writeKey(key));
      const comma = isLast ? '' : ',';
      if (typeof value !== 'object' || value === null) return start + writeScalar(value).text + comma;
      if (isOpen === undefined) return start + textOf(writeFlat(value)) + comma;
      const [opening, closing] = Array.isArray(value) ? '[]' : '{}';
      return isOpen ? start + opening : `${start}${opening}${textOf(writeBeginning(value))}…${closing}${comma}`;
    })
    .join('\n');
}
const drain = <T>(work: Generator<void, T>): T => {
  for (;;) {
    const step = work.next();
    if (step.done) return step.value;
  }
};
const rows = (count: number): unknown[] => Array.from({ length: count }, (_, n) => ({ n, text: `row ${n}`, more: { deep: [n, [n]] } }));

describe('lines of JSON', () => {
  it.each([
    null,
    7,
    'x',
    [],
    {},
    [[]],
    [[[1, [2]]], {}],
    { a: { b: { c: [] } }, d: [{ e: null }, { f: 'g'.repeat(80) }] },
    { '"quoted"': '"\\', 'a/b~c': 1, deep: [[[[[1]]]]], numbers: [1.5, -2, 1e21] },
    [{ a: 1 }, [1, 2, 3, 4, 5, 6, 7, 8], 'x'],
    JSON.parse('{"__proto__": {"x": [[1]]}, "1": 2}'),
  ])('are the same value again: %j', (value) => {
    expect(JSON.parse(written(toLines(value, new Map())))).toEqual(value);
  });

  it('keep small values on one line and break others', () => {
    expect(written(toLines({ sum: 42, list: [1, 2], more: { a: { b: 1 } } }, new Map()))).toBe(
      ['{', '  "sum": 42,', '  "list": [1, 2],', '  "more": {', '    "a": { "b": 1 }', '  }', '}'].join('\n'),
    );
  });

  it('have names that no two share', () => {
    const ids = toLines({ a: rows(2500), 'a/b': { a: { b: [[1]] } }, text: 'line\n'.repeat(5) }, unfoldAll(rows(3))).map(({ id }) => id);
    expect(new Set(ids).size).toBe(ids.length);
  });

  it('of a large value are few, and fall into ranges', () => {
    const lines = toLines({ rows: rows(100_000) }, new Map());
    expect(lines.length).toBeLessThan(1200);
    expect(lines.filter(({ kind }) => kind === 'range')).toHaveLength(100);
    expect(written(lines)).toContain('[99000…99999]');
  });

  it('of a list of two million are no more', () => {
    const many = Array.from({ length: 2_000_000 }, () => 0);
    expect(toLines(many, new Map()).length).toBeLessThan(2100);
    expect(countValues(many, 100)).toBe(100);
  });

  it('survive nesting that would overflow a stack', () => {
    let value: unknown = 1;
    for (let i = 0; i < 50_000; i++) value = [[value]];
    expect(toLines(value, unfoldAll(value)).length).toBeGreaterThan(20_000);
    expect(drain(findInJson(value, '1'))).toHaveLength(1);
  });

  it('of a long text are its own lines when it is unfolded', () => {
    const value = { text: 'first\n\tsecond "line"\n' };
    expect(toLines(value, new Map())).toHaveLength(3);
    expect(written(toLines(value, new Map([['/text', true]])))).toContain('first\n    \tsecond "line"\n');
  });

  it('are folded and unfolded together', () => {
    const value = { a: [[[1]], [[2]]], b: { c: { d: [[3]] } } };
    expect(toLines(value, foldAll(value)).map(({ id }) => id)).toEqual(['', '/a', '/b', '/.']);
    expect(toLines(value, unfoldAll(value))).toEqual(toLines(value, new Map()));
    expect(toLines(rows(50_000), unfoldAll(rows(50_000))).length).toBeLessThan(100_000);
  });
});

describe('the way to a match', () => {
  const value = { list: rows(5000), text: `${'x\n'.repeat(2000)}needle` };
  const reveal = (path: (string | number)[], offset?: number): TreeLine | undefined => {
    const { folds, id } = wayTo(value, path, offset);
    return toLines(value, new Map(folds)).find((line) => line.id === id);
  };
  it('opens ranges and members, and ends at the line', () => {
    expect(reveal(['list', 4321, 'more', 'deep', 1, 0])).toMatchObject({ kind: 'value', value: [4321] });
  });

  it('ends at the line that holds it, where it has none of its own', () => {
    expect(reveal(['list', 7, 'n'])).toMatchObject({ kind: 'value', key: 'n', value: 7 });
  });

  it('opens a text and ends at its piece', () => {
    expect(reveal(['text'], 4000)).toMatchObject({ kind: 'piece', text: 'needle' });
  });
});

describe('keys', () => {
  const value = { a: [[1], { b: 'c'.repeat(70) }], z: 1 };
  const at = (id: string, key: string, folds: Folds = new Map()) => {
    const lines = toLines(value, folds);
    const index = lines.findIndex((line) => line.id === id);
    return moveInTree(lines, index, key);
  };
  it.each([
    ['', 'ArrowDown', '/a'],
    ['/a', 'ArrowRight', '/a/0'],
    ['/a/1/b', 'ArrowDown', '/z'],
    ['/z', 'ArrowDown', '/z'],
    ['/z', 'ArrowUp', '/a/1/b'],
    ['/a/1/b', 'ArrowLeft', '/a/1'],
    ['/a', 'End', '/z'],
    ['/z', 'Home', ''],
    ['/z', 'PageUp', ''],
    ['', 'PageDown', '/z'],
  ])('at %j, %s goes to %j', (id, key, to) => {
    expect(at(id, key)).toEqual({ kind: 'go', id: to });
  });

  it('fold and unfold', () => {
    expect(at('/a', 'ArrowLeft')).toEqual({ kind: 'fold', id: '/a', isOpen: false });
    expect(at('/a', 'ArrowRight', new Map([['/a', false]]))).toEqual({ kind: 'fold', id: '/a', isOpen: true });
    expect(at('/a', 'Enter')).toEqual({ kind: 'fold', id: '/a', isOpen: false });
    expect(at('/a', 'x')).toBeUndefined();
  });
});

describe('what is looked for', () => {
  it('is found in text without regard to case, across the steps, as it stands', () => {
    const text = `${'a'.repeat(249_998)}Needle.*${'b'.repeat(300_000)}NEEDLE.*`;
    expect(drain(findInText(text, 'needle.*'))).toEqual([
      { from: 249_998, to: 250_006 },
      { from: 550_006, to: 550_014 },
    ]);
    expect(drain(findInText(text, ''))).toEqual([]);
    expect(drain(findInText('x'.repeat(100_000), 'x'))).toHaveLength(MAX_MATCHES);
  });

  it('is found in keys and values of JSON', () => {
    const value = { needle: 1, list: [{ x: 'a Needle' }, 'no', true], 7: 'rue' };
    expect(drain(findInJson(value, 'needle'))).toEqual([
      { path: ['needle'], inKey: true, offset: 0 },
      { path: ['list', 0, 'x'], inKey: false, offset: 2 },
    ]);
    expect(drain(findInJson(value, 'rue')).map(({ path }) => path)).toEqual([['7'], ['list', 2]]);
    expect(drain(findInJson('needle', 'e'))).toHaveLength(1);
  });
});

describe('pieces of text', () => {
  it('end at lines where there are any, and never within a character', () => {
    const text = `one\ntwo\n${'😀'.repeat(10)}\nend`;
    const ends = cutPieces(text, 7, 1);
    const pieces = ends.map((end, i) => text.slice(ends[i - 1] ?? 0, end));
    expect(pieces.join('')).toBe(text);
    expect(pieces.slice(0, 2)).toEqual(['one\n', 'two\n']);
    expect(pieces.every((piece) => piece.isWellFormed() && piece.length <= 8)).toBe(true);
    expect([0, 3, 4, text.length].map((offset) => pieceAt(ends, offset))).toEqual([0, 0, 1, ends.length - 1]);
    expect(cutPieces('', 7, 1)).toEqual([0]);
  });

  it('are told with their lines', () => {
    const long = 'x'.repeat(20);
    for (const text of ['', 'a', 'a\n', 'a\nb', '\n\n\n', `a\n${long}\nb\n\n`, `${long}\na\nb\nc\nd`]) {
      let from = 0;
      for (const { end, lines } of cutLines(text, 8, 2)) {
        expect(lines).toBe(countLines(text, from, end));
        from = end;
      }
      expect(from).toBe(text.length);
    }
  });

  it('are cut at once, however long the text or its lines are', () => {
    for (const text of ['x'.repeat(10_000_000), '\n'.repeat(2_000_000), 'The quick brown fox.\n'.repeat(500_000)]) {
      const ends = cutPieces(text, 4000, 50);
      expect(ends.at(-1)).toBe(text.length);
      expect(ends.length).toBeLessThan(50_000);
    }
  });
});
