/** `/sessions/{id}/sign-in`, `/sessions/{id}/authorization` and the document that says who we are to authorization servers. */

import { AppError } from '../../../shared/errors.ts';
import { BeginSignIn, EndSignIn } from '../../../shared/sign-in-contract.ts';
import { readCredential } from '../access.ts';
import { readBody } from '../http/body.ts';
import { clientMetadataDocument, clientMetadataUrl } from '../oauth/client-metadata.ts';
import { isOwnRedirectUri } from '../oauth/endpoints.ts';
import { checkPaused } from '../pause.ts';
import { toSession } from '../sessions/session-view.ts';
import type { Parts, Route, RouteContext } from './context.ts';
import { requireEntered } from './entry.ts';

/** Most of it is needed by nobody who does not sign in. */
const loadSignIn = () => import('../sessions/sign-in.ts');

/** How long an authorization server may keep the document, seconds: a new build of the extension is known soon. */
const DOCUMENT_MAX_AGE_SECONDS = 300;

const enter = async (c: RouteContext, { store, settings }: Parts, touch: boolean) =>
  requireEntered(await store.enter(readCredential(c.req.header('authorization')), c.req.param('id') ?? '', { touch }), settings);

async function begin(c: RouteContext, parts: Parts): Promise<Response> {
  const { settings } = parts;
  const { session, device } = await enter(c, parts, true);
  const request = await readBody(c.req.raw, BeginSignIn);
  checkPaused(settings, 'sessions');
  if (!isOwnRedirectUri(request.redirectUri, settings.extensionIds))
    throw new AppError('REDIRECT_URI_FORBIDDEN', 'The sign-in would be sent to an address that is not this extension’s.', {
      hint: 'If this is your own build of the extension, add its id to MOORING_EXTENSION_IDS.',
    });
  await parts.gate.begin('sign-in', { address: c.env.clientAddress, workspaceId: session.workspaceId });
  const { beginSession } = await loadSignIn();
  const documentUrl = clientMetadataUrl(settings.publicUrl);
  const asking = { ...request, deviceId: device.id, extensionIds: settings.extensionIds, documentUrl };
  return c.json(await beginSession(parts, session, asking, c.req.raw.signal));
}

async function end(c: RouteContext, parts: Parts): Promise<Response> {
  const { session, device } = await enter(c, parts, true);
  const returned = await readBody(c.req.raw, EndSignIn);
  const { endSession } = await loadSignIn();
  return c.json(toSession(await endSession(parts, session, returned, device.id)));
}

async function show(c: RouteContext, parts: Parts): Promise<Response> {
  const { session } = await enter(c, parts, false);
  const { toAuthorization } = await import('../oauth/authorization-view.ts');
  return c.json(toAuthorization(session.secrets.oauth, { awaits: session.awaitsSignIn, now: Date.now() }));
}

async function signOut(c: RouteContext, parts: Parts): Promise<Response> {
  const { session } = await enter(c, parts, true);
  await (await loadSignIn()).signOut(parts, session);
  return c.body(null, 204);
}

/** Source: draft-ietf-oauth-client-id-metadata-document, section 4. */
function describeClient(c: RouteContext, { settings }: Parts): Response {
  const url = clientMetadataUrl(settings.publicUrl);
  if (url === undefined)
    throw new AppError('ROUTE_NOT_FOUND', 'This backend has no public https address, so no authorization server could read this.', {
      hint: 'Set MOORING_PUBLIC_URL to the address that it has on the internet.',
    });
  c.header('cache-control', `public, max-age=${DOCUMENT_MAX_AGE_SECONDS}`);
  return c.json(clientMetadataDocument(url, settings.extensionIds));
}

export const SIGN_IN_ROUTES: readonly Route[] = [
  { path: '/sessions/:id/sign-in', methods: { POST: begin } },
  { path: '/sessions/:id/authorization', methods: { GET: show, POST: end, DELETE: signOut } },
  { path: '/oauth/client-metadata.json', methods: { GET: describeClient } },
];
