-- The first released schema of the embedded store, as files of that time hold it. It never changes.
CREATE TABLE devices (
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
CREATE TABLE gone (session TEXT PRIMARY KEY, workspace TEXT NOT NULL, ends_at INTEGER NOT NULL) STRICT, WITHOUT ROWID;
PRAGMA user_version = 1;
