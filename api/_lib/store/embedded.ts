/**
 * Owns the store inside the process: SQLite in a file, where a restart loses nothing, or in memory.
 * The file, its schema and its failures are embedded-database.ts; records as text record-codec.ts.
 */
import { AppError } from '../../../shared/errors.ts';
import { DEVICE_TTL_SECONDS, MAX_ACTIVITY_ENTRIES, TOMBSTONE_TTL_SECONDS } from '../../../shared/limits.ts';
import { openDatabase, writeVersion } from './embedded-database.ts';
import { prepareStatements } from './embedded-statements.ts';
import * as codec from './record-codec.ts';
import { type Credential, type DeviceRecord, type Entry, MAX_SUBSCRIPTIONS, type Store, type StoredSession } from './store.ts';

/** How often rows that have run out are removed, ms. They are not seen in between. */
const SWEEP_EVERY_MS = 60_000;
/** How often a device's last use is written, ms: it is shown in minutes, and most calls need no write for it. */
const SEEN_EVERY_MS = 60_000;
const DEVICE_TTL_MS = DEVICE_TTL_SECONDS * 1000;
const TOMBSTONE_TTL_MS = TOMBSTONE_TTL_SECONDS * 1000;

export type EmbeddedSettings = {
  /** MOORING_DATA; without it all is in memory and ends with the process. */
  file?: string;
  /** Lifetime of a session from its last use, 60 to 86400 s. */
  ttlSeconds: number;
  /** The clock, ms since 1970. */
  now?: () => number;
  /** Whether the process is one of a platform that ends it at will: then memory alone keeps no session. */
  hosted: boolean;
};

const NOT_KEPT_HINT =
  'Sessions are in memory and are lost at a cold start. Set up a KV database: KV_REST_API_URL and KV_REST_API_TOKEN must be set.';

/**
 * Opens the embedded store; several processes may share its file.
 *
 * @throws AppError STORAGE_UNAVAILABLE or STORAGE_READ_ONLY, naming MOORING_DATA, when the file cannot be used.
 */
export function openEmbeddedStore({ file, ttlSeconds, now = Date.now, hosted }: EmbeddedSettings): Store {
  const database = openDatabase(file);
  const rows = prepareStatements(database.sql);
  const ttlMs = ttlSeconds * 1000;
  let sweptAt = Number.NEGATIVE_INFINITY;

  /** One method of the store: one transaction at one moment. */
  function transact<T>(work: (nowMs: number) => T): T {
    const nowMs = now();
    return database.transact(() => {
      if (nowMs - sweptAt >= SWEEP_EVERY_MS) sweep(nowMs);
      return work(nowMs);
    });
  }
  function sweep(nowMs: number): void {
    rows.keepGone.run(TOMBSTONE_TTL_MS, nowMs);
    rows.sweepSessions.run(nowMs);
    rows.sweepGone.run(nowMs);
    rows.sweepDevices.run(nowMs);
    sweptAt = nowMs;
  }

  function markSeen({ tokenHash }: Credential, nowMs: number): void {
    rows.markSeen.run(nowMs, nowMs + DEVICE_TTL_MS, tokenHash);
  }
  function findDevice(credential: Credential, nowMs: number): DeviceRecord | undefined {
    const { tokenHash, workspaceId } = credential;
    // The workspace comes from the token and is only a claim until the row says the same.
    const row = rows.findDevice.get(tokenHash, workspaceId, nowMs);
    if (row === undefined) return undefined;
    if (nowMs - Number(row['seen_at']) > SEEN_EVERY_MS) markSeen(credential, nowMs);
    return codec.decodeDevice({ id: row['id'], workspaceId, name: row['name'], createdAt: row['created_at'] });
  }

  type Row = Record<string, unknown>;
  function decodeRow(row: Row): StoredSession | undefined {
    const id = String(row['id']);
    return codec.decodeSession({
      id,
      workspaceId: String(row['workspace']),
      name: row['name'],
      facts: row['facts'],
      serverSession: row['server_session'],
      epoch: row['epoch'],
      logLevel: row['log_level'],
      subscriptions: rows.subscriptions.all(id).map((found) => String(found['uri'])),
      coldStarts: row['cold_starts'],
      renewals: row['renewals'],
      usedAtMs: row['used_at'],
      endsAtMs: Number(row['ends_at']),
    });
  }
  /** The row of a session that has not run out. */
  const findLive = (id: string, nowMs: number): Row | undefined => rows.findSession.get(id, nowMs);
  const isLive = (id: string, nowMs: number): boolean => findLive(id, nowMs) !== undefined;
  function load(id: string, nowMs: number): StoredSession | undefined {
    const row = findLive(id, nowMs);
    return row && decodeRow(row);
  }

  /** Checks the token and the session, does `change` to it, and tells what the session is then. */
  function enter(credential: Credential, id: string, nowMs: number, change?: () => void): Entry {
    const device = findDevice(credential, nowMs);
    if (device === undefined) return { kind: 'unauthorized' };
    const owner = findLive(id, nowMs)?.['workspace'];
    if (owner === undefined) {
      const wasOurs = rows.findGone.get(id, credential.workspaceId, nowMs - TOMBSTONE_TTL_MS, nowMs) !== undefined;
      return { kind: wasOurs ? 'expired' : 'absent' };
    }
    if (owner !== credential.workspaceId) return { kind: 'absent' };
    change?.();
    const session = load(id, nowMs);
    return session === undefined ? { kind: 'absent' } : { kind: 'ok', device, session };
  }

  function append(id: string, { texts, dropped }: ReturnType<typeof codec.encodeActivity>): void {
    const count = texts.length + dropped;
    if (count === 0) return;
    const last = Number(rows.countActivity.get(count, id)?.['seq']);
    texts.forEach((text, at) => {
      rows.addActivity.run(id, last - texts.length + at + 1, text);
    });
    rows.capActivity.run(id, last - MAX_ACTIVITY_ENTRIES);
  }

  return {
    async probe() {
      const kept = { kind: 'embedded' as const, persistent: file !== undefined };
      try {
        transact(() => writeVersion(database.sql));
        return { ...kept, writable: true, ...(hosted && file === undefined && { hint: NOT_KEPT_HINT }) };
      } catch (error) {
        if (!(error instanceof AppError)) throw error;
        return { ...kept, writable: false, hint: [error.message, error.hint].filter(Boolean).join(' ') };
      }
    },

    async registerDevice({ id, name, createdAt }, { tokenHash, workspaceId }) {
      const text = codec.encodeText(name, 'The name');
      transact((nowMs) => rows.addDevice.run(tokenHash, id, workspaceId, text, createdAt, nowMs, nowMs + DEVICE_TTL_MS));
    },
    async findDevice(credential) {
      return transact((nowMs) => {
        const device = findDevice(credential, nowMs);
        if (device !== undefined) markSeen(credential, nowMs);
        return device;
      });
    },
    async listDevices(credential) {
      const { workspaceId } = credential;
      return transact((nowMs) => {
        const current = findDevice(credential, nowMs);
        if (current === undefined) return undefined;
        const devices = rows.listDevices.all(workspaceId, nowMs).flatMap((row) => {
          const device = codec.decodeDevice({ id: row['id'], workspaceId, name: row['name'], createdAt: row['created_at'] });
          return device === undefined ? [] : [{ ...device, lastSeenAt: codec.decodeTime(row['seen_at']) }];
        });
        return { current, devices: devices.sort(codec.compareDevices) };
      });
    },
    async removeDevice(credential, deviceId) {
      return transact((nowMs) => {
        if (findDevice(credential, nowMs) === undefined) return 'unauthorized';
        return rows.removeDevice.run(credential.workspaceId, deviceId).changes === 0 ? 'absent' : 'removed';
      });
    },

    async createSession(record, serverSession, activity) {
      const { id, workspaceId } = record;
      const name = codec.encodeText(record.name, 'The name');
      const facts = codec.encodeFacts(record);
      const server = codec.encodeServerSession(serverSession);
      const entries = codec.encodeActivity(activity);
      return transact((nowMs) => {
        const stored = load(id, nowMs);
        if (stored?.workspaceId === workspaceId) return stored;
        if (!isLive(id, nowMs)) {
          rows.removeSession.run(id);
          rows.addSession.run(id, workspaceId, name, facts, server, nowMs, nowMs + ttlMs);
          append(id, entries);
          const created = load(id, nowMs);
          if (created !== undefined) return created;
        }
        throw new AppError('INTERNAL', 'The session could not be stored: its id is taken.');
      });
    },
    async enter(credential, id, { touch }) {
      return transact((nowMs) => enter(credential, id, nowMs, touch ? () => rows.touch.run(nowMs, nowMs + ttlMs, id, nowMs) : undefined));
    },
    async loadSession(id) {
      return transact((nowMs) => load(id, nowMs));
    },
    async touchSession(id) {
      return transact((nowMs) => rows.touch.run(nowMs, nowMs + ttlMs, id, nowMs).changes > 0);
    },
    async listSessions(credential) {
      return transact((nowMs) => {
        if (findDevice(credential, nowMs) === undefined) return undefined;
        return rows.listSessions.all(credential.workspaceId, nowMs).flatMap((row) => decodeRow(row) ?? []);
      });
    },
    async renameSession(credential, id, name) {
      const text = codec.encodeText(name, 'The name');
      return transact((nowMs) => enter(credential, id, nowMs, () => rows.rename.run(text, id)));
    },
    async removeSession(credential, id) {
      return transact((nowMs) => {
        const was = enter(credential, id, nowMs);
        if (was.kind === 'ok') rows.removeSession.run(id);
        return was;
      });
    },

    async settle(id, { activity, coldStarts = 0, logLevel, subscribed, unsubscribed }) {
      const entries = codec.encodeActivity(activity);
      for (const text of [logLevel, subscribed, unsubscribed]) codec.encodeText(text ?? '', 'A value of the call');
      transact((nowMs) => {
        if (!isLive(id, nowMs)) return;
        if (coldStarts > 0) rows.countColdStarts.run(coldStarts, id);
        if (logLevel) rows.setLogLevel.run(logLevel, id);
        if (unsubscribed) rows.unsubscribe.run(id, unsubscribed);
        if (subscribed && rows.subscriptions.all(id).length < MAX_SUBSCRIPTIONS) rows.subscribe.run(id, subscribed);
        append(id, entries);
      });
    },
    async readActivity(credential, id, { after, limit }) {
      return transact((nowMs) => {
        const entry = enter(credential, id, nowMs);
        if (entry.kind !== 'ok') return { ...entry, entries: [] };
        const found = rows.readActivity.all(id, after, limit);
        return { ...entry, entries: found.flatMap((row) => codec.decodeActivity(row['entry'], Number(row['seq'])) ?? []) };
      });
    },

    async acquireLock(id, owner, lockTtlMs) {
      return transact((nowMs) => {
        if (!isLive(id, nowMs)) return undefined;
        const held = rows.findLock.get(id, nowMs);
        if (held !== undefined && held['owner'] !== owner) return undefined;
        const fence = Number(held?.['fence'] ?? rows.countFence.get(id)?.['fence']);
        rows.takeLock.run(id, owner, fence, nowMs + lockTtlMs);
        return { owner, fence };
      });
    },
    async releaseLock(id, owner) {
      transact(() => rows.releaseLock.run(id, owner));
    },
    async publishServerSession(id, { fence }, serverSession) {
      const text = codec.encodeServerSession(serverSession);
      return transact((nowMs) => {
        const row = findLive(id, nowMs);
        if (row === undefined) return 'absent';
        if (row['fence'] !== fence) return 'superseded';
        if (row['published_fence'] !== fence || row['server_session'] !== text) rows.publish.run(text, fence, id);
        return 'published';
      });
    },

    async close() {
      database.close();
    },
  };
}
