/** Proves what is written for other MCP clients, and that it reads back. */
import { describe, expect, it } from 'vitest';
import { parseConfig } from '../../../../extension/state/client-configs/parse-config.ts';
import { fillPlaceholders } from '../../../../extension/state/client-configs/placeholders.ts';
import { CONFIG_FORMATS, type ExportedServer, writeConfig } from '../../../../extension/state/client-configs/write-config.ts';

const keyed: ExportedServer = {
  name: 'Team Wiki',
  url: 'https://wiki.example.com/mcp',
  transport: 'streamable-http',
  headerNames: ['X-Api-Key'],
  server: { name: 'wiki', version: '2.1.0', title: 'Wiki' },
};
const old: ExportedServer = {
  name: 'Team wiki!',
  url: 'http://127.0.0.1:3000/sse',
  transport: 'sse',
  headerNames: [],
  server: { name: '', version: '' },
};
const written = (format: (typeof CONFIG_FORMATS)[number], servers = [keyed, old]): unknown => JSON.parse(writeConfig(format, servers).text);

describe('files for clients', () => {
  it('is a file for Claude Code and for everybody who reads its like', () => {
    expect(written('claude-code')).toStrictEqual({
      mcpServers: {
        'team-wiki': { type: 'http', url: keyed.url, headers: { 'X-Api-Key': '${TEAM_WIKI_X_API_KEY}' } },
        'team-wiki-2': { type: 'sse', url: old.url },
      },
    });
  });

  it('is a file for Cursor', () => {
    expect(written('cursor')).toStrictEqual({
      mcpServers: {
        'team-wiki': { url: keyed.url, headers: { 'X-Api-Key': '${env:TEAM_WIKI_X_API_KEY}' } },
        'team-wiki-2': { url: old.url },
      },
    });
  });

  it('is a file for VS Code that asks for the keys', () => {
    expect(written('vscode')).toStrictEqual({
      inputs: [{ type: 'promptString', id: 'team_wiki_x_api_key', description: 'X-Api-Key of Team Wiki', password: true }],
      servers: {
        'team-wiki': { type: 'http', url: keyed.url, headers: { 'X-Api-Key': '${input:team_wiki_x_api_key}' } },
        'team-wiki-2': { type: 'sse', url: old.url },
      },
    });
  });

  it('is a file for Claude Desktop, over a bridge', () => {
    expect(written('claude-desktop')).toStrictEqual({
      mcpServers: {
        'team-wiki': {
          command: 'npx',
          args: ['-y', 'mcp-remote', keyed.url, '--header', 'X-Api-Key:${TEAM_WIKI_X_API_KEY}'],
          env: { TEAM_WIKI_X_API_KEY: '' },
        },
        'team-wiki-2': { command: 'npx', args: ['-y', 'mcp-remote', old.url, '--transport', 'sse-only', '--allow-http'] },
      },
    });
  });

  it('is a server.json for one server, and a list for several', () => {
    const wiki = {
      $schema: 'https://static.modelcontextprotocol.io/schemas/2025-12-11/server.schema.json',
      name: 'com.example.wiki/wiki',
      title: 'Wiki',
      description: 'Team Wiki',
      version: '2.1.0',
      remotes: [{ type: 'streamable-http', url: keyed.url, headers: [{ name: 'X-Api-Key', isRequired: true, isSecret: true }] }],
    };
    expect(written('server-json', [keyed])).toStrictEqual(wiki);
    expect(written('server-json')).toMatchObject([wiki, { version: '1.0.0' }]);
  });

  it.each(CONFIG_FORMATS)('reads back what it wrote as %s', (format) => {
    const parsed = parseConfig(writeConfig(format, [keyed, old]).text);
    const servers = parsed.kind === 'servers' ? parsed.servers : [];
    expect(servers.map((server) => server.kind === 'remote' && server.url)).toStrictEqual([keyed.url, old.url]);
    const [first] = servers;
    if (first?.kind !== 'remote') throw new Error('not read back');
    expect(first.headers.map(({ name }) => name)).toStrictEqual(['X-Api-Key']);
    const [place] = first.places;
    expect(fillPlaceholders(first.headers[0]?.value ?? '', new Map([[place?.token ?? '', '$& k']]))).toBe('$& k');
  });
});
