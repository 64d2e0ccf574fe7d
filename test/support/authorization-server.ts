/**
 * Owns a real authorization server for tests: oidc-provider in this process, which signs in whoever asks. It registers clients, wants PKCE
 * and resource indicators, rotates refresh tokens and revokes. What passes its token endpoint is counted and can be made to fail.
 */
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import Provider, { errors } from 'oidc-provider';
import { listen } from '../../api/_local/listen.ts';
import { endLater } from './at-end.ts';
import { learnSecret } from './secrets.ts';

export type AuthorizationServer = {
  readonly issuer: string;
  /** Method and path of what was asked, in order. */
  readonly asked: string[];
  /** Bodies that reached the token endpoint, in order. */
  readonly tokenRequests: URLSearchParams[];
  /** What becomes of the next requests to a path: `lose` answers nothing after the server did its work, a status replaces the answer. */
  fail(path: string, how: 'lose' | number | undefined): void;
  /** Runs before a request to the path is taken up. */
  hold(path: string, until: Promise<unknown> | undefined): void;
  /** Whether a token is good for a resource; returns its scopes. */
  check(token: string, resource: string): Promise<string[] | undefined>;
};

export type AuthorizationServerOptions = {
  /** Lifetime of access tokens, seconds. */
  accessTokenSeconds?: number;
  clients?: Record<string, unknown>[];
  /** More of oidc-provider's configuration, its features apart. */
  configuration?: Record<string, unknown>;
  features?: Record<string, unknown>;
};

export const SCOPES = ['tools:read', 'tools:write'];
const ACCOUNT = 'somebody';

export async function startAuthorizationServer(options: AuthorizationServerOptions = {}): Promise<AuthorizationServer> {
  const failures = new Map<string, 'lose' | number>();
  const holds = new Map<string, Promise<unknown>>();
  const asked: string[] = [];
  const tokenRequests: URLSearchParams[] = [];
  let handle: (request: IncomingMessage, response: ServerResponse) => void = () => {};
  const server = createServer((request, response) => void take(request, response));
  const port = await listen(server, { host: '127.0.0.1', port: 0 });
  endLater(async () => {
    server.closeAllConnections();
    server.close();
  });
  const issuer = `http://127.0.0.1:${port}`;
  const provider = openProvider(issuer, options);
  const passOn = provider.callback();
  handle = (request, response) => {
    if (request.url?.startsWith('/interaction/')) void finishInteraction(provider, request, response);
    else passOn(request, response);
  };

  async function take(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const path = new URL(request.url ?? '/', issuer).pathname;
    asked.push(`${request.method} ${path}`);
    if (path === '/token') {
      const chunks: Buffer[] = [];
      for await (const chunk of request) chunks.push(chunk as Buffer);
      const text = Buffer.concat(chunks).toString();
      tokenRequests.push(new URLSearchParams(text));
      learnSecret('code verifier', tokenRequests.at(-1)?.get('code_verifier'));
      // Where a body was read already, oidc-provider takes it from here.
      Object.assign(request, { body: Object.fromEntries(new URLSearchParams(text)) });
    }
    await holds.get(path);
    const failure = failures.get(path);
    if (typeof failure === 'number') {
      response.writeHead(failure, { 'content-type': 'text/plain' }).end('out of order');
      return;
    }
    if (failure === 'lose') {
      const end = response.end.bind(response);
      response.end = ((..._: unknown[]) => {
        request.socket.destroy();
        return end();
      }) as typeof response.end;
    }
    handle(request, response);
  }

  return {
    issuer,
    asked,
    tokenRequests,
    fail: (path, how) => void (how === undefined ? failures.delete(path) : failures.set(path, how)),
    hold: (path, until) => void (until === undefined ? holds.delete(path) : holds.set(path, until)),
    async check(token, resource) {
      const found = await provider.AccessToken.find(token);
      const isMeant = [found?.aud ?? []].flat().includes(resource);
      return found?.isValid && isMeant ? (found.scope ?? '').split(' ') : undefined;
    },
  };
}

function openProvider(issuer: string, options: AuthorizationServerOptions): Provider {
  const seconds = options.accessTokenSeconds ?? 3600;
  const provider = new Provider(issuer, {
    clients: options.clients ?? [],
    scopes: ['openid', 'offline_access', ...SCOPES],
    clientAuthMethods: ['none', 'client_secret_basic', 'client_secret_post'],
    cookies: { keys: ['for tests'] },
    findAccount: (_: unknown, id: string) => ({ accountId: id, claims: () => ({ sub: id }) }),
    interactions: { url: (_: unknown, { uid }: { uid: string }) => `/interaction/${uid}` },
    issueRefreshToken: () => true,
    rotateRefreshToken: true,
    routes: { authorization: '/authorize', token: '/token', registration: '/register', revocation: '/revoke' },
    ttl: { AccessToken: seconds, RefreshToken: 86_400, Grant: 86_400, Interaction: 600, Session: 86_400, AuthorizationCode: 60 },
    ...options.configuration,
    features: {
      devInteractions: { enabled: false },
      registration: { enabled: true },
      revocation: { enabled: true },
      resourceIndicators: {
        enabled: true,
        getResourceServerInfo: (_: unknown, resource: string) => {
          if (!resource.startsWith('http')) throw new errors.InvalidTarget();
          return { scope: SCOPES.join(' '), audience: resource, accessTokenFormat: 'opaque', accessTokenTTL: seconds };
        },
        useGrantedResource: () => true,
      },
      ...options.features,
    },
  });
  provider.on('authorization.success', (_, answer) => {
    learnSecret('authorization code', answer?.code);
    learnSecret('state of a sign-in', answer?.state);
  });
  provider.on('grant.success', ({ body }) => {
    learnSecret('access token', body.access_token);
    learnSecret('refresh token', body.refresh_token);
  });
  provider.on('registration_create.success', (_, client) => learnSecret('client secret', client.clientSecret));
  provider.on('server_error', (...values) => console.error('oidc-provider', values.at(-1)));
  return provider;
}

/** Signs in and grants whatever is asked, as a person would who trusts everything. */
async function finishInteraction(provider: Provider, request: IncomingMessage, response: ServerResponse): Promise<void> {
  const { prompt, params, session } = await provider.interactionDetails(request, response);
  if (prompt.name === 'login') return provider.interactionFinished(request, response, { login: { accountId: ACCOUNT } });
  const grant = new provider.Grant({ accountId: session?.accountId ?? ACCOUNT, clientId: String(params['client_id']) });
  grant.addOIDCScope(String(params['scope'] ?? ''));
  for (const resource of [params['resource'] ?? []].flat()) grant.addResourceScope(String(resource), SCOPES.join(' '));
  return provider.interactionFinished(request, response, { consent: { grantId: await grant.save() } });
}
