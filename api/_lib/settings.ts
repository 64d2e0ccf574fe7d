/**
 * The only reader of the environment: turns variables into settings, and reports all that is wrong at once.
 * What the settings mean for a request is decided where they are used.
 */
import * as z from 'zod/mini';
import { EXTENSION_ID } from '../../shared/extension-id.ts';
import { MAX_ACCESS_CODE_LENGTH, SESSION_TTL_SECONDS } from '../../shared/limits.ts';
import { type AddressPolicy, parseAllowPrivate } from './egress/address-policy.ts';

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
  const hosted = onVercel || !isLoopback(host);
  const accessCode = text('MOORING_ACCESS_CODE');
  if (accessCode !== undefined && accessCode.length > MAX_ACCESS_CODE_LENGTH)
    problems.push(`MOORING_ACCESS_CODE must have at most ${MAX_ACCESS_CODE_LENGTH} characters.`);
  const allow = parseAllowPrivate(text('MOORING_ALLOW_PRIVATE'));
  if ('problems' in allow) problems.push(...allow.problems);

  const settings: Settings = {
    host,
    port: wholeNumber('PORT', 8787, 0, 65_535),
    hosted,
    storage: readStorage(text, problems),
    sessionTtlSeconds: wholeNumber('SESSION_TTL_SECONDS', SESSION_TTL_SECONDS, 1, 86_400),
    accessCode,
    isPublic: flag('MOORING_PUBLIC'),
    extensionIds: readExtensionIds(text('MOORING_EXTENSION_IDS'), problems),
    publicUrl: readPublicUrl(text, onVercel, problems),
    addressPolicy: hosted ? { kind: 'hosted', allow: 'problems' in allow ? [] : allow.allow } : { kind: 'local' },
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

function readStorage(text: (name: string) => string | undefined, problems: string[]): Settings['storage'] {
  const url = text('KV_REST_API_URL') ?? text('UPSTASH_REDIS_REST_URL');
  // A read-only token alone still names the right problem: storage then says that it can't be written.
  const token = text('KV_REST_API_TOKEN') ?? text('UPSTASH_REDIS_REST_TOKEN') ?? text('KV_REST_API_READ_ONLY_TOKEN');
  if (url === undefined && token === undefined) return { kind: 'embedded', file: text('MOORING_DATA') };
  if (url === undefined) problems.push('KV_REST_API_URL is missing: there is a token for KV, but no address.');
  else if (!/^https?:\/\//.test(url) || !URL.canParse(url))
    problems.push('KV_REST_API_URL must be an https URL, as in https://example.upstash.io (the REST address, not redis://).');
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
