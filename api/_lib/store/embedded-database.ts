/**
 * Owns the database of the embedded store: opening a file or memory, its schema and migrations, transactions, and what goes wrong with it.
 * What the rows mean is embedded.ts.
 */
import { closeSync, mkdirSync, openSync } from 'node:fs';
import { dirname } from 'node:path';
import type { DatabaseSync } from 'node:sqlite';
import { AppError } from '../../../shared/errors.ts';
import { BUSY_TIMEOUT_MS } from '../limits.ts';

const BUSY_RETRY_MS = 10;

/**
 * Statements that lead from each version of the schema to the next: the first from an empty file to version 1. Released ones never change;
 * a new one is added at the end. Times (`*_at`) are ms since 1970; `ends_at` is when a row stops being seen.
 */
const MIGRATIONS = [
  `CREATE TABLE devices (
     token_hash TEXT PRIMARY KEY, id TEXT NOT NULL, workspace TEXT NOT NULL, name TEXT NOT NULL, created_at TEXT NOT NULL,
     seen_at INTEGER NOT NULL, ends_at INTEGER NOT NULL
   ) STRICT, WITHOUT ROWID;
   CREATE INDEX devices_of_workspace ON devices (workspace, id);
   CREATE TABLE sessions (
     id TEXT PRIMARY KEY, workspace TEXT NOT NULL, name TEXT NOT NULL, facts TEXT NOT NULL, server_session TEXT NOT NULL,
     epoch INTEGER NOT NULL DEFAULT 1, fence INTEGER NOT NULL DEFAULT 0, published_fence INTEGER NOT NULL DEFAULT 0,
     seq INTEGER NOT NULL DEFAULT 0, log_level TEXT, cold_starts INTEGER NOT NULL DEFAULT 0, renewals INTEGER NOT NULL DEFAULT 0,
     used_at INTEGER NOT NULL, ends_at INTEGER NOT NULL
   ) STRICT, WITHOUT ROWID;
   CREATE INDEX sessions_of_workspace ON sessions (workspace);
   CREATE TABLE subscriptions (
     session TEXT NOT NULL REFERENCES sessions (id) ON DELETE CASCADE, uri TEXT NOT NULL, PRIMARY KEY (session, uri)
   ) STRICT, WITHOUT ROWID;
   CREATE TABLE activity (
     session TEXT NOT NULL REFERENCES sessions (id) ON DELETE CASCADE, seq INTEGER NOT NULL, entry TEXT NOT NULL, PRIMARY KEY (session, seq)
   ) STRICT;
   CREATE TABLE locks (
     session TEXT PRIMARY KEY REFERENCES sessions (id) ON DELETE CASCADE, owner TEXT NOT NULL, fence INTEGER NOT NULL, ends_at INTEGER NOT NULL
   ) STRICT, WITHOUT ROWID;
   CREATE TABLE gone (session TEXT PRIMARY KEY, workspace TEXT NOT NULL, ends_at INTEGER NOT NULL) STRICT, WITHOUT ROWID;`,
  // A call has an end of its own, so that it may outlive its session; `messages` is the number of the server's last message.
  `CREATE TABLE calls (
     session TEXT NOT NULL, key TEXT NOT NULL, body_hash TEXT NOT NULL, facts TEXT NOT NULL, device TEXT NOT NULL, state TEXT NOT NULL,
     owner TEXT NOT NULL, adopted INTEGER NOT NULL DEFAULT 0, lease_ends_at INTEGER NOT NULL, epoch INTEGER NOT NULL,
     cancel_requested INTEGER NOT NULL DEFAULT 0, progress TEXT, server_event_id TEXT, response TEXT, dropped_bytes INTEGER,
     events INTEGER NOT NULL DEFAULT 0, started_at INTEGER NOT NULL, settled_at INTEGER, ends_at INTEGER NOT NULL,
     PRIMARY KEY (session, key)
   ) STRICT;
   CREATE INDEX calls_by_end ON calls (session, settled_at);
   CREATE TABLE call_events (
     session TEXT NOT NULL, key TEXT NOT NULL, number INTEGER NOT NULL, text TEXT NOT NULL, PRIMARY KEY (session, key, number),
     FOREIGN KEY (session, key) REFERENCES calls (session, key) ON DELETE CASCADE
   ) STRICT;
   CREATE TABLE settlements (
     session TEXT NOT NULL REFERENCES sessions (id) ON DELETE CASCADE, id TEXT NOT NULL, ends_at INTEGER NOT NULL, PRIMARY KEY (session, id)
   ) STRICT, WITHOUT ROWID;
   ALTER TABLE sessions ADD COLUMN messages INTEGER NOT NULL DEFAULT 0;
   ALTER TABLE sessions ADD COLUMN reachable INTEGER NOT NULL DEFAULT 1;
   CREATE TABLE questions (
     session TEXT NOT NULL REFERENCES sessions (id) ON DELETE CASCADE, id TEXT NOT NULL, PRIMARY KEY (session, id)
   ) STRICT, WITHOUT ROWID;
   CREATE TABLE server_messages (
     session TEXT NOT NULL REFERENCES sessions (id) ON DELETE CASCADE, number INTEGER NOT NULL, text TEXT NOT NULL,
     PRIMARY KEY (session, number)
   ) STRICT;
   CREATE TABLE additions (
     session TEXT NOT NULL REFERENCES sessions (id) ON DELETE CASCADE, id TEXT NOT NULL, first INTEGER NOT NULL, ends_at INTEGER NOT NULL,
     PRIMARY KEY (session, id)
   ) STRICT, WITHOUT ROWID;
   CREATE TABLE server_streams (
     session TEXT PRIMARY KEY REFERENCES sessions (id) ON DELETE CASCADE, owner TEXT NOT NULL, ends_at INTEGER NOT NULL
   ) STRICT, WITHOUT ROWID;
   CREATE TABLE answers (
     number INTEGER PRIMARY KEY, session TEXT NOT NULL REFERENCES sessions (id) ON DELETE CASCADE, question TEXT NOT NULL,
     owner TEXT NOT NULL, UNIQUE (session, question)
   ) STRICT;`,
  // Secrets belong to a server of a workspace and outlive its sessions; `spoken` is what was found out later than the facts.
  `ALTER TABLE sessions ADD COLUMN server_key TEXT NOT NULL DEFAULT '';
   ALTER TABLE sessions ADD COLUMN spoken TEXT NOT NULL DEFAULT '';
   ALTER TABLE sessions ADD COLUMN awaits INTEGER NOT NULL DEFAULT 0;
   CREATE TABLE secrets (
     workspace TEXT NOT NULL, server_key TEXT NOT NULL, text TEXT NOT NULL, version INTEGER NOT NULL, ends_at INTEGER NOT NULL,
     PRIMARY KEY (workspace, server_key)
   ) STRICT, WITHOUT ROWID;
   ALTER TABLE devices ADD COLUMN membership TEXT NOT NULL DEFAULT 'member';
   ALTER TABLE devices ADD COLUMN public_key TEXT NOT NULL DEFAULT '';
   ALTER TABLE devices ADD COLUMN share TEXT NOT NULL DEFAULT '';
   CREATE TABLE workspace_keys (
     workspace TEXT PRIMARY KEY, ring TEXT NOT NULL, version INTEGER NOT NULL, ends_at INTEGER NOT NULL
   ) STRICT, WITHOUT ROWID;
   CREATE TABLE pairings (code TEXT PRIMARY KEY, workspace TEXT NOT NULL UNIQUE, ends_at INTEGER NOT NULL) STRICT, WITHOUT ROWID;
   CREATE TABLE pairing_misses (number INTEGER PRIMARY KEY, ends_at INTEGER NOT NULL) STRICT;`,
  // Where the server's own stream stands after its last stored message.
  `ALTER TABLE sessions ADD COLUMN stream_cursor TEXT;`,
  // Which device shows the code: with its removal the code ends.
  `ALTER TABLE pairings ADD COLUMN device TEXT NOT NULL DEFAULT '';`,
  // Until when an answer is its owner's to send; null once it was sent.
  `ALTER TABLE answers ADD COLUMN lease_ends_at INTEGER;
   ALTER TABLE answers ADD COLUMN attempts INTEGER NOT NULL DEFAULT 1;`,
];

export type Database = {
  readonly sql: DatabaseSync;
  /** Runs `work` as one transaction that may write, and takes it back when it throws. */
  transact<T>(work: () => T): T;
  close(): void;
};

/**
 * Opens the database and brings its schema up to date.
 *
 * @param file Path; its folder is made. Undefined keeps all in memory.
 * @throws AppError STORAGE_UNAVAILABLE or STORAGE_READ_ONLY, naming MOORING_DATA.
 */
export function openDatabase(file: string | undefined): Database {
  let sql: DatabaseSync | undefined;
  try {
    if (file !== undefined) prepareFile(file);
    // Loaded here, not by an import: a backend with KV does without it.
    const { DatabaseSync } = process.getBuiltinModule('node:sqlite');
    sql = new DatabaseSync(file ?? ':memory:', { timeout: BUSY_TIMEOUT_MS });
    // NORMAL: a killed process loses nothing; a power failure may lose the last calls, never the file.
    sql.exec('PRAGMA synchronous = NORMAL');
    enterWalMode(sql);
    const database = wrap(sql, file);
    database.transact(() => migrate(database.sql, file));
    return database;
  } catch (error) {
    if (sql?.isOpen) sql.close();
    throw toAppError(error, file);
  }
}

/** Only the user may read the file: it holds what a server said and its session ids. */
function prepareFile(file: string): void {
  mkdirSync(dirname(file), { recursive: true, mode: 0o700 });
  closeSync(openSync(file, 'a', 0o600));
}

/**
 * Switches to the write-ahead log, so that processes read while another writes.
 *
 * SQLite does not wait for others here, whatever its timeout: two processes that open a new file at once would fail.
 * Source: SQLite, PRAGMA journal_mode; the switch needs the file for itself.
 */
function enterWalMode(sql: DatabaseSync): void {
  const pause = new Int32Array(new SharedArrayBuffer(4));
  for (let waitedMs = 0; ; waitedMs += BUSY_RETRY_MS) {
    try {
      sql.exec('PRAGMA journal_mode = WAL');
      return;
    } catch (error) {
      if (toKind(error) !== SQLITE_BUSY || waitedMs >= BUSY_TIMEOUT_MS) throw error;
      Atomics.wait(pause, 0, 0, BUSY_RETRY_MS);
    }
  }
}

function wrap(sql: DatabaseSync, file: string | undefined): Database {
  const begin = sql.prepare('BEGIN IMMEDIATE');
  const commit = sql.prepare('COMMIT');
  return {
    sql,
    transact(work) {
      try {
        begin.run();
        const result = work();
        commit.run();
        return result;
      } catch (error) {
        if (sql.isOpen && sql.isTransaction) sql.exec('ROLLBACK');
        throw toAppError(error, file);
      }
    },
    close() {
      if (sql.isOpen) sql.close();
    },
  };
}

function migrate(sql: DatabaseSync, file: string | undefined): void {
  const version = Number(sql.prepare('PRAGMA user_version').get()?.['user_version'] ?? 0);
  if (version > MIGRATIONS.length)
    throw new AppError('STORAGE_UNAVAILABLE', `The data file ${file ?? ''} was written by a newer version of Mooring.`, {
      hint: 'Update Mooring, or set MOORING_DATA to another file.',
    });
  for (const statements of MIGRATIONS.slice(version)) sql.exec(statements);
  if (version < MIGRATIONS.length) writeVersion(sql);
}

/** Writes the version of the schema: the smallest write there is, so it also shows whether the file can be written. */
export function writeVersion(sql: DatabaseSync): void {
  sql.exec(`PRAGMA user_version = ${MIGRATIONS.length}`);
}

// Source: SQLite, Result and Error Codes; the low byte is the kind.
const SQLITE_BUSY = 5;
const SQLITE_READONLY = 8;
const SQLITE_CORRUPT = 11;
const SQLITE_FULL = 13;
const SQLITE_NOTADB = 26;

function toKind(error: unknown): number | undefined {
  return error instanceof Error && 'errcode' in error && typeof error.errcode === 'number' ? error.errcode & 0xff : undefined;
}

const READ_ONLY_CODES = new Set(['EACCES', 'EPERM', 'EROFS']);

function toAppError(error: unknown, file: string | undefined): Error {
  if (error instanceof AppError || !(error instanceof Error)) return error instanceof Error ? error : new Error(String(error));
  const code = 'code' in error ? String(error.code) : '';
  const kind = toKind(error);
  const isOfStorage = kind !== undefined || 'syscall' in error || code === 'ERR_INVALID_STATE';
  // A mistake of ours stays what it is.
  if (!isOfStorage) return error;
  const where = file === undefined ? 'The store in memory' : `The data file ${file}`;
  const fail = (errorCode: 'STORAGE_UNAVAILABLE' | 'STORAGE_READ_ONLY', what: string, hint: string): AppError =>
    new AppError(errorCode, `${where} ${what}.`, { hint, cause: [error.name, code, kind].filter(Boolean).join(' ') });
  if (kind === SQLITE_READONLY || READ_ONLY_CODES.has(code))
    return fail(
      'STORAGE_READ_ONLY',
      'cannot be written',
      'Set MOORING_DATA to a file that may be written, or give this user the right to.',
    );
  if (kind === SQLITE_NOTADB || kind === SQLITE_CORRUPT)
    return fail('STORAGE_UNAVAILABLE', 'is damaged or not a database', 'Set MOORING_DATA to another file, or move this one away.');
  if (kind === SQLITE_BUSY) return fail('STORAGE_UNAVAILABLE', 'is held by another process', 'See who else uses the file in MOORING_DATA.');
  if (kind === SQLITE_FULL || code === 'ENOSPC') return fail('STORAGE_UNAVAILABLE', 'does not fit on the disk', 'Make room on the disk.');
  return fail('STORAGE_UNAVAILABLE', 'cannot be used', 'Set MOORING_DATA to a file (not a folder) in a folder that may be written.');
}
