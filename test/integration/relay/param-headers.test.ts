/**
 * Proves that tools run whose server wants some of their arguments repeated in headers, as the official server compares them: from the panel's
 * client through a session, and with the command that the panel copies.
 */
import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { beforeAll, describe, expect, it, vi } from 'vitest';
import { openMcp } from '../../../extension/gateway/mcp-client.ts';
import type { McpConnection, Outcome, Tool } from '../../../extension/gateway/mcp-connection.ts';
import { toCurl } from '../../../extension/state/inspector-activity-curl.ts';
import type { ServerFacts } from '../../../extension/state/inspector-activity-secrets.ts';
import { EXTENSION_ID } from '../../../shared/extension-id.ts';
import { type ApiClient, clientOf } from '../../support/api-client.ts';
import { endLater } from '../../support/at-end.ts';
import { startHeaderServer } from '../../support/header-server.ts';
import { startBackend } from '../../support/processes.ts';

// The words of its comments are the browser's; here there is none.
vi.mock('../../../extension/platform/web-extension.ts', () => ({ browser: { i18n: { getMessage: (key: string) => key } } }));

const done = <T>(outcome: Outcome<T>): T => {
  if (outcome.kind === 'failed') throw new Error(JSON.stringify(outcome.failure));
  return outcome.value;
};
const WATCH = { onProgress: () => undefined, onContact: () => undefined };

describe('a tool that wants arguments repeated in headers', () => {
  let url: string;
  let api: ApiClient;
  let backend: { url: string; api: string };
  let connection: McpConnection;
  let tool: Tool;
  beforeAll(async () => {
    [url, backend] = await Promise.all([startHeaderServer(), startBackend()]);
    api = clientOf(backend.url);
    const token = await api.register();
    const session = await api.connect(token, url);
    expect(session.revision).toBe('stateless');
    connection = done(
      await openMcp({
        url: `${backend.api}/mcp/${session.id}`,
        token,
        revision: session.revision,
        version: '0',
        onChange: () => undefined,
        questions: { onQuestion: () => undefined, ask: () => Promise.reject(new Error('Nobody is asked')), roots: async () => [] },
      }),
    );
    endLater(() => connection.close());
    const { tools } = done(await connection.listTools(undefined));
    tool = tools.find(({ name }) => name === 'store') ?? expect.unreachable('It is listed');
  });

  it.each([
    { region: 'eu', where: { shelf: 12 } },
    { region: ' Zürich 🎉 ', note: 'in base64' },
    { region: '' },
    { where: { shelf: 0, isCold: true } },
    {},
  ])('runs through a session with %j', async (args) => {
    const call = { name: 'store', arguments: args, inputSchema: tool.inputSchema };
    expect(done(await connection.callTool(crypto.randomUUID(), call, WATCH)).content).toEqual([
      { type: 'text', text: JSON.stringify(args) },
    ]);
  });

  it('is refused without them: the server compares', async () => {
    const outcome = await connection.callTool(crypto.randomUUID(), { name: 'store', arguments: { region: 'eu' } }, WATCH);
    expect(outcome).toMatchObject({ kind: 'failed', failure: { kind: 'protocol', code: -32_020 } });
  });

  it('has its headers allowed to the extension, and no others that a page may ask for', async () => {
    const headers = {
      origin: `chrome-extension://${EXTENSION_ID}`,
      'access-control-request-method': 'POST',
      'access-control-request-headers': 'authorization,mcp-param-region, Mcp-Param-Shelf,x-evil,mcp-param-a b',
    };
    const allowed = (await api.ask('OPTIONS', '/mcp/x', { headers })).headers.get('access-control-allow-headers')?.split(', ');
    expect(allowed).toEqual(expect.arrayContaining(['Authorization', 'mcp-param-region', 'Mcp-Param-Shelf']));
    expect(allowed?.filter((name) => /evil|a b/.test(name))).toEqual([]);
  });

  it('runs with the command that is copied from the activity', async () => {
    const meta = {
      'io.modelcontextprotocol/protocolVersion': '2026-07-28',
      'io.modelcontextprotocol/clientInfo': { name: 'curl', version: '1' },
      'io.modelcontextprotocol/clientCapabilities': {},
    };
    const args = { region: 'Zürich', where: { shelf: 7 } };
    const message = { jsonrpc: '2.0', id: 1, method: 'tools/call', params: { name: 'store', arguments: args, _meta: meta } };
    const facts: ServerFacts = {
      url,
      transport: 'streamable-http',
      revision: 'stateless',
      protocolVersion: '2026-07-28',
      headerNames: [],
      signedIn: false,
    };
    const command = toCurl(message, facts, () => tool.inputSchema);
    const { stdout } = await promisify(execFile)('sh', ['-c', command.replace('curl -N', 'curl -sN')], { timeout: 20_000 });
    expect(stdout).toContain(JSON.stringify(JSON.stringify(args)).slice(1, -1));
  });
});
