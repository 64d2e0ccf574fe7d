/**
 * Owns the store inside the process: SQLite in a file, where a restart loses nothing, or in memory.
 * The file, its schema and its failures are embedded-database.ts; what its parts share embedded-core.ts; devices, calls, settlements and the
 * server's own messages embedded-devices.ts, embedded-calls.ts, embedded-settle.ts and embedded-server-messages.ts.
 */
import { AppError } from '../../../shared/errors.ts';
import { openEmbeddedCalls } from './embedded-calls.ts';
import { openCore, SECRETS_TTL_MS } from './embedded-core.ts';
import { openEmbeddedDevices } from './embedded-devices.ts';
import { openEmbeddedServerMessages } from './embedded-server-messages.ts';
import { openEmbeddedSettle } from './embedded-settle.ts';
import * as codec from './record-codec.ts';
import type { KeptSecrets, Store } from './store.ts';

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
  const core = openCore({ ...(file !== undefined && { file }), ttlSeconds, now });
  const { rows, transact, findMember, findLive, isLive, load, decodeRow, enter, append } = core;

  const hasWorkspace = (workspaceId: string, nowMs: number): boolean => rows.listDevices.get(workspaceId, nowMs) !== undefined;
  const findSecrets = (workspaceId: string, serverKey: string, nowMs: number): KeptSecrets => {
    const found = rows.findSecrets.get(workspaceId, serverKey, nowMs);
    return { secrets: codec.decodeSecrets(found?.['text']), secretsVersion: codec.toCount(found?.['version'], 0) };
  };

  return {
    ...openEmbeddedCalls(core),
    ...openEmbeddedDevices(core),
    ...openEmbeddedServerMessages(core),
    settle: openEmbeddedSettle(core),

    async probe() {
      const kept = { kind: 'embedded' as const, persistent: file !== undefined };
      try {
        core.tryWriting();
        return { ...kept, writable: true, ...(hosted && file === undefined && { hint: NOT_KEPT_HINT }) };
      } catch (error) {
        if (!(error instanceof AppError)) throw error;
        return { ...kept, writable: false, hint: [error.message, error.hint].filter(Boolean).join(' ') };
      }
    },

    async findServer(credential, url, serverKey = codec.toServerKey(credential.workspaceId, url)) {
      return transact((nowMs) => {
        const member = findMember(credential, nowMs);
        if (member.kind !== 'ok') return member;
        return { ...member, ...findSecrets(credential.workspaceId, serverKey, nowMs) };
      });
    },
    async createSession(record, serverSession, activity, serverKey = codec.toServerKey(record.workspaceId, record.url)) {
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
          const awaits = Number(serverSession === undefined);
          rows.addSession.run(id, workspaceId, name, facts, server, serverKey, awaits, nowMs, core.endOfUse(nowMs));
          rows.keepSecrets.run(nowMs + SECRETS_TTL_MS, id);
          append(id, entries);
          const created = load(id, nowMs);
          if (created !== undefined) return created;
        }
        throw new AppError('INTERNAL', 'The session could not be stored: its id is taken.');
      });
    },
    async enter(credential, id, { touch }) {
      return transact((nowMs) => enter(credential, id, nowMs, touch ? () => void core.touch(id, nowMs) : undefined));
    },
    async loadSession(id) {
      return transact((nowMs) => load(id, nowMs));
    },
    async touchSession(id) {
      return transact((nowMs) => core.touch(id, nowMs));
    },
    async listSessions(credential) {
      return transact((nowMs) => {
        const member = findMember(credential, nowMs);
        if (member.kind !== 'ok') return member;
        const listed = rows.listSessions.all(credential.workspaceId, nowMs);
        return { ...member, sessions: listed.flatMap((row) => decodeRow(row, nowMs) ?? []) };
      });
    },
    async renameSession(credential, id, name) {
      const text = codec.encodeText(name, 'The name');
      return transact((nowMs) => enter(credential, id, nowMs, () => rows.rename.run(text, id)));
    },
    async removeSession(credential, id) {
      return transact((nowMs) => {
        const was = enter(credential, id, nowMs);
        if (was.kind === 'ok') {
          rows.removeSession.run(id);
          rows.removeCalls.run(id);
        }
        return was;
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
    async publishServerSession(id, { fence }, serverSession, spoken) {
      const text = codec.encodeServerSession(serverSession);
      const found = codec.encodeSpoken(spoken);
      return transact((nowMs) => {
        const row = findLive(id, nowMs);
        if (row === undefined) return 'absent';
        if (row['fence'] !== fence) return 'superseded';
        if (row['published_fence'] !== fence || row['server_session'] !== text) rows.publish.run(text, fence, found, id);
        return 'published';
      });
    },
    async loadServerSecrets({ workspaceId, url }, serverKey = codec.toServerKey(workspaceId, url)) {
      return transact((nowMs) => (hasWorkspace(workspaceId, nowMs) ? findSecrets(workspaceId, serverKey, nowMs) : undefined));
    },
    async saveServerSecrets({ workspaceId, url }, expectedVersion, secrets, serverKey = codec.toServerKey(workspaceId, url)) {
      const text = codec.encodeSecrets(secrets);
      return transact((nowMs) => {
        if (!hasWorkspace(workspaceId, nowMs)) return 'absent';
        const { secretsVersion } = findSecrets(workspaceId, serverKey, nowMs);
        if (secretsVersion !== expectedVersion) return 'superseded';
        rows.saveSecrets.run(workspaceId, serverKey, text, secretsVersion + 1, nowMs + SECRETS_TTL_MS);
        return 'saved';
      });
    },

    async close() {
      core.close();
    },
  };
}
