/** Owns what the backend is asked about signing in to servers: one function a call. What is done with the answers is state/sign-in.ts. */
import { Session } from '../../shared/contract.ts';
import { Authorization, type BeginSignIn, type EndSignIn, SignInBegun } from '../../shared/sign-in-contract.ts';
import { asDevice, CONNECT_TIMEOUT_MS, sessionPath } from './backend.ts';

/** Prepares a sign-in at a session's server. Finding out where and as whom may take several requests to servers that are slow. */
export function beginSignIn(sessionId: string, request: BeginSignIn, signal?: AbortSignal): Promise<SignInBegun> {
  const path = `${sessionPath(sessionId)}/sign-in`;
  return asDevice({ method: 'POST', path, body: request, answer: SignInBegun, signal, timeoutMs: CONNECT_TIMEOUT_MS });
}

/** Hands over what the authorization server answered, and returns the session, which is connected then. */
export function endSignIn(sessionId: string, outcome: EndSignIn): Promise<Session> {
  return asDevice({ method: 'POST', path: authorizationPath(sessionId), body: outcome, answer: Session, timeoutMs: CONNECT_TIMEOUT_MS });
}

const authorizationPath = (sessionId: string): string => `${sessionPath(sessionId)}/authorization`;

/** Returns how the sign-in at a session's server stands, with its steps. */
export function readAuthorization(sessionId: string, signal?: AbortSignal): Promise<Authorization> {
  return asDevice({ method: 'GET', path: authorizationPath(sessionId), answer: Authorization, signal });
}

/** Signs out: the tokens are forgotten, and revoked where the authorization server can do that. */
export async function signOut(sessionId: string): Promise<void> {
  await asDevice({ method: 'DELETE', path: authorizationPath(sessionId), timeoutMs: CONNECT_TIMEOUT_MS });
}
