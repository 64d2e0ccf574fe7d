/** Owns the SQL of the embedded store, prepared once. When each runs is embedded.ts; the tables are in embedded-database.ts. */
import type { DatabaseSync, StatementSync } from 'node:sqlite';

// Numbered parameters where one is used twice; else in the order of the text.
const STATEMENTS = {
  addDevice: `INSERT OR REPLACE INTO devices (token_hash, id, workspace, name, created_at, membership, public_key, share, seen_at, ends_at)
              VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`,
  findDevice: `SELECT devices.*, ring, version FROM devices LEFT JOIN workspace_keys USING (workspace)
               WHERE token_hash = ?1 AND workspace = ?2 AND devices.ends_at > ?3`,
  // One that waits ends when it would have ended anyway.
  markSeen: `UPDATE devices SET seen_at = ?1, ends_at = iif(membership = 'member', ?2, ends_at) WHERE token_hash = ?3`,
  listDevices: `SELECT * FROM devices WHERE workspace = ? AND ends_at > ?`,
  removeDevice: `DELETE FROM devices WHERE workspace = ? AND id = ?`,
  admitDevice: `UPDATE devices SET membership = 'member', ends_at = ? WHERE workspace = ? AND id = ?`,
  setShare: `UPDATE devices SET share = ? WHERE workspace = ? AND id = ?`,
  findKeys: `SELECT ring, version FROM workspace_keys WHERE workspace = ?`,
  saveKeys: `INSERT OR REPLACE INTO workspace_keys (workspace, ring, version, ends_at) VALUES (?, ?, ?, ?)`,
  keepKeys: `UPDATE workspace_keys SET ends_at = max(ends_at, ?) WHERE workspace = ?`,
  endDevices: `DELETE FROM devices WHERE workspace = ?`,
  endKeys: `DELETE FROM workspace_keys WHERE workspace = ?`,
  endPairing: `DELETE FROM pairings WHERE workspace = ?`,
  endCalls: `DELETE FROM calls WHERE session IN (SELECT id FROM sessions WHERE workspace = ?)`,
  endSecrets: `DELETE FROM secrets WHERE workspace = ?`,
  endSessions: `DELETE FROM sessions WHERE workspace = ?`,
  endGone: `DELETE FROM gone WHERE workspace = ?`,
  addPairing: `INSERT OR REPLACE INTO pairings (code, workspace, device, ends_at) VALUES (?, ?, ?, ?)`,
  closePairing: `DELETE FROM pairings WHERE workspace = ? AND device = ?`,
  takePairing: `DELETE FROM pairings WHERE code = ? AND ends_at > ? RETURNING workspace`,
  addMiss: `INSERT INTO pairing_misses (ends_at) VALUES (?)`,
  countMisses: `SELECT count(*) AS misses FROM pairing_misses WHERE ends_at > ?`,

  addSession: `INSERT INTO sessions (id, workspace, name, facts, server_session, server_key, awaits, used_at, ends_at)
               VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)`,
  findSession: `SELECT * FROM sessions WHERE id = ? AND ends_at > ?`,
  listSessions: `SELECT * FROM sessions WHERE workspace = ? AND ends_at > ? ORDER BY used_at DESC, id`,
  touch: `UPDATE sessions SET used_at = ?, ends_at = ? WHERE id = ? AND ends_at > ?`,
  rename: `UPDATE sessions SET name = ? WHERE id = ?`,
  removeSession: `DELETE FROM sessions WHERE id = ?`,
  countColdStarts: `UPDATE sessions SET cold_starts = cold_starts + ? WHERE id = ?`,
  setLogLevel: `UPDATE sessions SET log_level = ? WHERE id = ?`,
  setReachable: `UPDATE sessions SET reachable = ? WHERE id = ?`,
  setAwaits: `UPDATE sessions SET awaits = ? WHERE id = ?`,
  publish: `UPDATE sessions SET server_session = ?, published_fence = ?, spoken = coalesce(nullif(?, ''), spoken), epoch = epoch + 1,
            renewals = renewals + 1 - awaits, awaits = 0 WHERE id = ?`,

  findSecrets: `SELECT text, version FROM secrets WHERE workspace = ? AND server_key = ? AND ends_at > ?`,
  saveSecrets: `INSERT OR REPLACE INTO secrets (workspace, server_key, text, version, ends_at) VALUES (?, ?, ?, ?, ?)`,
  // Nearly every use of a session comes soon after another: then there is nothing to write.
  keepSecrets: `UPDATE secrets SET ends_at = ?1 WHERE ends_at < ?1 - 60000
                AND (workspace, server_key) = (SELECT workspace, server_key FROM sessions WHERE id = ?2)`,

  questions: `SELECT id FROM questions WHERE session = ?`,
  ask: `INSERT OR IGNORE INTO questions (session, id) VALUES (?, ?)`,
  answer: `DELETE FROM questions WHERE session = ? AND (id = ? OR ? = '*')`,
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

  findCall: `SELECT * FROM calls WHERE session = ? AND key = ? AND ends_at > ?`,
  listCalls: `SELECT * FROM calls WHERE session = ?1 AND settled_at IS NULL AND ends_at > ?2
              UNION ALL SELECT * FROM (SELECT * FROM calls WHERE session = ?1 AND settled_at IS NOT NULL AND ends_at > ?2
                                       ORDER BY settled_at DESC, rowid DESC LIMIT ?3)`,
  countRunning: `SELECT count(*) AS running FROM calls WHERE session = ? AND settled_at IS NULL`,
  addCall: `INSERT INTO calls (session, key, body_hash, facts, device, state, owner, lease_ends_at, epoch, started_at, ends_at)
            VALUES (?, ?, ?, '', '', 'pending', '', 0, 1, ?, ?)`,
  removeCall: `DELETE FROM calls WHERE session = ? AND key = ?`,
  removeCalls: `DELETE FROM calls WHERE session = ?`,
  beginCall: `UPDATE calls SET facts = ?, device = ?, epoch = ? WHERE session = ? AND key = ?`,
  holdCall: `UPDATE calls SET owner = ?1, lease_ends_at = ?2, ends_at = max(ends_at, ?2, coalesce((SELECT ends_at FROM sessions WHERE id = ?3), 0))
             WHERE session = ?3 AND key = ?4`,
  keepRunning: `UPDATE calls SET ends_at = max(ends_at, ?) WHERE session = ? AND settled_at IS NULL`,
  setCallState: `UPDATE calls SET state = ? WHERE session = ? AND key = ?`,
  setCallEpoch: `UPDATE calls SET epoch = ? WHERE session = ? AND key = ?`,
  markAdopted: `UPDATE calls SET adopted = 1 WHERE session = ? AND key = ?`,
  markUnsent: `UPDATE calls SET adopted = 0, server_event_id = NULL WHERE session = ? AND key = ?`,
  markCancel: `UPDATE calls SET cancel_requested = 1 WHERE session = ? AND key = ?`,
  setProgress: `UPDATE calls SET progress = ? WHERE session = ? AND key = ?`,
  setServerEventId: `UPDATE calls SET server_event_id = ? WHERE session = ? AND key = ?`,
  setResponse: `UPDATE calls SET response = ?, dropped_bytes = ? WHERE session = ? AND key = ?`,
  finishCall: `UPDATE calls SET state = ?, settled_at = ?, lease_ends_at = 0, ends_at = ? WHERE session = ? AND key = ?`,
  findUnlisted: `SELECT key, settled_at, rowid AS place FROM calls WHERE session = ? AND settled_at IS NOT NULL
                 ORDER BY settled_at DESC, rowid DESC LIMIT 1 OFFSET ?`,
  forgetUnlisted: `DELETE FROM calls WHERE session = ? AND settled_at <= ? AND (settled_at, rowid) <= (?, ?)`,
  dropResponse: `UPDATE calls SET response = NULL WHERE session = ? AND key = ?`,
  findCallEvents: `SELECT number, text FROM call_events WHERE session = ? AND key = ? AND number > ? ORDER BY number`,
  countCallEvents: `UPDATE calls SET events = ? WHERE session = ? AND key = ?`,
  firstCallEvent: `SELECT min(number) AS first FROM call_events WHERE session = ? AND key = ?`,
  addCallEvent: `INSERT INTO call_events (session, key, number, text) VALUES (?, ?, ?, ?)`,
  removeCallEvents: `DELETE FROM call_events WHERE session = ? AND key = ?`,
  // Those beyond the number, and those whose bytes with those of all later ones are too many.
  capCallEvents: `DELETE FROM call_events WHERE session = ?1 AND key = ?2 AND number <= (SELECT max(number) FROM (
                    SELECT number, sum(octet_length(text)) OVER (ORDER BY number DESC) AS bytes, row_number() OVER (ORDER BY number DESC) AS place
                    FROM call_events WHERE session = ?1 AND key = ?2) WHERE place > ?3 OR bytes > ?4)`,

  findSettlement: `SELECT 1 FROM settlements WHERE session = ? AND id = ? AND ends_at > ?`,
  addSettlement: `INSERT OR REPLACE INTO settlements (session, id, ends_at) VALUES (?, ?, ?)`,

  findStream: `SELECT owner FROM server_streams WHERE session = ? AND ends_at > ?`,
  holdStream: `INSERT OR REPLACE INTO server_streams (session, owner, ends_at) VALUES (?, ?, ?)`,
  releaseStream: `DELETE FROM server_streams WHERE session = ? AND owner = ?`,
  findAddition: `SELECT first FROM additions WHERE session = ? AND id = ? AND ends_at > ?`,
  addAddition: `INSERT OR REPLACE INTO additions (session, id, first, ends_at) VALUES (?, ?, ?, ?)`,
  countMessages: `UPDATE sessions SET messages = ? WHERE id = ?`,
  setCursor: `UPDATE sessions SET stream_cursor = ? WHERE id = ?`,
  addMessage: `INSERT INTO server_messages (session, number, text) VALUES (?, ?, ?)`,
  removeMessages: `DELETE FROM server_messages WHERE session = ?`,
  firstMessage: `SELECT min(number) AS first FROM server_messages WHERE session = ?`,
  findMessages: `SELECT number, text FROM server_messages WHERE session = ? AND number > ? ORDER BY number`,
  capMessages: `DELETE FROM server_messages WHERE session = ?1 AND number <= (SELECT max(number) FROM (
                  SELECT number, sum(octet_length(text)) OVER (ORDER BY number DESC) AS bytes, row_number() OVER (ORDER BY number DESC) AS place
                  FROM server_messages WHERE session = ?1) WHERE place > ?2 OR bytes > ?3)`,
  findAnswer: `SELECT owner, attempts, lease_ends_at FROM answers WHERE session = ? AND question = ?`,
  // An answer keeps its place among the others, whoever it passes on to.
  claimAnswer: `INSERT INTO answers (session, question, owner, lease_ends_at, attempts) VALUES (?, ?, ?, ?, 1)
                ON CONFLICT (session, question) DO UPDATE SET owner = excluded.owner, lease_ends_at = excluded.lease_ends_at, attempts = attempts + 1`,
  finishAnswer: `UPDATE answers SET lease_ends_at = NULL WHERE session = ? AND question = ?`,
  reopenAnswer: `UPDATE answers SET lease_ends_at = 0, attempts = attempts - 1 WHERE session = ? AND question = ?`,
  capAnswers: `DELETE FROM answers WHERE number IN (SELECT number FROM answers WHERE session = ? ORDER BY number DESC LIMIT -1 OFFSET ?)`,

  // Subscriptions, activity, lock and what the server said go with their session.
  // A session that has run out is a note that it was there until it is swept, then the note alone stays.
  findGone: `SELECT 1 FROM sessions WHERE id = ?1 AND workspace = ?2 AND ends_at > ?3
             UNION ALL SELECT 1 FROM gone WHERE session = ?1 AND workspace = ?2 AND ends_at > ?4`,
  keepGone: `INSERT OR REPLACE INTO gone (session, workspace, ends_at)
             SELECT id, workspace, ends_at + ?1 FROM sessions WHERE ends_at <= ?2`,
  sweepSessions: `DELETE FROM sessions WHERE ends_at <= ?`,
  sweepGone: `DELETE FROM gone WHERE ends_at <= ?`,
  sweepCalls: `DELETE FROM calls WHERE ends_at <= ?`,
  sweepSettlements: `DELETE FROM settlements WHERE ends_at <= ?`,
  sweepAdditions: `DELETE FROM additions WHERE ends_at <= ?`,
  sweepSecrets: `DELETE FROM secrets WHERE ends_at <= ?`,
  sweepKeys: `DELETE FROM workspace_keys WHERE ends_at <= ?`,
  sweepPairings: `DELETE FROM pairings WHERE ends_at <= ?`,
  sweepMisses: `DELETE FROM pairing_misses WHERE ends_at <= ?`,
  sweepDevices: `DELETE FROM devices WHERE ends_at <= ?`,
} as const;

export type Statements = { readonly [Name in keyof typeof STATEMENTS]: StatementSync };

export function prepareStatements(sql: DatabaseSync): Statements {
  const prepared = Object.entries(STATEMENTS).map(([name, text]) => [name, sql.prepare(text)]);
  return Object.fromEntries(prepared) as Statements;
}
