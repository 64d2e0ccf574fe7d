/**
 * Proves that a server on the internet cannot send a local backend into the networks that it is in by way of its sign-in: neither by an
 * address nor by a name that leads there, at none of the requests. (That servers inside may have it there is what all other tests rely on.)
 */
import { expect, it, onTestFinished } from 'vitest';
import { createBackgroundWork } from '../../../api/_lib/background-work.ts';
import type { LookupAll } from '../../../api/_lib/egress/connector.ts';
import { openEgress } from '../../../api/_lib/egress/egress.ts';
import type { Whereabouts } from '../../../api/_lib/egress/sightings.ts';
import { createLog } from '../../../api/_lib/log.ts';
import { beginSignIn } from '../../../api/_lib/oauth/begin.ts';
import { endSignIn } from '../../../api/_lib/oauth/end.ts';
import { openFlow } from '../../../api/_lib/oauth/flow.ts';
import { decodeOAuthState, type Grant, type PendingSignIn } from '../../../api/_lib/oauth/oauth-state.ts';
import { refresh } from '../../../api/_lib/oauth/refresh.ts';
import { prepareClient } from '../../../api/_lib/oauth/registration.ts';
import { revoke } from '../../../api/_lib/oauth/revoke.ts';
import { createLiveSessions } from '../../../api/_lib/relay/live-session.ts';
import { beginSession } from '../../../api/_lib/sessions/sign-in.ts';
import { openEmbeddedStore } from '../../../api/_lib/store/embedded.ts';
import type { SignInStep } from '../../../shared/sign-in-contract.ts';
import { addMember, toRecord } from '../../contract/store/store-under-test.ts';
import { startServer } from '../egress/test-servers.ts';
import { startScriptedAuthorization } from './scripted-authorization.ts';
import { wishes } from './test-flow.ts';

const nothing = decodeOAuthState(undefined);
/** Every name leads to this machine, as an attacker's does at the right moment. */
const inward: LookupAll = (_name, _options, callback) => callback(null, [{ address: '127.0.0.1', family: 4 }]);

function openLocal() {
  const egress = openEgress({ policy: { kind: 'local' }, lookup: inward });
  onTestFinished(() => egress.close());
  return egress;
}

/** A flow for a server on the internet, and a server inside that must hear nothing of it. */
async function startTrap() {
  const trap = await startServer((_, response) => response.end('{}'));
  const steps: SignInStep[] = [];
  const flow = await openFlow(openLocal(), async (step) => void steps.push(step));
  const issuer = `https://as.example.com:${trap.port}`;
  const server = {
    issuer,
    authorizationEndpoint: `${issuer}/authorize`,
    tokenEndpoint: `${issuer}/token`,
    registrationEndpoint: `${issuer}/register`,
    revocationEndpoint: `${issuer}/revoke`,
    tokenAuthMethods: ['none'],
    namesItself: false,
    isInside: false,
  };
  const client = { id: 'client', registration: 'by-hand' as const, redirectUris: [] };
  const resource = 'https://mcp.example.com/mcp';
  const pending: PendingSignIn = {
    ...{ stateHash: '', verifier: 'verifier', server, client, resource, redirectUri: wishes.redirectUri, scopes: [] },
    ...{ deviceId: 'a', endsAt: Date.now() + 60_000 },
  };
  const grant: Grant = { server, client, resource, accessToken: 'access', refreshToken: 'refresh', scopes: [], failures: 0 };
  return { trap, flow, steps, pending, grant };
}

const NOT_FOLLOWED = {
  code: 'SIGN_IN_FAILED',
  message: expect.stringMatching(/^The server is on the internet, so its sign-in has to be there, too: .* as\.example\.com/),
  hint: expect.stringContaining('Nothing was sent there.'),
};

it('not to a token endpoint, for a code', async () => {
  const { trap, flow, pending } = await startTrap();
  await expect(endSignIn(flow, pending, { state: 'state', code: 'code' })).rejects.toMatchObject(NOT_FOLLOWED);
  expect(trap.connections()).toBe(0);
});

it('not to a token endpoint, for a refresh: the refresh token is as good as before', async () => {
  const { trap, flow, grant } = await startTrap();
  expect(await refresh(flow, grant)).toMatchObject({ kind: 'postponed', grant, why: NOT_FOLLOWED.message });
  expect(trap.connections()).toBe(0);
});

it('not to a revocation endpoint', async () => {
  const { trap, flow, grant, steps } = await startTrap();
  await revoke(flow, grant);
  expect(steps).toMatchObject([{ ok: false }, { ok: false }]);
  expect(trap.connections()).toBe(0);
});

it('not to a registration endpoint', async () => {
  const { trap, flow, pending } = await startTrap();
  const { server, resource } = pending;
  const metadata = {
    ...{ issuer: server.issuer, authorization_endpoint: server.authorizationEndpoint, token_endpoint: server.tokenEndpoint },
    ...{ registration_endpoint: server.registrationEndpoint, response_types_supported: ['code'] },
  };
  const found = { server, metadata, resource, scopes: [] };
  await expect(prepareClient(flow, found, nothing, wishes)).rejects.toMatchObject(NOT_FOLLOWED);
  expect(trap.connections()).toBe(0);
});

it.each([
  ['an address', 'http://127.0.0.1', 'the server is on the internet, and this address is not'],
  ['a name of no public server', 'https://printer.local', 'the server is on the internet, and this address is not'],
  ['a name that leads there', 'https://as.example.com', 'The server is on the internet'],
])('not to metadata at %s', async (_, origin, why) => {
  const { trap, flow, steps } = await startTrap();
  const challenge = { kind: 'sign-in' as const, scopes: [], resourceMetadataUrl: `${origin}:${trap.port}/metadata` };
  const asking = { ...wishes, serverUrl: 'https://mcp.example.com/mcp', deviceId: 'a' };
  await expect(beginSignIn(flow, { ...nothing, challenge }, asking)).rejects.toMatchObject({ code: 'SIGN_IN_FAILED' });
  expect(steps[0]).toMatchObject({ step: 'resource-metadata', ok: false, detail: expect.stringContaining(why) });
  expect(trap.connections()).toBe(0);
});

it.each<[Whereabouts, boolean]>([
  ['outside', false],
  ['inside', true],
])('by where the server was when it was connected to: %s', async (where, isFollowed) => {
  const as = await startScriptedAuthorization();
  const store = openEmbeddedStore({ ttlSeconds: 1800, hosted: false });
  const egress = { ...openLocal(), whereIs: () => where };
  const work = createBackgroundWork(createLog(() => {}));
  const sessions = createLiveSessions({ store, work });
  onTestFinished(async () => {
    sessions.dropAll();
    await store.close();
  });
  const session = await store.createSession(toRecord(await addMember(store), { url: as.serverUrl }), undefined, []);
  const request = { ...wishes, deviceId: 'a', documentUrl: undefined };
  const begun = beginSession({ store, egress, work, sessions }, session, request, new AbortController().signal);
  if (isFollowed) expect(await begun).toMatchObject({ issuer: as.issuer });
  else await expect(begun).rejects.toMatchObject({ code: 'SIGN_IN_FAILED' });
  expect(as.asked.length > 0).toBe(isFollowed);
});

it('and where it was is told by the connections that were made, and by nothing else', async () => {
  const server = await startServer();
  const egress = openLocal();
  const url = `http://mcp.example.com:${server.port}/mcp`;
  expect(egress.whereIs(url)).toBeUndefined();
  await expect(egress.outside.fetch(url)).rejects.toMatchObject({ kind: 'forbidden-address', sent: false });
  expect(egress.whereIs(url)).toBeUndefined();
  await (await egress.fetch(url)).text();
  expect(egress.whereIs(url)).toBe('inside');
  // The connection that is open now is not used by who may not go there.
  await expect(egress.outside.fetch(url)).rejects.toMatchObject({ kind: 'forbidden-address', sent: false });
  expect(server.received).toHaveLength(1);
});
