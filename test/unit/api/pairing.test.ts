/** The code that one device shows and another enters, and the digits that both show. */
import { describe, expect, it } from 'vitest';
import { hashPairingCode, mintPairingCode, parsePairingCode, toCheck } from '../../../api/_lib/pairing.ts';

const KV = { storage: { kind: 'kv', url: 'https://kv.example', token: 'a' } } as const;

describe('a pairing code', () => {
  it('is minted anew each time, of symbols that it is read with', () => {
    const codes = Array.from({ length: 200 }, mintPairingCode);
    expect(new Set(codes).size).toBe(200);
    for (const code of codes) expect(parsePairingCode(code)).toBe(code);
  });
  it.each([
    ['bcdf ghjk', 'BCDFGHJK'],
    ['  BCDF-GHJK\n', 'BCDFGHJK'],
    ['b c d f – g h j k', 'BCDFGHJK'],
    ['BCDFGHJ', undefined],
    ['BCDFGHJA', undefined],
    ['BCDF.GHJK', undefined],
  ])('%j is read as %j', (typed, code) => {
    expect(parsePairingCode(typed)).toBe(code);
  });
  it('is stored as a hash that another storage would not know again', async () => {
    const hash = await hashPairingCode('BCDFGHJK', KV);
    expect(hash).not.toContain('BCDFGHJK');
    expect(await hashPairingCode('BCDFGHJK', KV)).toBe(hash);
    expect(await hashPairingCode('BCDFGHJL', KV)).not.toBe(hash);
    expect(await hashPairingCode('BCDFGHJK', { storage: { ...KV.storage, token: 'b' } })).not.toBe(hash);
  });
});

describe('the digits of a device', () => {
  it('are four, and the same wherever they are shown', () => {
    expect(toCheck('a')).toMatch(/^\d{4}$/);
    expect(toCheck('a')).toBe(toCheck('a'));
    expect(new Set(Array.from({ length: 50 }, (_, at) => toCheck(`${at}`))).size).toBeGreaterThan(40);
  });
});
