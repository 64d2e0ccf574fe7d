/** Owns an authorization server, and the metadata of an MCP server beside it, that say exactly what a test wants. In order unless told otherwise. */
import type { ServerResponse } from 'node:http';
import { type Answer, startServer } from '../egress/test-servers.ts';

export type ScriptedAuthorization = {
  readonly issuer: string;
  readonly serverUrl: string;
  /** `host:port` of both, for a policy that allows them. */
  readonly hosts: string[];
  /** Method and path of all that was asked at the authorization server. */
  readonly asked: string[];
  readonly bodies: string[];
  /** What a path of the authorization server answers from now on. */
  answer(path: string, answer: Answer): void;
};

export const json = (response: ServerResponse, status: number, body: unknown): void =>
  void response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(body));

/** @param options Members of the metadata that differ; undefined leaves one out. */
export async function startScriptedAuthorization(
  options: { metadata?: Record<string, unknown>; resource?: string; authorizationServers?: string[] } = {},
): Promise<ScriptedAuthorization> {
  const answers = new Map<string, Answer>();
  const asked: string[] = [];
  const bodies: string[] = [];
  const as = await startServer((request, response) => {
    const path = request.url.split('?')[0] ?? '';
    asked.push(`${request.method} ${path}`);
    bodies.push(request.body);
    const answer = answers.get(path);
    if (answer) answer(request, response);
    else json(response, 404, {});
  });
  const mcp = await startServer((request, response) => {
    const isMetadata = request.url === '/.well-known/oauth-protected-resource/mcp';
    const named = options.authorizationServers ?? [as.url];
    json(response, isMetadata ? 200 : 404, { resource: options.resource ?? `${mcp.url}/mcp`, authorization_servers: named });
  });
  const metadata = {
    issuer: as.url,
    authorization_endpoint: `${as.url}/authorize`,
    token_endpoint: `${as.url}/token`,
    registration_endpoint: `${as.url}/register`,
    revocation_endpoint: `${as.url}/revoke`,
    response_types_supported: ['code'],
    code_challenge_methods_supported: ['S256'],
    token_endpoint_auth_methods_supported: ['none', 'client_secret_basic', 'client_secret_post'],
    ...options.metadata,
  };
  answers.set('/.well-known/oauth-authorization-server', (_, response) => json(response, 200, metadata));
  answers.set('/register', ({ body }, response) => json(response, 201, { ...JSON.parse(body), client_id: 'registered' }));
  answers.set('/token', (_, response) =>
    json(response, 200, { access_token: 'access-1', refresh_token: 'refresh-1', token_type: 'Bearer', expires_in: 3600 }),
  );
  answers.set('/revoke', (_, response) => json(response, 200, {}));
  return {
    issuer: as.url,
    serverUrl: `${mcp.url}/mcp`,
    hosts: [`127.0.0.1:${as.port}`, `127.0.0.1:${mcp.port}`],
    asked,
    bodies,
    answer: (path, answer) => void answers.set(path, answer),
  };
}
