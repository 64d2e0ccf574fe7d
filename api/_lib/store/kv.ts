/**
 * Owns the store in Redis over REST: which script each method runs, with which keys, and what its answer means.
 * The scripts are kv-session-scripts.ts and kv-device-scripts.ts, the client kv-client.ts, records as text record-codec.ts.
 */
import * as z from 'zod/mini';
import type { ActivityEntry } from '../../../shared/contract.ts';
import { AppError } from '../../../shared/errors.ts';
import { DEVICE_TTL_SECONDS, MAX_ACTIVITY_ENTRIES, TOMBSTONE_TTL_SECONDS } from '../../../shared/limits.ts';
import { connectKv, type KvSettings } from './kv-client.ts';
import * as deviceScripts from './kv-device-scripts.ts';
import { activityKey, deviceKey, devicesKey, goneKey, lockKey, PROBE_KEY, sessionKey, sessionsKey } from './kv-keys.ts';
import * as sessionScripts from './kv-session-scripts.ts';
import * as codec from './record-codec.ts';
import { type Credential, type DeviceRecord, type Entry, MAX_SUBSCRIPTIONS, type Store, type StoredSession } from './store.ts';

const PROBE_TTL_MS = 60_000;
const DEVICE_TTL_MS = DEVICE_TTL_SECONDS * 1000;
const SUBSCRIPTION = 'sub:';

// What scripts answer. A missing field of a record is null.
const Text = z.nullable(z.string());
const Status = z.tuple([z.enum(['ok', 'unauthorized', 'absent', 'expired', 'taken', 'held', 'superseded'])], z.unknown());
type Status = z.infer<typeof Status>[0];
const Found = z.tuple([Text, Text, Text]);
const Pairs = z.array(z.string());
const DeviceAnswer = z.tuple([z.literal('ok'), Found], z.unknown());
const DevicesAnswer = z.tuple([z.literal('ok'), Found, z.array(z.tuple([Text, Text, Text, Text]))]);
/** Device (empty where nobody was checked), fields, time left in ms, now. */
const SessionAnswer = z.tuple([z.literal('ok'), z.array(Text), Pairs, z.number(), z.number()], z.unknown());
const SessionsAnswer = z.tuple([z.literal('ok'), Found, z.array(z.tuple([z.string(), Pairs, z.number()])), z.number()]);
const ActivityAnswer = z.tuple([z.literal('ok'), z.unknown(), z.unknown(), z.unknown(), z.unknown(), z.number(), z.array(z.string())]);
const FenceAnswer = z.tuple([z.literal('ok'), z.number()]);

const unreadable = (): AppError =>
  new AppError('STORAGE_UNAVAILABLE', 'The storage answered in a form that is not understood.', {
    hint: 'Check KV_REST_API_URL: it must be the REST address of a Redis database.',
  });

/** Parses an answer of a known form. @throws AppError STORAGE_UNAVAILABLE: an answer that nobody understands is an outage. */
function parseAnswer<T extends z.ZodMiniType>(schema: T, answer: unknown): z.infer<T> {
  const parsed = schema.safeParse(answer);
  if (!parsed.success) throw unreadable();
  return parsed.data;
}

const parseStatus = (answer: unknown): Status => parseAnswer(Status, answer)[0];

function decodeFields(id: string, pairs: readonly string[], ttlMs: number, nowMs: number): StoredSession | undefined {
  const fields = new Map<string, string>();
  const subscriptions: string[] = [];
  for (let at = 0; at + 1 < pairs.length; at += 2) {
    const name = pairs[at] ?? '';
    if (name.startsWith(SUBSCRIPTION)) subscriptions.push(name.slice(SUBSCRIPTION.length));
    else fields.set(name, pairs[at + 1] ?? '');
  }
  return codec.decodeSession({
    id,
    workspaceId: fields.get('workspace') ?? '',
    name: fields.get('name'),
    facts: fields.get('facts'),
    serverSession: fields.get('server'),
    epoch: fields.get('epoch'),
    logLevel: fields.get('logLevel'),
    subscriptions,
    coldStarts: fields.get('coldStarts'),
    renewals: fields.get('renewals'),
    usedAtMs: fields.get('usedAt'),
    endsAtMs: nowMs + Math.max(0, ttlMs),
  });
}

function decodeFound([id, name, createdAt]: readonly (string | null | undefined)[], workspaceId: string): DeviceRecord | undefined {
  return codec.decodeDevice({ id, workspaceId, name, createdAt });
}

function parseSession(answer: unknown, id: string): StoredSession | undefined {
  if (parseStatus(answer) !== 'ok') return undefined;
  const [, , pairs, ttlMs, nowMs] = parseAnswer(SessionAnswer, answer);
  return decodeFields(id, pairs, ttlMs, nowMs);
}

function parseEntry(answer: unknown, { workspaceId }: Credential, id: string): Entry {
  const status = parseStatus(answer);
  if (status === 'unauthorized' || status === 'absent' || status === 'expired') return { kind: status };
  const [, found] = parseAnswer(SessionAnswer, answer);
  const device = decodeFound(found, workspaceId);
  if (device === undefined) return { kind: 'unauthorized' };
  const session = parseSession(answer, id);
  return session === undefined ? { kind: 'absent' } : { kind: 'ok', device, session };
}

/**
 * Opens the store in Redis. Nothing is sent before the first method is called; each method is one HTTP request.
 *
 * Reads, touches and locks are asked for once more when the connection breaks; removing and settling are not, because doing them
 * twice would change what they answer or leave behind.
 *
 * @param ttlSeconds Lifetime of a session from its last use, 60 to 86400 s.
 */
export function openKvStore({ ttlSeconds, ...settings }: KvSettings & { ttlSeconds: number }): Store {
  const run = connectKv(settings);
  const ttlMs = ttlSeconds * 1000;
  const goneMs = ttlMs + TOMBSTONE_TTL_SECONDS * 1000;

  const deviceKeys = ({ tokenHash, workspaceId }: Credential): string[] => [deviceKey(tokenHash), devicesKey(workspaceId)];
  const entryKeys = (credential: Credential, id: string): string[] => [...deviceKeys(credential), sessionKey(id), goneKey(id)];
  const claim = ({ workspaceId }: Credential): (string | number)[] => [workspaceId, DEVICE_TTL_MS];

  return {
    async probe() {
      const kind = 'kv' as const;
      try {
        parseAnswer(z.literal('OK'), await run(deviceScripts.PROBE, [PROBE_KEY], [PROBE_TTL_MS]));
        return { kind, persistent: true, writable: true };
      } catch (error) {
        if (!(error instanceof AppError)) throw error;
        return { kind, persistent: true, writable: false, hint: [error.message, error.hint].filter(Boolean).join(' ') };
      }
    },

    async registerDevice({ id, name, createdAt }, credential) {
      const values = [id, codec.encodeText(name, 'The name'), createdAt, credential.tokenHash];
      parseStatus(await run(deviceScripts.REGISTER_DEVICE, deviceKeys(credential), [...claim(credential), ...values]));
    },
    async findDevice(credential) {
      const answer = await run(deviceScripts.FIND_DEVICE, deviceKeys(credential), claim(credential));
      if (parseStatus(answer) !== 'ok') return undefined;
      return decodeFound(parseAnswer(DeviceAnswer, answer)[1], credential.workspaceId);
    },
    async listDevices(credential) {
      const answer = await run(deviceScripts.LIST_DEVICES, deviceKeys(credential), [...claim(credential), deviceKey('')]);
      if (parseStatus(answer) !== 'ok') return undefined;
      const [, found, listed] = parseAnswer(DevicesAnswer, answer);
      const current = decodeFound(found, credential.workspaceId);
      if (current === undefined) return undefined;
      const devices = listed.flatMap(([id, name, createdAt, seenAt]) => {
        const device = decodeFound([id, name, createdAt], credential.workspaceId);
        return device === undefined ? [] : [{ ...device, lastSeenAt: codec.decodeTime(seenAt) }];
      });
      return { current, devices: devices.sort(codec.compareDevices) };
    },
    async removeDevice(credential, deviceId) {
      const answer = await run(deviceScripts.REMOVE_DEVICE, deviceKeys(credential), [...claim(credential), deviceId, deviceKey('')]);
      const status = parseStatus(answer);
      if (status === 'ok') return 'removed';
      return status === 'absent' ? 'absent' : 'unauthorized';
    },

    async createSession(record, serverSession, activity) {
      const { id, workspaceId, name } = record;
      const entries = codec.encodeActivity(activity);
      const answer = await run(
        sessionScripts.CREATE_SESSION,
        [sessionKey(id), activityKey(id), goneKey(id), sessionsKey(workspaceId)],
        [
          ...[workspaceId, id, ttlMs, goneMs, codec.encodeText(name, 'The name'), codec.encodeFacts(record)],
          ...[codec.encodeServerSession(serverSession), MAX_ACTIVITY_ENTRIES, entries.dropped, ...entries.texts],
        ],
      );
      const session = parseSession(answer, id);
      if (session === undefined) throw new AppError('INTERNAL', 'The session could not be stored: its id is taken.');
      return session;
    },
    async enter(credential, id, { touch }) {
      const keys = entryKeys(credential, id);
      const answer = touch
        ? await run(
            sessionScripts.ENTER,
            [...keys, activityKey(id), sessionsKey(credential.workspaceId)],
            [...claim(credential), id, ttlMs, goneMs],
          )
        : await run(sessionScripts.LOOK_UP, keys, claim(credential));
      return parseEntry(answer, credential, id);
    },
    async loadSession(id) {
      return parseSession(await run(sessionScripts.LOAD_SESSION, [sessionKey(id)], []), id);
    },
    async touchSession(id) {
      const keys = [sessionKey(id), activityKey(id), goneKey(id)];
      return parseStatus(await run(sessionScripts.TOUCH_SESSION, keys, [id, ttlMs, goneMs, sessionsKey('%s')])) === 'ok';
    },
    async listSessions(credential) {
      const { workspaceId } = credential;
      const keys = [...deviceKeys(credential), sessionsKey(workspaceId)];
      const answer = await run(sessionScripts.LIST_SESSIONS, keys, [...claim(credential), sessionKey('')]);
      if (parseStatus(answer) !== 'ok') return undefined;
      const [, , listed, nowMs] = parseAnswer(SessionsAnswer, answer);
      const sessions = listed.map(([id, pairs, left]) => decodeFields(id, pairs, left, nowMs));
      return sessions.filter((session) => session !== undefined && session.workspaceId === workspaceId) as StoredSession[];
    },
    async renameSession(credential, id, name) {
      const values = [...claim(credential), codec.encodeText(name, 'The name')];
      return parseEntry(await run(sessionScripts.RENAME_SESSION, entryKeys(credential, id), values), credential, id);
    },
    async removeSession(credential, id) {
      const keys = [...entryKeys(credential, id), activityKey(id), sessionsKey(credential.workspaceId), lockKey(id)];
      return parseEntry(await run(sessionScripts.REMOVE_SESSION, keys, [...claim(credential), id]), credential, id);
    },

    async settle(id, { activity, coldStarts = 0, logLevel = '', subscribed = '', unsubscribed = '' }) {
      const entries = codec.encodeActivity(activity);
      const changes = [logLevel, subscribed, unsubscribed].map((text) => codec.encodeText(text, 'A value of the call'));
      const values = [coldStarts, ...changes, MAX_SUBSCRIPTIONS, MAX_ACTIVITY_ENTRIES, entries.dropped, ...entries.texts];
      parseStatus(await run(sessionScripts.SETTLE, [sessionKey(id), activityKey(id)], values));
    },
    async readActivity(credential, id, { after, limit }) {
      const keys = [...entryKeys(credential, id), activityKey(id)];
      const answer = await run(sessionScripts.READ_ACTIVITY, keys, [...claim(credential), after, limit]);
      const entry = parseEntry(answer, credential, id);
      if (entry.kind !== 'ok') return { ...entry, entries: [] };
      const [, , , , , firstSeq, texts] = parseAnswer(ActivityAnswer, answer);
      const entries = texts.map((text, at) => codec.decodeActivity(text, firstSeq + at));
      return { ...entry, entries: entries.filter((found) => found !== undefined) as ActivityEntry[] };
    },

    async acquireLock(id, owner, lockTtlMs) {
      const answer = await run(sessionScripts.ACQUIRE_LOCK, [sessionKey(id), lockKey(id)], [owner, lockTtlMs]);
      if (parseStatus(answer) !== 'ok') return undefined;
      return { owner, fence: parseAnswer(FenceAnswer, answer)[1] };
    },
    async releaseLock(id, owner) {
      parseStatus(await run(sessionScripts.RELEASE_LOCK, [lockKey(id)], [owner]));
    },
    async publishServerSession(id, { fence }, serverSession) {
      const text = codec.encodeServerSession(serverSession);
      const status = parseStatus(await run(sessionScripts.PUBLISH, [sessionKey(id)], [fence, text]));
      if (status === 'ok') return 'published';
      return status === 'superseded' ? 'superseded' : 'absent';
    },

    // There is no connection that would stay open: each method is a request of its own.
    async close() {},
  };
}
