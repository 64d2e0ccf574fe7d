/**
 * Owns which secrets the tests of a file have seen pass by, of which kind each is, and where a kind may be. Fixtures tell what they see;
 * where secrets are looked for is secret-search.ts, in which forms canaries.ts.
 */

/** `disk` is what a browser leaves in its profile. */
export type PlaceKind = 'store' | 'log' | 'error' | 'extension' | 'disk';

/**
 * What a backend stores (Redis, or its file), prints, and answers as an error holds no secret of any kind. The browser's side keeps what
 * the user would have to enter again, and nothing that opens a server.
 */
export const MAY_BE_IN = {
  /** By it this extension is a device: it is kept for good. */
  'device token': ['extension', 'disk'],
  /** A setting that the user typed. */
  'access code': ['extension', 'disk'],
  /** In the browser's memory (`storage.session`), for as long as it holds. */
  'pairing code': ['extension'],
  /** Part of a server's address, which the list of sessions shows. */
  'key in an address': ['extension', 'disk'],
  /** With acts whose end is not known, and in forms that were not sent. */
  argument: ['extension', 'disk'],
  /** Results live in the panel's memory and in sealed records. */
  result: [],
  'answer to a question': [],
  'header value': [],
  'authorization code': [],
  /** In the address of the window that a sign-in opens, so in the browser's history; it is of use once, and to one device. */
  'state of a sign-in': ['disk'],
  'code verifier': [],
  'access token': [],
  'refresh token': [],
  'client secret': [],
  'server session': [],
  'storage token': [],
} as const satisfies Readonly<Record<string, readonly PlaceKind[]>>;

export type SecretKind = keyof typeof MAY_BE_IN;
/** Secrets by their text. */
export type Secrets = ReadonlyMap<string, SecretKind>;

/** Shorter texts are found everywhere. */
export const MIN_SECRET_LENGTH = 8;

const learned = new Map<string, SecretKind>();

/** Has a secret looked for at the end of the file's tests. Too short a one is not: it would be found by chance. */
export function learnSecret(kind: SecretKind, value: unknown): void {
  if (typeof value === 'string' && value.length >= MIN_SECRET_LENGTH && !learned.has(value)) learned.set(value, kind);
}

export const learnedSecrets = (): Secrets => learned;
