/**
 * Owns the second half of a sign-in: the window in which the user signs in, and what comes of it. It runs in the background, because a
 * popup closes as soon as that window opens; every step is stored, so that whatever page is open shows it.
 */

import * as z from 'zod/mini';
import { endSignIn } from '../gateway/authorization.ts';
import { asGatewayError, GatewayError } from '../gateway/gateway-error.ts';
import { t } from '../platform/i18n.ts';
import { askBackground } from '../platform/own-messages.ts';
import { showSignIn, signInRedirect } from '../platform/sign-in-window.ts';
import { loadStored, type StoredSignIn } from '../platform/stored.ts';
import { removeSignIn, saveSignIn } from '../platform/stored-sign-ins.ts';
import { keepSession } from './session-change.ts';
import { readOutcome, signInHost } from './sign-in-address.ts';

const SignInWish = z.strictObject({ kind: z.literal('sign-in'), sessionId: z.string(), authorizationUrl: z.string() });
type SignInWish = z.infer<typeof SignInWish>;

/** Has the background open the window of a sign-in that was begun. The page may close before it ends. */
export async function openSignInWindow(sessionId: string, authorizationUrl: string): Promise<void> {
  const wish: SignInWish = { kind: 'sign-in', sessionId, authorizationUrl };
  await askBackground(wish);
}

/** Returns the work that a message asks for; undefined when it is about something else. */
export function runSignInWish(message: unknown): Promise<void> | undefined {
  const wish = SignInWish.safeParse(message);
  return wish.success ? runSignIn(wish.data) : undefined;
}

async function runSignIn({ sessionId, authorizationUrl }: SignInWish): Promise<void> {
  const tell = (step: Pick<StoredSignIn, 'phase' | 'failure'>) => saveSignIn({ ...step, sessionId, at: new Date().toISOString() });
  try {
    await tell({ phase: 'window' });
    const address = await waitForUser(authorizationUrl);
    const outcome = readOutcome(address, { authorizationUrl, redirectUri: signInRedirect() });
    if (!outcome) throw new GatewayError('SIGN_IN_FAILED', t('signin_foreignAnswer'));
    await tell({ phase: 'ending' });
    await keepSession(await endSignIn(sessionId, outcome));
    await removeSignIn(sessionId);
  } catch (thrown) {
    const { code, detail, hint } = asGatewayError(thrown);
    await tell({ phase: 'failed', failure: { code, detail, ...(hint !== undefined && { hint }) } });
  }
}

async function waitForUser(authorizationUrl: string): Promise<string> {
  if (!signInHost(authorizationUrl)) throw new GatewayError('SIGN_IN_FAILED', t('signin_foreignAddress'));
  try {
    return await showSignIn(authorizationUrl);
  } catch (thrown) {
    throw new GatewayError('SIGN_IN_WINDOW_CLOSED', thrown instanceof Error ? thrown.message : String(thrown), { cause: thrown });
  }
}

/** Puts away sign-ins whose window went with the browser. */
export async function dropLostSignIns(): Promise<void> {
  for (const { sessionId, phase } of (await loadStored()).signIns) if (phase !== 'failed') await removeSignIn(sessionId);
}
