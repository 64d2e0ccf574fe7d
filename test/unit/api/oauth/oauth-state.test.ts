/** What is kept of a sign-in: by allow-list when written, by repair when read; and what clients are shown of it. */
import { describe, expect, it } from 'vitest';
import { accessTokenOf, isAboutToEnd } from '../../../../api/_lib/oauth/access-token.ts';
import { toAuthorization } from '../../../../api/_lib/oauth/authorization-view.ts';
import {
  addPending,
  clientFor,
  decodeOAuthState,
  encodeOAuthState,
  type Grant,
  type OAuthState,
  withClient,
  withStep,
} from '../../../../api/_lib/oauth/oauth-state.ts';
import { afterRefresh, judgeRefresh, withClaim, withoutGrant } from '../../../../api/_lib/oauth/refresh.ts';

const NOW = 1_800_000_000_000;
const server = {
  issuer: 'https://as.example.com',
  authorizationEndpoint: 'https://as.example.com/authorize',
  tokenEndpoint: 'https://as.example.com/token',
  tokenAuthMethods: [],
  namesItself: true,
  isInside: true,
};
const client = { id: 'the-client', secret: 'canary-secret', registration: 'by-hand' as const, redirectUris: [] };
const grant: Grant = {
  server,
  client,
  resource: 'https://mcp.example.com/mcp',
  accessToken: 'canary-access',
  refreshToken: 'canary-refresh',
  expiresAt: NOW + 60_000,
  renewAt: NOW + 54_000,
  scopes: ['a'],
  failures: 0,
};
const nothing = decodeOAuthState(undefined);
const pending = {
  ...{ stateHash: 'canary-state', verifier: 'canary-verifier', server, client, resource: grant.resource, scopes: ['a'] },
  ...{ redirectUri: 'https://x.chromiumapp.org/', deviceId: 'd', endsAt: NOW + 600_000 },
};
const full: OAuthState = {
  ...withClient(nothing, server.issuer, client),
  issuer: server.issuer,
  asked: ['a'],
  grant,
  pending: [pending],
};

describe('the kept state', () => {
  it('comes back as it was written, and nothing else with it', () => {
    const written = JSON.parse(JSON.stringify(encodeOAuthState({ ...full, more: 'x', grant: { ...grant, idToken: 'x' } } as OAuthState)));
    expect(written).toEqual(full);
    expect(decodeOAuthState(written)).toEqual(full);
  });

  it.each([undefined, null, 7, 'x', [], { grant: 7, steps: 'x', clients: [{}], pending: { stateHash: 7 }, challenge: 'x', stepUps: null }])(
    'is nothing where it was %j',
    (value) => {
      expect(decodeOAuthState(value)).toEqual({ clients: [], asked: [], stepUps: 0, pending: [], steps: [] });
    },
  );

  it('loses what is damaged, and no more', () => {
    expect(decodeOAuthState({ ...full, grant: { ...grant, accessToken: 7 } })).toEqual(withoutKey(full, 'grant'));
    expect(decodeOAuthState({ ...full, grant: { ...grant, expiresAt: 'soon' } }).grant).toEqual(withoutKey(grant, 'expiresAt'));
  });

  it('has one sign-in under way for each device, eight at most, and none that is over', () => {
    const devicesOf = (state: OAuthState) => state.pending.map(({ deviceId }) => deviceId).join('');
    let state = nothing;
    for (const deviceId of 'abac') state = addPending(state, { ...pending, deviceId }, NOW);
    expect(devicesOf(state)).toBe('bac');
    expect(devicesOf(addPending(state, { ...pending, deviceId: 'd' }, NOW + 600_000))).toBe('d');
    for (const deviceId of 'defghijk') state = addPending(state, { ...pending, deviceId }, NOW);
    expect(devicesOf(state)).toBe('defghijk');
    expect(encodeOAuthState(state)).toEqual(state);
  });

  it('has the last 50 steps, and one client for each issuer', () => {
    let state = nothing;
    for (let n = 0; n < 60; n++) state = withStep(state, { at: '', step: 'token', ok: true, detail: String(n) });
    expect(state.steps.map(({ detail }) => detail)).toEqual(Array.from({ length: 50 }, (_, n) => String(n + 10)));
    for (let n = 0; n < 9; n++) state = withClient(state, `https://as${n}.example.com`, client);
    state = withClient(state, 'https://as8.example.com', { ...client, id: 'newer' });
    expect(state.clients).toHaveLength(5);
    expect(clientFor(state, 'https://as8.example.com')?.id).toBe('newer');
    expect(clientFor(state, 'https://as8.example.com/')).toBeUndefined();
    expect(encodeOAuthState(state)).toEqual(state);
  });
});

const withoutKey = <T extends object>(value: T, key: keyof T): Partial<T> => {
  const { [key]: _, ...rest } = value;
  return rest as Partial<T>;
};

describe('what clients are shown', () => {
  it('has no secret', () => {
    expect(JSON.stringify(toAuthorization(full, { awaits: false, now: NOW }))).not.toContain('canary');
  });
  it.each([
    ['none', undefined, false],
    ['required', undefined, true],
    ['begun', full, false],
    ['signed-in', withoutKey(full, 'pending'), false],
    ['signed-in', { ...full, pending: [{ ...pending, endsAt: NOW }] }, false],
    ['required', { ...withoutKey(full, 'pending'), challenge: { kind: 'step-up', scopes: ['b'] } }, false],
    ['none', { challenge: { kind: 'sign-in', scopes: [] } }, false],
  ])('is %s', (state, oauth, awaits) => {
    expect(toAuthorization(oauth, { awaits, now: NOW }).state).toBe(state);
  });
});

describe('the access token', () => {
  it('is read without reading the rest', () => {
    expect(accessTokenOf(full)).toBe('canary-access');
    for (const kept of [undefined, {}, { grant: null }, { grant: { accessToken: 7 } }, { grant: { accessToken: '' } }])
      expect(accessTokenOf(kept)).toBeUndefined();
  });
  it('is about to end shortly before it does, where it can be renewed', () => {
    expect(isAboutToEnd(full, NOW)).toBe(false);
    expect(isAboutToEnd(full, NOW + 55_000)).toBe(true);
    expect(isAboutToEnd({ grant: withoutKey(grant, 'refreshToken') }, NOW + 55_000)).toBe(false);
    expect(isAboutToEnd({ grant: { ...grant, claim: { id: 'x', at: 0 } } }, NOW + 55_000)).toBe(false);
    expect(isAboutToEnd(undefined, NOW)).toBe(false);
  });
});

describe('judgeRefresh', () => {
  const claimed = withClaim(full, 'c', NOW);
  const watched = (forMs: number, id = 'c') => ({ id, forMs });
  it.each<[string, OAuthState, string | undefined, number, { id: string; forMs: number } | undefined, string]>([
    ['no sign-in', nothing, undefined, NOW, undefined, 'sign-in'],
    ['another token is there already', full, 'older', NOW, undefined, 'use'],
    ['none was sent', full, undefined, NOW, undefined, 'use'],
    ['nobody is at it', full, 'canary-access', NOW, undefined, 'claim'],
    ['somebody is at it', claimed, 'canary-access', NOW, undefined, 'wait'],
    ['somebody is at it, by a clock that is slow', claimed, 'canary-access', NOW - 600_000, watched(100), 'wait'],
    ['somebody is at it, by a clock that is fast', claimed, 'canary-access', NOW + 600_000, watched(100), 'wait'],
    ['a claim of which nothing came', claimed, 'canary-access', NOW, watched(20_000), 'sign-in'],
    ['another claim than the one that was watched', claimed, 'canary-access', NOW, watched(20_000, 'd'), 'wait'],
    ['a claim from long ago', claimed, 'canary-access', NOW + 900_000, undefined, 'sign-in'],
    ['no refresh token', { ...full, grant: withoutKey(grant, 'refreshToken') as Grant }, 'canary-access', NOW, undefined, 'sign-in'],
  ])('%s', (_name, state, refused, now, seen, expected) => {
    expect(judgeRefresh(state, refused, now, seen).kind).toBe(expected);
  });
});

describe('after a refresh', () => {
  const over = { kind: 'over' as const, why: '', answer: undefined };
  it('that is over there is no token; a client that is not known there goes too, unless it came by hand', () => {
    expect(afterRefresh(full, { ...over, isClientUnknown: true })).toMatchObject({ clients: [{ client }], challenge: { kind: 'sign-in' } });
    const dynamic = withClient(full, server.issuer, { ...client, registration: 'dynamic' });
    expect(afterRefresh(dynamic, { ...over, isClientUnknown: false }).clients).toHaveLength(1);
    expect(afterRefresh(dynamic, { ...over, isClientUnknown: true }).clients).toHaveLength(0);
    expect(afterRefresh(full, { ...over, isClientUnknown: true }).grant).toBeUndefined();
  });
  it('the issuer and what was asked for stay: tokens of another one are not asked for unseen', () => {
    expect(withoutGrant(full)).toMatchObject({ issuer: server.issuer, asked: ['a'] });
  });
});
