/**
 * Owns what makes a server let us in: the headers that go with every request to it, and to nobody else, and what its refusal means.
 * Where the secrets are kept is the store's matter; that redirects carry them nowhere else is egress's.
 */
import { AppError } from '../../../shared/errors.ts';
import type { Egress } from '../egress/egress.ts';
import { accessTokenOf } from '../oauth/access-token.ts';
import { isConnected, type ServerSecrets, type StoredSession } from '../store/store.ts';

/** What is asked for, and with which secrets. */
export type ServerAccess = Pick<StoredSession, 'url' | 'secrets'>;

/** Returns the headers that make the server let us in. A sign-in goes before an `Authorization` that was entered by hand. */
export function accessHeaders({ headers = {}, oauth }: ServerSecrets): Readonly<Record<string, string>> {
  const token = accessTokenOf(oauth);
  return token === undefined ? headers : { ...headers, authorization: `Bearer ${token}` };
}

/** A refusal of the server to let a request in. Such a request has not run. */
export type Refused = {
  /** The access token that it came with. */
  token: string | undefined;
  /** `WWW-Authenticate` of the answer. */
  challenge: string | null;
  /** Whether the token was renewed for this very request: then renewing it again would never end. */
  wasRenewed: boolean;
};

/** The server did not let a request in, so it has not run; and this is why nothing could be done about it. */
export class NotLetIn extends Error {
  override readonly name = 'NotLetIn';
  readonly failure: AppError;
  constructor(failure: AppError) {
    super('The server did not let the request in.', { cause: failure });
    this.failure = failure;
  }
}

/** Does what can be done without the user after a refusal. False when nothing can; throws an AppError when there is more to say than that. */
export type RenewAccess = (refused: Refused) => Promise<boolean>;

/**
 * Returns the way out with the headers of a server: they go with every request to the origin of its URL, and with no other.
 *
 * @param access Asked at each request: a connection may outlive the secrets that it was opened with.
 * @param renew Where it succeeds, what was refused is sent once more.
 * @returns A fetch that rejects with NotLetIn, too, where `renew` failed.
 */
export function withAccess(egress: Egress, access: () => ServerAccess, renew?: RenewAccess): Egress {
  const send = (target: string | URL, init: RequestInit): Promise<Response> => {
    const { url, secrets } = access();
    const added = Object.entries(accessHeaders(secrets));
    if (added.length === 0 || new URL(target).origin !== new URL(url).origin) return egress.fetch(target, init);
    const headers = new Headers(init.headers);
    for (const [name, value] of added) headers.set(name, value);
    return egress.fetch(target, { ...init, headers });
  };
  return {
    ...egress,
    async fetch(target, init = {}) {
      const isRepeatable = renew !== undefined && !(init.body instanceof ReadableStream);
      for (let wasRenewed = false; ; wasRenewed = true) {
        const token = accessTokenOf(access().secrets.oauth);
        const response = await send(target, init);
        if (response.status !== 401 || !isRepeatable) return response;
        const refused = { token, challenge: response.headers.get('www-authenticate'), wasRenewed };
        const isRenewed = await renew(refused).catch((error: unknown) => {
          throw error instanceof AppError ? new NotLetIn(error) : error;
        });
        if (!isRenewed) return response;
        await response.body?.cancel();
      }
    },
  };
}

/** Returns the failure when an HTTP status means that the server does not let us in as we are; undefined when it means something else. */
export function toAccessFailure(status: number, { headers = {}, oauth }: ServerSecrets): AppError | undefined {
  // Who is signed in is known to the server, whatever the headers: then it is not about them.
  const names = accessTokenOf(oauth) === undefined ? Object.keys(headers).join(', ') : '';
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
export const waitsForSignIn = (): AppError =>
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
