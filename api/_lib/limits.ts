/**
 * Owns the backend's own limits, each with its unit and its reason: bodies, events, streams, sockets, buffers and times. What both sides know is
 * shared/limits.ts; how often something is tried or looked at, and what it waits for in between, stays where it is done.
 */

import { MAX_CALL_EVENTS_BYTES, MAX_SERVER_MESSAGES_BYTES } from '../../shared/limits.ts';

// ── What a server sends ──

/** Largest body of an answer, or event of a stream, after decompression, bytes: a result of 50 MB passes, and a few at once fit into memory. */
export const MAX_RESPONSE_BYTES = 64 * 1024 * 1024;
/** Largest header of an answer, bytes: twice what undici takes by default, for servers with long policies. */
export const MAX_HEADER_BYTES = 32_768;
/** Longest text that is read of an answer that is no success, characters: enough for its words, not for a web page. */
export const MAX_ERROR_TEXT = 16_384;
/** Redirects that are followed: more are a circle. */
export const MAX_REDIRECTS = 3;
/** Connections to one server; more parallel calls wait in line. */
export const MAX_CONNECTIONS_PER_ORIGIN = 256;
/** How long an answer may take: for the connection; until it begins; between two pieces of it, ms. A tool may think for five minutes. */
export const EGRESS_TIMEOUTS = { connectMs: 10_000, headersMs: 60_000, idleMs: 300_000 } as const;
/** How often a stream that ended is taken up in a row without bringing anything new: then it is given up, or listened to from now on. */
export const MAX_IDLE_RESUMES = 5;
/** Longest pause that a server can ask for before its stream is taken up again, ms. */
export const MAX_RETRY_MS = 10_000;
/** Event ids that are known again when a stream is taken up: what comes again is from shortly before the break. */
export const MAX_REMEMBERED_EVENTS = 1000;
/** After its response a stream is read to its end, so that the connection can be used again; one that is left open gets this long, ms. */
export const DRAIN_MS = 2000;

// ── Handshakes and messages without a response ──

/** Connecting to a new server, whatever has to be tried for it, ms: as long as a user looks at a button. */
export const CONNECT_TIMEOUT_MS = 25_000;
/** Shaking hands anew in an existing session, ms. */
export const HANDSHAKE_TIMEOUT_MS = 20_000;
/** One request of a handshake, ms. */
export const REQUEST_TIMEOUT_MS = 15_000;
/** A server of an older revision may not answer at all to what it does not know, ms. */
export const PROBE_TIMEOUT_MS = 5000;
/** A POST to a stale HTTP+SSE endpoint may hang for ever at some servers; a living one answers 202 at once. ms */
export const POST_TIMEOUT_MS = 10_000;
/** A living server takes what expects no response at once; a client waits for as long as this. ms */
export const TAKE_TIMEOUT_MS = 10_000;

// ── Towards clients ──

/**
 * Bytes that wait for a client before it counts as behind: a browser that is busy for a moment is not, and a thousand clients that never
 * read do not fill an instance. What was begun is written whole, so that a large response passes.
 */
export const MAX_UNREAD_BYTES = 1_000_000;
/** Streams of one session on which clients of an instance listen: a device needs one; this is twice of what was measured to work. */
export const MAX_LISTENERS = 2000;
/** Before the platform ends a function, its streams end by themselves, ms. */
export const END_STREAMS_BEFORE_MS = 15_000;

// ── What waits in memory ──

/** Messages of a server that wait to be handed out, and their characters: what comes in one chunk, and small beside all else in memory. */
export const MAX_WAITING_MESSAGES = 1000;
export const MAX_WAITING_MESSAGES_LENGTH = 1_000_000;
/** Batches whose fate in storage is not known, and their characters; beyond, the oldest are given up: a message may be shown twice then. */
export const MAX_DOUBTS = 200;
export const MAX_DOUBTS_LENGTH = 1_000_000;
/** For how long the fate of a batch is asked for, ms: shorter than storage knows it again (WRITTEN_TTL_MS). */
export const KNOWN_AGAIN_MS = 50_000;
/** Entries of activity that wait for storage; a flood of progress must not fill the memory. */
export const MAX_WAITING_ENTRIES = 300;
/** Bytes of messages in them; beyond, the oldest entries stay without their message, as those of messages that are too large do. */
export const MAX_WAITING_MESSAGE_BYTES = 1_000_000;
/** Questions asked and taken back that wait for storage: more of them are not remembered anyway, and each is a request. */
export const MAX_WAITING_CHANGES = 200;
/** Questions that an instance knows to be open: as many as storage counts (MAX_QUESTIONS). */
export const MAX_WATCHED_QUESTIONS = 100;
/** Keys of sent calls that an instance remembers of a session: more than are sent in the seconds by which storage may go back. */
export const MAX_SENT_KEYS = 1000;

/** Memory for what was opened of sessions, so that it is not opened at every call: some thousand usual ones, and few of the largest. Bytes. */
export const MAX_OPENED_BYTES = 64 * 1024 * 1024;
/** Memory for the records of sessions that an instance holds; what nobody is busy with goes first beyond it. Bytes. */
export const MAX_LIVE_RECORD_BYTES = 64 * 1024 * 1024;

// ── What is stored ──

/** Time for one request to KV with its repetition, ms. Beyond it the user waits longer than a retry by hand takes. */
export const KV_TIMEOUT_MS = 1500;
/** How long one process waits for another that writes to the same file, ms. Waiting stops everything else in it, so it is short. */
export const BUSY_TIMEOUT_MS = 1000;
/**
 * Largest stored value, bytes: half a megabyte of text takes this much when it is sealed. The providers of KV differ in what they take in one
 * request; this is below all of them.
 */
export const MAX_VALUE_BYTES = 720_000;
/** Sealed text takes a third more, and a little. What is kept for whom, in plain text, is shared/limits.ts. */
const SEALED_SHARE = 1.4;
/** Bytes of events and of a server's messages that are stored of a call and of a session. */
export const MAX_STORED_EVENTS_BYTES = Math.ceil(MAX_CALL_EVENTS_BYTES * SEALED_SHARE);
export const MAX_STORED_MESSAGES_BYTES = Math.ceil(MAX_SERVER_MESSAGES_BYTES * SEALED_SHARE);
/** Largest text beside results and events that a server tells of a call and that is kept, bytes. A settlement must not fail for it. */
export const MAX_TOLD_BYTES = 4096;
/** Longest label of a call, characters: a line on the screen. */
export const MAX_LABEL_LENGTH = 200;
/** Responses that go into one settlement, characters: several large ones at once could be more than storage takes in a request. */
export const MAX_RESPONSES_LENGTH = 400_000;
/** Events of running calls that go into one settlement, characters, for the same reason; one call's are always less. */
export const MAX_NEWS_LENGTH = 400_000;
/** URIs whose subscription is remembered for a session; what a client subscribes to beyond is not restored after a recovery. */
export const MAX_SUBSCRIPTIONS = 1000;
/** Open questions of a session that are remembered; later ones reach whoever listens, and are not counted. */
export const MAX_QUESTIONS = 100;
/** Answers to questions of the server that are remembered of a session; the oldest go first. */
export const MAX_ANSWERS = 500;
/** Additions of messages that are known again at most; one that comes again comes at once, long before so many others. */
export const MAX_ADDITIONS = 1000;
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

// ── Who may do what for how long ──

/** How long a call stays its holder's without a sign of life, ms: the time after which a killed instance's calls are looked after. */
export const CALL_LEASE_MS = 15_000;
/** How long the server's own stream stays an instance's without a sign of life, ms. */
export const STREAM_LEASE_MS = 30_000;
/** How long an answer to a question of the server is its instance's to send, ms: longer than a server has for taking it (TAKE_TIMEOUT_MS). */
export const ANSWER_LEASE_MS = 15_000;
/** How often a question is answered at most, where instances die before they can say that they have sent the answer. */
export const MAX_ANSWER_ATTEMPTS = 2;
/** How long a session is locked while its server session is replaced, ms: longer than a handshake may take; who outlives it is fenced off. */
export const LOCK_MS = 25_000;
/** How long a call waits for another instance that replaces the server session, ms: then the user is told to try again. */
export const WAIT_AT_MOST_MS = 8000;
/** How often a read is sent again whose outcome is not known. */
export const MAX_REPEATS = 2;
