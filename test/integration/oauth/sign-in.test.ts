/** A sign-in from beginning to end against oidc-provider: what is asked, what is kept, what the steps say. */
import { expect, it } from 'vitest';
import { beginSignIn, withPending } from '../../../api/_lib/oauth/begin.ts';
import { endSignIn, findPending, withGrant } from '../../../api/_lib/oauth/end.ts';
import { decodeOAuthState } from '../../../api/_lib/oauth/oauth-state.ts';
import { refresh } from '../../../api/_lib/oauth/refresh.ts';
import { revoke } from '../../../api/_lib/oauth/revoke.ts';
import { startAuthorizationServer } from '../../support/authorization-server.ts';
import { startProtectedServer } from '../../support/protected-server.ts';
import { browse, REDIRECT_URI } from '../../support/sign-in-browser.ts';
import { openTestFlow, wishes } from './test-flow.ts';

it('signs in with a dynamic registration, renews and signs out', async () => {
  const as = await startAuthorizationServer();
  const server = await startProtectedServer(as.check, as.issuer);
  const { flow, steps } = await openTestFlow();
  const state = decodeOAuthState(undefined);
  const { begun, pending } = await beginSignIn(flow, state, { ...wishes, serverUrl: server.url, deviceId: 'a' });
  expect(begun).toMatchObject({ issuer: as.issuer, resource: server.url, scopes: ['tools:read', 'offline_access'] });
  const url = new URL(begun.authorizationUrl);
  expect(Object.fromEntries(url.searchParams)).toMatchObject({
    response_type: 'code',
    code_challenge_method: 'S256',
    redirect_uri: REDIRECT_URI,
    resource: server.url,
    scope: 'tools:read offline_access',
  });
  const begunState = withPending(state, pending);
  const returned = await browse(begun.authorizationUrl);
  expect(findPending(begunState, returned, 'b', Date.now())).toBeUndefined();
  expect(findPending(begunState, returned, 'a', Date.now() + 600_001)).toBeUndefined();
  expect(findPending(begunState, { ...returned, state: `${returned.state}x` }, 'a', Date.now())).toBeUndefined();
  const found = findPending(begunState, returned, 'a', Date.now());
  expect(found).toEqual(pending);
  const grant = await endSignIn(flow, pending, returned);
  expect(await as.check(grant.accessToken, server.url)).toContain('tools:read');
  expect(as.tokenRequests.at(-1)?.get('resource')).toBe(server.url);
  const signedIn = decodeOAuthState(JSON.parse(JSON.stringify(withGrant(begunState, grant, pending.scopes))));
  expect(signedIn.grant).toEqual(grant);

  const outcome = await refresh(flow, grant);
  expect(outcome.kind).toBe('refreshed');
  if (outcome.kind !== 'refreshed') return;
  expect(outcome.grant.refreshToken).not.toBe(grant.refreshToken);
  expect(as.tokenRequests.at(-1)?.get('resource')).toBe(server.url);
  await revoke(flow, outcome.grant);
  expect(await as.check(outcome.grant.accessToken, server.url)).toBeUndefined();
  expect(steps.map(({ step, ok }) => `${step} ${ok}`)).toEqual([
    'resource-metadata true',
    'server-metadata true',
    'registration true',
    'authorization true',
    'authorization true',
    'token true',
    'revocation true',
    'revocation true',
  ]);
  const told = JSON.stringify(steps);
  for (const secret of [returned.code, returned.state, pending.verifier, grant.accessToken, grant.refreshToken])
    expect(told).not.toContain(secret);
});
