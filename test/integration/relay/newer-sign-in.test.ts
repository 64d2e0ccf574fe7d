/** Proves that an instance that remembers an older sign-in of a server does not put an end to the one that another instance has taken since. */
import { expect, it, onTestFinished } from 'vitest';
import { mintId, mintToken, toCredential } from '../../../api/_lib/access.ts';
import { createBackgroundWork } from '../../../api/_lib/background-work.ts';
import { openEgress } from '../../../api/_lib/egress/egress.ts';
import { createLog } from '../../../api/_lib/log.ts';
import { encodeOAuthState, type Grant, type OAuthState } from '../../../api/_lib/oauth/oauth-state.ts';
import { renewAccess } from '../../../api/_lib/relay/live-access.ts';
import { createLiveSessions } from '../../../api/_lib/relay/live-session.ts';
import { changeServerSecrets } from '../../../api/_lib/relay/server-secrets.ts';
import { openEmbeddedStore } from '../../../api/_lib/store/embedded.ts';

const ISSUER = 'https://as.example';
const grantOf = (accessToken: string): Grant => ({
  server: {
    issuer: ISSUER,
    authorizationEndpoint: `${ISSUER}/authorize`,
    tokenEndpoint: `${ISSUER}/token`,
    tokenAuthMethods: [],
    namesItself: false,
    isInside: true,
  },
  client: { id: 'client', registration: 'by-hand', redirectUris: [] },
  resource: 'https://one.example/mcp',
  accessToken,
  scopes: [],
  failures: 0,
});
const stateOf = (grant?: Grant): OAuthState => ({ clients: [], asked: [], stepUps: 0, pending: [], steps: [], ...(grant && { grant }) });

/** A session as one instance remembers it, while another one has stored a newer sign-in. */
async function meetLate(remembered: OAuthState) {
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
  await store.registerDevice({ id: mintId(), workspaceId, name: 'A', createdAt, membership: 'member' }, credential);
  const record = { id: mintId(), workspaceId, name: 'One', url: 'https://one.example/mcp', createdAt };
  const created = await store.createSession(
    { ...record, transport: 'streamable-http', revision: 'stateful' },
    { protocolVersion: '2025-11-25', greeting: {} },
    [],
  );
  const before = await changeServerSecrets(store, created, () => ({ oauth: encodeOAuthState(remembered) }));
  const live = sessions.meet(before, { isNew: true });
  await changeServerSecrets(store, before, () => ({ oauth: encodeOAuthState(stateOf(grantOf('newer'))) }));
  const kept = async () => (await store.loadSession(record.id))?.secrets.oauth;
  return { live, parts: { store, egress }, kept };
}

it.each([
  ['a token that cannot be renewed', stateOf(grantOf('older')), 'older'],
  ['no token', stateOf(), undefined],
])('that it remembers %s', async (_, remembered, token) => {
  const { live, parts, kept } = await meetLate(remembered);
  expect(await renewAccess(live, parts, { token, challenge: 'Bearer scope="a"', wasRenewed: false })).toBe(true);
  expect(await kept()).toMatchObject({ grant: { accessToken: 'newer' } });
  expect(live.stored.secrets.oauth).toMatchObject({ grant: { accessToken: 'newer' } });
});
