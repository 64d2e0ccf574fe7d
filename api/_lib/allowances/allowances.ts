/**
 * Owns the numbers: how much of what a hosted backend gives to whom. Pure. Who counts is gate.ts and origin-guard.ts.
 * A backend on one's own machine has none of them: there is nobody to be protected from.
 *
 * Each allowance is a bucket that holds `most` and fills again evenly over its window: whoever was silent may take all at once.
 */

export type Allowance = { readonly most: number; readonly windowSeconds: number };

const MINUTE = 60;
const HOUR = 3600;

/** What makes something new, or sends the backend to an address for the first time: counted for all instances together. */
export type Act = 'device' | 'join' | 'pairing' | 'session' | 'sign-in';

type ActAllowances = {
  /** Of one address (of IPv6: one network of 64 bits). An office shares one. */
  readonly address: readonly Allowance[];
  /** Of one workspace, whose token was checked. */
  readonly workspace: readonly Allowance[];
  /** Of everybody together. */
  readonly everybody: readonly Allowance[];
};

export const ACT_ALLOWANCES: Readonly<Record<Act, ActAllowances>> = {
  // A person registers a browser once. This is also how fast an access code can be guessed: one of ten letters holds for ages.
  device: {
    address: [
      { most: 10, windowSeconds: MINUTE },
      { most: 50, windowSeconds: HOUR },
    ],
    workspace: [],
    everybody: [{ most: 100, windowSeconds: MINUTE }],
  },
  // With a pairing code. Of the 20^8 codes, each of which lives 120 s, a hundred guesses a minute find one of a thousand open ones in half
  // a year; and then somebody has to let the stranger in.
  join: {
    address: [
      { most: 5, windowSeconds: MINUTE },
      { most: 20, windowSeconds: 5 * MINUTE },
    ],
    workspace: [],
    everybody: [{ most: 100, windowSeconds: MINUTE }],
  },
  // A new code replaces the old one: more often than this nobody can walk to the other computer.
  pairing: { address: [], workspace: [{ most: 5, windowSeconds: MINUTE }], everybody: [] },
  // Each connecting asks a server up to four times. A user comes back from lunch to ten ended sessions, an office to fifty.
  session: {
    address: [
      { most: 60, windowSeconds: MINUTE },
      { most: 600, windowSeconds: HOUR },
    ],
    workspace: [
      { most: 20, windowSeconds: MINUTE },
      { most: 200, windowSeconds: HOUR },
    ],
    everybody: [],
  },
  // The dearest act: the server names up to ten addresses that are asked, and registers a client at a stranger's.
  'sign-in': {
    address: [{ most: 30, windowSeconds: MINUTE }],
    workspace: [{ most: 10, windowSeconds: MINUTE }],
    everybody: [],
  },
};

/** What one workspace may have at a time. A user with more servers than this has a gateway of his own; more devices have been lost. */
export const MAX_SESSIONS_OF_WORKSPACE = 50;
export const MAX_DEVICES_OF_WORKSPACE = 20;

// What follows is counted by each instance for itself, so that a call costs no storage request more.

/** Requests of a device. An agent that calls ten tools a second for a minute is as fast as servers answer; a popup asks once in two seconds. */
export const DEVICE_REQUESTS: Allowance = { most: 600, windowSeconds: MINUTE };
/** Requests of an address, known devices or not: four busy devices behind one office's address. */
export const ADDRESS_REQUESTS: Allowance = { most: 2400, windowSeconds: MINUTE };
/** Tokens that storage did not know, of one address: asking is what costs. A device whose token is gone stops after one. */
export const UNKNOWN_TOKENS: Allowance = { most: 30, windowSeconds: MINUTE };
/** Requests of a device that have no end yet, streams included: popup, panel and a few clients beside the calls. */
export const MAX_OPEN_REQUESTS = 64;
/** Calls of one session that run at this instance. Clients run up to twenty tools at a time; each one holds a socket to the server. */
export const MAX_CALLS_OF_SESSION = 32;
/** Clients that listen to one session at this instance. */
export const MAX_LISTENERS_OF_SESSION = 20;

/** Requests to one server, of everybody together: what a server of a team takes; to a victim it is less than one browser sends. */
export const ORIGIN_REQUESTS: Allowance = { most: 600, windowSeconds: MINUTE };
/**
 * A server that took no connection this often in this time is left alone for a while. A call that finds the door closed knocks twice,
 * so these are five acts; a server that answers with errors, or late, took the connection.
 */
export const ORIGIN_FAILURES = 10;
export const ORIGIN_FAILURES_WITHIN_MS = 30_000;
export const ORIGIN_REST_MS = 30_000;

/** Keys that are told apart in memory. What does not fit is refused where forgetting would let it begin anew. */
export const MAX_KEYS = 10_000;
