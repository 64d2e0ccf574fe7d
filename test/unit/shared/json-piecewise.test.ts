/** Proves that JSON read piece by piece is what JSON.parse reads, and that what JSON.parse refuses is refused. */
import { describe, expect, it } from 'vitest';
import { inSlices } from '../../../extension/platform/in-slices.ts';
import { parsePiecewise } from '../../../shared/json-piecewise.ts';

const read = (text: string, pieceLength?: number): { value: unknown; pieces: number } => {
  const work = parsePiecewise(text, pieceLength);
  for (let pieces = 1; ; pieces++) {
    const step = work.next();
    if (step.done) return { value: step.value, pieces };
  }
};

/** The same numbers on every run. */
function dice(seed: number): (sides: number) => number {
  let state = seed;
  return (sides) => {
    state = (Math.imul(state, 1_103_515_245) + 12_345) & 0x7fffffff;
    return state % sides;
  };
}

function makeValue(roll: (sides: number) => number, depth: number): unknown {
  const kind = roll(depth > 4 ? 2 : 4);
  if (kind === 0) return [null, true, -1.5e3, '', 'a\\"\n\u2028é😀', '{"not":"json"}', 0.1][roll(7)];
  if (kind === 1) return roll(1_000_000);
  if (kind === 2) return Array.from({ length: roll(6) }, () => makeValue(roll, depth + 1));
  return Object.fromEntries(
    Array.from({ length: roll(6) }, (_, n) => [['__proto__', 'a"b', `k${n}`, 'x\\', '1', ''][roll(6)], makeValue(roll, depth + 1)]),
  );
}

describe('JSON in pieces', () => {
  it('is the same as in one', () => {
    const roll = dice(7);
    for (let round = 0; round < 2000; round++) {
      const text = JSON.stringify(makeValue(roll, 0), undefined, roll(3));
      const { value } = read(text, 1 + roll(12));
      // As text too: the order of members, and a member called __proto__.
      expect(JSON.stringify(value), text).toBe(JSON.stringify(JSON.parse(text)));
    }
  });

  it('is refused when it is broken anywhere', () => {
    const roll = dice(11);
    let refused = 0;
    for (let round = 0; round < 2000; round++) {
      const whole = JSON.stringify(makeValue(roll, 0));
      const at = roll(whole.length + 1);
      const text = whole.slice(0, at) + [',', '"', '}', ']', 'x', '\\', '[', '{', ':', ''][roll(10)] + whole.slice(at + roll(2));
      let expected: unknown;
      try {
        expected = JSON.parse(text);
      } catch {
        refused++;
        expect(() => read(text, 1 + roll(12)), text).toThrow(SyntaxError);
        continue;
      }
      expect(JSON.stringify(read(text, 1 + roll(12)).value), text).toBe(JSON.stringify(expected));
    }
    expect(refused).toBeGreaterThan(500);
  });

  it('gives others their turn: text, lists, objects and what is inside of them', () => {
    const rows = Array.from({ length: 30_000 }, (_, n) => ({ n, name: `row ${n}` }));
    for (const value of [
      rows,
      { result: { rows } },
      { text: 'line\n'.repeat(100_000) },
      Object.fromEntries(rows.map((row) => [row.name, row])),
    ]) {
      const { value: again, pieces } = read(JSON.stringify(value));
      expect(again).toEqual(value);
      expect(pieces).toBeGreaterThan(4);
    }
  });

  it('is read however deep it is', () => {
    const text = `${'['.repeat(100_000)}${']'.repeat(100_000)}`;
    expect(Array.isArray(read(text).value)).toBe(true);
  });

  it('is given up when nobody wants it any more', async () => {
    const stop = new AbortController();
    const text = JSON.stringify(Array.from({ length: 500_000 }, (_, n) => `row ${n}`));
    const reading = inSlices(parsePiecewise(text), stop.signal);
    stop.abort(new Error('gone'));
    await expect(reading).rejects.toThrow('gone');
  });
});
