/**
 * Owns renewing an access token. A refresh token may work once, so it is claimed in storage before it leaves, as a call is marked as
 * sent: whoever finds a claim waits for what comes of it, and a claim of which nothing came means that the token may be spent.
 * Deciding is pure; storing is the matter of relay/access-renewal.ts. Source: RFC 6749, section 6; OAuth 2.1, section 4.3.
 */
import { EgressError } from '../egress/egress-error.ts';
import { explain, type Flow, reaching, readErrorCode } from './flow.ts';
import type { Challenge, Grant, OAuthState } from './oauth-state.ts';
import { tokenRequest, toTokens } from './token-request.ts';

/** Longer than a refresh may take (exchange.ts), with what storing it takes. ms */
const CLAIM_MS = 20_000;
/** A claim that is older by the clock is nobody's any more, however far the clocks of two instances may be apart. ms */
const OLD_CLAIM_MS = 900_000;
/** Refreshes in a row that may fail at the authorization server until the user is asked to sign in again. */
const MAX_FAILURES = 3;

export type RefreshVerdict =
  | { kind: 'claim' }
  /** Somebody else is at it. */
  | { kind: 'wait' }
  /** Another token is there already than the one that was refused. */
  | { kind: 'use' }
  | { kind: 'sign-in'; why: string };

/**
 * Decides what follows when a server does not take an access token.
 *
 * @param refused The token; undefined where none was sent.
 * @param watched The claim that was seen first, and how long ago: instances with skewed clocks agree on this.
 */
export function judgeRefresh(
  { grant }: OAuthState,
  refused: string | undefined,
  now: number,
  watched?: { id: string; forMs: number },
): RefreshVerdict {
  if (grant === undefined) return { kind: 'sign-in', why: 'The server asks for sign-in.' };
  if (grant.accessToken !== refused) return { kind: 'use' };
  const { claim } = grant;
  if (claim !== undefined) {
    const isOver = (watched?.id === claim.id && watched.forMs >= CLAIM_MS) || now - claim.at >= OLD_CLAIM_MS;
    if (!isOver) return { kind: 'wait' };
    return { kind: 'sign-in', why: 'The sign-in was being renewed, and the answer was lost. The old one may not work any more.' };
  }
  if (grant.refreshToken === undefined) return { kind: 'sign-in', why: 'The sign-in has ended, and the server allows no renewal.' };
  return { kind: 'claim' };
}

/** Returns the state in which this refresh token is on its way. */
export const withClaim = (state: OAuthState, id: string, now: number): OAuthState =>
  state.grant === undefined ? state : { ...state, grant: { ...state.grant, claim: { id, at: now } } };

export type RefreshOutcome =
  | { kind: 'refreshed'; grant: Grant; detail: string }
  /** The user has to sign in again. */
  | { kind: 'over'; why: string; answer: string | undefined; isClientUnknown: boolean }
  /** The refresh token is as good as before; a later try may work. */
  | { kind: 'postponed'; grant: Grant; why: string; answer: string | undefined };

/** Sends the refresh token, once. Never throws: whatever happens is an outcome. */
export async function refresh(opened: Flow, claimed: Grant): Promise<RefreshOutcome> {
  const { claim: _, ...grant } = claimed;
  const { server, client, resource, refreshToken = '' } = grant;
  const flow = reaching(opened, server);
  flow.secrets.add(refreshToken);
  const before = flow.seen.length;
  try {
    const tokens = await flow.sdk.refreshAuthorization(server.issuer, { ...tokenRequest(flow, server, client, resource), refreshToken });
    const { expiresAt: _e, renewAt: _r, ...lasting } = grant;
    const renewed: Grant = { ...lasting, ...toTokens(flow, tokens, grant.scopes), failures: 0 };
    const until = renewed.expiresAt === undefined ? '' : `, until ${new Date(renewed.expiresAt).toISOString()}`;
    return { kind: 'refreshed', grant: renewed, detail: `The token was renewed without you${until}.` };
  } catch (error) {
    const exchanges = flow.seen.slice(before);
    const last = exchanges.at(-1);
    const { detail, answer } = explain(flow, error, exchanges);
    if (error instanceof EgressError) {
      if (!error.sent) return { kind: 'postponed', grant, why: detail, answer };
      return { kind: 'over', why: `${detail} The refresh token may be spent: it is not sent again.`, answer, isClientUnknown: false };
    }
    // An answer that is no OAuth error is that of something in front of the server, or of a server in trouble.
    const isTrouble = last?.status === 429 || (last?.status ?? 0) >= 500;
    if (isTrouble && grant.failures + 1 < MAX_FAILURES && readErrorCode(last?.text) !== 'invalid_grant')
      return { kind: 'postponed', grant: { ...grant, failures: grant.failures + 1 }, why: detail, answer };
    return { kind: 'over', why: detail, answer, isClientUnknown: readErrorCode(last?.text) === 'invalid_client' };
  }
}

/** Returns the state after a refresh. Where it is over, tokens are forgotten, and the client with them if the server does not know it. */
export function afterRefresh(state: OAuthState, outcome: RefreshOutcome): OAuthState {
  if (outcome.kind !== 'over') return { ...state, grant: outcome.grant };
  const clients = outcome.isClientUnknown ? state.clients.filter(({ client }) => client.registration === 'by-hand') : state.clients;
  return { ...withoutGrant(state), clients };
}

/** Returns the state in which the user has to sign in again. */
export function withoutGrant(state: OAuthState, challenge: Challenge = { kind: 'sign-in', scopes: [] }): OAuthState {
  const { grant: _, ...rest } = state;
  return { ...rest, challenge: state.challenge?.kind === 'sign-in' && challenge.scopes.length === 0 ? state.challenge : challenge };
}
