/** Real authorization servers and real shapes of metadata: every way to become a client, to be found, and to say who one is. */
import { createServer, Server } from 'node:http';
import { setupAuthServer } from '@modelcontextprotocol/sdk/examples/server/demoInMemoryOAuthProvider.js';
import { describe, expect, it, onTestFinished, vi } from 'vitest';
import { beginSignIn, withPending } from '../../../api/_lib/oauth/begin.ts';
import { endSignIn } from '../../../api/_lib/oauth/end.ts';
import type { Flow } from '../../../api/_lib/oauth/flow.ts';
import { decodeOAuthState, type OAuthState } from '../../../api/_lib/oauth/oauth-state.ts';
import { findFreePort, listen } from '../../../api/_local/listen.ts';
import { startInProcess } from '../../support/api-client.ts';
import { startAuthorizationServer } from '../../support/authorization-server.ts';
import { startProtectedServer } from '../../support/protected-server.ts';
import { browse, REDIRECT_URI } from '../../support/sign-in-browser.ts';
import { startServer } from '../egress/test-servers.ts';
import { json, startScriptedAuthorization } from './scripted-authorization.ts';
import { openTestFlow, wishes } from './test-flow.ts';

const nothing = decodeOAuthState(undefined);

/** Signs in as a user would, and returns what was given. */
async function signIn(flow: Flow, serverUrl: string, more: Partial<typeof wishes> = {}, state: OAuthState = nothing) {
  const { begun, pending } = await beginSignIn(flow, state, { ...wishes, ...more, serverUrl, deviceId: 'a' });
  return { begun, pending, grant: await endSignIn(flow, pending, await browse(begun.authorizationUrl)) };
}

describe('oidc-provider', () => {
  it.each(['client_secret_basic', 'client_secret_post'])(
    'takes a client that was registered by hand, by %s, whatever its secret',
    async (method) => {
      const secret = 'p%c:d+e f&g=h/';
      const client = { client_id: 'by hand', client_secret: secret, redirect_uris: [REDIRECT_URI], token_endpoint_auth_method: method };
      const as = await startAuthorizationServer({
        clients: [{ ...client, grant_types: ['authorization_code', 'refresh_token'] }],
        configuration: { clientAuthMethods: [method] },
      });
      const server = await startProtectedServer(as.check, as.issuer);
      const { flow, steps } = await openTestFlow();
      const { grant } = await signIn(flow, server.url, { byHand: { id: 'by hand', secret } });
      expect(await as.check(grant.accessToken, server.url)).toContain('tools:read');
      expect(as.asked).not.toContain('POST /register');
      expect(JSON.stringify(steps)).not.toContain(secret);
    },
  );

  it('says that a client by hand is wrong, without its secret', async () => {
    const client = { client_id: 'by-hand', client_secret: 'right', redirect_uris: [REDIRECT_URI] };
    const as = await startAuthorizationServer({ clients: [client] });
    const server = await startProtectedServer(as.check, as.issuer);
    const { flow, steps } = await openTestFlow();
    await expect(signIn(flow, server.url, { byHand: { id: 'by-hand', secret: 'wrong-secret' } })).rejects.toMatchObject({
      code: 'SIGN_IN_FAILED',
    });
    expect(steps.at(-1)).toMatchObject({ step: 'token', ok: false, answer: expect.stringContaining('invalid_client') });
    expect(JSON.stringify(steps)).not.toContain('wrong-secret');
  });

  it('registers a client with a secret where it knows no other way', async () => {
    const as = await startAuthorizationServer({ configuration: { clientAuthMethods: ['client_secret_basic'] } });
    const server = await startProtectedServer(as.check, as.issuer);
    const { flow, steps } = await openTestFlow();
    const { grant } = await signIn(flow, server.url);
    expect(grant.client).toMatchObject({ registration: 'dynamic', authMethod: 'client_secret_basic', secret: expect.any(String) });
    expect(await as.check(grant.accessToken, server.url)).toBeDefined();
    expect(JSON.stringify(steps)).not.toContain(grant.client.secret);
  });

  it('reads who we are from the document that the backend serves, where it can be read from outside', async () => {
    const documentUrl = 'https://mooring.example.com/api/oauth/client-metadata.json';
    const api = await startInProcess({ MOORING_PUBLIC_URL: 'https://mooring.example.com' });
    const served = async () => {
      const { status, headers, body } = await api.ask('GET', '/oauth/client-metadata.json');
      expect(headers.get('cache-control')).toContain('public');
      return new Response(JSON.stringify(body), { status, headers: { 'content-type': 'application/json' } });
    };
    // There is no public internet here: both sides get the document from the backend itself.
    const as = await startAuthorizationServer({
      features: { clientIdMetadataDocument: { enabled: true, ack: 'draft-02' } },
      configuration: { fetch: served },
    });
    const server = await startProtectedServer(as.check, as.issuer);
    const { flow } = await openTestFlow();
    const online: Flow = { ...flow, fetch: async (url, init) => (String(url) === documentUrl ? served() : flow.fetch(url, init)) };
    const { grant } = await signIn(online, server.url, { documentUrl });
    expect(grant.client).toMatchObject({ id: documentUrl, registration: 'metadata-document' });
    expect(await as.check(grant.accessToken, server.url)).toContain('tools:read');
    expect(as.asked).not.toContain('POST /register');
    // Where nobody can read it, another way is taken.
    const offline: Flow = {
      ...flow,
      fetch: async (url, init) => (String(url) === documentUrl ? new Response('', { status: 401 }) : flow.fetch(url, init)),
    };
    const { grant: other } = await signIn(offline, server.url, { documentUrl });
    expect(other.client.registration).toBe('dynamic');
  });

  it('keeps a registration that worked, and makes another one after a sign-in that never came back', async () => {
    const as = await startAuthorizationServer();
    const server = await startProtectedServer(as.check, as.issuer);
    const { flow } = await openTestFlow();
    const { pending } = await signIn(flow, server.url);
    const worked = { ...withPending(nothing, pending), pending: [] };
    expect((await signIn(flow, server.url, {}, worked)).pending.client.id).toBe(pending.client.id);
    const lost = withPending(nothing, pending);
    expect((await signIn(flow, server.url, {}, lost)).pending.client.id).not.toBe(pending.client.id);
    expect(as.asked.filter((line) => line === 'POST /register')).toHaveLength(2);
  });
});

it("the SDK's example authorization server signs in, strictly about the resource", async () => {
  const port = await findFreePort(42_000);
  const authServerUrl = new URL(`http://127.0.0.1:${port}`);
  let verify: (token: string) => Promise<string[] | undefined> = async () => undefined;
  const server = await startProtectedServer((token) => verify(token), authServerUrl.href);
  // The example listens wherever it can; here it is kept to this machine, and ended.
  const servers: Server[] = [];
  const opened = vi.spyOn(Server.prototype, 'listen').mockImplementationOnce(function (this: Server, ...given: unknown[]) {
    servers.push(this);
    return this.listen({ port, host: '127.0.0.1' }, given.at(-1) as () => void);
  } as never);
  vi.spyOn(console, 'log').mockImplementation(() => {});
  onTestFinished(() => {
    for (const one of servers) one.close();
    vi.restoreAllMocks();
  });
  const metadata = setupAuthServer({ authServerUrl, mcpServerUrl: new URL(server.url), strictResource: true });
  expect(opened).toHaveBeenCalled();
  await expect.poll(() => servers.at(0)?.listening).toBe(true);
  verify = async (token) => {
    const answer = await fetch(String(metadata.introspection_endpoint), { method: 'POST', body: new URLSearchParams({ token }) });
    const told = (await answer.json()) as { active: boolean; scope?: string };
    return told.active ? told.scope?.split(' ') : undefined;
  };
  const { flow, steps } = await openTestFlow();
  const { grant } = await signIn(flow, server.url);
  expect(grant.refreshToken).toBeUndefined();
  expect(grant.resource).toBe(server.url);
  expect(await verify(grant.accessToken)).toEqual(['tools:read']);
  expect(steps.every(({ ok }) => ok)).toBe(true);
});

describe('metadata', () => {
  it('is looked for in the order of the specification, and OpenID metadata will do', async () => {
    const asked: string[] = [];
    let issuer = '';
    const as = await startServer(({ method, url }, response) => {
      asked.push(`${method} ${url}`);
      if (url === '/tenant/.well-known/openid-configuration')
        json(response, 200, {
          issuer,
          authorization_endpoint: `${issuer}/authorize`,
          token_endpoint: `${issuer}/token`,
          registration_endpoint: `${issuer}/register`,
          revocation_endpoint: `${issuer}/revoke`,
          jwks_uri: `${issuer}/jwks`,
          response_types_supported: ['code'],
          subject_types_supported: ['public'],
          id_token_signing_alg_values_supported: ['RS256'],
          code_challenge_methods_supported: ['S256'],
          authorization_response_iss_parameter_supported: true,
        });
      else if (url === '/tenant/register') json(response, 201, { client_id: 'c', redirect_uris: [REDIRECT_URI] });
      // A page for everything that it does not know, as web applications have it.
      else response.writeHead(200, { 'content-type': 'text/html; charset=utf-8' }).end('<!doctype html>');
    });
    issuer = `${as.url}/tenant`;
    const { serverUrl } = await startScriptedAuthorization({ authorizationServers: [issuer] });
    const { flow } = await openTestFlow();
    const { pending } = await beginSignIn(flow, nothing, { ...wishes, serverUrl, deviceId: 'a' });
    expect(asked.slice(0, 3)).toEqual([
      'GET /.well-known/oauth-authorization-server/tenant',
      'GET /.well-known/openid-configuration/tenant',
      'GET /tenant/.well-known/openid-configuration',
    ]);
    expect(pending.server).toMatchObject({ issuer, revocationEndpoint: `${issuer}/revoke`, namesItself: true });
  });

  it('of the resource is looked for where the challenge says, then below the path, then at the root', async () => {
    const asked: string[] = [];
    let isAtRoot = false;
    const as = await startScriptedAuthorization();
    const mcp = createServer((request, response) => {
      asked.push(request.url ?? '');
      const isThere = request.url === '/somewhere' || (isAtRoot && request.url === '/.well-known/oauth-protected-resource');
      json(response, isThere ? 200 : 404, { resource: `${origin}/mcp`, authorization_servers: [as.issuer], scopes_supported: ['a', 'b'] });
    });
    const origin = `http://127.0.0.1:${await listen(mcp, { host: '127.0.0.1', port: 0 })}`;
    onTestFinished(() => void mcp.close());
    const { flow } = await openTestFlow();
    const asking = { ...wishes, serverUrl: `${origin}/mcp`, deviceId: 'a' };
    const challenge = { kind: 'sign-in' as const, resourceMetadataUrl: `${origin}/somewhere`, scopes: ['c'] };
    expect((await beginSignIn(flow, { ...nothing, challenge }, asking)).begun.scopes).toEqual(['c']);
    expect(asked).toEqual(['/somewhere']);
    asked.length = 0;
    isAtRoot = true;
    expect((await beginSignIn(flow, nothing, asking)).begun.scopes).toEqual(['a', 'b']);
    expect(asked).toEqual(['/.well-known/oauth-protected-resource/mcp', '/.well-known/oauth-protected-resource']);
  });

  it('that there is none of for the resource leads to the origin of the server, as the first revision had it', async () => {
    const as = await startAuthorizationServer();
    const { flow, steps } = await openTestFlow();
    const { begun } = await beginSignIn(flow, nothing, { ...wishes, serverUrl: `${as.issuer}/mcp`, deviceId: 'a' });
    expect(begun).toMatchObject({ issuer: as.issuer, resource: `${as.issuer}/mcp`, scopes: [] });
    expect(new URL(begun.authorizationUrl).searchParams.has('scope')).toBe(false);
    expect(steps[0]).toMatchObject({
      step: 'resource-metadata',
      ok: true,
      detail: expect.stringContaining('publishes no resource metadata'),
    });
  });
});
