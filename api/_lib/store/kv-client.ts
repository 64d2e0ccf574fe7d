/**
 * Owns the one way to Redis: `@vercel/kv`, set up so that an outage is an error and an error tells no secret.
 * Which scripts are run, and what their answers mean, is kv.ts.
 */
import { AppError } from '../../../shared/errors.ts';
import { KV_TIMEOUT_MS } from '../limits.ts';
import type { Script } from './kv-lua.ts';

const REPEAT_AFTER_MS = 20;

export type KvSettings = {
  /** Address of the REST interface: KV_REST_API_URL. */
  url: string;
  /** KV_REST_API_TOKEN. */
  token: string;
  /** KV_REST_API_READ_ONLY_TOKEN, only to tell when the two were swapped. */
  readOnlyToken?: string;
};

type Eval = { eval(lua: string, keys: string[], values: string[]): Promise<unknown> };
type Clients = { once: Eval; twice: Eval };

/** Runs a script in one request. @throws AppError STORAGE_UNAVAILABLE, STORAGE_READ_ONLY or STORAGE_UNAUTHORIZED. */
export type RunScript = (script: Script, keys: string[], values: (string | number)[]) => Promise<unknown>;

/** Returns the way to run scripts. The client is loaded at once, but nothing is sent before the first script. */
export function connectKv(settings: KvSettings): RunScript {
  const loading = loadClients(settings);
  // Told by the first script that needs it.
  loading.catch(() => undefined);
  return async (script, keys, values) => {
    try {
      const clients = await loading;
      return await (script.repeatable ? clients.twice : clients.once).eval(script.lua, keys, values.map(String));
    } catch (error) {
      throw toAppError(error, settings);
    }
  };
}

async function loadClients({ url, token }: KvSettings): Promise<Clients> {
  const { createClient } = await import('@vercel/kv');
  const open = (retries: number): Eval =>
    createClient({
      url,
      token,
      // The default repeats five times whatever the command is. `false` would still mean two tries.
      retry: { retries, backoff: () => REPEAT_AFTER_MS },
      // As a function: a plain signal that fires makes the client answer with the reason as if it were the result.
      signal: () => AbortSignal.timeout(KV_TIMEOUT_MS),
      // Would put commands of different workspaces into one request.
      enableAutoPipelining: false,
      automaticDeserialization: false,
      // All that is stored is UTF-8 text; decoding base64 costs more than the rest of a request.
      responseEncoding: false,
      enableTelemetry: false,
      latencyLogging: false,
    });
  return { once: open(0), twice: open(1) };
}

const URL_HINT = 'Check KV_REST_API_URL, and whether the database exists and is running.';

/** Redis and the REST interface name the kind of an error in its first word; the rest may hold commands, values and tokens. */
function toAppError(error: unknown, { token, readOnlyToken }: KvSettings): AppError {
  const message = error instanceof Error ? error.message : '';
  const [kind = ''] = /^[A-Z]{2,20}\b/.exec(message) ?? [];
  if (kind === 'NOPERM') {
    const hint =
      token === readOnlyToken
        ? 'KV_REST_API_TOKEN holds the read-only token, the same as KV_REST_API_READ_ONLY_TOKEN. Set it to the token that may write.'
        : 'KV_REST_API_TOKEN holds the read-only token. Set it to the token that may write.';
    return new AppError('STORAGE_READ_ONLY', 'The storage token may read but not write.', { hint, cause: describe(error, kind) });
  }
  if (kind === 'WRONGPASS' || kind === 'NOAUTH' || /^unauthorized\b/i.test(message)) {
    const hint = 'Check KV_REST_API_TOKEN: it is not the token of the database at KV_REST_API_URL.';
    return new AppError('STORAGE_UNAUTHORIZED', 'The storage does not accept the token.', { hint, cause: describe(error, kind) });
  }
  const cause = describe(error, kind);
  if (error instanceof Error && error.name === 'UrlError')
    return new AppError('STORAGE_UNAVAILABLE', 'The storage address is not a web address.', {
      hint: 'KV_REST_API_URL must begin with https:// (the REST address, not redis://).',
      cause,
    });
  if (kind === 'OOM')
    return new AppError('STORAGE_UNAVAILABLE', 'The storage is full.', {
      hint: 'The database at KV_REST_API_URL has no memory left.',
      cause,
    });
  if (/^ERR max .*limit exceeded/i.test(message))
    return new AppError('STORAGE_UNAVAILABLE', 'The storage has used up its allowance of requests.', {
      hint: 'The database at KV_REST_API_URL has reached the limit of its plan.',
      cause,
    });
  if (error instanceof Error && error.name === 'TimeoutError')
    return new AppError('STORAGE_UNAVAILABLE', `The storage did not answer within ${KV_TIMEOUT_MS} ms.`, { hint: URL_HINT, cause });
  return new AppError('STORAGE_UNAVAILABLE', 'The storage did not answer as expected.', { hint: URL_HINT, cause });
}

/** What the log may know: names and codes, never a message. */
function describe(error: unknown, kind: string): string {
  if (!(error instanceof Error)) return 'not an Error';
  const origin = error.cause;
  const code = origin instanceof Error && 'code' in origin && typeof origin.code === 'string' ? origin.code : '';
  return [error.name, kind, code].filter((part) => part !== '').join(' ');
}
