/**
 * Owns who we are at a token or revocation endpoint, and which answers of a token endpoint are tokens.
 * The requests are made by the SDK; it writes Basic credentials as they are, which a secret with a colon or a percent sign does not survive.
 */
import type { AuthorizationServerMetadata, OAuthTokens } from '@modelcontextprotocol/client';
import { type Flow, Refusal } from './flow.ts';
import { type AuthorizationServer, type Grant, MAX_TOKEN_LENGTH, type OAuthClient } from './oauth-state.ts';
import { parseScopes } from './scopes.ts';

/** How long before its end a token is renewed: this, ms, or this share of its lifetime where that is less. */
const RENEW_BEFORE_MS = 10_000;
const RENEW_BEFORE_SHARE = 0.1;
/** Visible ASCII: what an Authorization header can hold. Source: RFC 6750, section 2.1, read generously. */
const TOKEN = /^[\x21-\x7e]+$/;

/** Returns the SDK's options that are the same for every request to the authorization server's token endpoint. */
export function tokenRequest(flow: Flow, server: AuthorizationServer, client: OAuthClient, resource: string) {
  return {
    metadata: toMetadata(server),
    clientInformation: { client_id: client.id },
    addClientAuthentication: (headers: Headers, params: URLSearchParams) => authenticate(flow, server, client, headers, params),
    resource,
    fetchFn: flow.fetch,
  };
}

/** What the SDK needs to know of a server whose metadata was checked when the sign-in began. */
export const toMetadata = (server: AuthorizationServer): AuthorizationServerMetadata => ({
  issuer: server.issuer,
  authorization_endpoint: server.authorizationEndpoint,
  token_endpoint: server.tokenEndpoint,
  response_types_supported: ['code'],
  code_challenge_methods_supported: ['S256'],
  authorization_response_iss_parameter_supported: server.namesItself,
});

/** Adds the client's id and secret to a request. Source: RFC 6749, section 2.3.1. */
export function authenticate(
  flow: Flow,
  server: AuthorizationServer,
  client: OAuthClient,
  headers: Headers,
  params: URLSearchParams,
): void {
  const { id, secret, authMethod } = client;
  if (secret !== undefined) flow.secrets.add(secret);
  const method = flow.sdk.selectClientAuthMethod(
    {
      client_id: id,
      ...(secret !== undefined && { client_secret: secret }),
      ...(authMethod && { token_endpoint_auth_method: authMethod }),
    },
    server.tokenAuthMethods,
  );
  if (method === 'client_secret_basic' && secret !== undefined) {
    const credentials = Buffer.from(`${formEncode(id)}:${formEncode(secret)}`).toString('base64');
    flow.secrets.add(credentials);
    headers.set('authorization', `Basic ${credentials}`);
    return;
  }
  params.set('client_id', id);
  if (method === 'client_secret_post' && secret !== undefined) params.set('client_secret', secret);
}

const formEncode = (value: string): string => new URLSearchParams({ '': value }).toString().slice(1);

/** @throws Refusal for tokens that cannot be used as bearer tokens. */
export function toTokens(
  flow: Flow,
  tokens: OAuthTokens,
  asked: readonly string[],
): Pick<Grant, 'accessToken' | 'refreshToken' | 'expiresAt' | 'renewAt' | 'scopes'> {
  const { access_token: accessToken, refresh_token: refreshToken, token_type: type, expires_in: seconds, scope } = tokens;
  flow.secrets.add(accessToken);
  if (refreshToken !== undefined) flow.secrets.add(refreshToken);
  if (type.toLowerCase() !== 'bearer') throw new Refusal('The authorization server gave a token of a kind that is not supported.');
  if (!TOKEN.test(accessToken) || accessToken.length > MAX_TOKEN_LENGTH)
    throw new Refusal('The authorization server gave a token that cannot be sent.');
  const isRefreshable = refreshToken !== undefined && refreshToken !== '' && refreshToken.length <= MAX_TOKEN_LENGTH;
  const lifetimeMs = seconds !== undefined && Number.isFinite(seconds) && seconds > 0 ? seconds * 1000 : undefined;
  const now = Date.now();
  return {
    accessToken,
    ...(isRefreshable && { refreshToken }),
    ...(lifetimeMs !== undefined && {
      expiresAt: now + lifetimeMs,
      renewAt: now + lifetimeMs - Math.min(RENEW_BEFORE_MS, lifetimeMs * RENEW_BEFORE_SHARE),
    }),
    // Left out where it is what was asked for. Source: RFC 6749, section 5.1.
    scopes: scope === undefined ? [...asked] : parseScopes(scope),
  };
}
