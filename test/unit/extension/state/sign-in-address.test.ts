// @vitest-environment node
/** Proves where a sign-in may lead, and which answers belong to it. */
import { describe, expect, it } from 'vitest';
import { readOutcome, signInHost } from '../../../../extension/state/sign-in-address.ts';

describe('the address of a sign-in page', () => {
  it.each([
    ['https://auth.acme.dev/authorize?x=1', 'auth.acme.dev', false],
    ['https://auth.acme.dev:8443/', 'auth.acme.dev:8443', false],
    ['http://127.0.0.1:3000/authorize', '127.0.0.1:3000', false],
    ['http://localhost:3000/authorize', 'localhost:3000', false],
    ['https://аpple.com/', 'xn--pple-43d.com', true],
    ['https://login.xn--pple-43d.com/', 'login.xn--pple-43d.com', true],
  ])('%s is told by its host', (address, host, isForeignScript) => {
    expect(signInHost(address)).toEqual({ host, isForeignScript });
  });

  it.each([
    'javascript:alert(1)',
    'data:text/html,x',
    'file:///etc/passwd',
    'chrome-extension://abc/popup.html',
    'http://auth.acme.dev/authorize',
    'http://127.0.0.1.acme.dev/authorize',
    'https://auth.acme.dev@evil.dev/',
    'https://user:secret@auth.acme.dev/',
    'not an address',
    '',
  ])('%s is not opened', (address) => {
    expect(signInHost(address)).toBeUndefined();
  });
});

describe('what comes back', () => {
  const redirectUri = 'https://abc.chromiumapp.org/';
  const asked = { redirectUri, authorizationUrl: 'https://auth.acme.dev/authorize?state=s1' };

  it('is handed over as it stood in the query', () => {
    expect(readOutcome(`${redirectUri}?code=c1&state=s1&iss=https%3A%2F%2Fauth.acme.dev`, asked)).toEqual({
      state: 's1',
      code: 'c1',
      iss: 'https://auth.acme.dev',
    });
    expect(readOutcome(`${redirectUri}?error=access_denied&error_description=No&state=s1`, asked)).toEqual({
      state: 's1',
      error: 'access_denied',
      errorDescription: 'No',
    });
  });

  it.each([
    ['another state', `${redirectUri}?code=c1&state=s2`],
    ['no state', `${redirectUri}?code=c1`],
    ['another address', 'https://abd.chromiumapp.org/?code=c1&state=s1'],
    ['no address', ''],
  ])('with %s belongs to something else', (_, address) => {
    expect(readOutcome(address, asked)).toBeUndefined();
  });

  it('belongs to nothing where nothing was asked with a state', () => {
    expect(readOutcome(`${redirectUri}?code=c1`, { ...asked, authorizationUrl: 'https://auth.acme.dev/authorize' })).toBeUndefined();
  });
});
