/** Owns how a server is told in one line beside its session's name. Pure. */
import type { StoredSession } from '../platform/stored.ts';

/** Returns the server's own name, where the session is called otherwise, and its version, which says that it is one: "v1". */
export function nameAndVersion({ name, server }: StoredSession): string {
  const own = server.title ?? server.name;
  const version = server.version.replace(/^(?=\d)/, 'v');
  return own === name || server.name === name ? version : `${own} ${version}`.trim();
}
