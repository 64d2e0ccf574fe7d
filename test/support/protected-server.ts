/**
 * Owns an MCP server that lets in whoever has a token of its authorization server: the SDK's server behind a check of our own, since the
 * check is what the tests are about. It counts what its tool ran.
 */
import { randomUUID } from 'node:crypto';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import { McpServer } from '@modelcontextprotocol/sdk/server/mcp.js';
import { StreamableHTTPServerTransport } from '@modelcontextprotocol/sdk/server/streamableHttp.js';
import { listen } from '../../api/_local/listen.ts';
import { endLater } from './at-end.ts';
import { learnSecret } from './secrets.ts';

/** Returns the scopes of a token that is good here; undefined for any other. */
export type CheckToken = (token: string, resource: string) => Promise<string[] | undefined>;

export type ProtectedServer = {
  readonly url: string;
  /** How often the tool ran. */
  ran(): number;
  /** `Authorization` of every request that was not for metadata, in order. */
  readonly authorizations: (string | undefined)[];
  /** Whom the metadata names; undefined for no metadata. */
  names(issuer: string | undefined): void;
  /** Scope that the tool `write` needs. */
  needs(scope: string | undefined): void;
  /** Refuses the tokens that came so far from now on. */
  expire(): void;
  /** Forgets all server sessions, and the token of whoever asks for one first. */
  forget(): void;
  /** Accepted handshakes. */
  handshakes(): number;
  /** Answers this status to whoever is let in, or no longer. */
  fail(status: number | undefined): void;
  /** Refuses every token from now on, or no longer. */
  refuseAll(refuses: boolean): void;
};

const METADATA_PATH = '/.well-known/oauth-protected-resource/mcp';

export async function startProtectedServer(check: CheckToken, issuer: string): Promise<ProtectedServer> {
  let named: string | undefined = issuer;
  let needed: string | undefined;
  let refuses = false;
  let runs = 0;
  const authorizations: (string | undefined)[] = [];
  const expired = new Set<string>();
  let handshakes = 0;
  let hasForgotten = false;
  let failure: number | undefined;
  const transports = new Map<string, StreamableHTTPServerTransport>();
  const http = createServer((request, response) => void take(request, response));
  const port = await listen(http, { host: '127.0.0.1', port: 0 });
  endLater(async () => {
    http.closeAllConnections();
    http.close();
  });
  const origin = `http://127.0.0.1:${port}`;
  const resource = `${origin}/mcp`;
  const challenge = (more: string) =>
    `Bearer ${named === undefined ? '' : `resource_metadata="${origin}${METADATA_PATH}", `}${more}`.replace(/, $/, '');

  async function take(request: IncomingMessage, response: ServerResponse): Promise<void> {
    if (request.url === METADATA_PATH && named !== undefined) {
      response.setHeader('content-type', 'application/json');
      response.end(JSON.stringify({ resource, authorization_servers: [named], scopes_supported: ['tools:read'] }));
      return;
    }
    if (request.url !== '/mcp') {
      response.writeHead(404).end();
      return;
    }
    const { authorization } = request.headers;
    authorizations.push(authorization);
    const token = authorization?.match(/^Bearer (\S+)$/)?.[1];
    const scopes = token === undefined || refuses || expired.has(token) ? undefined : await check(token, resource);
    if (scopes === undefined) {
      const more = token === undefined ? 'scope="tools:read"' : 'error="invalid_token", scope="tools:read"';
      response.writeHead(401, { 'www-authenticate': challenge(more) }).end();
      return;
    }
    if (failure !== undefined) {
      response.writeHead(failure).end();
      return;
    }
    const session = request.headers['mcp-session-id'];
    if (hasForgotten && typeof session === 'string' && !transports.has(session)) {
      hasForgotten = false;
      expired.add(token ?? '');
      response.writeHead(404).end();
      return;
    }
    const chunks: Buffer[] = [];
    for await (const chunk of request) chunks.push(chunk as Buffer);
    const text = Buffer.concat(chunks).toString();
    const body: unknown = text === '' ? undefined : JSON.parse(text);
    if (needed !== undefined && !scopes.includes(needed) && text.includes('"write"')) {
      response.writeHead(403, { 'www-authenticate': challenge(`error="insufficient_scope", scope="${needed}"`) }).end();
      return;
    }
    await (await transportOf(request, body)).handleRequest(request, response, body);
  }

  async function transportOf(request: IncomingMessage, body: unknown): Promise<StreamableHTTPServerTransport> {
    const id = request.headers['mcp-session-id'];
    const known = typeof id === 'string' ? transports.get(id) : undefined;
    if (known) return known;
    const isInitialize = typeof body === 'object' && body !== null && 'method' in body && body.method === 'initialize';
    const transport = new StreamableHTTPServerTransport({
      sessionIdGenerator: () => randomUUID(),
      onsessioninitialized: (sessionId) => {
        handshakes++;
        learnSecret('server session', sessionId);
        transports.set(sessionId, transport);
      },
    });
    const server = new McpServer({ name: 'protected', version: '1' });
    for (const name of ['read', 'write'])
      server.registerTool(name, {}, () => {
        runs++;
        return { content: [{ type: 'text', text: `ran ${name}` }] };
      });
    if (isInitialize) await server.connect(transport as Parameters<McpServer['connect']>[0]);
    return transport;
  }

  return {
    url: resource,
    ran: () => runs,
    authorizations,
    names: (value) => {
      named = value;
    },
    expire() {
      for (const value of authorizations) if (value !== undefined) expired.add(value.slice('Bearer '.length));
    },
    forget() {
      transports.clear();
      hasForgotten = true;
    },
    handshakes: () => handshakes,
    needs: (scope) => {
      needed = scope;
    },
    fail: (status) => {
      failure = status;
    },
    refuseAll: (value) => {
      refuses = value;
    },
  };
}
