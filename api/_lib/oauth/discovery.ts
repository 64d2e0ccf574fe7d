/**
 * Owns finding the authorization server of an MCP server, and refusing one that is not fit: metadata of the resource, then of the server.
 * The documents are fetched and parsed by the SDK; what it lets pass and the specification does not is checked here.
 * Source: MCP 2026-07-28, Authorization > Authorization server discovery; RFC 9728; RFC 8414.
 */
import type { AuthorizationServerMetadata, OAuthProtectedResourceMetadata } from '@modelcontextprotocol/client';
import { judgeEndpoint } from './endpoints.ts';
import { type Exchange, isMissing } from './exchange.ts';
import { type Flow, Refusal, takeStep } from './flow.ts';
import type { AuthorizationServer, Challenge } from './oauth-state.ts';
import { keepScopes } from './scopes.ts';

export type Found = {
  server: AuthorizationServer;
  metadata: AuthorizationServerMetadata;
  /** Names the MCP server in every request, to the letter as its metadata has it. Source: RFC 8707. */
  resource: string;
  /** What the resource's metadata says it knows. */
  scopes: string[];
};

type Resource = { resource: string; issuer: string; scopes: string[]; isNamed: boolean };

/**
 * Finds the authorization server.
 *
 * @param boundTo Issuer of an earlier sign-in: its tokens and registrations are its own, so another one is refused.
 */
export async function findServer(
  flow: Flow,
  { serverUrl, challenge, boundTo }: { serverUrl: string; challenge: Challenge | undefined; boundTo: string | undefined },
): Promise<Found> {
  const resource = await findResource(flow, serverUrl, challenge?.resourceMetadataUrl, boundTo);
  const metadata = await takeStep(flow, 'server-metadata', async () => {
    const found = await fetchServerMetadata(flow, resource);
    refuseUnfit(found, boundTo);
    // The SDK's reader of OpenID metadata drops what only OAuth names.
    refuseEndpoints(flow, { ...readDocument(flow.seen.at(-1)), ...found });
    return { value: found, detail: `The authorization server is ${found.issuer}. It supports PKCE with S256.` };
  });
  const { revocation_endpoint: revocation } = readDocument(flow.seen.at(-1));
  return { server: toServer(metadata, revocation, flow.isInside), metadata, resource: resource.resource, scopes: resource.scopes };
}

async function findResource(flow: Flow, serverUrl: string, named: string | undefined, boundTo: string | undefined): Promise<Resource> {
  if (named !== undefined) {
    // Behind a proxy, servers name themselves by addresses that do not work from outside; their own well-known address then does.
    const found = await takeStep(flow, 'resource-metadata', () => readResource(flow, serverUrl, boundTo, named)).catch(() => undefined);
    if (found) return found;
  }
  return takeStep(flow, 'resource-metadata', () => readResource(flow, serverUrl, boundTo, undefined));
}

async function readResource(flow: Flow, serverUrl: string, boundTo: string | undefined, named: string | undefined) {
  const { sdk, fetch, seen } = flow;
  if (named !== undefined) requireEndpoint(flow, named, 'The address of the resource metadata');
  const before = seen.length;
  const own = sdk.resourceUrlFromServerUrl(serverUrl).href;
  let document: OAuthProtectedResourceMetadata;
  try {
    document = await sdk.discoverOAuthProtectedResourceMetadata(
      serverUrl,
      { ...(named !== undefined && { resourceMetadataUrl: named }) },
      fetch,
    );
  } catch (error) {
    const answers = seen.slice(before);
    if (named !== undefined || answers.length === 0 || !answers.every(isMissing)) throw error;
    // Source: MCP 2025-03-26, Authorization: the server's own origin is its authorization server.
    const value: Resource = { resource: own, issuer: new URL('/', serverUrl).href, scopes: [], isNamed: false };
    return { value, detail: 'The server publishes no resource metadata. Its own origin is asked as its authorization server.' };
  }
  if (!sdk.checkResourceAllowed({ requestedResource: own, configuredResource: document.resource }))
    throw new Refusal(`The resource metadata is about ${document.resource}, not about ${own}.`, {
      hint: 'Check the address of the server. If it is right, its operator has to correct the metadata.',
    });
  const issuers = document.authorization_servers ?? [];
  const issuer = issuers.find((one) => one === boundTo) ?? issuers[0];
  if (issuer === undefined)
    throw new Refusal('The resource metadata names no authorization server.', { hint: 'The operator of the server has to add one.' });
  requireEndpoint(flow, issuer, 'The address of the authorization server');
  const value: Resource = { resource: document.resource, issuer, scopes: keepScopes(document.scopes_supported ?? []), isNamed: true };
  return { value, detail: `The server names ${issuer} as its authorization server.` };
}

async function fetchServerMetadata(flow: Flow, { issuer, isNamed }: Resource): Promise<AuthorizationServerMetadata> {
  const { sdk, fetch, seen } = flow;
  const before = seen.length;
  try {
    const metadata = await sdk.discoverAuthorizationServerMetadata(issuer, { fetchFn: fetch });
    if (metadata !== undefined) return metadata;
  } catch (error) {
    if (!(error instanceof sdk.IssuerMismatchError)) {
      refuseEndpoints(flow, readDocument(seen.at(-1)));
      throw error;
    }
    throw new Refusal(`The metadata found for ${issuer} is that of another authorization server: its issuer differs.`, {
      hint: 'Nothing was sent there. The operator of the server has to correct it, or somebody is in between.',
      answer: `issuer ${String(error.received).slice(0, 200)}`,
    });
  }
  const tried = seen.slice(before).map(({ url, status }) => `${status} at ${url}`);
  throw new Refusal(
    isNamed ? `The authorization server ${issuer} publishes no metadata.` : 'The server asks for sign-in, but does not say where.',
    {
      hint: 'If the server takes an API key, enter it as a header instead.',
      answer: tried.join('; '),
    },
  );
}

/** @throws Refusal for what makes a sign-in there unsafe or impossible. */
function refuseUnfit(metadata: AuthorizationServerMetadata, boundTo: string | undefined): void {
  if (boundTo !== undefined && metadata.issuer !== boundTo)
    throw new Refusal(`The server now names ${metadata.issuer} as its authorization server. It was ${boundTo}.`, {
      hint: 'Nothing of the old sign-in was sent there. If you expected the change, sign out and sign in again.',
    });
  // The SDK lets a server pass that does not say so; the specification does not.
  if (metadata.code_challenge_methods_supported?.includes('S256') !== true)
    throw new Refusal(`${metadata.issuer} does not say that it supports PKCE with S256, so a stolen code could be used there.`, {
      hint: 'Its operator has to add code_challenge_methods_supported to its metadata.',
    });
  if (!metadata.response_types_supported.includes('code'))
    throw new Refusal(`${metadata.issuer} does not offer the authorization code flow.`);
}

const ENDPOINTS: Readonly<Record<string, string>> = {
  authorization_endpoint: 'The authorization endpoint',
  token_endpoint: 'The token endpoint',
  registration_endpoint: 'The registration endpoint',
  revocation_endpoint: 'The revocation endpoint',
};

function refuseEndpoints(flow: Flow, document: Readonly<Record<string, unknown>>): void {
  for (const [name, what] of Object.entries(ENDPOINTS)) {
    const address = document[name];
    if (typeof address === 'string') requireEndpoint(flow, address, what);
  }
}

function requireEndpoint(flow: Flow, address: string, what: string): void {
  const verdict = judgeEndpoint(address, flow.policy);
  if (verdict.kind === 'allowed') return;
  throw new Refusal(`${what} cannot be used: ${verdict.reason}.`, {
    hint: 'Nothing was sent there. The operator of the server has to correct it.',
    answer: address.slice(0, 200),
  });
}

/** Returns the members of a JSON document that was answered; none where it is no object. */
function readDocument(exchange: Exchange | undefined): Readonly<Record<string, unknown>> {
  try {
    const value: unknown = JSON.parse(exchange?.text ?? '');
    return typeof value === 'object' && value !== null ? { ...value } : {};
  } catch {
    return {};
  }
}

function toServer(metadata: AuthorizationServerMetadata, revocation: unknown, isInside: boolean): AuthorizationServer {
  const { registration_endpoint, token_endpoint_auth_methods_supported } = metadata;
  return {
    issuer: metadata.issuer,
    authorizationEndpoint: metadata.authorization_endpoint,
    tokenEndpoint: metadata.token_endpoint,
    ...(registration_endpoint !== undefined && { registrationEndpoint: registration_endpoint }),
    ...(typeof revocation === 'string' && { revocationEndpoint: revocation }),
    tokenAuthMethods: token_endpoint_auth_methods_supported ?? [],
    namesItself: metadata.authorization_response_iss_parameter_supported === true,
    isInside,
  };
}
