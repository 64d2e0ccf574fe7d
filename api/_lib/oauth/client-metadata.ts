/**
 * Owns how we describe ourselves as an OAuth client: the document that a public backend serves, and the body of a registration.
 * Source: draft-ietf-oauth-client-id-metadata-document; RFC 7591, section 2.
 */
import { ownRedirectUris } from './endpoints.ts';

export const CLIENT_METADATA_PATH = '/api/oauth/client-metadata.json';

/** What is the same however we come to be known. A redirect address that is https makes a web client. */
const COMMON = {
  client_name: 'Mooring',
  grant_types: ['authorization_code', 'refresh_token'],
  response_types: ['code'],
  application_type: 'web',
};

/** Returns the address of the document, which is our client id; undefined where no authorization server can read it. */
export const clientMetadataUrl = (publicUrl: string | undefined): string | undefined =>
  publicUrl === undefined ? undefined : `${publicUrl}${CLIENT_METADATA_PATH}`;

/** Returns the document. We have no secret there: everybody can read it. */
export const clientMetadataDocument = (clientId: string, extensionIds: readonly string[]) => ({
  client_id: clientId,
  ...COMMON,
  redirect_uris: ownRedirectUris(extensionIds),
  token_endpoint_auth_method: 'none',
});

/** Returns what we register as, dynamically. */
export const registrationMetadata = (redirectUri: string, authMethod: string) => ({
  ...COMMON,
  redirect_uris: [redirectUri],
  token_endpoint_auth_method: authMethod,
});
