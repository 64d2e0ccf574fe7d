/**
 * Owns how storage written by an older build becomes what this build reads. Pure.
 * Entry n turns version n into version n + 1; an entry that has been released never changes.
 */
import { isRecord } from './stored-repair.ts';

/** What extension storage gave, before anybody looked at it. */
export type RawStored = {
  version?: unknown;
  settings?: unknown;
  credentials?: unknown;
  sessions?: unknown;
  selectedSessionId?: unknown;
  recentUrls?: unknown;
  [key: string]: unknown;
};
export type Migration = (raw: RawStored) => RawStored;

/**
 * Version 0 is storage that nothing was written to, or that carries no version: what is there is read as it stands.
 * Version 1 knew one workspace at each backend: its sessions are that one's.
 */
export const MIGRATIONS: readonly Migration[] = [(raw) => raw, nameWorkspaces];

function nameWorkspaces(raw: RawStored): RawStored {
  const credentials = Array.isArray(raw.credentials) ? raw.credentials.filter(isRecord) : [];
  const workspaceAt = new Map(credentials.map(({ backendUrl, workspaceId }) => [backendUrl, workspaceId]));
  if (!Array.isArray(raw.sessions)) return raw;
  const sessions = raw.sessions.map((session: unknown) =>
    isRecord(session) && session['workspaceId'] === undefined
      ? { ...session, workspaceId: workspaceAt.get(session['backendUrl']) ?? '' }
      : session,
  );
  return { ...raw, sessions };
}

/** Returns the version of what is stored; 0 when it carries none that makes sense. */
export function versionOf({ version }: RawStored): number {
  return typeof version === 'number' && Number.isInteger(version) && version >= 0 ? version : 0;
}

/**
 * Applies the migrations that are missing.
 *
 * Storage of a newer build is left as it is: reading by repair takes what it understands.
 */
export function migrate(raw: RawStored, migrations: readonly Migration[] = MIGRATIONS): RawStored {
  return migrations.slice(versionOf(raw)).reduce((migrated, step) => step(migrated), raw);
}
