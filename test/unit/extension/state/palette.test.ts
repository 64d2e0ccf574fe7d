/** Proves what the command palette finds, and in which order. */
import { describe, expect, it } from 'vitest';
import { findEntries, MAX_SHOWN, type PaletteEntry } from '../../../../extension/state/palette.ts';

const entry = (label: string, note?: string): PaletteEntry => ({
  id: label,
  kind: 'tool',
  label,
  ...(note !== undefined && { note }),
  run: () => undefined,
});
const labels = (entries: readonly PaletteEntry[], typed: string) => findEntries(entries, typed).map(({ label }) => label);

describe('palette', () => {
  const entries = [
    entry('get-sum', 'Adds two numbers'),
    entry('echo'),
    entry('getTinyImage'),
    entry('trigger_long_operation'),
    entry('Größe ändern'),
  ];

  it('shows everything in its order before anything is typed', () => {
    expect(labels(entries, '  ')).toStrictEqual(['get-sum', 'echo', 'getTinyImage', 'trigger_long_operation', 'Größe ändern']);
  });

  it.each([
    ['echo', ['echo']],
    ['sum get', ['get-sum']],
    ['tiny', ['getTinyImage']],
    ['two numb', ['get-sum']],
    ['größe', ['Größe ändern']],
    ['nothing like it', []],
    ['((((', []],
  ])('%j finds %j', (typed, found) => expect(labels(entries, typed)).toStrictEqual(found));

  it('shows the better match first', () => {
    expect(labels([entry('longest-echo-of-all'), entry('echo')], 'echo')[0]).toBe('echo');
  });

  it('shows so many of very many', () => {
    const many = Array.from({ length: 3000 }, (_, at) => entry(`tool-${at}`));
    expect(labels(many, '')).toHaveLength(MAX_SHOWN);
    expect(labels(many, 'tool')).toHaveLength(MAX_SHOWN);
    expect(labels(many, 'tool-2999')).toContain('tool-2999');
  });
});
