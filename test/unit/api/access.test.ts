/** Who may ask: tokens and registration. */
import { describe, expect, it } from 'vitest';
import { checkRegistration, judgeAccess, mintId, mintToken, readCredential, toCredential } from '../../../api/_lib/access.ts';
import { readSettings } from '../../../api/_lib/settings.ts';

describe('readCredential', () => {
  it('returns hash and workspace of a minted token, whatever the case of the scheme', () => {
    const workspaceId = mintId();
    const token = mintToken(workspaceId);
    expect(readCredential(`bearer ${token}`)).toEqual(toCredential(token, workspaceId));
    expect(readCredential(`Bearer ${token}`).tokenHash).not.toContain(token);
  });
  it.each([
    undefined,
    '',
    'Bearer',
    'Bearer ',
    'Bearer x',
    'Basic abc',
    `Bearer mooring_${'a'.repeat(32)}_short`,
    `Bearer mooring__${'a'.repeat(43)}`,
  ])('refuses %j as unauthorized', (header) => {
    expect(() => readCredential(header)).toThrowError(expect.objectContaining({ code: 'UNAUTHORIZED' }));
  });
  it('gives another hash for another workspace in the same token text', () => {
    expect(toCredential('a', 'w')).not.toEqual(toCredential('b', 'w'));
  });
});

describe('judgeAccess', () => {
  it.each([
    [{ hosted: false, isPublic: false, accessCode: undefined }, 'open'],
    [{ hosted: true, isPublic: false, accessCode: undefined }, 'closed'],
    [{ hosted: true, isPublic: true, accessCode: undefined }, 'open'],
    [{ hosted: true, isPublic: false, accessCode: 'c' }, 'code'],
    [{ hosted: true, isPublic: true, accessCode: 'c' }, 'code'],
    [{ hosted: false, isPublic: false, accessCode: 'c' }, 'code'],
  ] as const)('%j → %s', (settings, access) => {
    expect(judgeAccess(settings)).toBe(access);
  });
});

describe('checkRegistration', () => {
  const device = { name: 'Laptop' };
  it('refuses everybody at a hosted backend without code and without MOORING_PUBLIC, and says which to set', () => {
    expect(() => checkRegistration(readSettings({ VERCEL: '1' }), device)).toThrowError(
      expect.objectContaining({ code: 'REGISTRATION_CLOSED', hint: expect.stringContaining('MOORING_ACCESS_CODE') }),
    );
  });
  it('asks for the code, refuses a wrong one, takes the right one', () => {
    const settings = readSettings({ MOORING_ACCESS_CODE: 'correct horse' });
    expect(() => checkRegistration(settings, device)).toThrowError(expect.objectContaining({ code: 'ACCESS_CODE_REQUIRED' }));
    expect(() => checkRegistration(settings, { ...device, accessCode: 'wrong' })).toThrowError(
      expect.objectContaining({ code: 'ACCESS_CODE_WRONG' }),
    );
    expect(() => checkRegistration(settings, { ...device, accessCode: 'correct horse' })).not.toThrow();
  });
});
