/**
 * Owns the first walls of every request: which Host and which Origin may speak to the backend, and the CORS answer.
 * A drive-by filter, no authentication: that is the bearer token (access.ts).
 */
import { AppError } from '../../../shared/errors.ts';
import type { Settings } from '../settings.ts';

const FIREFOX_ORIGIN = /^moz-extension:\/\/[0-9a-f-]{36}$/;
const LOOPBACK_HOST = /^(localhost|127\.\d+\.\d+\.\d+|\[::1\])(:\d+)?$/;

/**
 * Refuses web pages: an Origin, where there is one, must be an extension's.
 *
 * Firefox gives each installation an id of its own, so any Firefox extension passes; Chromium's are compared.
 *
 * @throws AppError ORIGIN_FORBIDDEN
 */
export function checkOrigin(origin: string | undefined, extensionIds: readonly string[]): void {
  if (origin === undefined || FIREFOX_ORIGIN.test(origin)) return;
  if (extensionIds.some((id) => origin === `chrome-extension://${id}`)) return;
  throw new AppError('ORIGIN_FORBIDDEN', 'Only the Mooring extension may call this backend from a browser.', {
    hint: 'If this is your own build of the extension, add its id to MOORING_EXTENSION_IDS.',
  });
}

/**
 * Refuses a local backend under a foreign name: a web page that points its own name at 127.0.0.1 (DNS rebinding) ends here.
 *
 * @throws AppError HOST_FORBIDDEN
 */
export function checkHost(host: string | undefined, settings: Pick<Settings, 'hosted'>): void {
  if (settings.hosted || (host !== undefined && LOOPBACK_HOST.test(host))) return;
  throw new AppError('HOST_FORBIDDEN', 'A local backend answers only as localhost or 127.0.0.1.');
}

/** Headers that let an allowed origin read the answer. Chromium keeps a preflight's answer for two hours at most. */
export function corsHeaders(origin: string): Record<string, string> {
  return {
    'access-control-allow-origin': origin,
    'access-control-expose-headers': 'Mcp-Session-Id, Retry-After, X-Request-Id',
    vary: 'Origin',
  };
}

const ALLOWED_HEADERS =
  'Authorization, Content-Type, Idempotency-Key, Last-Event-ID, Mcp-Session-Id, Mcp-Protocol-Version, Mcp-Method, Mcp-Name';
/** What a tool of the stateless revision wants repeated of its arguments; it is the tool that names it. */
const PARAM_HEADER = /^mcp-param-[!#$%&'*+.^_`|~0-9a-z-]{1,200}$/i;

/**
 * Answers an allowed origin that asks before it sends.
 *
 * @param wanted `Access-Control-Request-Headers`
 */
export function preflightHeaders(wanted = ''): Record<string, string> {
  const repeated = wanted
    .split(',')
    .map((name) => name.trim())
    .filter((name) => PARAM_HEADER.test(name));
  return {
    'access-control-allow-methods': 'GET, POST, PATCH, DELETE',
    'access-control-allow-headers': [ALLOWED_HEADERS, ...repeated].join(', '),
    'access-control-max-age': '7200',
  };
}
