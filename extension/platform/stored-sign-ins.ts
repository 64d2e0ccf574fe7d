/** Owns what is kept of sign-ins under way, so that a popup that closes in the middle of one finds it again. At most one a session. */
import { change, StoredSignIn } from './stored.ts';

export function saveSignIn(signIn: StoredSignIn): Promise<void> {
  const saved = StoredSignIn.parse(signIn);
  return change(({ signIns }) => ({ signIns: [...signIns.filter(({ sessionId }) => sessionId !== saved.sessionId), saved] }));
}

/** Forgets a session's sign-in: it is over, or its failure was seen. */
export function removeSignIn(sessionId: string): Promise<void> {
  return change(({ signIns }) => ({ signIns: signIns.filter((signIn) => signIn.sessionId !== sessionId) }));
}
