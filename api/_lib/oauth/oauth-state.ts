/**
 * Owns what is kept of signing in at one server: plain JSON, written by allow-list and read by repair. It is part of a server's sealed
 * secrets, so every device of the workspace signs in once for all. What follows from it is decided in the other files of this folder.
 */
import * as z from 'zod/mini';
import { MAX_URL_LENGTH } from '../../../shared/limits.ts';
import { SignInStep } from '../../../shared/sign-in-contract.ts';

/** Steps that are kept; the oldest go first. */
export const MAX_STEPS = 50;
/** Scopes of one server that are kept. A consent page with more is read by nobody. */
export const MAX_SCOPES = 100;
/** Registrations that are kept: one for each authorization server that this server has named. */
const MAX_CLIENTS = 5;
/** Sign-ins under way that are kept, of one device each: more people are not at it within ten minutes. The oldest go first. */
const MAX_PENDING = 8;
/** A token is a header: servers refuse more than 8 to 16 kB of headers. Characters. */
export const MAX_TOKEN_LENGTH = 16_384;

const Url = z.string().check(z.maxLength(MAX_URL_LENGTH));
const Secret = z.string().check(z.minLength(1), z.maxLength(MAX_TOKEN_LENGTH));
/** What is not as it should be is as if it was not there. */
const orAbsent = <T extends z.core.SomeType>(schema: T) => z.catch(z.optional(schema), undefined);
const Scopes = z.catch(z.array(z.string().check(z.maxLength(MAX_URL_LENGTH))).check(z.maxLength(MAX_SCOPES)), []);

/** An authorization server, as its metadata had it when the sign-in began. Source: RFC 8414, section 2. */
export const AuthorizationServer = z.object({
  issuer: Url,
  authorizationEndpoint: Url,
  tokenEndpoint: Url,
  registrationEndpoint: orAbsent(Url),
  revocationEndpoint: orAbsent(Url),
  /** Empty where the server names none. */
  tokenAuthMethods: z.catch(z.array(z.string().check(z.maxLength(64))), []),
  /** Whether it promises to name itself when it sends the browser back. Source: RFC 9207. */
  namesItself: z.catch(z.boolean(), false),
  /** Whether the MCP server was found inside a network: only then its authorization server may be there. */
  isInside: z.catch(z.boolean(), false),
});
export type AuthorizationServer = z.infer<typeof AuthorizationServer>;

export const OAuthClient = z.object({
  id: Secret,
  secret: orAbsent(Secret),
  registration: z.enum(['by-hand', 'metadata-document', 'dynamic']),
  /** How it says who it is at the token endpoint, where the registration said so. */
  authMethod: orAbsent(z.enum(['none', 'client_secret_basic', 'client_secret_post'])),
  /** Where the browser may be sent back to; empty for a client by hand, of whom only its owner knows. */
  redirectUris: z.catch(z.array(Url), []),
  /** When the secret ends, ms since 1970. */
  secretEndsAt: orAbsent(z.number()),
});
export type OAuthClient = z.infer<typeof OAuthClient>;

export const Grant = z.object({
  server: AuthorizationServer,
  /** The client that the tokens were given to: no other one may refresh them. */
  client: OAuthClient,
  resource: Url,
  accessToken: Secret,
  refreshToken: orAbsent(Secret),
  /** ms since 1970. */
  expiresAt: orAbsent(z.number()),
  /** From when on it is renewed before it is used, ms since 1970. */
  renewAt: orAbsent(z.number()),
  scopes: Scopes,
  /** Refreshes in a row that the authorization server did not answer as it should. */
  failures: z.catch(z.number(), 0),
  /** The refresh token is on its way: whoever wrote this sends it, everybody else waits. */
  claim: orAbsent(z.object({ id: z.string(), at: z.number() })),
});
export type Grant = z.infer<typeof Grant>;

/** A sign-in whose browser window is open. */
export const PendingSignIn = z.object({
  stateHash: z.string(),
  verifier: z.string(),
  server: AuthorizationServer,
  client: OAuthClient,
  resource: Url,
  redirectUri: Url,
  scopes: Scopes,
  /** The device that began it: no other one can end it. */
  deviceId: z.string(),
  /** ms since 1970. */
  endsAt: z.number(),
});
export type PendingSignIn = z.infer<typeof PendingSignIn>;

/** Why the user has to do something: the server wants a sign-in, or more permissions than it got. */
export const Challenge = z.object({
  kind: z.enum(['sign-in', 'step-up']),
  resourceMetadataUrl: orAbsent(Url),
  scopes: Scopes,
});
export type Challenge = z.infer<typeof Challenge>;

const OAuthState = z.object({
  /** The authorization server that this server is bound to, from the first sign-in to the sign-out. */
  issuer: orAbsent(Url),
  clients: z.catch(z.array(z.object({ issuer: Url, client: OAuthClient })).check(z.maxLength(MAX_CLIENTS)), []),
  /** Every scope that was asked for since the sign-out: asking for fewer would lose permissions. */
  asked: Scopes,
  /** Step-ups since the sign-out. */
  stepUps: z.catch(z.number(), 0),
  challenge: orAbsent(Challenge),
  /** At most one of each device, oldest first. */
  pending: z.catch(z.array(PendingSignIn).check(z.maxLength(MAX_PENDING)), []),
  grant: orAbsent(Grant),
  steps: z.catch(z.array(SignInStep).check(z.maxLength(MAX_STEPS)), []),
});
export type OAuthState = z.infer<typeof OAuthState>;

const NOTHING: OAuthState = { clients: [], asked: [], stepUps: 0, pending: [], steps: [] };

/** Returns what was kept. What is missing or damaged is left out: then the user signs in again. */
export function decodeOAuthState(value: unknown): OAuthState {
  const read = OAuthState.safeParse(value);
  return read.success ? withoutUndefined(read.data) : NOTHING;
}

/** Returns the state as it is written: what this file names, and nothing else. */
export const encodeOAuthState = (state: OAuthState): OAuthState => withoutUndefined(OAuthState.parse(state));

const withoutUndefined = (state: OAuthState): OAuthState => JSON.parse(JSON.stringify(state)) as OAuthState;

/** Returns the state with one more step. */
export const withStep = (state: OAuthState, step: SignInStep): OAuthState => ({
  ...state,
  steps: [...state.steps, step].slice(-MAX_STEPS),
});

/** Returns the state in which this sign-in is under way, in place of an earlier one of the same device. Those of others go on. */
export const addPending = (state: OAuthState, pending: PendingSignIn, now: number): OAuthState => ({
  ...state,
  pending: [...state.pending.filter(({ deviceId, endsAt }) => deviceId !== pending.deviceId && endsAt > now), pending].slice(-MAX_PENDING),
});

/** Returns the state with this client as the one for its authorization server. */
export function withClient(state: OAuthState, issuer: string, client: OAuthClient): OAuthState {
  const others = state.clients.filter((known) => known.issuer !== issuer);
  return { ...state, clients: [...others, { issuer, client }].slice(-MAX_CLIENTS) };
}

/** Returns the client that is known at an authorization server: it is never shown to another one. */
export const clientFor = (state: OAuthState, issuer: string): OAuthClient | undefined =>
  state.clients.find((known) => known.issuer === issuer)?.client;
