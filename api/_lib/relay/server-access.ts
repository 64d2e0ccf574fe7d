/**
 * Owns what makes a server let us in: the headers that go with every request to it, and to nobody else, and what its refusal means.
 * Where the secrets are kept is the store's matter; that redirects carry them nowhere else is egress's.
 */
import { AppError } from '../../../shared/errors.ts';
import type { Egress } from '../egress/egress.ts';
import { isConnected, type ServerSecrets, type StoredSession } from '../store/store.ts';

/** What is asked for, and with which secrets. */
export type ServerAccess = Pick<StoredSession, 'url' | 'secrets'>;

/** Returns the headers that make the server let us in. */
export const accessHeaders = ({ headers = {} }: ServerSecrets): Readonly<Record<string, string>> => headers;

/**
 * Returns the way out with the headers of a server: they go with every request to the origin of its URL, and with no other.
 *
 * @param access Asked at each request: a connection may outlive the secrets that it was opened with.
 */
export function withAccess(egress: Egress, access: () => ServerAccess): Egress {
  return {
    ...egress,
    fetch(target, init = {}) {
      const { url, secrets } = access();
      const added = Object.entries(accessHeaders(secrets));
      if (added.length === 0 || new URL(target).origin !== new URL(url).origin) return egress.fetch(target, init);
      const headers = new Headers(init.headers);
      for (const [name, value] of added) headers.set(name, value);
      return egress.fetch(target, { ...init, headers });
    },
  };
}

/** Returns the failure when an HTTP status means that the server does not let us in as we are; undefined when it means something else. */
export function toAccessFailure(status: number, { headers = {} }: ServerSecrets): AppError | undefined {
  const names = Object.keys(headers).join(', ');
  if (names !== '' && (status === 401 || status === 403))
    return new AppError(
      'SERVER_SIGN_IN_REQUIRED',
      `The server answered ${status}: it refused the headers that are kept for it (${names}).`,
      {
        hint: 'Replace the headers in the settings of the session.',
      },
    );
  if (status === 401)
    return new AppError('SERVER_SIGN_IN_REQUIRED', 'The server asks for sign-in.', {
      hint: 'Sign in, or set the headers that the server wants in the settings of the session.',
    });
  return undefined;
}

/** What is told while there is no server session to send anything to. */
const waitsForSignIn = (): AppError =>
  new AppError('SERVER_SIGN_IN_REQUIRED', 'The session waits for a sign-in, or for headers that its server accepts. Nothing was sent.', {
    hint: 'Sign in, or set the headers that the server wants in the settings of the session.',
  });

/** @throws AppError before anything is sent to a server that lets us in only later, or whose secrets cannot be opened any more. */
export function checkAccess(stored: StoredSession): void {
  if (!isConnected(stored)) throw waitsForSignIn();
  // Sending without them could be sending as somebody else.
  if (stored.secretsUnreadable)
    throw new AppError('SECRETS_UNREADABLE', 'What was kept to sign in to this server cannot be opened any more. Nothing was sent.', {
      hint: 'Sign in again, or set the headers again in the settings of the session.',
    });
}
