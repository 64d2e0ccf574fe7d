/**
 * Owns the store in Redis over REST: which script each method runs, with which keys, and what its answer means.
 * The scripts are kv-session-scripts.ts, the client kv-client.ts, how answers are read kv-answers.ts. Devices, calls,
 * settlements and the server's own messages are kv-devices.ts, kv-calls.ts, kv-settle.ts and kv-server-messages.ts.
 */
import * as z from 'zod/mini';
import type { ActivityEntry } from '../../../shared/contract.ts';
import { AppError } from '../../../shared/errors.ts';
import { MAX_ACTIVITY_ENTRIES, TOMBSTONE_TTL_SECONDS } from '../../../shared/limits.ts';
import {
  ActivityAnswer,
  decodeFields,
  decodeFound,
  NumberAnswer,
  parseAnswer,
  parseEntry,
  parseRefusal,
  parseSession,
  parseStatus,
  ServerAnswer,
  SessionsAnswer,
} from './kv-answers.ts';
import { openKvCalls } from './kv-calls.ts';
import { connectKv, type KvSettings } from './kv-client.ts';
import { PROBE } from './kv-device-scripts.ts';
import { openKvDevices } from './kv-devices.ts';
import {
  activityKey,
  additionsKey,
  deviceKeys,
  entryKeys,
  goneKey,
  keptKeys,
  lockKey,
  PROBE_KEY,
  secretsKeys,
  sessionKey,
  sessionsKey,
  settlementsKey,
  streamKey,
} from './kv-keys.ts';
import { toClaim } from './kv-lua.ts';
import { openKvServerMessages } from './kv-server-messages.ts';
import * as sessionScripts from './kv-session-scripts.ts';
import { openKvSettle } from './kv-settle.ts';
import * as codec from './record-codec.ts';
import type { Store, StoredSession } from './store.ts';

const PROBE_TTL_MS = 60_000;

/**
 * Opens the store in Redis. Nothing is sent before the first method is called; each method is one HTTP request.
 *
 * Everything is asked for once more when the connection breaks, but removing: doing that twice would change what it answers.
 *
 * @param ttlSeconds Lifetime of a session from its last use, 60 to 86400 s.
 */
export function openKvStore({ ttlSeconds, ...settings }: KvSettings & { ttlSeconds: number }): Store {
  const run = connectKv(settings);
  const ttlMs = ttlSeconds * 1000;
  const goneMs = ttlMs + TOMBSTONE_TTL_SECONDS * 1000;

  return {
    ...openKvDevices(run),
    ...openKvCalls(run, { ttlMs, goneMs }),
    ...openKvServerMessages(run),
    settle: openKvSettle(run),

    async probe() {
      const kind = 'kv' as const;
      try {
        parseAnswer(z.literal('OK'), await run(PROBE, [PROBE_KEY], [PROBE_TTL_MS]));
        return { kind, persistent: true, writable: true };
      } catch (error) {
        if (!(error instanceof AppError)) throw error;
        return { kind, persistent: true, writable: false, hint: [error.message, error.hint].filter(Boolean).join(' ') };
      }
    },

    async findServer(credential, url, serverKey = codec.toServerKey(credential.workspaceId, url)) {
      const answer = await run(sessionScripts.FIND_SERVER, deviceKeys(credential), [...toClaim(credential), serverKey]);
      const refused = parseRefusal(answer);
      if (refused) return refused;
      const [, found, secrets, version] = parseAnswer(ServerAnswer, answer);
      const device = decodeFound(found, credential.workspaceId);
      if (device === undefined) return { kind: 'unauthorized' };
      return { kind: 'ok', device, secrets: codec.decodeSecrets(secrets), secretsVersion: codec.toCount(version, 0) };
    },
    async createSession(record, serverSession, activity, serverKey = codec.toServerKey(record.workspaceId, record.url)) {
      const { id, workspaceId, name } = record;
      const entries = codec.encodeActivity(activity);
      const answer = await run(
        sessionScripts.CREATE_SESSION,
        [sessionKey(id), activityKey(id), goneKey(id), sessionsKey(workspaceId)],
        [
          ...[workspaceId, id, ttlMs, goneMs, codec.encodeText(name, 'The name'), codec.encodeFacts(record)],
          ...[
            codec.encodeServerSession(serverSession),
            serverKey,
            Number(serverSession === undefined),
            MAX_ACTIVITY_ENTRIES,
            entries.dropped,
            ...entries.texts,
          ],
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
            [...keys, sessionsKey(credential.workspaceId), ...keptKeys(id)],
            [...toClaim(credential), id, ttlMs, goneMs],
          )
        : await run(sessionScripts.LOOK_UP, keys, toClaim(credential));
      return parseEntry(answer, credential, id);
    },
    async loadSession(id) {
      return parseSession(await run(sessionScripts.LOAD_SESSION, [sessionKey(id)], []), id);
    },
    async touchSession(id) {
      const keys = [sessionKey(id), goneKey(id), ...keptKeys(id)];
      return parseStatus(await run(sessionScripts.TOUCH_SESSION, keys, [id, ttlMs, goneMs, sessionsKey('%s')])) === 'ok';
    },
    async listSessions(credential) {
      const { workspaceId } = credential;
      const keys = [...deviceKeys(credential), sessionsKey(workspaceId)];
      const answer = await run(sessionScripts.LIST_SESSIONS, keys, [...toClaim(credential), sessionKey('')]);
      const refused = parseRefusal(answer);
      if (refused) return refused;
      const [, found, listed, nowMs] = parseAnswer(SessionsAnswer, answer);
      const sessions = listed.map(([id, pairs, left]) => decodeFields(id, pairs, left, nowMs));
      const ours = sessions.filter((session) => session !== undefined && session.workspaceId === workspaceId);
      const device = decodeFound(found, workspaceId);
      return device === undefined ? { kind: 'unauthorized' } : { kind: 'ok', device, sessions: ours as StoredSession[] };
    },
    async renameSession(credential, id, name) {
      const values = [...toClaim(credential), codec.encodeText(name, 'The name')];
      return parseEntry(await run(sessionScripts.RENAME_SESSION, entryKeys(credential, id), values), credential, id);
    },
    async removeSession(credential, id) {
      const others = [lockKey(id), streamKey(id), settlementsKey(id), additionsKey(id)];
      const keys = [...entryKeys(credential, id), sessionsKey(credential.workspaceId), ...keptKeys(id), ...others];
      return parseEntry(await run(sessionScripts.REMOVE_SESSION, keys, [...toClaim(credential), id]), credential, id);
    },

    async readActivity(credential, id, { after, limit }) {
      const keys = [...entryKeys(credential, id), activityKey(id)];
      const answer = await run(sessionScripts.READ_ACTIVITY, keys, [...toClaim(credential), after, limit]);
      const entry = parseEntry(answer, credential, id);
      if (entry.kind !== 'ok') return { ...entry, entries: [] };
      const [, , , , , firstSeq, texts] = parseAnswer(ActivityAnswer, answer);
      const entries = texts.map((text, at) => codec.decodeActivity(text, firstSeq + at));
      return { ...entry, entries: entries.filter((found) => found !== undefined) as ActivityEntry[] };
    },

    async acquireLock(id, owner, lockTtlMs) {
      const answer = await run(sessionScripts.ACQUIRE_LOCK, [sessionKey(id), lockKey(id)], [owner, lockTtlMs]);
      if (parseStatus(answer) !== 'ok') return undefined;
      return { owner, fence: parseAnswer(NumberAnswer, answer)[1] };
    },
    async releaseLock(id, owner) {
      parseStatus(await run(sessionScripts.RELEASE_LOCK, [lockKey(id)], [owner]));
    },
    async publishServerSession(id, { fence }, serverSession, spoken) {
      const values = [fence, codec.encodeServerSession(serverSession), codec.encodeSpoken(spoken)];
      const status = parseStatus(await run(sessionScripts.PUBLISH, [sessionKey(id)], values));
      if (status === 'ok') return 'published';
      return status === 'superseded' ? 'superseded' : 'absent';
    },
    async loadServerSecrets({ workspaceId, url }, serverKey = codec.toServerKey(workspaceId, url)) {
      const answer = await run(sessionScripts.LOAD_SECRETS, secretsKeys(workspaceId, serverKey), []);
      if (parseStatus(answer) !== 'ok') return undefined;
      const [, , secrets, version] = parseAnswer(ServerAnswer, answer);
      return { secrets: codec.decodeSecrets(secrets), secretsVersion: codec.toCount(version, 0) };
    },
    async saveServerSecrets({ workspaceId, url }, expectedVersion, secrets, serverKey = codec.toServerKey(workspaceId, url)) {
      const values = [expectedVersion, codec.encodeSecrets(secrets)];
      const status = parseStatus(await run(sessionScripts.SAVE_SECRETS, secretsKeys(workspaceId, serverKey), values));
      if (status === 'ok') return 'saved';
      return status === 'superseded' ? 'superseded' : 'absent';
    },

    // There is no connection that would stay open: each method is a request of its own.
    async close() {},
  };
}
