/** Proves how the config files of MCP clients read, and that nothing in one can surprise. */
import { describe, expect, it } from 'vitest';
import { looksLikeConfig } from '../../../../extension/state/client-configs/looks-like-config.ts';
import { MAX_SERVERS, parseConfig } from '../../../../extension/state/client-configs/parse-config.ts';

const serversIn = (value: unknown) => {
  const parsed = parseConfig(typeof value === 'string' ? value : JSON.stringify(value));
  if (parsed.kind !== 'servers') throw new Error(`read as ${parsed.kind}`);
  return parsed.servers;
};
const remote = (name: string, url: string, more: object = {}) => ({
  name,
  kind: 'remote',
  url,
  transport: 'auto',
  headers: [],
  places: [],
  ...more,
});
const secret = (token: string, label: string, more: object = {}) => ({ token, label, isSecret: true, initial: '', ...more });

describe('files of clients', () => {
  it('reads Claude Desktop: programs are told as such, a bridge to a remote server is that server', () => {
    const config = {
      mcpServers: {
        files: { command: 'npx', args: ['-y', '@modelcontextprotocol/server-filesystem', '/srv/files'], env: { FILES_KEY: 'k-1' } },
        linear: { command: 'npx', args: ['-y', 'mcp-remote@latest', 'https://mcp.linear.app/sse', '--transport', 'sse-only'] },
        keyed: {
          command: 'npx',
          args: ['mcp-remote', 'https://keyed.example.com/mcp', '--header', 'Authorization:${AUTH}', '--header', 'X-Team: ${TEAM}'],
          env: { AUTH: 'Bearer abc: def' },
        },
      },
    };
    expect(serversIn(config)).toStrictEqual([
      {
        name: 'files',
        kind: 'local',
        command: ['npx', '-y', '@modelcontextprotocol/server-filesystem', '/srv/files'],
        variables: ['FILES_KEY'],
      },
      remote('linear', 'https://mcp.linear.app/sse', { transport: 'sse' }),
      remote('keyed', 'https://keyed.example.com/mcp', {
        headers: [
          { name: 'Authorization', value: 'Bearer abc: def' },
          { name: 'X-Team', value: '${TEAM}' },
        ],
        places: [{ token: '${TEAM}', label: 'TEAM', isSecret: false, initial: '' }],
      }),
    ]);
  });

  it('reads Claude Code: types, expansion with defaults, lists of projects', () => {
    const server = { type: 'http', url: '${BASE:-https://api.example.com}/mcp', headers: { Authorization: 'Bearer ${API_KEY}' } };
    const state = {
      mcpServers: { one: server },
      projects: { '/srv/files/app': { mcpServers: { two: { type: 'sse', url: 'https://b.example.com/sse' } } } },
    };
    expect(serversIn(state)).toStrictEqual([
      remote('one', server.url, {
        transport: 'streamable-http',
        headers: [{ name: 'Authorization', value: 'Bearer ${API_KEY}' }],
        places: [
          { token: '${BASE:-https://api.example.com}', label: 'BASE', isSecret: false, initial: 'https://api.example.com' },
          secret('${API_KEY}', 'API_KEY'),
        ],
      }),
      remote('two', 'https://b.example.com/sse', { transport: 'sse' }),
    ]);
  });

  it('reads Cursor, Windsurf and Gemini by the names that they have for the address', () => {
    const config = {
      mcpServers: {
        cursor: { url: 'https://c.example.com/mcp', headers: { 'X-Key': '${env:MY_KEY}' } },
        windsurf: { serverUrl: 'https://w.example.com/mcp' },
        gemini: { httpUrl: 'https://g.example.com/mcp' },
      },
    };
    expect(serversIn(config)).toStrictEqual([
      remote('cursor', 'https://c.example.com/mcp', {
        headers: [{ name: 'X-Key', value: '${env:MY_KEY}' }],
        places: [secret('${env:MY_KEY}', 'MY_KEY')],
      }),
      remote('windsurf', 'https://w.example.com/mcp'),
      remote('gemini', 'https://g.example.com/mcp'),
    ]);
  });

  it('reads VS Code with comments, trailing commas and what it asks for', () => {
    const file = `{
      // asked once
      "inputs": [{ "type": "promptString", "id": "tok", "description": "Your token", "password": true },],
      "servers": { "hub": { "type": "http", "url": "https://hub.example.com/mcp", "headers": { "Authorization": "Bearer \${input:tok}" } }, },
    }`;
    const hub = remote('hub', 'https://hub.example.com/mcp', {
      transport: 'streamable-http',
      headers: [{ name: 'Authorization', value: 'Bearer ${input:tok}' }],
      places: [secret('${input:tok}', 'Your token')],
    });
    expect(serversIn(file)).toStrictEqual([hub]);
    expect(serversIn(`{ "mcp": ${file} }`)).toStrictEqual([hub]);
  });

  it('reads a fragment, one server alone, a list, and an install link', () => {
    const plain = remote('docs', 'https://docs.example.com/mcp');
    expect(serversIn({ docs: { url: 'https://docs.example.com/mcp' } })).toStrictEqual([plain]);
    expect(serversIn({ name: 'docs', url: 'https://docs.example.com/mcp' })).toStrictEqual([plain]);
    expect(serversIn([{ name: 'docs', url: 'https://docs.example.com/mcp' }])).toStrictEqual([plain]);
    const link = `cursor://anysphere.cursor-deeplink/mcp/install?name=docs&config=${btoa('{"url":"https://docs.example.com/mcp"}')}`;
    expect(serversIn(link)).toStrictEqual([plain]);
  });
});

describe('server.json', () => {
  const published = {
    name: 'com.example/crm',
    title: 'CRM',
    version: '1.0.0',
    remotes: [
      {
        type: 'streamable-http',
        url: 'https://{tenant}.example.com/mcp',
        variables: { tenant: { description: 'Your company', isRequired: true } },
        headers: [
          { name: 'X-Api-Key', description: 'Key from the settings page', isRequired: true, isSecret: true },
          { name: 'X-Region', value: '{region}', variables: { region: { default: 'eu' } } },
        ],
      },
      { type: 'sse', url: 'https://old.example.com/sse' },
    ],
  };

  it('is read with its variables and headers', () => {
    expect(serversIn(published)).toStrictEqual([
      remote('CRM', 'https://{tenant}.example.com/mcp', {
        transport: 'streamable-http',
        headers: [
          { name: 'X-Api-Key', value: '{X-Api-Key}' },
          { name: 'X-Region', value: '{region}' },
        ],
        places: [
          { token: '{tenant}', label: 'Your company', isSecret: false, initial: '' },
          secret('{X-Api-Key}', 'Key from the settings page'),
          { token: '{region}', label: 'region', isSecret: false, initial: 'eu' },
        ],
      }),
      remote('CRM', 'https://old.example.com/sse', { transport: 'sse' }),
    ]);
  });

  it('is read as the registry lists it, and says what only runs as a program', () => {
    const local = {
      name: 'io.github.me/files',
      packages: [
        { registryType: 'npm', identifier: '@me/files', transport: { type: 'stdio' }, environmentVariables: [{ name: 'ROOT' }, {}] },
      ],
    };
    expect(
      serversIn({ servers: [{ server: local, _meta: {} }, { server: published }] }).map(({ name, kind }) => [name, kind]),
    ).toStrictEqual([
      ['io.github.me/files', 'local'],
      ['CRM', 'remote'],
      ['CRM', 'remote'],
    ]);
    expect(serversIn(local)).toStrictEqual([
      { name: 'io.github.me/files', kind: 'local', command: ['npx', '-y', '@me/files'], variables: ['ROOT'] },
    ]);
  });

  it.each([
    [{ registryType: 'npm', identifier: '@me/files', version: '1.2.3' }, 'npx -y @me/files@1.2.3'],
    [{ registryType: 'pypi', identifier: 'files', version: 'latest' }, 'uvx files'],
    [{ registry_type: 'npm', identifier: 'files', runtime_arguments: [{ type: 'named', name: '-y' }] }, 'npx -y files'],
    [
      {
        registryType: 'oci',
        identifier: 'ghcr.io/me/files:2',
        version: '2',
        runtimeArguments: [{ type: 'named', name: '--network', value: 'host' }],
        packageArguments: [{ type: 'positional', value: 'serve' }, { type: 'named', name: '--root', valueHint: 'folder' }, 7],
        environmentVariables: [{ name: 'KEY', isSecret: true }],
      },
      'docker run -i --rm --network host -e KEY ghcr.io/me/files:2 serve --root <folder>',
    ],
    [{ registryType: 'constructor', identifier: 'x' }, 'x'],
  ])('says how a package is started: %j', (described, line) => {
    const [server] = serversIn({ name: 'io.github.me/files', packages: [described] });
    expect(server?.kind === 'local' && server.command.join(' ')).toBe(line);
  });
});

describe('what is no config', () => {
  it.each([
    ['', 'empty'],
    ['  \n ', 'empty'],
    ['[]', 'no-servers'],
    ['{"mcpServers": {}}', 'no-servers'],
    ['{"theme": "dark", "window": {"width": 3}}', 'no-servers'],
    ['"https://example.com/mcp"', 'no-servers'],
    ['[['.repeat(50_000), 'unreadable or no-servers'],
    [' '.repeat(10) + 'x'.repeat(4_000_001), 'too-long'],
  ])('%.40j is %s', (text, kind) => expect(kind).toContain(parseConfig(text).kind));

  it('names the place of a mistake', () => {
    expect(parseConfig('{\n  "mcpServers": {\n    "a": { "url" "https://a.example.com" }\n  }\n}')).toMatchObject({
      kind: 'unreadable',
      line: 3,
    });
  });

  it('is not taken in by names of the language', () => {
    const hostile =
      '{"mcpServers": {"__proto__": {"url": "https://p.example.com/mcp"}, "constructor": {"url": "https://c.example.com/mcp"}}}';
    expect(serversIn(hostile)).toStrictEqual([remote('constructor', 'https://c.example.com/mcp')]);
    expect({}).not.toHaveProperty('url');
  });

  it('lists so many servers and no more', () => {
    const many = Object.fromEntries(Array.from({ length: MAX_SERVERS + 5 }, (_, at) => [`s${at}`, { url: `https://s${at}.example.com` }]));
    expect(parseConfig(JSON.stringify({ mcpServers: many }))).toMatchObject({
      kind: 'servers',
      isCut: true,
      servers: { length: MAX_SERVERS },
    });
  });

  it('keeps a server that names no address, to say so', () => {
    expect(serversIn({ mcpServers: { odd: { disabled: true }, none: { command: 7 } } })).toStrictEqual([
      { name: 'odd', kind: 'without-address' },
      { name: 'none', kind: 'without-address' },
    ]);
  });

  it('tells an address from a config', () => {
    expect(['{"a":1}', ' [1]', 'https://a.example.com/mcp', 'localhost:3000'].map(looksLikeConfig)).toStrictEqual([
      true,
      true,
      false,
      false,
    ]);
  });
});
