/** Owns signing out at the authorization server: its tokens are told to be void. Source: RFC 7009. */
import { type Flow, Refusal, reaching, takeStep } from './flow.ts';
import type { Grant } from './oauth-state.ts';
import { authenticate } from './token-request.ts';

/** Revokes the tokens, where the server can. Never throws: the user is signed out here whatever it says; the steps tell. */
export async function revoke(opened: Flow, grant: Grant): Promise<void> {
  const flow = reaching(opened, grant.server);
  const { revocationEndpoint, issuer } = grant.server;
  if (revocationEndpoint === undefined) {
    const detail = `The tokens were forgotten here. ${issuer} offers no way to revoke them: they work there until they end.`;
    await flow.record({ at: new Date().toISOString(), step: 'revocation', ok: true, detail }).catch(() => undefined);
    return;
  }
  // The refresh token first: a server that knows its business ends the access tokens with it.
  if (grant.refreshToken !== undefined) await revokeOne(flow, grant, revocationEndpoint, grant.refreshToken, 'refresh_token');
  await revokeOne(flow, grant, revocationEndpoint, grant.accessToken, 'access_token');
}

async function revokeOne(flow: Flow, { server, client }: Grant, endpoint: string, token: string, kind: string): Promise<void> {
  flow.secrets.add(token);
  const name = kind === 'refresh_token' ? 'refresh token' : 'access token';
  await takeStep(flow, 'revocation', async () => {
    const headers = new Headers({ 'content-type': 'application/x-www-form-urlencoded', accept: 'application/json' });
    const params = new URLSearchParams({ token, token_type_hint: kind });
    authenticate(flow, server, client, headers, params);
    const response = await flow.fetch(endpoint, { method: 'POST', headers, body: params });
    if (!response.ok)
      throw new Refusal(`The ${name} was forgotten here, but not revoked.`, { hint: 'It may work at the server until it ends.' });
    return { value: undefined, detail: `The ${name} was revoked.` };
  }).catch(() => undefined);
}
