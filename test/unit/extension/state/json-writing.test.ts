/** Proves that large JSON is written as the platform writes it, and in pieces. */
import { describe, expect, it } from 'vitest';
import { writeInSlices, writePiecewise } from '../../../../extension/state/json-writing.ts';

const rows = Array.from({ length: 5000 }, (_, id) => ({
  id,
  name: `Berth ${id}`,
  tags: ['a', 'b\n"c"'],
  depth: id / 3,
  free: id % 2 === 0,
  of: null,
}));
const deep = (levels: number): unknown => (levels === 0 ? rows.slice(0, 300) : { next: deep(levels - 1), at: levels });

describe('writing JSON piece by piece', () => {
  it.each<[string, unknown]>([
    ['a short text', 'a "b"\n'],
    ['a number', 1.5],
    ['null', null],
    ['an empty list', []],
    ['an empty object', {}],
    ['many rows', rows],
    ['many rows in an object', { rows, empty: [], none: {}, '': 'x', __proto__x: 1 }],
    ['a list of many numbers', Array.from({ length: 20_000 }, (_, at) => at)],
    ['empty lists among many', Array.from({ length: 3000 }, (_, at) => (at % 2 === 0 ? [] : {}))],
    ['a member that is called like the prototype', JSON.parse(`{"__proto__": ${JSON.stringify(rows)}, "x": 1}`)],
    ['a long text', { text: 'äöü "x" \\ \u2028 😀 '.repeat(20_000) }],
    ['a long text that is cut within pairs', `x${'😀'.repeat(60_000)}`],
    ['a long text of halves of pairs', '\ud83d'.repeat(120_000)],
    ['what is deep', deep(30)],
    ['what is deeper than is taken apart', deep(200)],
  ])('gives what the platform gives: %s', async (_, value) => {
    expect((await writeInSlices(value)).join('')).toBe(JSON.stringify(value, null, 2));
  });

  it('lets others have their turn, and writes no piece that is much larger than the rest', () => {
    const work = writePiecewise({ rows, text: 'x'.repeat(1_000_000) });
    let turns = 0;
    let step = work.next();
    for (; !step.done; step = work.next()) turns++;
    expect(turns).toBeGreaterThan(40);
    expect(Math.max(...step.value.map(({ length }) => length))).toBeLessThan(200_000);
  });

  it('ends when nobody wants it any more', async () => {
    const stop = new AbortController();
    const written = writeInSlices(
      Array.from({ length: 400 }, () => rows),
      stop.signal,
    );
    stop.abort(new Error('gone'));
    await expect(written).rejects.toThrow('gone');
  });
});
