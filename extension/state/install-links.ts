/**
 * Owns how the install links of editors carry a server: VS Code, Cursor, LM Studio, goose and those that copy them. Pure.
 * Only servers with an address count: what an editor would start as a program is nothing for a browser.
 *
 * Sources: code.visualstudio.com/api/extension-guides/ai/mcp (URL handler); cursor.com/docs/context/mcp/install-links;
 * lmstudio.ai/docs/app/mcp/deeplink; block.github.io/goose (extension deeplinks).
 */
export type Candidate = { url: string; name: string };

const INSTALL_LINK =
  /^(vscode(-insiders)?|vscodium|cursor|windsurf):.*mcp\/install|^lmstudio:\/\/add_mcp|^goose:\/\/extension|^https:\/\/[^?#]*(mcp\/install|install-mcp)/i;
/** A redirect page may carry another install link, a file may hold several servers; deeper nesting is nobody's habit. */
const MAX_NESTING = 2;

/** Returns the servers that an install link carries; none for any other link. Total. */
export function readInstallLink(href: string, nesting = 0): Candidate[] {
  const isRedirect = /^https:\/\/(insiders\.)?vscode\.dev\/redirect\b/i.test(href);
  if (!INSTALL_LINK.test(href) && !isRedirect) return [];
  const at = href.indexOf('?');
  if (at < 0) return [];
  const query = href.slice(at + 1).split('#')[0] ?? '';
  const whole = parseRecord(decode(query));
  if (whole) return readConfig(whole, '');
  const fields = new URLSearchParams(query);
  const inner = fields.get('url') ?? '';
  if (isRedirect && inner !== '' && nesting < MAX_NESTING) return readInstallLink(inner, nesting + 1);
  const name = fields.get('name') ?? '';
  if (/^https?:\/\//i.test(inner)) return [{ url: inner, name }];
  const config = fields.get('config') ?? '';
  // URLSearchParams reads "+" as a space, and "+" is a digit of base64.
  const record = parseRecord(config) ?? parseRecord(decodeBase64(config.replaceAll(' ', '+')));
  return record ? readConfig(record, name) : [];
}

/** Reads a server's own settings, a file with several of them, or Cursor's `{"name": {"url": …}}`. */
function readConfig(config: Record<string, unknown>, name: string, nesting = 0): Candidate[] {
  const url = ['url', 'serverUrl', 'httpUrl', 'uri'].map((key) => config[key]).find((value) => typeof value === 'string');
  const ownName = config['name'];
  const named = name === '' && typeof ownName === 'string' ? ownName : name;
  if (typeof url === 'string') return [{ url, name: named }];
  const { args } = config;
  // mcp-remote is a bridge that such an editor starts: the server itself is remote.
  if (Array.isArray(args) && args.some((arg) => typeof arg === 'string' && /^mcp-remote(@|$)/.test(arg)))
    return args.flatMap((arg) => (typeof arg === 'string' && /^https?:\/\//i.test(arg) ? [{ url: arg, name: named }] : [])).slice(0, 1);
  if (nesting === MAX_NESTING) return [];
  const servers = config['mcpServers'] ?? config['servers'] ?? config;
  if (!isRecord(servers)) return [];
  return Object.entries(servers).flatMap(([key, inner]) => (isRecord(inner) ? readConfig(inner, key, nesting + 1) : []));
}

const isRecord = (value: unknown): value is Record<string, unknown> => typeof value === 'object' && value !== null && !Array.isArray(value);

function parseRecord(text: string): Record<string, unknown> | undefined {
  try {
    const value: unknown = JSON.parse(text);
    return isRecord(value) ? value : undefined;
  } catch {
    return undefined;
  }
}

function decode(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return '';
  }
}

function decodeBase64(text: string): string {
  try {
    const bytes = Uint8Array.from(atob(text.replaceAll('-', '+').replaceAll('_', '/')), (char) => char.charCodeAt(0));
    return new TextDecoder().decode(bytes);
  } catch {
    return '';
  }
}
