/**
 * The only reader of the environment: turns variables into settings, and reports all that is wrong at once.
 * What the settings mean for a request is decided where they are used.
 */
import * as z from 'zod/mini';
import { EXTENSION_ID } from '../../shared/extension-id.ts';
import { MAX_ACCESS_CODE_LENGTH, SESSION_TTL_SECONDS } from '../../shared/limits.ts';
import { parseTrustedProxies, type TrustedProxies } from './client-address.ts';
import { type AddressPolicy, EVERYTHING_PRIVATE, parseAllowPrivate } from './egress/address-policy.ts';
import { parseServerList, type ServerRules } from './egress/server-rules.ts';
import { type Pausable, parsePaused } from './pause.ts';

export type Settings = {
  readonly host: string;
  readonly port: number;
  /** True on Vercel and wherever the backend listens beyond this machine. */
  readonly hosted: boolean;
  readonly storage: { kind: 'kv'; url: string; token: string } | { kind: 'embedded'; file: string | undefined };
  readonly sessionTtlSeconds: number;
  readonly accessCode: string | undefined;
  /** Whether anybody may register a device on a hosted backend without an access code. */
  readonly isPublic: boolean;
  readonly extensionIds: readonly string[];
  /** Origin under which the internet reaches this backend; undefined where it does not. */
  readonly publicUrl: string | undefined;
  readonly addressPolicy: AddressPolicy;
  /** What the operator has put a stop to. */
  readonly paused: readonly Pausable[];
  /** Who may say for whom a request is passed on. */
  readonly trustedProxies: TrustedProxies;
  /** How long one function invocation may last, ms; undefined where nothing ends it. */
  readonly maxDurationMs: number | undefined;
};

export class SettingsError extends Error {
  override readonly name = 'SettingsError';
  readonly problems: readonly string[];
  constructor(problems: readonly string[]) {
    super(`The settings are not usable:\n${problems.map((problem) => `- ${problem}`).join('\n')}`);
    this.problems = problems;
  }
}

type Environment = Readonly<Record<string, string | undefined>>;

/** `functions` in vercel.json gives every invocation this long. */
const VERCEL_MAX_DURATION_MS = 300_000;

/** With the allowances of a hosted backend, what is left of a code must outlast years of guessing. */
const MIN_CODE_LENGTH = 10;
const MIN_DIFFERENT_CHARACTERS = 5;
/** What guessers try first: it adds nothing to a code. */
const WELL_KNOWN =
  /passw[o0]rd|mooring|change.?me|let.?me.?in|secret|admin|welcome|access.?code|qwertz?u?i?o?p?|abcdef\w*|0?1234567?8?9?0?/gi;

function isGuessable(code: string): boolean {
  const rest = code.replace(WELL_KNOWN, '');
  return rest.length < MIN_CODE_LENGTH || new Set(rest).size < MIN_DIFFERENT_CHARACTERS;
}

const isLoopback = (host: string): boolean => host === 'localhost' || host === '::1' || /^127\.\d+\.\d+\.\d+$/.test(host);

/**
 * Reads the settings from environment variables. An empty variable counts as not set.
 *
 * @throws SettingsError that lists every problem, not only the first.
 */
export function readSettings(env: Environment): Settings {
  const problems: string[] = [];
  const text = (name: string): string | undefined => env[name]?.trim() || undefined;
  const wholeNumber = (name: string, fallback: number, min: number, max: number): number => {
    const parsed = z.coerce
      .number()
      .check(z.int(), z.minimum(min), z.maximum(max))
      .safeParse(text(name) ?? fallback);
    if (parsed.success) return parsed.data;
    problems.push(`${name} must be a whole number from ${min} to ${max}.`);
    return fallback;
  };
  const flag = (name: string): boolean => {
    const value = text(name);
    if (value !== undefined && value !== '1' && value !== '0') problems.push(`${name} must be 1 or 0.`);
    return value === '1';
  };

  const host = text('HOST') ?? '127.0.0.1';
  // `vercel env pull` writes VERCEL into the file for local work too; there VERCEL_ENV tells.
  const onVercel = text('VERCEL') !== undefined && text('VERCEL_ENV') !== 'development';
  const proxies = parseTrustedProxies(text('MOORING_TRUSTED_PROXIES'));
  const isProxied = text('MOORING_TRUSTED_PROXIES') !== undefined;
  if ('problems' in proxies) problems.push(...proxies.problems);
  else if (isProxied && onVercel) problems.push('MOORING_TRUSTED_PROXIES is of no use on Vercel, which names the client itself.');
  // A proxy in front of it is there for others than this machine.
  const hosted = onVercel || isProxied || !isLoopback(host);
  const accessCode = text('MOORING_ACCESS_CODE');
  if (accessCode !== undefined && accessCode.length > MAX_ACCESS_CODE_LENGTH)
    problems.push(`MOORING_ACCESS_CODE must have at most ${MAX_ACCESS_CODE_LENGTH} characters.`);
  if (hosted && accessCode !== undefined && isGuessable(accessCode))
    problems.push('MOORING_ACCESS_CODE is too easy to guess for a backend on the internet: `openssl rand -base64 18` makes a good one.');
  const isPublic = flag('MOORING_PUBLIC');
  const allow = parseAllowPrivate(text('MOORING_ALLOW_PRIVATE'));
  if ('problems' in allow) problems.push(...allow.problems);
  else if (hosted && allow.allow.includes(EVERYTHING_PRIVATE) && (onVercel || (isPublic && accessCode === undefined)))
    problems.push(
      `MOORING_ALLOW_PRIVATE=1 would open a private network to strangers${onVercel ? ', and on Vercel there is none of yours' : ''}: name each server as host:port.`,
    );

  const publicUrl = readPublicUrl(text, onVercel, problems);
  const servers = readServerRules(text, publicUrl, problems);
  const paused = parsePaused(text('MOORING_PAUSE'));
  if ('problems' in paused) problems.push(...paused.problems);

  const settings: Settings = {
    host,
    port: wholeNumber('PORT', 8787, 0, 65_535),
    hosted,
    storage: readStorage(text, problems, onVercel),
    sessionTtlSeconds: wholeNumber('SESSION_TTL_SECONDS', SESSION_TTL_SECONDS, 1, 86_400),
    accessCode,
    isPublic,
    extensionIds: readExtensionIds(text('MOORING_EXTENSION_IDS'), problems),
    publicUrl,
    addressPolicy: {
      ...(hosted ? { kind: 'hosted', allow: 'problems' in allow ? [] : allow.allow } : { kind: 'local' }),
      ...(servers && { servers }),
    },
    paused: 'problems' in paused ? [] : paused.paused,
    trustedProxies: 'problems' in proxies ? [] : proxies.proxies,
    maxDurationMs: onVercel ? VERCEL_MAX_DURATION_MS : undefined,
  };
  if (problems.length > 0) throw new SettingsError(problems);
  return settings;
}

/**
 * The production address first, on previews too: theirs are often behind a login, and the document that is read there says the same.
 * Source: Vercel, System environment variables.
 */
function readPublicUrl(text: (name: string) => string | undefined, onVercel: boolean, problems: string[]): string | undefined {
  const given = text('MOORING_PUBLIC_URL');
  const host = onVercel ? (text('VERCEL_PROJECT_PRODUCTION_URL') ?? text('VERCEL_URL')) : undefined;
  const url = URL.parse(given ?? `https://${host ?? ''}`);
  if (given === undefined) return host === undefined || url === null ? undefined : url.origin;
  const isOrigin = url !== null && url.protocol === 'https:' && url.pathname === '/' && url.search === '' && url.hash === '';
  if (isOrigin && url.username === '' && url.password === '' && !isLoopback(url.hostname.replace(/^\[|\]$/g, ''))) return url.origin;
  problems.push(
    'MOORING_PUBLIC_URL must be the https address of this backend on the internet, without a path, as in https://mooring.example.com.',
  );
  return undefined;
}

function readServerRules(
  text: (name: string) => string | undefined,
  publicUrl: string | undefined,
  problems: string[],
): ServerRules | undefined {
  const [allow, deny] = ['MOORING_SERVERS_ALLOW', 'MOORING_SERVERS_DENY'].map((name) => {
    const list = parseServerList(name, text(name));
    if ('patterns' in list) return list.patterns;
    problems.push(...list.problems);
    return [];
  });
  if (!allow || !deny || allow.length + deny.length === 0) return undefined;
  // The backend itself looks whether its own document can be read.
  const own = allow.length > 0 && publicUrl !== undefined ? parseServerList('MOORING_PUBLIC_URL', new URL(publicUrl).host) : undefined;
  return { allow: [...allow, ...(own && 'patterns' in own ? own.patterns : [])], deny };
}

function readStorage(text: (name: string) => string | undefined, problems: string[], onVercel: boolean): Settings['storage'] {
  const url = text('KV_REST_API_URL') ?? text('UPSTASH_REDIS_REST_URL');
  // A read-only token alone still names the right problem: storage then says that it can't be written.
  const token = text('KV_REST_API_TOKEN') ?? text('UPSTASH_REDIS_REST_TOKEN') ?? text('KV_REST_API_READ_ONLY_TOKEN');
  if (url === undefined && token === undefined) return { kind: 'embedded', file: text('MOORING_DATA') };
  if (url === undefined) problems.push('KV_REST_API_URL is missing: there is a token for KV, but no address.');
  else if (!/^https?:\/\//.test(url) || !URL.canParse(url))
    problems.push('KV_REST_API_URL must be an https URL, as in https://example.upstash.io (the REST address, not redis://).');
  else if (onVercel && url.startsWith('http:') && !isLoopback(new URL(url).hostname))
    problems.push('KV_REST_API_URL must begin with https://: over http everybody on the way could read the token.');
  if (token === undefined) problems.push('KV_REST_API_TOKEN is missing: there is an address for KV, but no token.');
  return { kind: 'kv', url: url ?? '', token: token ?? '' };
}

function readExtensionIds(value: string | undefined, problems: string[]): readonly string[] {
  if (value === undefined) return [EXTENSION_ID];
  const ids = value.split(',').map((id) => id.trim());
  const wrong = ids.filter((id) => !/^[a-p]{32}$/.test(id));
  if (wrong.length > 0)
    problems.push('MOORING_EXTENSION_IDS must be a comma-separated list of Chrome extension ids (32 letters from a to p).');
  return ids;
}
