/**
 * Owns the shape of what crosses between extension and backend when a user signs in to a server.
 * Pure. Everything else of the HTTP contract is contract.ts, with the same rules: requests are strict, answers are loose.
 */
import * as z from 'zod/mini';
import { MAX_HEADER_VALUE_LENGTH, MAX_URL_LENGTH } from './limits.ts';

const Time = z.string();

/** Begins a sign-in at the session's server. `redirectUri` is where the browser hands the outcome to this extension. */
export const BeginSignIn = z.strictObject({
  redirectUri: z.string().check(z.maxLength(MAX_URL_LENGTH)),
  /** A client that the user registered at the authorization server by hand. */
  client: z.optional(
    z.strictObject({
      id: z.string().check(z.minLength(1), z.maxLength(MAX_URL_LENGTH)),
      secret: z.optional(z.string().check(z.minLength(1), z.maxLength(MAX_HEADER_VALUE_LENGTH))),
    }),
  ),
});
export type BeginSignIn = z.infer<typeof BeginSignIn>;
/** What the user sees before the browser opens the address. */
export const SignInBegun = z.object({
  authorizationUrl: z.string(),
  issuer: z.string(),
  scopes: z.array(z.string()),
  resource: z.string(),
});
export type SignInBegun = z.infer<typeof SignInBegun>;
/** What came back to `redirectUri`: `code` on success, `error` otherwise; as it stood in the query. */
export const EndSignIn = z.strictObject({
  state: z.string().check(z.maxLength(MAX_URL_LENGTH)),
  code: z.optional(z.string().check(z.maxLength(MAX_URL_LENGTH))),
  iss: z.optional(z.string().check(z.maxLength(MAX_URL_LENGTH))),
  error: z.optional(z.string().check(z.maxLength(MAX_URL_LENGTH))),
  errorDescription: z.optional(z.string().check(z.maxLength(MAX_URL_LENGTH))),
});
export type EndSignIn = z.infer<typeof EndSignIn>;

/**
 * One step of a sign-in, as it happened:
 * challenge: the server asked for it · resource-metadata, server-metadata: discovery · registration · authorization: the browser was sent
 * off, and came back · token: the code was exchanged · refresh · step-up: more scopes were asked for · revocation.
 */
export const SignInStep = z.object({
  at: Time,
  step: z.enum([
    'challenge',
    'resource-metadata',
    'server-metadata',
    'registration',
    'authorization',
    'token',
    'refresh',
    'step-up',
    'revocation',
  ]),
  ok: z.boolean(),
  /** Where it was asked, without a query. */
  url: z.optional(z.string()),
  /** One sentence for the user; secrets are masked. */
  detail: z.string(),
  /** What the other side answered when it failed: status, and `error` of OAuth with its description, as text. */
  answer: z.optional(z.string()),
});
export type SignInStep = z.infer<typeof SignInStep>;
export const Authorization = z.object({
  state: z.enum(['none', 'required', 'begun', 'signed-in']),
  issuer: z.optional(z.string()),
  resource: z.optional(z.string()),
  clientId: z.optional(z.string()),
  registration: z.optional(z.enum(['by-hand', 'metadata-document', 'dynamic'])),
  scopes: z.array(z.string()),
  /** When the access token ends; absent where the server did not say. */
  expiresAt: z.optional(Time),
  /** Whether it is renewed without the user. */
  refreshes: z.boolean(),
  /** Oldest first; the last 50. */
  steps: z.array(SignInStep),
});
export type Authorization = z.infer<typeof Authorization>;
