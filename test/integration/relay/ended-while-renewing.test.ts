/** Proves that tokens which come after the user signed out are kept by nobody: neither here nor, where it can be told, at the authorization server. */
import { expect, it, onTestFinished } from 'vitest';
import { mintId, mintToken, toCredential } from '../../../api/_lib/access.ts';
import { createBackgroundWork } from '../../../api/_lib/background-work.ts';
import { openEgress } from '../../../api/_lib/egress/egress.ts';
import { createLog } from '../../../api/_lib/log.ts';
import { decodeOAuthState, encodeOAuthState, type Grant, type OAuthState } from '../../../api/_lib/oauth/oauth-state.ts';
import { renewAccess } from '../../../api/_lib/relay/live-access.ts';
import { createLiveSessions } from '../../../api/_lib/relay/live-session.ts';
import { changeServerSecrets } from '../../../api/_lib/relay/server-secrets.ts';
import { signOut } from '../../../api/_lib/sessions/sign-in.ts';
import { openEmbeddedStore } from '../../../api/_lib/store/embedded.ts';
import { AppError } from '../../../shared/errors.ts';
import { json, type ScriptedAuthorization, startScriptedAuthorization } from '../oauth/scripted-authorization.ts';

const REFUSED = { token: 'access-0', challenge: null, wasRenewed: false };

const grantOf = ({ issuer, serverUrl }: ScriptedAuthorization, accessToken: string): Grant => ({
  server: {
    issuer,
    authorizationEndpoint: `${issuer}/authorize`,
    tokenEndpoint: `${issuer}/token`,
    revocationEndpoint: `${issuer}/revoke`,
    tokenAuthMethods: ['none'],
    namesItself: false,
    isInside: true,
  },
  client: { id: 'client', registration: 'by-hand', redirectUris: [] },
  resource: serverUrl,
  accessToken,
  refreshToken: 'refresh-0',
  scopes: [],
  failures: 0,
});
const stateOf = (grant: Grant): OAuthState => ({ clients: [], asked: [], stepUps: 0, pending: [], steps: [], grant });

/** A session whose token is being renewed: the authorization server has answered when `answer` is called. */
async function startRenewal() {
  const as = await startScriptedAuthorization();
  const [asked, answered] = [Promise.withResolvers<void>(), Promise.withResolvers<void>()];
  as.answer('/token', (_, response) => {
    asked.resolve();
    void answered.promise.then(() => json(response, 200, { access_token: 'access-1', refresh_token: 'refresh-1', token_type: 'Bearer' }));
  });
  const store = openEmbeddedStore({ ttlSeconds: 1800, hosted: false });
  const work = createBackgroundWork(createLog(() => {}));
  const egress = openEgress({ policy: { kind: 'local' } });
  const sessions = createLiveSessions({ store, work });
  onTestFinished(async () => {
    sessions.dropAll();
    await work.settled();
    await egress.close();
    await store.close();
  });
  const workspaceId = mintId();
  const credential = toCredential(mintToken(workspaceId), workspaceId);
  const createdAt = new Date().toISOString();
  const device = { id: mintId(), workspaceId, name: 'A', createdAt, membership: 'member' } as const;
  await store.registerDevice(device, credential);
  const record = { id: mintId(), workspaceId, name: 'One', url: as.serverUrl, createdAt };
  const created = await store.createSession(
    { ...record, transport: 'streamable-http', revision: 'stateful' },
    { protocolVersion: '2025-11-25', greeting: {} },
    [],
  );
  const stored = await changeServerSecrets(store, created, () => ({ oauth: encodeOAuthState(stateOf(grantOf(as, 'access-0'))) }));
  const live = sessions.meet(stored, { isNew: true });
  const parts = { store, egress, work, sessions };
  const renewing = renewAccess(live, parts, REFUSED);
  void renewing.catch(() => {});
  await asked.promise;
  const kept = async () => decodeOAuthState((await store.loadServerSecrets(record))?.secrets.oauth);
  const revoked = () => as.bodies.flatMap((body) => new URLSearchParams(body).getAll('token'));
  const current = async () => (await store.loadSession(record.id)) ?? stored;
  return { as, parts, live, renewing, answer: () => answered.resolve(), kept, revoked, current, credential, device };
}

it('revokes what comes after the user signed out', async () => {
  const { parts, renewing, answer, kept, revoked, current } = await startRenewal();
  await signOut(parts, await current());
  expect(revoked()).toEqual(['refresh-0', 'access-0']);
  answer();
  await expect(renewing).rejects.toMatchObject({ code: 'SERVER_SIGN_IN_REQUIRED' });
  expect(revoked()).toEqual(['refresh-0', 'access-0', 'refresh-1', 'access-1']);
  const { grant, steps } = await kept();
  expect(grant).toBeUndefined();
  expect(steps.filter(({ step, ok }) => step === 'revocation' && ok)).toHaveLength(4);
});

it('revokes what comes after somebody signed in anew, and goes on with the newer sign-in', async () => {
  const { as, parts, live, renewing, answer, kept, revoked, current } = await startRenewal();
  await changeServerSecrets(parts.store, await current(), () => ({ oauth: encodeOAuthState(stateOf(grantOf(as, 'newer'))) }));
  answer();
  expect(await renewing).toBe(true);
  expect(revoked()).toEqual(['refresh-1', 'access-1']);
  expect(await kept()).toMatchObject({ grant: { accessToken: 'newer' } });
  expect(live.stored.secrets.oauth).toMatchObject({ grant: { accessToken: 'newer' } });
});

it.each([
  ['is away for good', Number.POSITIVE_INFINITY, false],
  ['stored them, but its answer was lost', 1, true],
])('revokes nothing where storage %s: the tokens are in use', async (_, losses, isStored) => {
  const { parts, live, renewing, answer, revoked } = await startRenewal();
  const save = parts.store.saveServerSecrets.bind(parts.store);
  let lost = 0;
  parts.store.saveServerSecrets = async (...asked) => {
    const outcome = isStored ? await save(...asked) : 'saved';
    if ((isStored && outcome !== 'saved') || lost++ >= losses) return outcome;
    throw new AppError('STORAGE_UNAVAILABLE', 'Storage does not answer.');
  };
  answer();
  expect(await renewing).toBe(true);
  expect(revoked()).toEqual([]);
  expect(live.stored.secrets.oauth).toMatchObject({ grant: { accessToken: 'access-1' } });
});

it('revokes what comes after the workspace ended', async () => {
  const { parts, renewing, answer, revoked, credential, device } = await startRenewal();
  expect(await parts.store.removeDevice(credential, device.id)).toBe('ended');
  answer();
  await expect(renewing).rejects.toMatchObject({ code: 'SESSION_EXPIRED' });
  expect(revoked()).toEqual(['refresh-1', 'access-1']);
});
