/**
 * Owns what an instance does when a server does not let it in: it renews the access token, once for all who wait, or notes that the user has
 * to sign in. The refresh token is claimed in storage before it is sent: sessions of one server share it, so a session's lock would not do.
 * Loaded when a server refuses: no other call has a use for it. What follows from what is decided in oauth/refresh.ts.
 */
import { setTimeout as pause } from 'node:timers/promises';
import { AppError } from '../../../shared/errors.ts';
import type { SignInStep } from '../../../shared/sign-in-contract.ts';
import { accessTokenOf } from '../oauth/access-token.ts';
import { readSignInChallenge, readStepUpChallenge } from '../oauth/challenge.ts';
import { openFlow } from '../oauth/flow.ts';
import { decodeOAuthState, encodeOAuthState, type OAuthState, withStep } from '../oauth/oauth-state.ts';
import { afterRefresh, judgeRefresh, type RefreshOutcome, refresh, withClaim, withoutGrant } from '../oauth/refresh.ts';
import { revoke } from '../oauth/revoke.ts';
import { asksForMore } from '../oauth/scopes.ts';
import type { ServerSecrets, StoredSession } from '../store/store.ts';
import type { AccessParts, LiveSession } from './live-session.ts';
import type { Refused } from './server-access.ts';
import { changeServerSecrets } from './server-secrets.ts';

const FIRST_PAUSE_MS = 50;
const LONGEST_PAUSE_MS = 500;
/** A claim that is lost is known as such after 20 s; who waits longer than this waits for nothing. ms */
const WAIT_AT_MOST_MS = 30_000;
/** New tokens are worth a few tries: lost, they cost the user a sign-in. */
const SAVE_TRIES = 4;
const SAVE_PAUSE_MS = 300;
/** Sign-ins for more permissions until the sign-out: a server that asks for more each time asks for ever. */
const MAX_STEP_UPS = 5;

/**
 * Does what can be done without the user after the server refused a request.
 *
 * @returns Whether the session has an access token now that the server has not refused yet.
 * @throws AppError SERVER_SIGN_IN_REQUIRED that says why the sign-in is over; SERVER_FAILED when the authorization server is in trouble.
 */
export function renewAccess(live: LiveSession, parts: AccessParts, refused: Refused): Promise<boolean> {
  if (refused.wasRenewed) return giveUp(live, parts, refused);
  const renewing = live.accessRenewal;
  if (renewing !== undefined && renewing.token === refused.token) return renewing.done;
  const done = renew(live, parts, refused).finally(() => {
    if (live.accessRenewal?.done === done) live.accessRenewal = undefined;
  });
  live.accessRenewal = { token: refused.token, done };
  return done;
}

/** Ends a sign-in that the server does not take although its token was just renewed: the next call would renew it again, and so on. */
async function giveUp(live: LiveSession, parts: AccessParts, { token, challenge }: Refused): Promise<boolean> {
  await change(live, parts, (state) =>
    state.grant === undefined || state.grant.accessToken !== token
      ? state
      : withStep(
          withoutGrant(state, readSignInChallenge(challenge)),
          failedStep('challenge', 'The server does not take the token, though it was just renewed.'),
        ),
  );
  throw signInAgain('The server does not take the sign-in, though it was just renewed.');
}

/**
 * Notes that the server asks for more permissions.
 *
 * @returns The failure of the call; undefined where the refusal is about something else.
 */
export async function noteStepUp(live: LiveSession, parts: AccessParts, header: string): Promise<AppError | undefined> {
  const challenge = readStepUpChallenge(header);
  // Without a name there is nothing to ask for: then it is a refusal like any other.
  if (challenge === undefined || challenge.scopes.length === 0) return undefined;
  const names = challenge.scopes.join(', ');
  const state = decodeOAuthState(live.stored.secrets.oauth);
  if (!asksForMore(challenge.scopes, state.asked))
    return new AppError('SERVER_REFUSED', `The server asks for ${names}, which the sign-in has asked for already. It was not granted.`, {
      hint: 'Sign in as somebody who may do this, or ask whoever runs the server.',
    });
  if (state.stepUps >= MAX_STEP_UPS)
    return new AppError('SERVER_REFUSED', `The server asks for more permissions again and again, now for ${names}.`, {
      hint: 'Sign out and sign in again if you want to go on.',
    });
  await change(live, parts, (current) =>
    withStep(
      { ...current, challenge },
      { ...failedStep('step-up', `The server asks for more permissions: ${names}.`), url: live.stored.url },
    ),
  );
  return new AppError('SERVER_SIGN_IN_REQUIRED', `The server asks for more permissions: ${names}. Nothing was run.`, {
    hint: 'Sign in again to grant them, or use something else.',
  });
}

async function renew(live: LiveSession, parts: AccessParts, refused: Refused): Promise<boolean> {
  let watched: { id: string; since: number } | undefined;
  let pauseMs = FIRST_PAUSE_MS;
  let current = live.stored;
  const until = performance.now() + WAIT_AT_MOST_MS;
  while (performance.now() < until) {
    const state = decodeOAuthState(current.secrets.oauth);
    const claimId = state.grant?.claim?.id;
    if (claimId !== undefined && watched?.id !== claimId) watched = { id: claimId, since: performance.now() };
    const seen = watched && { id: watched.id, forMs: performance.now() - watched.since };
    const verdict = judgeRefresh(state, refused.token, Date.now(), seen);
    if (verdict.kind === 'use') {
      adopt(live, current);
      return true;
    }
    if (verdict.kind === 'sign-in') return endAccess(live, parts, refused, verdict.why);
    if (verdict.kind === 'claim') {
      const id = crypto.randomUUID();
      const claimed = withClaim(state, id, Date.now());
      const secrets: ServerSecrets = { ...current.secrets, oauth: encodeOAuthState(claimed) };
      const saved = await parts.store.saveServerSecrets(current, current.secretsVersion, secrets);
      if (saved === 'saved') return refreshClaimed(live, parts, claimed, id);
    } else {
      await pause(pauseMs);
      pauseMs = Math.min(pauseMs * 1.5, LONGEST_PAUSE_MS);
    }
    current = await load(live, parts);
  }
  throw new AppError('RECOVERY_BUSY', 'The sign-in is being renewed elsewhere. Nothing was run; try again in a moment.');
}

async function load({ stored }: LiveSession, { store }: AccessParts): Promise<StoredSession> {
  const current = await store.loadSession(stored.id);
  if (!current) throw new AppError('SESSION_EXPIRED', 'The session ended while its sign-in was being renewed.');
  return current;
}

/** Sends the refresh token that this instance alone may send, and stores what came of it. */
async function refreshClaimed(live: LiveSession, parts: AccessParts, { grant }: OAuthState, id: string): Promise<boolean> {
  const startedAt = performance.now();
  const flow = await openFlow(parts.egress, async () => {});
  if (grant === undefined) return false;
  const outcome = await refresh(flow, grant);
  const step = toStep(outcome, grant.server.tokenEndpoint);
  let isWanted = true;
  const apply = (state: OAuthState): OAuthState => {
    const isOurs = state.grant?.claim?.id === id;
    // Signed out, or signed in anew, while it was on its way: then it is nobody's any more. Stored by a try whose answer was lost, it is.
    isWanted = isOurs || (outcome.kind === 'refreshed' && state.grant?.accessToken === outcome.grant.accessToken);
    return isOurs ? withStep(afterRefresh(state, outcome), step) : state;
  };
  const saved = await saveOutcome(live, parts, apply, outcome).catch(async (error: unknown) => {
    if (isWorkspaceGone(error)) await revokeUnwanted(live, parts, outcome);
    throw error;
  });
  if (saved === 'stored' && !isWanted) {
    await revokeUnwanted(live, parts, outcome);
    if (accessTokenOf(live.stored.secrets.oauth) !== undefined) return true;
    throw signInAgain('The sign-in was ended while it was being renewed.');
  }
  if (outcome.kind === 'refreshed') {
    live.activity.mark('token-refreshed', { durationMs: Math.round(performance.now() - startedAt) });
    return true;
  }
  if (outcome.kind === 'over') throw signInAgain(outcome.why);
  throw new AppError('SERVER_FAILED', `The sign-in could not be renewed: ${outcome.why} Nothing was run.`, {
    hint: 'Try again in a moment.',
  });
}

/** Nobody keeps these tokens, so nobody could ever end them: they are told to be void at once. Never throws. */
async function revokeUnwanted(live: LiveSession, parts: AccessParts, outcome: RefreshOutcome): Promise<void> {
  if (outcome.kind !== 'refreshed') return;
  const note = (step: SignInStep): Promise<void> => change(live, parts, (state) => withStep(state, step)).catch(() => {});
  await revoke(await openFlow(parts.egress, note), outcome.grant);
}

/** What `changeServerSecrets` says where nothing can be kept for the server any more. */
const isWorkspaceGone = (error: unknown): boolean => error instanceof AppError && error.code === 'SESSION_EXPIRED';

/** What was answered is used here in any case; it is stored as soon as storage takes it. `held`: it did not, so nobody knows whose it is. */
async function saveOutcome(
  live: LiveSession,
  parts: AccessParts,
  apply: (state: OAuthState) => OAuthState,
  outcome: RefreshOutcome,
): Promise<'stored' | 'held'> {
  for (let tries = 1; ; tries++) {
    try {
      await change(live, parts, apply);
      return 'stored';
    } catch (error) {
      if (isWorkspaceGone(error)) throw error;
      if (tries === SAVE_TRIES) {
        if (outcome.kind !== 'refreshed') throw error;
        const { secrets } = live.stored;
        const oauth = { ...decodeOAuthState(secrets.oauth), grant: outcome.grant };
        live.stored = { ...live.stored, secrets: { ...secrets, oauth } };
        return 'held';
      }
      await pause(SAVE_PAUSE_MS * tries);
    }
  }
}

/** Notes that the user has to sign in, unless somebody has done so since. */
async function endAccess(live: LiveSession, parts: AccessParts, { token, challenge }: Refused, why: string): Promise<boolean> {
  const before = decodeOAuthState(live.stored.secrets.oauth);
  const wanted = readSignInChallenge(challenge);
  const isKnown = before.grant === undefined && JSON.stringify(before.challenge) === JSON.stringify(wanted);
  if (isKnown) return false;
  let isNewer = false;
  await change(live, parts, (state) => {
    // What this instance remembers may be older than what is stored.
    isNewer = state.grant !== undefined && state.grant.accessToken !== token;
    if (isNewer) return state;
    const step: SignInStep = { at: new Date().toISOString(), step: 'challenge', ok: true, url: live.stored.url, detail: why };
    return withStep(withoutGrant(state, wanted), step);
  });
  if (isNewer) return true;
  if (before.grant !== undefined) throw signInAgain(why);
  return false;
}

async function change(live: LiveSession, parts: AccessParts, apply: (state: OAuthState) => OAuthState): Promise<void> {
  const changed = await changeServerSecrets(parts.store, live.stored, (secrets) => ({
    ...secrets,
    oauth: encodeOAuthState(apply(decodeOAuthState(secrets.oauth))),
  }));
  adopt(live, changed);
}

function adopt(live: LiveSession, { secrets, secretsVersion }: StoredSession): void {
  live.stored = { ...live.stored, secrets, secretsVersion };
}

const signInAgain = (why: string): AppError =>
  new AppError('SERVER_SIGN_IN_REQUIRED', `${why} Nothing was run.`, { hint: 'Sign in again.' });

const failedStep = (step: SignInStep['step'], detail: string): SignInStep => ({ at: new Date().toISOString(), step, ok: false, detail });

function toStep(outcome: RefreshOutcome, url: string): SignInStep {
  const at = new Date().toISOString();
  if (outcome.kind === 'refreshed') return { at, step: 'refresh', ok: true, url, detail: outcome.detail };
  const advice = outcome.kind === 'over' ? 'Sign in again.' : 'It is tried again with the next call.';
  const { answer } = outcome;
  return { at, step: 'refresh', ok: false, url, detail: `${outcome.why} ${advice}`, ...(answer !== undefined && { answer }) };
}
