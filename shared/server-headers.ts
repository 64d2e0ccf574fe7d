/**
 * Owns which headers a user may have sent to a server: API keys and the like, nothing that HTTP, MCP or the gateway say themselves.
 * Pure. They go to that server alone; who sends them is api/_lib/relay/server-access.ts.
 */
import { MAX_HEADER_NAME_LENGTH, MAX_HEADER_VALUE_LENGTH, MAX_SERVER_HEADERS } from './limits.ts';

/** Names come in lower case. */
export type ServerHeadersVerdict =
  | { kind: 'ok'; headers: Record<string, string> }
  // The reason is in English; who speaks other languages goes by the fault.
  | { kind: 'invalid'; fault: HeaderFault; name: string; reason: string };
export type HeaderFault = 'name' | 'twice' | 'empty' | 'tooLong' | 'characters' | 'tooMany' | Owner;
type Owner = 'ofHttp' | 'ofConnection' | 'ofMcp' | 'ofPages' | 'ofProxies' | 'ofCookies';

/** What the name of a header is made of. Source: RFC 9110, section 5.6.2. */
export const TOKEN = /^[!#$%&'*+.^_`|~0-9A-Za-z-]+$/;
const VISIBLE_ASCII = /^[\x20-\x7e]+$/;

/** Names, or their beginnings, that are not the user's to set, and who sets them. */
const RESERVED: readonly (readonly [names: RegExp, owner: Owner, why: string])[] = [
  [/^(host|content-length|content-type|content-encoding|accept|accept-encoding|expect)$/, 'ofHttp', 'HTTP sets it for each request'],
  [
    /^(connection|keep-alive|proxy-.*|te|trailer|transfer-encoding|upgrade)$/,
    'ofConnection',
    'it belongs to one connection and never reaches a server',
  ],
  [/^(mcp-.*|last-event-id)$/, 'ofMcp', 'MCP sets it for each message'],
  [/^(origin|referer|sec-.*)$/, 'ofPages', 'it says which web page asks, and here none does'],
  [/^(forwarded|via|x-forwarded-.*|x-real-ip)$/, 'ofProxies', 'it says on whose behalf a proxy asks'],
  [/^(cookie|set-cookie2?)$/, 'ofCookies', 'cookies are not sent to servers; use an API key'],
];

const invalid = (fault: HeaderFault, name: string, reason: string): ServerHeadersVerdict => ({ kind: 'invalid', fault, name, reason });

/** Returns the headers as they are sent, or the reason why not, in words for the user and without a value. */
export function parseServerHeaders(given: Readonly<Record<string, string>>): ServerHeadersVerdict {
  const headers: Record<string, string> = {};
  for (const [typed, typedValue] of Object.entries(given)) {
    const name = typed.trim().toLowerCase();
    const value = typedValue.trim();
    if (!TOKEN.test(name) || name.length > MAX_HEADER_NAME_LENGTH)
      return invalid(
        'name',
        printable(typed),
        `“${printable(typed)}” is not the name of a header: use letters, digits and dashes, as in X-Api-Key.`,
      );
    const reserved = RESERVED.find(([names]) => names.test(name));
    if (reserved) return invalid(reserved[1], name, `The header ${name} cannot be set: ${reserved[2]}.`);
    if (Object.hasOwn(headers, name)) return invalid('twice', name, `The header ${name} is there twice.`);
    if (value === '') return invalid('empty', name, `The header ${name} has no value.`);
    if (value.length > MAX_HEADER_VALUE_LENGTH)
      return invalid('tooLong', name, `The value of ${name} is longer than ${MAX_HEADER_VALUE_LENGTH} characters.`);
    if (!VISIBLE_ASCII.test(value))
      return invalid(
        'characters',
        name,
        `The value of ${name} has a line break or another character that no header may have. Copy it again.`,
      );
    Object.defineProperty(headers, name, { value, enumerable: true });
  }
  if (Object.keys(headers).length > MAX_SERVER_HEADERS)
    return invalid('tooMany', '', `At most ${MAX_SERVER_HEADERS} headers are kept for a server.`);
  return { kind: 'ok', headers };
}

/** A name that is none may be anything: also a value that was pasted into the wrong field. Only its beginning is repeated. */
const printable = (name: string): string => name.replace(/[^\x20-\x7e]/g, '?').slice(0, 12);
