/** Owns the SQL of the embedded store, prepared once. When each runs is embedded.ts; the tables are in embedded-database.ts. */
import type { DatabaseSync, StatementSync } from 'node:sqlite';

// Numbered parameters where one is used twice; else in the order of the text.
const STATEMENTS = {
  addDevice: `INSERT OR REPLACE INTO devices (token_hash, id, workspace, name, created_at, seen_at, ends_at) VALUES (?, ?, ?, ?, ?, ?, ?)`,
  findDevice: `SELECT id, name, created_at, seen_at FROM devices WHERE token_hash = ? AND workspace = ? AND ends_at > ?`,
  markSeen: `UPDATE devices SET seen_at = ?, ends_at = ? WHERE token_hash = ?`,
  listDevices: `SELECT id, name, created_at, seen_at FROM devices WHERE workspace = ? AND ends_at > ?`,
  removeDevice: `DELETE FROM devices WHERE workspace = ? AND id = ?`,

  addSession: `INSERT INTO sessions (id, workspace, name, facts, server_session, used_at, ends_at) VALUES (?, ?, ?, ?, ?, ?, ?)`,
  findSession: `SELECT * FROM sessions WHERE id = ? AND ends_at > ?`,
  listSessions: `SELECT * FROM sessions WHERE workspace = ? AND ends_at > ? ORDER BY used_at DESC, id`,
  touch: `UPDATE sessions SET used_at = ?, ends_at = ? WHERE id = ? AND ends_at > ?`,
  rename: `UPDATE sessions SET name = ? WHERE id = ?`,
  removeSession: `DELETE FROM sessions WHERE id = ?`,
  countColdStarts: `UPDATE sessions SET cold_starts = cold_starts + ? WHERE id = ?`,
  setLogLevel: `UPDATE sessions SET log_level = ? WHERE id = ?`,
  publish: `UPDATE sessions SET server_session = ?, published_fence = ?, epoch = epoch + 1, renewals = renewals + 1 WHERE id = ?`,

  subscriptions: `SELECT uri FROM subscriptions WHERE session = ?`,
  subscribe: `INSERT OR IGNORE INTO subscriptions (session, uri) VALUES (?, ?)`,
  unsubscribe: `DELETE FROM subscriptions WHERE session = ? AND uri = ?`,

  countActivity: `UPDATE sessions SET seq = seq + ? WHERE id = ? RETURNING seq`,
  addActivity: `INSERT INTO activity (session, seq, entry) VALUES (?, ?, ?)`,
  capActivity: `DELETE FROM activity WHERE session = ? AND seq <= ?`,
  readActivity: `SELECT seq, entry FROM activity WHERE session = ? AND seq > ? ORDER BY seq LIMIT ?`,

  findLock: `SELECT owner, fence FROM locks WHERE session = ? AND ends_at > ?`,
  countFence: `UPDATE sessions SET fence = fence + 1 WHERE id = ? RETURNING fence`,
  takeLock: `INSERT OR REPLACE INTO locks (session, owner, fence, ends_at) VALUES (?, ?, ?, ?)`,
  releaseLock: `DELETE FROM locks WHERE session = ? AND owner = ?`,

  // Subscriptions, activity and lock go with their session.
  // A session that has run out is a note that it was there until it is swept, then the note alone stays.
  findGone: `SELECT 1 FROM sessions WHERE id = ?1 AND workspace = ?2 AND ends_at > ?3
             UNION ALL SELECT 1 FROM gone WHERE session = ?1 AND workspace = ?2 AND ends_at > ?4`,
  keepGone: `INSERT OR REPLACE INTO gone (session, workspace, ends_at)
             SELECT id, workspace, ends_at + ?1 FROM sessions WHERE ends_at <= ?2`,
  sweepSessions: `DELETE FROM sessions WHERE ends_at <= ?`,
  sweepGone: `DELETE FROM gone WHERE ends_at <= ?`,
  sweepDevices: `DELETE FROM devices WHERE ends_at <= ?`,
} as const;

export type Statements = { readonly [Name in keyof typeof STATEMENTS]: StatementSync };

export function prepareStatements(sql: DatabaseSync): Statements {
  const prepared = Object.entries(STATEMENTS).map(([name, text]) => [name, sql.prepare(text)]);
  return Object.fromEntries(prepared) as Statements;
}
