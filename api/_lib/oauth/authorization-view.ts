/** Owns what clients are shown of a sign-in: its steps and its facts, and no token, code, verifier or secret. Pure. */
import type { Authorization } from '../../../shared/sign-in-contract.ts';
import { decodeOAuthState, type OAuthState } from './oauth-state.ts';

/**
 * Returns what is kept of a sign-in, as the HTTP contract has it.
 *
 * @param at Whether the session waits for it; ms since 1970.
 */
export function toAuthorization(oauth: unknown, at: { awaits: boolean; now: number }): Authorization {
  const state = decodeOAuthState(oauth);
  const { grant, challenge, steps } = state;
  const pending = state.pending.at(-1);
  const facts = grant ?? pending;
  const expiresAt = grant?.expiresAt;
  return {
    state: judgeState(state, at),
    ...(facts && {
      issuer: facts.server.issuer,
      resource: facts.resource,
      clientId: facts.client.id,
      registration: facts.client.registration,
    }),
    scopes: challenge?.kind === 'step-up' ? challenge.scopes : (grant?.scopes ?? pending?.scopes ?? challenge?.scopes ?? []),
    ...(expiresAt !== undefined && { expiresAt: new Date(expiresAt).toISOString() }),
    refreshes: grant?.refreshToken !== undefined,
    steps,
  };
}

function judgeState({ grant, pending, challenge }: OAuthState, { awaits, now }: { awaits: boolean; now: number }): Authorization['state'] {
  if (pending.some(({ endsAt }) => endsAt > now)) return 'begun';
  // A server that wanted a sign-in may have been content with headers since.
  if (awaits || challenge?.kind === 'step-up') return 'required';
  return grant === undefined ? 'none' : 'signed-in';
}
