/** Owns what clients are shown of a sign-in: its steps and its facts, and no token, code, verifier or secret. Pure. */
import type { Authorization } from '../../../shared/contract.ts';
import type { OAuthState } from './oauth-state.ts';

/** Returns the state as the HTTP contract has it. */
export function toAuthorization(state: OAuthState, now: number): Authorization {
  const { grant, pending, challenge, steps } = state;
  const facts = grant ?? pending;
  const expiresAt = grant?.expiresAt;
  return {
    state: judgeState(state, now),
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

function judgeState({ grant, pending, challenge }: OAuthState, now: number): Authorization['state'] {
  if (pending !== undefined && pending.endsAt > now) return 'begun';
  if (challenge !== undefined) return 'required';
  return grant === undefined ? 'none' : 'signed-in';
}
