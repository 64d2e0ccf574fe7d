/** Owns what is judged about the addresses of a sign-in: where the user is sent, and what comes back. Pure. */
import type { EndSignIn } from '../../shared/sign-in-contract.ts';

export type SignInHost = {
  host: string;
  /** Written in another script: it may look like a name that it is not. */
  isForeignScript: boolean;
};

/** Returns the host of an address that a browser window may be sent to; undefined for any other. Source: MCP, Authorization > Communication Security. */
export function signInHost(address: string): SignInHost | undefined {
  if (!URL.canParse(address)) return undefined;
  const { protocol, hostname, host, username, password } = new URL(address);
  const isLocal = hostname === 'localhost' || hostname === '127.0.0.1' || hostname === '[::1]';
  if (protocol !== 'https:' && !(protocol === 'http:' && isLocal)) return undefined;
  if (username !== '' || password !== '') return undefined;
  return { host, isForeignScript: /(^|\.)xn--/.test(hostname) };
}

/**
 * Returns what came back from a sign-in, to be handed to the backend; undefined when it is not the answer to this one.
 *
 * @param asked Where the user was sent, and where back to.
 */
export function readOutcome(address: string, asked: { authorizationUrl: string; redirectUri: string }): EndSignIn | undefined {
  if (!address.startsWith(asked.redirectUri) || !URL.canParse(address)) return undefined;
  const query = new URL(address).searchParams;
  const state = query.get('state');
  if (state === null || state !== new URL(asked.authorizationUrl).searchParams.get('state')) return undefined;
  const [code, iss, error, errorDescription] = ['code', 'iss', 'error', 'error_description'].map((name) => query.get(name));
  return {
    state,
    ...(code && { code }),
    ...(iss && { iss }),
    ...(error && { error }),
    ...(errorDescription && { errorDescription }),
  };
}
