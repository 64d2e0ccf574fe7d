/**
 * Owns what counts as the address of a server when a person types or a page offers one.
 * Pure. Whether the backend may reach the address is judged where the connection is made (api/_lib/egress).
 */
import { MAX_URL_LENGTH } from './limits.ts';

/** What is wrong with an address, and why in English; who speaks other languages goes by the fault. */
export type AddressFault = 'empty' | 'tooLong' | 'characters' | 'noUrl' | 'scheme' | 'userInfo';
export type ServerUrlVerdict = { kind: 'ok'; url: string } | { kind: 'invalid'; fault: AddressFault; reason: string };

const invalid = (fault: AddressFault, reason: string): ServerUrlVerdict => ({ kind: 'invalid', fault, reason });

// Characters that WHATWG URL parsing would drop or rewrite without a word.
// biome-ignore lint/suspicious/noControlCharactersInRegex: control characters are what it looks for
const SILENTLY_CHANGED = /[\u0000-\u0020\u007f\\]/;

/**
 * Returns the normalised http(s) URL of a server, or the reason why there is none, in words for the user.
 *
 * A missing scheme is completed: http for this machine, https for everything else.
 * User info is refused: it would end up in logs; the fragment is dropped: it never reaches a server.
 */
export function parseServerUrl(input: string): ServerUrlVerdict {
  const text = input.trim();
  if (text === '') return invalid('empty', 'Enter the address of an MCP server.');
  if (text.length > MAX_URL_LENGTH) return invalid('tooLong', `The address is longer than ${MAX_URL_LENGTH} characters.`);
  if (SILENTLY_CHANGED.test(text)) return invalid('characters', 'The address contains a space or another character that no URL may have.');
  const withScheme = /^[a-z][a-z0-9+.-]*:\/\//i.test(text) ? text : completeScheme(text);
  if (!URL.canParse(withScheme)) return invalid('noUrl', 'This is not a web address. It looks like https://mcp.example.com/mcp.');
  const url = new URL(withScheme);
  if (url.protocol !== 'http:' && url.protocol !== 'https:') return invalid('scheme', 'The address must begin with https:// or http://.');
  if (url.username !== '' || url.password !== '') return invalid('userInfo', 'Leave user name and password out of the address.');
  url.hash = '';
  return { kind: 'ok', url: url.href };
}

function completeScheme(text: string): string {
  const isLocal = /^(localhost|127\.\d+\.\d+\.\d+|\[::1\])(:\d+)?(\/|$)/i.test(text);
  return `${isLocal ? 'http' : 'https'}://${text}`;
}
