/** Owns every limit that both sides or several modules rely on, each with its unit and its reason. */

/** Largest request body, bytes. Vercel refuses 4.5 MB with an answer that no user understands; we refuse earlier, in words. */
export const MAX_BODY_BYTES = 4_000_000;
/** Deepest nesting of JSON that is accepted from anyone. JSON.stringify overflows the stack at a few thousand. */
export const MAX_JSON_DEPTH = 200;
/** Longest URL of a server, characters. Browsers and proxies differ beyond this. */
export const MAX_URL_LENGTH = 2048;
/** Longest name of a session or a device, characters. */
export const MAX_NAME_LENGTH = 120;
/** Longest method of a message, characters: it is kept with each entry of the activity. */
export const MAX_METHOD_LENGTH = 256;
/** Longest JSON-RPC id, characters; a client's own may be half as long, as JSON: towards the server it gets a prefix. */
export const MAX_RPC_ID_LENGTH = 2048;
/** Longest access code, characters. */
export const MAX_ACCESS_CODE_LENGTH = 256;
/** Symbols of a pairing code, and longest text that is read as one: people write it with spaces and dashes. */
export const PAIRING_CODE_SYMBOLS = 8;
export const MAX_PAIRING_CODE_LENGTH = 32;
/** How long a pairing code may be used, seconds: long enough to walk to the other computer, too short to be guessed. */
export const PAIRING_TTL_SECONDS = 120;
/** Headers of one server: number, and length of name and value in characters. Proxies refuse more than 8 to 16 kB of headers. */
export const MAX_SERVER_HEADERS = 20;
export const MAX_HEADER_NAME_LENGTH = 128;
export const MAX_HEADER_VALUE_LENGTH = 4096;
/** How long headers and sign-ins are kept for a server that nobody uses, seconds (30 days): reconnecting needs no new sign-in until then. */
export const SERVER_SECRETS_TTL_SECONDS = 2_592_000;
/** Lifetime of a session from its last use, seconds, unless SESSION_TTL_SECONDS says otherwise. */
export const SESSION_TTL_SECONDS = 1800;
/** How long the backend remembers that an ended session was ours, seconds: so that it can say "ended" instead of "not found". */
export const TOMBSTONE_TTL_SECONDS = 86_400;
/** How long a device may stay away before its token is forgotten, seconds (180 days). */
export const DEVICE_TTL_SECONDS = 15_552_000;
/** Entries of activity that are kept of a session; the oldest go first. */
export const MAX_ACTIVITY_ENTRIES = 1000;
/** Bytes of a message that are kept in the activity; larger bodies are left out, their size is told. */
export const MAX_ACTIVITY_BODY_BYTES = 16_384;
/** Most entries of activity in one answer. */
export const MAX_ACTIVITY_PAGE = 200;
/** Silence on a stream after which a comment is sent, milliseconds. Proxies cut at 30 to 60 s. */
export const HEARTBEAT_MS = 15_000;
/** Largest response of a call that is kept for whoever asks next, bytes. */
export const MAX_STORED_RESULT_BYTES = 262_144;
/** How long a settled call is kept, seconds. */
export const SETTLED_CALL_TTL_SECONDS = 900;
/** Events of one call's reply that are kept for a client that lost its stream: number and bytes; the oldest go first. */
export const MAX_CALL_EVENTS = 500;
export const MAX_CALL_EVENTS_BYTES = 262_144;
/** Messages that a server said on its own and that are kept for devices that were away: number and bytes; the oldest go first. */
export const MAX_SERVER_MESSAGES = 200;
export const MAX_SERVER_MESSAGES_BYTES = 262_144;
/** Longest id that a client gives to an input request that it hands in, characters. */
export const MAX_INPUT_REQUEST_ID_LENGTH = 256;
/** Largest input request of a stateless server, and largest answer to one, that every device is handed, bytes: several are kept beside each other. */
export const MAX_INPUT_REQUEST_BYTES = 65_536;
/** Calls of a session that are kept in the ledger; the oldest settled ones go first. */
export const MAX_LEDGER_CALLS = 100;
/** Roots that a session tells its server, and the length of an address in characters: more of them nobody edits by hand. */
export const MAX_ROOTS = 32;
export const MAX_ROOT_URI_LENGTH = 1024;
