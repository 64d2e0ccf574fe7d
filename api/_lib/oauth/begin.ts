/** Owns beginning a sign-in: everything up to the address that the browser opens. What comes back is end.ts. */
import { createHash, randomBytes } from 'node:crypto';
import type { SignInBegun } from '../../../shared/sign-in-contract.ts';
import { findServer } from './discovery.ts';
import { type Flow, takeStep } from './flow.ts';
import { addPending, type OAuthState, type PendingSignIn, withClient } from './oauth-state.ts';
import { type ClientWishes, prepareClient } from './registration.ts';
import { chooseScopes } from './scopes.ts';

/** How long a person may take at the authorization server, ms. */
const PENDING_MS = 600_000;

export const hashOfState = (state: string): string => createHash('sha256').update(state).digest('base64url');

/** Finds the authorization server, becomes its client, and composes the address that the browser opens. */
export async function beginSignIn(
  flow: Flow,
  state: OAuthState,
  asking: ClientWishes & { serverUrl: string; deviceId: string },
): Promise<{ begun: SignInBegun; pending: PendingSignIn }> {
  const { redirectUri, deviceId } = asking;
  const found = await findServer(flow, { serverUrl: asking.serverUrl, challenge: state.challenge, boundTo: state.issuer });
  const { server, metadata, resource } = found;
  const client = await prepareClient(flow, found, state, asking);
  const scopes = chooseScopes({
    challenged: state.challenge?.scopes ?? [],
    ofResource: found.scopes,
    ofServer: metadata.scopes_supported ?? [],
    asked: state.asked,
  });
  const nonce = randomBytes(32).toString('base64url');
  return takeStep(flow, 'authorization', async () => {
    const { authorizationUrl, codeVerifier } = await flow.sdk.startAuthorization(server.issuer, {
      metadata,
      clientInformation: { client_id: client.id },
      redirectUrl: redirectUri,
      ...(scopes.length > 0 && { scope: scopes.join(' ') }),
      state: nonce,
      resource,
    });
    const pending: PendingSignIn = {
      stateHash: hashOfState(nonce),
      verifier: codeVerifier,
      server,
      client,
      resource,
      redirectUri,
      scopes,
      deviceId,
      endsAt: Date.now() + PENDING_MS,
    };
    const begun: SignInBegun = { authorizationUrl: authorizationUrl.href, issuer: server.issuer, scopes, resource };
    const asked = scopes.length === 0 ? 'no scope by name' : `the scopes ${scopes.join(', ')}`;
    return {
      value: { begun, pending },
      detail: `The browser is sent to ${authorizationUrl.host} to ask you for ${asked}.`,
      url: `${authorizationUrl.origin}${authorizationUrl.pathname}`,
    };
  });
}

/** Returns the state in which this sign-in is under way; an earlier one of this device that was not ended is given up. */
export const withPending = (state: OAuthState, pending: PendingSignIn): OAuthState =>
  addPending(withClient(state, pending.server.issuer, pending.client), pending, Date.now());
