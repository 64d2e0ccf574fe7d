/**
 * Owns what every request to a server needs of a sign-in: its access token. Apart from oauth-state.ts, which reads all of it, because a
 * call has no time for that. Pure.
 */

type Kept = Readonly<Record<string, unknown>> | undefined;

const grantOf = (oauth: Kept): Readonly<Record<string, unknown>> | undefined => {
  const grant = oauth?.['grant'];
  return typeof grant === 'object' && grant !== null ? (grant as Readonly<Record<string, unknown>>) : undefined;
};

/** Returns the access token of a sign-in; undefined where there is none. */
export function accessTokenOf(oauth: Kept): string | undefined {
  const token = grantOf(oauth)?.['accessToken'];
  return typeof token === 'string' && token !== '' ? token : undefined;
}

/** Whether the access token is better renewed before it is used: it may end on its way. */
export function isAboutToEnd(oauth: Kept, now: number): boolean {
  const { renewAt, refreshToken, claim } = grantOf(oauth) ?? {};
  return typeof renewAt === 'number' && renewAt <= now && typeof refreshToken === 'string' && claim === undefined;
}
