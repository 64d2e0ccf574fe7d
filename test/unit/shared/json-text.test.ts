/** Reading JSON that nobody vouches for. */
import { describe, expect, it } from 'vitest';
import { isTooDeep, parseJsonText } from '../../../shared/json-text.ts';
import { MAX_JSON_DEPTH } from '../../../shared/limits.ts';

const nested = (depth: number): string => '['.repeat(depth) + ']'.repeat(depth);

describe('isTooDeep', () => {
  it('accepts the limit and refuses one more', () => {
    expect(isTooDeep(nested(MAX_JSON_DEPTH))).toBe(false);
    expect(isTooDeep(nested(MAX_JSON_DEPTH + 1))).toBe(true);
  });
  it('does not count brackets in strings, nor escaped quotes', () => {
    expect(isTooDeep(JSON.stringify({ text: `\\"${'[{'.repeat(500)}` }))).toBe(false);
  });
  it('counts depth, not number', () => {
    expect(isTooDeep(`[${'[],'.repeat(5000)}[]]`)).toBe(false);
  });
});

describe('parseJsonText', () => {
  it('returns the value', () => {
    expect(parseJsonText('{"a":[1,"ü"]}')).toEqual({ a: [1, 'ü'] });
  });
  it.each(['', '{', 'undefined', '{"a":1}x'])('refuses %j as malformed', (text) => {
    expect(() => parseJsonText(text)).toThrowError(expect.objectContaining({ code: 'JSON_MALFORMED' }));
  });
  it('refuses 10,000 levels before parsing', () => {
    expect(() => parseJsonText(nested(10_000))).toThrowError(expect.objectContaining({ code: 'JSON_TOO_DEEP' }));
  });
});
