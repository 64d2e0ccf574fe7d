/** Owns how a server is told in a few words: where it is, and what stands in one line beside its session's name. Pure. */
import type { StoredSession } from '../platform/stored.ts';

/** Returns where an address leads, as host and port; what is no address, as it is. */
export const hostOf = (url: string): string => (URL.canParse(url) ? new URL(url).host : url);

/** Returns the server's own name, where the session is called otherwise, and its version, which says that it is one: "v1". */
export function nameAndVersion({ name, server }: StoredSession): string {
  const own = server.title ?? server.name;
  const version = server.version.replace(/^(?=\d)/, 'v');
  return own === name || server.name === name ? version : `${own} ${version}`.trim();
}
