/** Which scopes a sign-in asks for. */
import { expect, it } from 'vitest';
import { asksForMore, chooseScopes, parseScopes } from '../../../../api/_lib/oauth/scopes.ts';

const nothing = { challenged: [], ofResource: [], ofServer: [], asked: [] };

it.each([
  ['none where nobody names any', nothing, []],
  [
    'none, even where a refresh token could be asked for: a default of the server would be lost',
    { ...nothing, ofServer: ['offline_access'] },
    [],
  ],
  ['those of the challenge before those of the metadata', { ...nothing, challenged: ['a'], ofResource: ['b'] }, ['a']],
  ['those of the metadata', { ...nothing, ofResource: ['b', 'c'] }, ['b', 'c']],
  [
    'a refresh token where the server knows how',
    { ...nothing, ofResource: ['b'], ofServer: ['openid', 'offline_access'] },
    ['b', 'offline_access'],
  ],
  ['what was asked for before too', { ...nothing, challenged: ['c', 'a'], asked: ['a', 'b'] }, ['a', 'b', 'c']],
])('asks for %s', (_name, known, expected) => {
  expect(chooseScopes(known)).toEqual(expected);
});

it('leaves out what can be no scope, and repetitions', () => {
  expect(parseScopes(' a  b a "c" \\d é e\n')).toEqual(['a', 'b', 'e']);
  expect(parseScopes(undefined)).toEqual([]);
  expect(parseScopes(Array.from({ length: 500 }, (_, n) => `s${n}`).join(' '))).toHaveLength(100);
});

it('tells whether anything is new', () => {
  expect(asksForMore(['a'], ['a', 'b'])).toBe(false);
  expect(asksForMore(['a', 'c'], ['a', 'b'])).toBe(true);
  expect(asksForMore([], [])).toBe(false);
});
