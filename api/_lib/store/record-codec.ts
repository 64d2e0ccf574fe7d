/**
 * Owns how records become stored text and come back: written field by field, read by repair, each value within its size.
 * Both stores use it, so that a session reads the same from either. Where the text is kept is kv.ts and embedded.ts.
 */
import { createHash } from 'node:crypto';
import * as z from 'zod/mini';
import { type ActivityEntry, ActivityRecord, Membership, Revision, Transport } from '../../../shared/contract.ts';
import { AppError } from '../../../shared/errors.ts';
import { MAX_ACTIVITY_ENTRIES } from '../../../shared/limits.ts';

import { MAX_VALUE_BYTES } from '../limits.ts';
import type { DeviceRecord } from './device-registry.ts';
import { type ServerSecrets, type ServerSession, type SessionRecord, type Spoken, type StoredSession, UNCONNECTED } from './store.ts';

/** The fixed part of a session that is stored as one text. */
const Facts = z.object({ url: z.string(), transport: Transport, revision: Revision, createdAt: z.string() });

const StoredSpoken = z.object({ transport: Transport, revision: Revision });

const StoredSecrets = z.object({
  headers: z.catch(z.optional(z.record(z.string(), z.string())), undefined),
  oauth: z.catch(z.optional(z.record(z.string(), z.unknown())), undefined),
  roots: z.catch(z.optional(z.record(z.string(), z.unknown())), undefined),
});

const StoredServerSession = z.object({
  id: z.optional(z.catch(z.optional(z.string()), undefined)),
  protocolVersion: z.string(),
  greeting: z.catch(z.record(z.string(), z.unknown()), {}),
});

/** A session as the stores hold it, before anything in it is trusted. Times in ms since 1970. */
export type StoredFields = {
  id: string;
  workspaceId: string;
  name: unknown;
  facts: unknown;
  /** What was found out later than the facts; empty where they hold. */
  spoken: unknown;
  serverSession: unknown;
  /** '1' or 1 while a sign-in is waited for. */
  awaits: unknown;
  secrets: unknown;
  secretsVersion: unknown;
  epoch: unknown;
  logLevel: unknown;
  /** '0' or 0 when the server could not be reached. */
  reachable: unknown;
  subscriptions: readonly string[];
  questions: readonly string[];
  running: unknown;
  coldStarts: unknown;
  renewals: unknown;
  usedAtMs: unknown;
  endsAtMs: number;
};

/** Returns what a stored JSON text says; undefined when it is none. */
export function parseText(text: unknown): unknown {
  if (typeof text !== 'string') return undefined;
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

/** Returns a stored number; the smallest where it is broken. */
export function toCount(value: unknown, smallest: number): number {
  const count = typeof value === 'bigint' || typeof value === 'string' ? Number(value) : value;
  return typeof count === 'number' && Number.isSafeInteger(count) && count >= smallest ? count : smallest;
}

const toIsoTime = (ms: number): string => new Date(ms).toISOString();

/** Returns the session; undefined when what makes it usable (owner, address, transport, server session) is broken. The rest is repaired. */
export function decodeSession(fields: StoredFields): StoredSession | undefined {
  const facts = Facts.safeParse(parseText(fields.facts));
  const serverSession = StoredServerSession.safeParse(parseText(fields.serverSession));
  if (!facts.success || !serverSession.success || fields.workspaceId === '') return undefined;
  const { id, ...greeted } = serverSession.data;
  const spoken = StoredSpoken.safeParse(parseText(fields.spoken));
  return {
    id: fields.id,
    workspaceId: fields.workspaceId,
    name: typeof fields.name === 'string' && fields.name !== '' ? fields.name : facts.data.url,
    ...facts.data,
    ...(spoken.success && spoken.data),
    serverSession: { ...(id !== undefined && { id }), ...greeted },
    awaitsSignIn: String(fields.awaits ?? 0) === '1',
    secrets: decodeSecrets(fields.secrets),
    secretsVersion: toCount(fields.secretsVersion, 0),
    epoch: toCount(fields.epoch, 1),
    ...(typeof fields.logLevel === 'string' && { logLevel: fields.logLevel }),
    subscriptions: [...fields.subscriptions].sort(),
    questions: [...fields.questions].sort(),
    isReachable: String(fields.reachable ?? 1) !== '0',
    running: toCount(fields.running, 0),
    coldStarts: toCount(fields.coldStarts, 0),
    renewals: toCount(fields.renewals, 0),
    lastUsedAt: toIsoTime(toCount(fields.usedAtMs, 0)),
    expiresAt: toIsoTime(fields.endsAtMs),
  };
}

/** A device as the stores hold it, before anything in it is trusted. */
export type StoredDeviceFields = {
  id: unknown;
  workspaceId: string;
  name: unknown;
  createdAt: unknown;
  membership: unknown;
  publicKey: unknown;
  share: unknown;
  ring: unknown;
  version: unknown;
};

const toText = (value: unknown): string => (typeof value === 'string' ? value : '');

/** Returns the device; undefined when its id is missing. One whose membership is broken waits. */
export function decodeDevice(fields: StoredDeviceFields): DeviceRecord | undefined {
  if (typeof fields.id !== 'string' || fields.id === '') return undefined;
  return {
    id: fields.id,
    workspaceId: fields.workspaceId,
    name: typeof fields.name === 'string' && fields.name !== '' ? fields.name : fields.id,
    createdAt: typeof fields.createdAt === 'string' ? fields.createdAt : toIsoTime(0),
    membership: Membership.safeParse(fields.membership ?? 'member').data ?? 'waiting',
    ...(toText(fields.publicKey) !== '' && {
      keys: {
        publicKey: toText(fields.publicKey),
        share: toText(fields.share),
        ring: toText(fields.ring),
        version: toCount(fields.version, 0),
      },
    }),
  };
}

/** Sorts devices oldest first; the id decides between those of the same moment, so that the order never changes. */
export function compareDevices(a: DeviceRecord, b: DeviceRecord): number {
  if (a.createdAt !== b.createdAt) return a.createdAt < b.createdAt ? -1 : 1;
  return a.id < b.id ? -1 : 1;
}

export const decodeTime = (ms: unknown): string => toIsoTime(toCount(ms, 0));

/** Returns the fixed part of a session as text; name, workspace and id are stored beside it. */
export function encodeFacts({ url, transport, revision, createdAt }: SessionRecord): string {
  return checkSize(JSON.stringify({ url, transport, revision, createdAt }), 'BODY_TOO_LARGE', 'The session');
}

export const encodeSpoken = (spoken: Spoken | undefined): string =>
  spoken === undefined ? '' : JSON.stringify({ transport: spoken.transport, revision: spoken.revision });

/** Returns the key that a server has within a workspace where nobody gave it another. */
export const toServerKey = (workspaceId: string, url: string): string =>
  createHash('sha256').update(`mooring-server-v1\0${workspaceId}\0${url}`).digest('base64url');

export function encodeSecrets({ headers, oauth, roots }: ServerSecrets): string {
  return checkSize(JSON.stringify({ headers, oauth, roots }), 'BODY_TOO_LARGE', 'What is kept for the server');
}

/** Returns what is kept for a server; what is broken is left out. */
export function decodeSecrets(text: unknown): ServerSecrets {
  const secrets = StoredSecrets.safeParse(parseText(text));
  if (!secrets.success) return {};
  const { headers, oauth, roots } = secrets.data;
  return { ...(headers && { headers }), ...(oauth && { oauth }), ...(roots && { roots }) };
}

/** @throws AppError SERVER_RESPONSE_TOO_LARGE when the server's greeting is beyond what can be kept. */
export function encodeServerSession({ id, protocolVersion, greeting }: ServerSession = UNCONNECTED): string {
  const text = JSON.stringify({ ...(id !== undefined && { id }), protocolVersion, greeting });
  return checkSize(text, 'SERVER_RESPONSE_TOO_LARGE', "The server's greeting");
}

/** Returns a text that is stored as it is. @throws AppError BODY_TOO_LARGE beyond the limit. */
export const encodeText = (text: string, what: string): string => checkSize(text, 'BODY_TOO_LARGE', what);

function checkSize(text: string, code: 'BODY_TOO_LARGE' | 'SERVER_RESPONSE_TOO_LARGE', what: string): string {
  const bytes = Buffer.byteLength(text);
  if (bytes <= MAX_VALUE_BYTES) return text;
  throw new AppError(code, `${what} has ${bytes} bytes; at most ${MAX_VALUE_BYTES} can be stored.`);
}

/**
 * Returns entries of activity as texts, oldest first.
 *
 * Together they stay within the limit of a value: messages are left out, oldest first, their sizes stay. Of more entries than a session
 * keeps, the newest are returned; `dropped` tells how many sequence numbers the others take.
 */
export function encodeActivity(records: readonly ActivityRecord[]): { texts: string[]; dropped: number } {
  const dropped = Math.max(0, records.length - MAX_ACTIVITY_ENTRIES);
  let room = MAX_VALUE_BYTES;
  const texts: string[] = [];
  for (const record of records.slice(dropped).reverse()) {
    const whole = JSON.stringify(record);
    const bytes = Buffer.byteLength(whole);
    const text = bytes <= room ? whole : JSON.stringify({ ...record, message: undefined });
    room -= text === whole ? bytes : Buffer.byteLength(text);
    texts.push(encodeText(text, 'An entry of the activity'));
  }
  return { texts: texts.reverse(), dropped };
}

/** Returns the entry that a text holds; undefined when it is broken: then its number is a gap. */
export function decodeActivity(text: unknown, seq: number): ActivityEntry | undefined {
  const record = ActivityRecord.safeParse(parseText(text));
  return record.success ? { ...record.data, seq } : undefined;
}
