/**
 * Owns the first half of a sign-in, in the page that the user looks at: asking the backend where it leads and what it would allow, and the
 * user's consent. From there the background goes on (sign-in-window.ts), and storage tells how far it is.
 */
import { computed, signal } from '@preact/signals';
import type { BeginSignIn, SignInBegun } from '../../shared/sign-in-contract.ts';
import { beginSignIn, signOut } from '../gateway/authorization.ts';
import { getSession } from '../gateway/backend.ts';
import { asGatewayError, type GatewayError } from '../gateway/gateway-error.ts';
import { signInRedirect } from '../platform/sign-in-window.ts';
import type { StoredSignIn } from '../platform/stored.ts';
import { removeSignIn } from '../platform/stored-sign-ins.ts';
import { keepSession } from './session-change.ts';
import { openSignInWindow } from './sign-in-window.ts';
import { stored } from './stored-state.ts';

export type SignInStage =
  | { kind: 'asking'; abort: AbortController }
  | { kind: 'begun'; begun: SignInBegun }
  | { kind: 'failed'; failure: { code: string; detail: string; hint?: string | undefined } }
  | { kind: 'window' }
  | { kind: 'ending' };

/** A window that nobody has seen for so long is gone: authorization servers forget the attempt sooner, ms. */
const WINDOW_LOST_AFTER_MS = 15 * 60_000;

const begun = signal<ReadonlyMap<string, SignInStage>>(new Map());

function setStage(sessionId: string, stage: SignInStage | undefined): void {
  const stages = new Map(begun.value);
  if (stage) stages.set(sessionId, stage);
  else stages.delete(sessionId);
  begun.value = stages;
}

/** How far each sign-in is, by session. What this page knows goes before what is stored, until its window is open. */
export const signInStages = computed<ReadonlyMap<string, SignInStage>>(() => {
  const kept = (stored.value?.signIns ?? []).flatMap((signIn): [string, SignInStage][] => {
    const stage = toStage(signIn, Date.now());
    return stage ? [[signIn.sessionId, stage]] : [];
  });
  const here = [...begun.value];
  return new Map([...here.filter(([, { kind }]) => kind === 'window'), ...kept, ...here.filter(([, { kind }]) => kind !== 'window')]);
});

function toStage({ phase, at, failure }: StoredSignIn, nowMs: number): SignInStage | undefined {
  if (phase === 'failed') return failure && { kind: 'failed', failure };
  return nowMs - Date.parse(at) > WINDOW_LOST_AFTER_MS ? undefined : { kind: phase };
}

/**
 * Asks where a sign-in would lead. Nothing is opened before the user has seen that. Never throws: the stage tells.
 *
 * @param client One that the user has registered by hand.
 */
export async function askSignIn(sessionId: string, client?: BeginSignIn['client']): Promise<void> {
  const abort = new AbortController();
  setStage(sessionId, { kind: 'asking', abort });
  const isStill = () => begun.value.get(sessionId)?.kind === 'asking' && !abort.signal.aborted;
  try {
    await removeSignIn(sessionId);
    const answer = await beginSignIn(sessionId, { redirectUri: signInRedirect(), ...(client && { client }) }, abort.signal);
    if (isStill()) setStage(sessionId, { kind: 'begun', begun: answer });
  } catch (thrown) {
    if (isStill()) setStage(sessionId, { kind: 'failed', failure: toFailure(asGatewayError(thrown)) });
  }
}

const toFailure = ({ code, detail, hint }: GatewayError) => ({ code, detail, hint });

/** Opens the window of a sign-in that the user has agreed to. */
export async function openSignIn(sessionId: string, { authorizationUrl }: SignInBegun): Promise<void> {
  setStage(sessionId, { kind: 'window' });
  try {
    await openSignInWindow(sessionId, authorizationUrl);
    setStage(sessionId, undefined);
  } catch (thrown) {
    // The background itself went away: nobody waits for that window any more.
    setStage(sessionId, { kind: 'failed', failure: { code: 'SIGN_IN_WINDOW_CLOSED', detail: asGatewayError(thrown).detail } });
    await removeSignIn(sessionId);
  }
}

/** Puts a sign-in away that is not wanted, or whose failure was seen. */
export async function dropSignIn(sessionId: string): Promise<void> {
  const stage = begun.value.get(sessionId);
  if (stage?.kind === 'asking') stage.abort.abort();
  setStage(sessionId, undefined);
  await removeSignIn(sessionId);
}

/** Signs out of a session's server. @throws GatewayError */
export async function endAuthorization(sessionId: string): Promise<void> {
  await signOut(sessionId);
  await keepSession(await getSession(sessionId));
}
