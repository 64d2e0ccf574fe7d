/** Owns a session's way to its server: with its sign-in, which is renewed when the server refuses it or it is about to end. */
import { AppError } from '../../../shared/errors.ts';
import type { Egress } from '../egress/egress.ts';
import { accessTokenOf, isAboutToEnd } from '../oauth/access-token.ts';
import type { AccessParts, LiveSession } from './live-session.ts';
import { type Refused, withAccess } from './server-access.ts';

const loadRenewal = () => import('./access-renewal.ts');

/** As renewAccess in access-renewal.ts. */
export const renewAccess = async (live: LiveSession, parts: AccessParts, refused: Refused): Promise<boolean> =>
  (await loadRenewal()).renewAccess(live, parts, refused);

/** Returns the way out to the session's server. What was refused for its token is sent once more with a renewed one. */
export const liveEgress = (live: LiveSession, parts: AccessParts): Egress =>
  withAccess(
    parts.egress,
    () => live.stored,
    (refused) => renewAccess(live, parts, refused),
  );

/** Renews an access token that would end on its way. That it fails is told by the server's refusal, if it does refuse. */
export async function renewInTime(live: LiveSession, parts: AccessParts): Promise<void> {
  const { oauth } = live.stored.secrets;
  if (!isAboutToEnd(oauth, Date.now())) return;
  await renewAccess(live, parts, { token: accessTokenOf(oauth), challenge: null, wasRenewed: false }).catch((error: unknown) => {
    if (error instanceof AppError && error.code === 'SERVER_SIGN_IN_REQUIRED') throw error;
  });
}

/** Notes that the server asks for more permissions; undefined where its refusal is about something else. */
export async function noteStepUp(live: LiveSession, parts: AccessParts, challenge: string | null): Promise<AppError | undefined> {
  if (challenge === null || accessTokenOf(live.stored.secrets.oauth) === undefined) return undefined;
  return (await loadRenewal()).noteStepUp(live, parts, challenge);
}
