/** Proves that the list of faults is whole, and that each of its proofs exists. */
import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { FAULTS } from './faults.ts';

const COUNT = 44;
const read = (file: string): string => readFileSync(fileURLToPath(new URL(`../../${file}`, import.meta.url)), 'utf8');

describe('the list of faults', () => {
  it('has all of them', () => {
    expect(Object.keys(FAULTS)).toEqual(Array.from({ length: COUNT }, (_, n) => `F${n + 1}`));
  });

  it.each(Object.entries(FAULTS))('%s is proved, or says why not', (_name, { proofs, missing }) => {
    if (proofs.length === 0) expect(missing).toMatch(/\.$/);
    for (const { file, title } of proofs) {
      expect(title).not.toBe('');
      expect(read(file)).toContain(title);
    }
  });
});
