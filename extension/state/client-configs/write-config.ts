/**
 * Owns how sessions are written as config files of other MCP clients. Pure. Reading them is parse-config.ts.
 *
 * A header's value never leaves the backend: a place stands for it, written as the client in question fills such places.
 *
 * Sources: code.claude.com/docs/en/mcp; cursor.com/docs/context/mcp; code.visualstudio.com/docs/copilot/reference/mcp-configuration;
 * npm mcp-remote (Claude Desktop starts programs only); modelcontextprotocol/registry, docs/reference/server-json.
 */
export const CONFIG_FORMATS = ['mcp-json', 'claude-code', 'claude-desktop', 'cursor', 'vscode', 'server-json'] as const;
export type ConfigFormat = (typeof CONFIG_FORMATS)[number];

export type ExportedServer = {
  name: string;
  url: string;
  transport: 'streamable-http' | 'sse';
  headerNames: readonly string[];
  server: { name: string; version: string; title?: string | undefined };
};
export type WrittenConfig = { fileName: string; text: string };

/** Longest description that the registry takes, characters. */
const MAX_DESCRIPTION = 100;
const FILE_NAMES: Record<Exclude<ConfigFormat, 'server-json'>, string> = {
  'mcp-json': 'mcp.json',
  'claude-code': '.mcp.json',
  'claude-desktop': 'claude_desktop_config.json',
  cursor: 'mcp.json',
  vscode: 'mcp.json',
};

/** Returns the file, or for server.json, which describes one server, a list of them where there are several. */
export function writeConfig(format: ConfigFormat, servers: readonly ExportedServer[]): WrittenConfig {
  const named = withDistinctNames(servers);
  if (format === 'server-json') {
    const files = named.map(([, server]) => toServerJson(server));
    return { fileName: files.length === 1 ? 'server.json' : 'servers.json', text: toText(files.length === 1 ? files[0] : files) };
  }
  return { fileName: FILE_NAMES[format], text: toText(toClientConfig(format, named)) };
}

type Named = readonly (readonly [key: string, server: ExportedServer])[];

function toClientConfig(format: Exclude<ConfigFormat, 'server-json'>, named: Named): unknown {
  switch (format) {
    case 'mcp-json':
    case 'claude-code':
      return { mcpServers: record(named, (key, server) => toHttp(server, (header) => `\${${variableOf(key, header)}}`)) };
    case 'cursor':
      return {
        mcpServers: record(named, (key, server) => {
          const { type: _, ...plain } = toHttp(server, (header) => `\${env:${variableOf(key, header)}}`);
          return plain;
        }),
      };
    case 'vscode':
      return {
        inputs: named.flatMap(([key, server]) =>
          server.headerNames.map((header) => ({
            type: 'promptString',
            id: variableOf(key, header).toLowerCase(),
            description: `${header} of ${server.name}`,
            password: true,
          })),
        ),
        servers: record(named, (key, server) => toHttp(server, (header) => `\${input:${variableOf(key, header).toLowerCase()}}`)),
      };
    case 'claude-desktop':
      return { mcpServers: record(named, toBridged) };
  }
}

function toHttp({ url, transport, headerNames }: ExportedServer, place: (header: string) => string) {
  return {
    type: transport === 'sse' ? 'sse' : 'http',
    url,
    ...(headerNames.length > 0 && { headers: Object.fromEntries(headerNames.map((name) => [name, place(name)])) }),
  };
}

/** mcp-remote takes no space after the colon: some clients break arguments there. */
function toBridged(key: string, { url, transport, headerNames }: ExportedServer) {
  const flags = [
    ...(transport === 'sse' ? ['--transport', 'sse-only'] : []),
    ...(url.startsWith('http:') ? ['--allow-http'] : []),
    ...headerNames.flatMap((name) => ['--header', `${name}:\${${variableOf(key, name)}}`]),
  ];
  const env = Object.fromEntries(headerNames.map((name) => [variableOf(key, name), '']));
  return { command: 'npx', args: ['-y', 'mcp-remote', url, ...flags], ...(headerNames.length > 0 && { env }) };
}

function toServerJson({ name, url, transport, headerNames, server }: ExportedServer) {
  const host = URL.canParse(url) ? new URL(url).hostname : 'localhost';
  return {
    $schema: 'https://static.modelcontextprotocol.io/schemas/2025-12-11/server.schema.json',
    name: `${host.split('.').toReversed().join('.')}/${slugOf(server.name || name)}`,
    ...(server.title !== undefined && { title: server.title.slice(0, MAX_DESCRIPTION) }),
    description: name.slice(0, MAX_DESCRIPTION),
    version: server.version || '1.0.0',
    remotes: [
      {
        type: transport,
        url,
        ...(headerNames.length > 0 && { headers: headerNames.map((header) => ({ name: header, isRequired: true, isSecret: true })) }),
      },
    ],
  };
}

const record = <T>(named: Named, write: (key: string, server: ExportedServer) => T): { [key: string]: T } =>
  Object.fromEntries(named.map(([key, server]) => [key, write(key, server)]));

function withDistinctNames(servers: readonly ExportedServer[]): Named {
  const taken = new Set<string>();
  return servers.map((server) => {
    const slug = slugOf(server.name);
    let key = slug;
    for (let count = 2; taken.has(key); count++) key = `${slug}-${count}`;
    taken.add(key);
    return [key, server] as const;
  });
}

/** Returns a name that every client takes as a key: letters, digits, dashes. */
function slugOf(name: string): string {
  const slug = name
    .normalize('NFKD')
    .toLowerCase()
    .replaceAll(/[^a-z0-9]+/g, '-')
    .replaceAll(/^-+|-+$/g, '')
    .slice(0, 60);
  return slug || 'server';
}

const variableOf = (key: string, header: string): string => `${key}_${header}`.toUpperCase().replaceAll(/[^A-Z0-9]+/g, '_');
const toText = (value: unknown): string => `${JSON.stringify(value, null, 2)}\n`;
