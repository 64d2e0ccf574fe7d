/** What a refusal says: the header as servers write it, and as those who mean harm do. */
import { describe, expect, it } from 'vitest';
import { parseBearer, readSignInChallenge, readStepUpChallenge } from '../../../../api/_lib/oauth/challenge.ts';

describe('parseBearer', () => {
  it.each<[string | null, Record<string, string> | undefined]>([
    [null, undefined],
    ['', undefined],
    ['Basic realm="x"', undefined],
    ['Bearer', {}],
    ['bearer scope="a b"', { scope: 'a b' }],
    ['Bearer scope=a, error=invalid_token', { scope: 'a', error: 'invalid_token' }],
    ['Basic realm="Bearer x=1", Bearer scope="a"', { scope: 'a' }],
    ['Bearer scope="a", Basic realm="x", scope="b"', { scope: 'a' }],
    [
      'Bearer realm="scope=evil, resource_metadata=https://evil.example.com", scope="a"',
      { realm: 'scope=evil, resource_metadata=https://evil.example.com', scope: 'a' },
    ],
    ['Bearer error_description="say \\"no\\"", scope="a"', { error_description: 'say "no"', scope: 'a' }],
    ['Bearer scope="a", scope="b"', { scope: 'a' }],
    ['Bearer Scope = "a" ,, ERROR="x"', { scope: 'a', error: 'x' }],
    ['Negotiate abc==, Bearer scope="a"', { scope: 'a' }],
    ['Bearer __proto__="a", constructor="b"', { constructor: 'b' } as Record<string, string>],
  ])('reads %j', (header, expected) => {
    expect(parseBearer(header)).toEqual(expected);
  });

  it('ends on any text', () => {
    for (const part of [' ', ',', '"', 'a', '=', '\\', 'Bearer ', 'a="', 'é'])
      for (const around of ['', 'Bearer ', 'Bearer x="']) expect(() => parseBearer(around + part.repeat(8000))).not.toThrow();
  });
});

it('a 401 without anything to read still asks for a sign-in', () => {
  expect(readSignInChallenge(null)).toEqual({ kind: 'sign-in', scopes: [] });
  expect(readSignInChallenge('Bearer resource_metadata="nonsense", scope="a \u0001 b"')).toEqual({ kind: 'sign-in', scopes: ['a', 'b'] });
  expect(readSignInChallenge('Bearer resource_metadata="https://a.example.com/m"')).toEqual({
    kind: 'sign-in',
    resourceMetadataUrl: 'https://a.example.com/m',
    scopes: [],
  });
});

it('a 403 asks for more only where it says so', () => {
  expect(readStepUpChallenge('Bearer error="insufficient_scope", scope="a b"')).toEqual({ kind: 'step-up', scopes: ['a', 'b'] });
  expect(readStepUpChallenge('Bearer error="invalid_token", scope="a"')).toBeUndefined();
  expect(readStepUpChallenge(null)).toBeUndefined();
});
