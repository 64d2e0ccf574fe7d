/**
 * Owns a session's sign-in from the user's side: beginning, ending and taking it back, each step stored as it happens so that whoever
 * watches sees it. The steps are oauth/'s, renewing without the user is relay/access-renewal.ts. Loaded when somebody signs in.
 */

import { AppError } from '../../../shared/errors.ts';
import type { BeginSignIn, EndSignIn, SignInBegun, SignInStep } from '../../../shared/sign-in-contract.ts';
import { beginSignIn, withPending } from '../oauth/begin.ts';
import { endSignIn, findPending, withGrant, withoutPending } from '../oauth/end.ts';
import { type Flow, openFlow, reaching } from '../oauth/flow.ts';
import { decodeOAuthState, encodeOAuthState, type OAuthState, type PendingSignIn, withStep } from '../oauth/oauth-state.ts';
import { isServerInside, seekChallenge } from '../oauth/probe.ts';
import { revoke } from '../oauth/revoke.ts';
import { changeServerSecrets } from '../relay/server-secrets.ts';
import { isConnected, type StoredSession } from '../store/store.ts';
import { type ConnectParts, connectWaiting } from './connect-waiting.ts';

/** A session and the sign-in of its server, as they are now. */
type Signing = { parts: ConnectParts; session: StoredSession };
type Change = (state: OAuthState) => OAuthState;

const stateOf = ({ session }: Signing): OAuthState => decodeOAuthState(session.secrets.oauth);

/** Changes what is kept of the sign-in, in storage and in this instance's memory. */
async function change(signing: Signing, apply: Change): Promise<void> {
  const { parts } = signing;
  const changed = await changeServerSecrets(parts.store, signing.session, (secrets) => ({
    ...secrets,
    oauth: encodeOAuthState(apply(decodeOAuthState(secrets.oauth))),
  }));
  signing.session = changed;
  const live = parts.sessions.find(changed.id);
  if (live) live.stored = { ...live.stored, secrets: changed.secrets, secretsVersion: changed.secretsVersion };
}

const openRecorded = (signing: Signing, left?: AbortSignal): Promise<Flow> =>
  openFlow(signing.parts.egress, (step: SignInStep) => change(signing, (state) => withStep(state, step)), left);

export type BeginRequest = BeginSignIn & {
  deviceId: string;
  extensionIds: readonly string[];
  /** Address of our metadata document, where the world can read it. */
  documentUrl: string | undefined;
};

/**
 * Prepares a sign-in: finds the authorization server, registers there, and returns what the browser is to open.
 *
 * @throws AppError SIGN_IN_FAILED that names the step; the steps have what was answered.
 */
export async function beginSession(
  parts: ConnectParts,
  session: StoredSession,
  request: BeginRequest,
  left: AbortSignal,
): Promise<SignInBegun> {
  const signing: Signing = { parts, session };
  const flow = await openRecorded(signing, left);
  const { client, redirectUri, deviceId, extensionIds, documentUrl } = request;
  if (client?.secret !== undefined) flow.secrets.add(client.secret);
  const challenge = await seekChallenge(flow, stateOf(signing), session);
  if (challenge) await change(signing, (state) => ({ ...state, challenge }));
  const reach = reaching(flow, { isInside: await isServerInside(flow, session) });
  const { begun, pending } = await beginSignIn(reach, stateOf(signing), {
    serverUrl: session.url,
    redirectUri,
    deviceId,
    byHand: client,
    documentUrl,
    extensionIds,
  });
  await change(signing, (state) => withPending(state, pending));
  return begun;
}

/**
 * Takes what the browser came back with, and connects the session.
 *
 * @throws AppError SIGN_IN_NOT_BEGUN unless this device has begun it, a short while ago and once; SIGN_IN_FAILED; the handshake's failure.
 */
export async function endSession(
  parts: ConnectParts,
  session: StoredSession,
  returned: EndSignIn,
  deviceId: string,
): Promise<StoredSession> {
  const signing: Signing = { parts, session };
  const pending = await takePending(signing, returned, deviceId);
  // From here on nothing ends with the user's connection: a code works once, and what it gave is kept.
  const flow = await openRecorded(signing);
  const grant = await endSignIn(flow, pending, returned);
  const hadGrant = stateOf(signing).grant !== undefined;
  await change(signing, (state) => {
    const steppedUp = state.challenge?.kind === 'step-up' ? state.stepUps + 1 : state.stepUps;
    return { ...withGrant(state, grant, pending.scopes), stepUps: steppedUp };
  });
  const live = parts.sessions.meet(signing.session);
  live.activity.mark('signed-in');
  // With more permissions the server session goes on. After a sign-in that was over, whoever signed in may be somebody else.
  if (hadGrant && isConnected(signing.session)) {
    live.stored = { ...live.stored, awaitsSignIn: false };
    live.activity.change({ awaitsSignIn: false });
    live.activity.flush();
    return { ...signing.session, awaitsSignIn: false };
  }
  live.activity.flush();
  return connectWaiting(parts, session.id, new AbortController().signal);
}

/** Takes the sign-in that the answer belongs to out of storage: of two that bring the same answer, one gets it. */
async function takePending(signing: Signing, returned: EndSignIn, deviceId: string): Promise<PendingSignIn> {
  let taken: PendingSignIn | undefined;
  await change(signing, (state) => {
    taken = findPending(state, returned, deviceId, Date.now());
    if (taken === undefined)
      throw new AppError('SIGN_IN_NOT_BEGUN', 'This device has begun no such sign-in here, or it was ended already, or it took too long.', {
        hint: 'Sign in again from here.',
      });
    return withoutPending(state, taken);
  });
  if (taken === undefined) throw new AppError('INTERNAL', 'The sign-in was taken by nobody.');
  return taken;
}

/** Forgets tokens, registrations and the authorization server, and has the tokens revoked where it can. */
export async function signOut(parts: ConnectParts, session: StoredSession): Promise<void> {
  const signing: Signing = { parts, session };
  let grant: OAuthState['grant'];
  await change(signing, ({ grant: current, steps }) => {
    grant = current;
    return decodeOAuthState({ steps });
  });
  if (grant === undefined) return;
  const live = parts.sessions.meet(signing.session);
  live.stored = { ...live.stored, awaitsSignIn: true };
  live.activity.change({ awaitsSignIn: true });
  live.activity.mark('signed-out');
  live.activity.flush();
  await revoke(await openRecorded(signing), grant);
}
