/**
 * Owns what the extension keeps between two openings: the keys of extension storage, their shapes, versions and migrations. Which list of
 * sessions this browser uses is changed in stored-lists.ts, sign-ins under way in stored-sign-ins.ts; hearing of changes is
 * stored-changes.ts, panel state stored-rooms.ts, acts under way stored-acts.ts.
 * Read by repair (what can't be used is left out), written by allow-list (only what the schema names). What the values mean, and
 * when they change, is decided in state/ and gateway/.
 */
import './zod-without-eval.ts';
import * as z from 'zod/mini';
import { Revision, Transport, TransportChoice } from '../../shared/contract.ts';
import { actsKey } from './stored-acts.ts';
import { MIGRATIONS, migrate, type RawStored, versionOf } from './stored-migrations.ts';
import { isRecord, repairList } from './stored-repair.ts';
import { answersKey, moveRoom, roomKey } from './stored-rooms.ts';
import { browser } from './web-extension.ts';

/** Where a fresh installation looks: `npm start` builds in the address that its backend got. */
export const DEFAULT_BACKEND_URL: string = import.meta.env['WXT_BACKEND_URL'] || 'http://127.0.0.1:8787';
/** Ended sessions are kept to reconnect them; the oldest go first. */
export const MAX_STORED_SESSIONS = 200;
export const MAX_RECENT_URLS = 12;

const Text = z.catch(z.string(), '');
const Count = z.catch(z.number(), 0);

export const Settings = z.object({
  /** Without a slash at the end. */
  backendUrl: z.catch(z.string().check(z.minLength(1)), DEFAULT_BACKEND_URL),
  /** Empty: named after browser and system. */
  deviceName: Text,
  accessCode: Text,
});
export type Settings = z.infer<typeof Settings>;

const IDENTITY = { deviceId: z.string(), workspaceId: z.string(), token: z.string() };
/** What makes this extension a device of a workspace at one backend. */
export const StoredCredential = z.object({
  ...IDENTITY,
  backendUrl: z.string(),
  /** The workspace before it joined this one: the way back. */
  own: z.catch(z.optional(z.object(IDENTITY)), undefined),
});
export type StoredCredential = z.infer<typeof StoredCredential>;

/** A workspace of another device that this one has asked to join; until it is let in, its own stays in use. */
export const StoredJoining = z.object({
  ...IDENTITY,
  backendUrl: z.string(),
  /** The digits that the other device shows too. */
  check: z.string(),
  isRefused: z.catch(z.boolean(), false),
});
export type StoredJoining = z.infer<typeof StoredJoining>;

/** A sign-in that a window of the browser shows, or why the last one came to nothing. Nothing of what it carries is kept. */
export const StoredSignIn = z.object({
  sessionId: z.string(),
  /** window: the user is at it · ending: the outcome goes to the backend. */
  phase: z.enum(['window', 'ending', 'failed']),
  at: z.string(),
  failure: z.catch(z.optional(z.object({ code: z.string(), detail: z.string(), hint: z.optional(z.string()) })), undefined),
});
export type StoredSignIn = z.infer<typeof StoredSignIn>;

/** Why a session is over, as the backend said it. */
const Ended = z.object({ code: z.string(), at: z.string(), hint: z.optional(z.string()) });

/** What the server calls itself, without what it may add. */
const Server = z.object({ name: z.string(), version: z.string(), title: z.optional(z.string()) });

/** What shows a session before the backend has answered, and connects it again after its end. */
export const StoredSession = z.object({
  id: z.string(),
  backendUrl: z.string(),
  workspaceId: Text,
  url: z.string(),
  name: z.string(),
  /** What the user chose; `transport` is what came of it. */
  transportChoice: z.catch(TransportChoice, 'auto'),
  transport: Transport,
  revision: z.catch(Revision, 'stateful'),
  protocolVersion: Text,
  server: z.catch(Server, { name: '', version: '' }),
  status: z.catch(z.enum(['live', 'authorization-required', 'unreachable']), 'live'),
  createdAt: Text,
  lastUsedAt: Text,
  expiresAt: z.string(),
  /** Calls that ran when the backend was last heard. */
  running: Count,
  /** Questions of the server that wait for an answer. */
  questions: Count,
  coldStarts: Count,
  renewals: Count,
  headerNames: z.catch(z.array(z.string()), []),
  signedIn: z.catch(z.boolean(), false),
  ended: z.catch(z.optional(Ended), undefined),
});
export type StoredSession = z.infer<typeof StoredSession>;

const Listed = z.object({ backendUrl: z.string(), at: z.string() });
type Listed = z.infer<typeof Listed>;

export type Stored = {
  settings: Settings;
  credentials: StoredCredential[];
  joining: StoredJoining | undefined;
  signIns: StoredSignIn[];
  /** Sessions of every backend that was ever used; newest use first. */
  sessions: StoredSession[];
  selectedSessionId: string | undefined;
  recentUrls: string[];
  /** When a backend listed its sessions last, to the minute: how old what is shown may be. */
  listed: Listed | undefined;
};

export const BASE_KEYS: (keyof Stored | 'version')[] = [
  'version',
  'settings',
  'credentials',
  'joining',
  'signIns',
  'sessions',
  'selectedSessionId',
  'recentUrls',
  'listed',
];

/** Makes what was stored usable, whatever it is. Total. */
export function toStored(raw: RawStored): Stored {
  const { selectedSessionId } = raw;
  return {
    settings: Settings.parse(isRecord(raw.settings) ? raw.settings : {}),
    credentials: repairList(StoredCredential, raw.credentials),
    joining: z.catch(z.optional(StoredJoining), undefined).parse(raw['joining']),
    signIns: repairList(StoredSignIn, raw['signIns']),
    sessions: repairList(StoredSession, raw.sessions),
    selectedSessionId: typeof selectedSessionId === 'string' ? selectedSessionId : undefined,
    recentUrls: repairList(z.string(), raw.recentUrls),
    listed: z.catch(z.optional(Listed), undefined).parse(raw['listed']),
  };
}

/** Runs read-modify-write steps of all surfaces one after the other: without it, of two changes at once one is lost. */
function exclusively<T>(step: () => Promise<T>): Promise<T> {
  return navigator.locks.request('mooring:stored', step) as Promise<T>;
}

/**
 * Returns everything that is kept except panel state, in one read.
 *
 * Migrations are applied in memory; they are written with the next change, so that opening the popup waits for no write.
 */
export async function loadStored(): Promise<Stored> {
  return toStored(migrate(await browser.storage.local.get(BASE_KEYS)));
}

/** Changes some of what is kept, with nobody else writing in between; a value that becomes undefined is removed. */
export async function change(update: (stored: Stored) => Partial<Stored>): Promise<void> {
  await exclusively(async () => {
    const raw: RawStored = await browser.storage.local.get(BASE_KEYS);
    const stored = toStored(migrate(raw));
    const changed = update(stored);
    // Storage of an older build is written whole, once; that of a newer one keeps all that this change does not name.
    const isOld = versionOf(raw) < MIGRATIONS.length;
    const next = isOld ? { ...stored, ...changed, version: MIGRATIONS.length } : changed;
    const before: Record<string, unknown> = { ...stored, ...raw };
    const written = Object.entries(next).filter(
      ([key, value]) => value !== undefined && JSON.stringify(value) !== JSON.stringify(before[key]),
    );
    if (written.length > 0) await browser.storage.local.set(Object.fromEntries(written));
    const removed = Object.entries(changed).flatMap(([key, value]) => (value === undefined ? [key] : []));
    if (removed.length > 0) await browser.storage.local.remove(removed);
  });
}

export const loadSettings = async (): Promise<Settings> => (await loadStored()).settings;

/** Changes some settings and leaves the others. */
export function saveSettings(patch: Partial<Settings>): Promise<void> {
  return change(({ settings }) => ({ settings: Settings.parse({ ...settings, ...patch }) }));
}

export const loadSessions = async (): Promise<StoredSession[]> => (await loadStored()).sessions;

/** Drops what does not fit, orders by use with ended ones last, and keeps to the limit. */
function tidySessions(sessions: readonly StoredSession[]): StoredSession[] {
  const tidy = repairList(StoredSession, sessions);
  tidy.sort((a, b) => Number(!!a.ended) - Number(!!b.ended) || b.lastUsedAt.localeCompare(a.lastUsedAt));
  return tidy.slice(0, MAX_STORED_SESSIONS);
}

/**
 * Replaces the known sessions by what `update` makes of them, with nobody else writing in between.
 *
 * @param update Pure; gets the sessions of every backend.
 * @param listed Set when a backend has just listed them.
 */
export function changeSessions(update: (sessions: StoredSession[]) => StoredSession[], listed?: Listed): Promise<void> {
  return change(({ sessions }) => ({ sessions: tidySessions(update(sessions)), ...(listed && { listed: toTheMinute(listed) }) }));
}

/** Storage is written, and every surface reads it again, once a minute at most for this. */
const toTheMinute = ({ backendUrl, at }: Listed): Listed => ({ backendUrl, at: `${at.slice(0, 16)}:00.000Z` });

/**
 * Keeps a new session, selects it and puts its address first among the recent ones: one write, no surface sees a part of it.
 *
 * @param replacedId The ended session that it follows; it leaves the list, and its panel state goes over.
 */
export async function saveNewSession(session: StoredSession, replacedId?: string): Promise<void> {
  if (replacedId !== undefined) await moveRoom(replacedId, session.id);
  await change(({ sessions, recentUrls }) => ({
    sessions: tidySessions([session, ...sessions.filter(({ id }) => id !== session.id && id !== replacedId)]),
    selectedSessionId: session.id,
    recentUrls: [session.url, ...recentUrls.filter((url) => url !== session.url)].slice(0, MAX_RECENT_URLS),
  }));
}

/** Forgets a session and its panel state. */
export async function removeSession(sessionId: string): Promise<void> {
  await change((stored) => ({
    sessions: stored.sessions.filter(({ id }) => id !== sessionId),
    signIns: stored.signIns.filter((signIn) => signIn.sessionId !== sessionId),
    ...(stored.selectedSessionId === sessionId && { selectedSessionId: undefined }),
  }));
  await browser.storage.local.remove([roomKey(sessionId), actsKey(sessionId), answersKey(sessionId)]);
}

/** Makes a session the one that the panel shows. */
export const saveSelectedSessionId = (sessionId: string | undefined): Promise<void> => change(() => ({ selectedSessionId: sessionId }));
