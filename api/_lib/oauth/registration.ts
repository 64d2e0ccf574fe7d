/**
 * Owns becoming a client of an authorization server: by hand, by a metadata document, or dynamically, in this order.
 * A client is known at one issuer and is never shown to another one. Source: MCP 2026-07-28, Authorization > Client registration.
 */
import { clientMetadataDocument, registrationMetadata } from './client-metadata.ts';
import type { Found } from './discovery.ts';
import { type Flow, Refusal, takeStep } from './flow.ts';
import { clientFor, OAuthClient, type OAuthState } from './oauth-state.ts';

export type ClientWishes = {
  redirectUri: string;
  /** What the user registered by hand. */
  byHand: { id: string; secret?: string | undefined } | undefined;
  /** Address of our metadata document, where the world can read it. */
  documentUrl: string | undefined;
  extensionIds: readonly string[];
};

/** The first of these that the authorization server takes is what we register with. */
const AUTH_METHODS = ['none', 'client_secret_basic', 'client_secret_post'] as const;
type AuthMethod = (typeof AUTH_METHODS)[number];

/** Returns the client to sign in as, registered if need be. */
export function prepareClient(flow: Flow, found: Found, state: OAuthState, wishes: ClientWishes): Promise<OAuthClient> {
  const { issuer } = found.server;
  return takeStep(flow, 'registration', async () => {
    const known = clientFor(state, issuer);
    if (wishes.byHand) return byHand(wishes.byHand);
    if (known?.registration === 'by-hand')
      return { value: known, detail: 'The client that was entered by hand is used again.', url: issuer };
    if (found.metadata.client_id_metadata_document_supported === true && (await isDocumentServed(flow, wishes)))
      return byDocument(wishes, issuer);
    if (known && isReusable(known, state, wishes.redirectUri))
      return { value: known, detail: 'The registration of an earlier sign-in is used again.', url: issuer };
    return register(flow, found, wishes.redirectUri);
  });
}

function byHand({ id, secret }: { id: string; secret?: string | undefined }) {
  const value: OAuthClient = { id, ...(secret !== undefined && { secret }), registration: 'by-hand', redirectUris: [] };
  return { value, detail: `The client that was entered by hand is used${secret === undefined ? ', without a secret' : ''}.` };
}

function byDocument({ documentUrl, redirectUri }: ClientWishes, issuer: string) {
  const value: OAuthClient = {
    id: documentUrl ?? '',
    registration: 'metadata-document',
    authMethod: 'none',
    redirectUris: [redirectUri],
  };
  return { value, detail: 'The authorization server reads who Mooring is from the document that this backend serves.', url: issuer };
}

/**
 * Whether our document can be read from outside and lists this browser's address. Else the user would end on an error page there: a
 * deployment may be protected, or older than this one.
 */
async function isDocumentServed(flow: Flow, { documentUrl, extensionIds, redirectUri }: ClientWishes): Promise<boolean> {
  if (documentUrl === undefined) return false;
  const expected = clientMetadataDocument(documentUrl, extensionIds);
  if (!expected.redirect_uris.includes(redirectUri)) return false;
  try {
    const response = await flow.fetch(documentUrl);
    const served = (await response.json()) as { client_id?: unknown; redirect_uris?: unknown };
    return (
      response.ok && served.client_id === documentUrl && Array.isArray(served.redirect_uris) && served.redirect_uris.includes(redirectUri)
    );
  } catch {
    return false;
  }
}

/** A registration is used again where it led to a sign-in: one from which the browser never came back may be unknown there by now. */
function isReusable(known: OAuthClient, { pending }: OAuthState, redirectUri: string): boolean {
  const hasEnded = known.secretEndsAt !== undefined && known.secretEndsAt <= Date.now();
  return (
    known.registration === 'dynamic' &&
    known.redirectUris.includes(redirectUri) &&
    !hasEnded &&
    pending.every(({ client }) => client.id !== known.id)
  );
}

async function register(flow: Flow, { metadata, server }: Found, redirectUri: string) {
  if (server.registrationEndpoint === undefined)
    throw new Refusal(`${server.issuer} registers no clients by itself.`, {
      hint: `Register Mooring there by hand with the redirect address ${redirectUri}, and enter the client id here.`,
    });
  const { tokenAuthMethods } = server;
  // Where nothing is named, only Basic is certain. Source: RFC 8414, section 2.
  const authMethod =
    tokenAuthMethods.length === 0 ? 'client_secret_basic' : (AUTH_METHODS.find((method) => tokenAuthMethods.includes(method)) ?? 'none');
  const registered = await flow.sdk.registerClient(server.issuer, {
    metadata,
    clientMetadata: registrationMetadata(redirectUri, authMethod),
    fetchFn: flow.fetch,
  });
  const { client_secret: secret, client_secret_expires_at: endsAt, token_endpoint_auth_method: given } = registered;
  if (secret !== undefined) flow.secrets.add(secret);
  const method = isAuthMethod(given) ? given : undefined;
  const value: OAuthClient = {
    id: registered.client_id,
    ...(secret !== undefined && { secret }),
    registration: 'dynamic',
    ...(method !== undefined && { authMethod: method }),
    redirectUris: [redirectUri],
    // 0 is for ever. Source: RFC 7591, section 3.2.1.
    ...(secret !== undefined && endsAt !== undefined && endsAt > 0 && { secretEndsAt: endsAt * 1000 }),
  };
  if (!OAuthClient.safeParse(value).success)
    throw new Refusal(`${server.issuer} gave Mooring a client id that cannot be used.`, { hint: 'Register it there by hand instead.' });
  return { value, detail: 'The authorization server registered Mooring as a new client.' };
}

const isAuthMethod = (value: string | undefined): value is AuthMethod => AUTH_METHODS.some((method) => method === value);
