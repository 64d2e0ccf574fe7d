/**
 * Owns reading why a server refuses: the challenge of a 401 or 403. Pure. Source: RFC 6750, section 3; RFC 9728, section 5.1.
 * Written by hand because the SDK's reader knows the header only where Bearer is the first scheme, and finds parameters inside of
 * other parameters' values.
 */
import { MAX_URL_LENGTH } from '../../../shared/limits.ts';
import type { Challenge } from './oauth-state.ts';
import { parseScopes } from './scopes.ts';

/** A header that is longer says nothing that a client could need. */
const MAX_HEADER_LENGTH = 8192;
// One parameter, or the name of a scheme: a token that no `=` follows. RFC 9110, section 11.2.
const PART = /[\s,]*([!#$%&'*+\-.^_`|~\w]+)(?:\s*=\s*(?:"((?:[^"\\]|\\.)*)"|([^\s,"]*)))?/gy;

/** Returns the parameters of the Bearer challenge, names in lower case; undefined where there is none. */
export function parseBearer(header: string | null): Readonly<Record<string, string>> | undefined {
  let found: Record<string, string> | undefined;
  for (const [, name = '', quoted, bare] of (header ?? '').slice(0, MAX_HEADER_LENGTH).matchAll(PART)) {
    const value = quoted?.replace(/\\(.)/g, '$1') ?? bare;
    if (value === undefined) {
      if (found) break;
      if (name.toLowerCase() === 'bearer') found = {};
    } else if (found && !Object.hasOwn(found, name.toLowerCase())) found[name.toLowerCase()] = value;
  }
  return found;
}

/** Returns what a 401 asks for. A server that names nothing still wants a sign-in, or a key. */
export function readSignInChallenge(header: string | null): Challenge {
  const parameters = parseBearer(header) ?? {};
  return { kind: 'sign-in', ...readParameters(parameters) };
}

/** Returns what a 403 asks for; undefined where it is about something else than missing scopes. */
export function readStepUpChallenge(header: string | null): Challenge | undefined {
  const parameters = parseBearer(header);
  if (parameters?.['error'] !== 'insufficient_scope') return undefined;
  return { kind: 'step-up', ...readParameters(parameters) };
}

function readParameters(parameters: Readonly<Record<string, string>>): Omit<Challenge, 'kind'> {
  const url = parameters['resource_metadata'];
  const isUsable = url !== undefined && url.length <= MAX_URL_LENGTH && URL.canParse(url);
  return { ...(isUsable && { resourceMetadataUrl: url }), scopes: parseScopes(parameters['scope']) };
}
