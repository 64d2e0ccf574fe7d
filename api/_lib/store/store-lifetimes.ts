/** Owns how long both stores keep what nobody asks for by name. What users see of lifetimes is shared/limits.ts. */

/** How often a device's last use is written, ms: it is shown in minutes, and most calls need no write for it. */
export const SEEN_EVERY_MS = 60_000;
/** For how long a device waits to be let in, ms: whoever shows a code stands by. */
export const WAITING_TTL_MS = 3_600_000;
/** Wrong pairing codes in all, and in which time, ms: 20^8 codes can't be searched at this rate while one of them is open. */
export const MAX_PAIRING_MISSES = 100;
export const PAIRING_MISSES_WINDOW_MS = 60_000;
/** For how long a settlement or messages of the server that come again are known, ms: longer than any repetition of a lost answer takes. */
export const WRITTEN_TTL_MS = 60_000;
/** For how long a settled call beyond the listed ones is still known, ms: longer than a copy of its request is on its way. */
export const UNLISTED_CALL_TTL_MS = 60_000;
/** Answers to questions of the server that are remembered of a session; the oldest go first. */
export const MAX_ANSWERS = 500;
/** Additions of messages that are known again at most; one that comes again comes at once, long before so many others. */
export const MAX_ADDITIONS = 1000;
