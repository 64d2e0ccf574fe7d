/**
 * Owns ending a sign-in: whose it is, who answered, and the exchange of the code for tokens. The order is what it is safe by:
 * nothing of the answer is used or shown before it is certain that it comes from the server that was asked.
 * Source: RFC 9207, section 2.4; MCP 2026-07-28, Authorization > Authorization response validation.
 */
import { timingSafeEqual } from 'node:crypto';
import type { EndSignIn } from '../../../shared/sign-in-contract.ts';
import { hashOfState } from './begin.ts';
import { type Flow, mask, Refusal, reaching, takeStep } from './flow.ts';
import type { Grant, OAuthState, PendingSignIn } from './oauth-state.ts';
import { tokenRequest, toTokens } from './token-request.ts';

/**
 * Returns the sign-in that an answer belongs to; undefined where this device has begun none with that `state`, or too long ago.
 *
 * Another device's answer does not end it: whoever is sent the address of somebody else's sign-in can do nothing with what comes of it.
 */
export function findPending({ pending }: OAuthState, returned: EndSignIn, deviceId: string, now: number): PendingSignIn | undefined {
  const given = Buffer.from(hashOfState(returned.state));
  return pending.find((one) => {
    const kept = Buffer.from(one.stateHash);
    return one.deviceId === deviceId && one.endsAt > now && given.length === kept.length && timingSafeEqual(given, kept);
  });
}

/** Returns the state without the sign-in that is being ended: its `state` works once, whatever comes of it. Those of other devices go on. */
export const withoutPending = (state: OAuthState, { deviceId }: PendingSignIn): OAuthState => ({
  ...state,
  pending: state.pending.filter((one) => one.deviceId !== deviceId),
});

/**
 * Exchanges the code for tokens.
 *
 * @throws AppError SIGN_IN_FAILED; the steps have more.
 */
export async function endSignIn(opened: Flow, pending: PendingSignIn, returned: EndSignIn): Promise<Grant> {
  const { server, client, resource, redirectUri, scopes } = pending;
  const flow = reaching(opened, server);
  const { code } = returned;
  for (const secret of [code, returned.state, pending.verifier]) if (secret !== undefined) flow.secrets.add(secret);
  const checkedCode = await takeStep(flow, 'authorization', async () => {
    const value = readCode(flow, pending, returned);
    return { value, detail: 'The browser came back with a code of the authorization server.', url: server.issuer };
  });
  return takeStep(flow, 'token', async () => {
    const tokens = await flow.sdk.exchangeAuthorization(server.issuer, {
      ...tokenRequest(flow, server, client, resource),
      authorizationCode: checkedCode,
      ...(returned.iss !== undefined && { iss: returned.iss }),
      codeVerifier: pending.verifier,
      redirectUri,
    });
    const grant: Grant = { server, client, resource, ...toTokens(flow, tokens, scopes), failures: 0 };
    return { value: grant, detail: describeGrant(grant) };
  });
}

function readCode(flow: Flow, { server }: PendingSignIn, returned: EndSignIn): string {
  const { iss, code, error, errorDescription } = returned;
  try {
    flow.sdk.validateAuthorizationResponseIssuer({ iss, expectedIssuer: server.issuer, issParameterSupported: server.namesItself });
  } catch {
    // Neither code nor error nor its text: they may be another server's. Source: RFC 9207, section 2.4.
    throw new Refusal(
      iss === undefined
        ? `The answer does not say that it comes from ${server.issuer}.`
        : `The answer does not come from ${server.issuer}.`,
      { hint: 'It was not used. Somebody may have tried to mix up two sign-ins. Sign in again from here.' },
    );
  }
  if (error !== undefined)
    throw new Refusal(error === 'access_denied' ? 'The sign-in was declined.' : 'The authorization server refused the sign-in.', {
      hint: 'Sign in again if that was a mistake.',
      answer: mask(flow, errorDescription === undefined ? error : `${error}: ${errorDescription}`),
    });
  if (code === undefined || code === '') throw new Refusal('The browser came back without a code.', { hint: 'Sign in again.' });
  return code;
}

function describeGrant({ expiresAt, refreshToken, scopes }: Grant): string {
  const until = expiresAt === undefined ? 'with no end that is known' : `until ${new Date(expiresAt).toISOString()}`;
  const renewal = refreshToken === undefined ? 'Then you have to sign in again.' : 'It is renewed without you.';
  return `A token was given out for ${scopes.length === 0 ? 'no named scope' : scopes.join(', ')}, ${until}. ${renewal}`;
}

/** Returns the state after a sign-in. */
export function withGrant(state: OAuthState, grant: Grant, asked: readonly string[]): OAuthState {
  const { challenge: _, ...rest } = state;
  return { ...rest, issuer: grant.server.issuer, asked: [...asked], grant };
}
