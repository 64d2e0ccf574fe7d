/** Proves that patterns mean here what they mean in a browser, and that none of them takes long. */
import { describe, expect, it } from 'vitest';
import { matchPattern } from '../../../../extension/state/schema-form/pattern-match.ts';
import { openRandom } from '../../../support/model-random.ts';

const PATTERNS = [
  ...[
    '',
    'a',
    '^a$',
    'a|b',
    '^(a|b)*c$',
    '^a?b+$',
    '^a{2}$',
    '^a{2,}b{1,3}$',
    '^[a-c]+$',
    '^[^a-c]+$',
    '^\\d{3}-\\d{4}$',
    '\\bab\\b',
    '\\Bb',
  ],
  ...[
    '^(?:ab)+$',
    '^(?<x>a)b$',
    '^(?=.*b)a',
    '^(?!.*b)a',
    '(?<=a)b',
    '(?<!a)b',
    '^.$',
    '^\\p{L}+$',
    '^\\u{1F600}$',
    '^[\\w.-]+@[\\w.-]+$',
    '^$',
    '[]',
    '[^]',
  ],
  ...[
    '^a*?b',
    '(a*)*b',
    '(a|ab)(c|bcd)d*',
    '^(([a-z])+.)+[A-Z]([a-z])+$',
    '^\\/[a-z]\\.$',
    'a.c',
    '^(a|b|)+$',
    '{',
    'a{',
    '^a{,2}$',
    '\\-',
    '[\\]a]',
    '^[\\s\\S]{0,3}$',
  ],
];
const TEXTS = [
  '',
  'a',
  'b',
  'ab',
  'abc',
  'aab',
  'aabb',
  'abcd',
  'xaby',
  'A',
  'aaAa',
  '555-1234',
  'é',
  '😀',
  'a\nb',
  'a{',
  '{',
  'a{,2}',
  '-',
  ']',
  'x.y-z@w.example',
  '/a.',
  ' ab ',
];

const native = (pattern: string, text: string): string => {
  for (const flags of ['u', '']) {
    try {
      return new RegExp(pattern, flags).test(text) ? 'matches' : 'differs';
    } catch {}
  }
  return 'unchecked';
};

describe('a pattern', () => {
  it.each(PATTERNS)('means what it means in a browser: %s', (pattern) => {
    for (const text of TEXTS) expect([text, matchPattern(pattern, text)]).toEqual([text, native(pattern, text)]);
  });

  it('put together by chance means the same', () => {
    const { below, pick } = openRandom(7);
    const make = (depth: number): string => {
      const kind = depth === 0 ? 0 : below(6);
      if (kind === 0) return pick(['a', 'b', '.', '[ab]', '[^a]', '\\w', '\\b', '^', '$']);
      if (kind === 1) return make(depth - 1) + make(depth - 1);
      if (kind === 2) return `(?:${make(depth - 1)}|${make(depth - 1)})`;
      if (kind === 3) return `(?:${make(depth - 1)})${pick(['*', '+', '?', '{2}', '{0,2}', '{1,}', '*?'])}`;
      if (kind === 4) return `(${pick(['?=', '?!', '?<=', '?<!'])}${make(depth - 1)})`;
      return `(${make(depth - 1)})`;
    };
    for (let n = 0; n < 2000; n++) {
      const pattern = make(4);
      const text = Array.from({ length: below(7) }, () => pick(['a', 'b', ' ', '\n'])).join('');
      expect([pattern, text, matchPattern(pattern, text)]).toEqual([pattern, text, native(pattern, text)]);
    }
  });

  it.each(['(', '(a)\\1', '(?<x>a)\\k<x>', `${'(?:'.repeat(200)}a${')'.repeat(200)}`, '((a{99}){99}){99}'])(
    'is left unchecked: %.30s',
    (pattern) => {
      expect(matchPattern(pattern, 'a')).toBe('unchecked');
    },
  );

  it.each(['^(a+)+$', '(a|a)*c', '(?:a*)*b', '(?=(a+)+c)', '^(?:(?:a+)+)+$', '(?<=(a+)+)c'])(
    'takes no time that one notices: %s',
    (pattern) => {
      const startedAt = performance.now();
      expect(matchPattern(pattern, `${'a'.repeat(500)}!`)).not.toBe('matches');
      expect(performance.now() - startedAt).toBeLessThan(1000);
    },
  );
});
