/** Decides which scopes a sign-in asks for. Pure. Source: MCP 2026-07-28, Authorization > Scope selection, Step-up authorization. */
import { MAX_SCOPES } from './oauth-state.ts';

/** Source: RFC 6749, section 3.3. */
const SCOPE = /^[\x21\x23-\x5b\x5d-\x7e]{1,256}$/;
/** Asks for a refresh token where the server says that it knows it. Source: OpenID Connect Core, section 11. */
const OFFLINE = 'offline_access';

/** Returns the scopes of a text, each once. What can be no scope is left out. */
export const parseScopes = (text: string | undefined): string[] => keepScopes((text ?? '').split(/\s+/));

/** Returns what of a list can be a scope, each once, in order. */
export const keepScopes = (values: readonly string[]): string[] =>
  [...new Set(values.filter((value) => SCOPE.test(value)))].slice(0, MAX_SCOPES);

/**
 * Returns the scopes to ask for: what the server's challenge names, else what it says it knows, else none, together with what was asked for before.
 *
 * None is sent as none: then the authorization server has a default of its own.
 */
export function chooseScopes(known: {
  challenged: readonly string[];
  /** `scopes_supported` of the resource's metadata. */
  ofResource: readonly string[];
  /** `scopes_supported` of the authorization server's metadata. */
  ofServer: readonly string[];
  /** Asked for earlier. */
  asked: readonly string[];
}): string[] {
  const wanted = known.challenged.length > 0 ? known.challenged : known.ofResource;
  const all = keepScopes([...known.asked, ...wanted]);
  return all.length > 0 && known.ofServer.includes(OFFLINE) ? keepScopes([...all.slice(0, MAX_SCOPES - 1), OFFLINE]) : all;
}

/** Whether a challenge asks for anything that was not asked for already. */
export const asksForMore = (challenged: readonly string[], asked: readonly string[]): boolean =>
  challenged.some((scope) => !asked.includes(scope));
