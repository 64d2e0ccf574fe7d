/** Owns what the panel remembers of the tools of a server, over all sessions with it. Where it is kept is platform/stored-tools.ts. */
import { signal } from '@preact/signals';
import { changeTools, loadTools, type Recent, type StoredTools } from '../platform/stored-tools.ts';
import { isSameJson, type JsonObject } from './schema-form/json-value.ts';

/** Silence after which a call is cancelled unless the user has chosen otherwise, seconds. */
const DEFAULT_LIMIT_SECONDS = 300;
/** What the user can choose; null is no limit. */
export const TIME_LIMITS: readonly (number | null)[] = [10, 30, 60, 300, 1800, null];

/**
 * Opens what is remembered of a server's tools.
 *
 * @param url The server's address.
 * @param sessionId What was let run is let run in this session only.
 */
export async function openToolMemory(url: string, sessionId: string) {
  const kept = signal<StoredTools>(await loadTools(url));
  const change = async (update: (tools: StoredTools) => StoredTools): Promise<void> => {
    // At once on screen, then in storage, whose answer may hold what another window has changed.
    kept.value = update(kept.value);
    kept.value = await changeTools(url, update);
  };
  return {
    kept,
    toggleFavourite: (tool: string): Promise<void> =>
      change(({ favourites, ...rest }) => ({
        ...rest,
        favourites: favourites.includes(tool) ? favourites.filter((name) => name !== tool) : [...favourites, tool],
      })),
    /** @param args Without secrets. */
    remember: (tool: string, args: JsonObject, at: string): Promise<void> =>
      change(({ recent, ...rest }) => ({
        ...rest,
        recent: [
          { tool, arguments: args, at },
          ...recent.filter((run) => run.tool !== tool || !isSameJson(run.arguments as JsonObject, args)),
        ],
      })),
    forget: (tool: string): Promise<void> =>
      change(({ recent, ...rest }) => ({ ...rest, recent: recent.filter((run) => run.tool !== tool) })),
    recentOf: (tool: string): Recent[] => kept.value.recent.filter((run) => run.tool === tool),
    isAllowed: (tool: string): boolean => kept.value.allowed.some((known) => known.sessionId === sessionId && known.tool === tool),
    allow: (tool: string): Promise<void> => change(({ allowed, ...rest }) => ({ ...rest, allowed: [...allowed, { sessionId, tool }] })),
    /** Silence after which a call is cancelled, seconds; null for never. */
    timeLimit: (): number | null => {
      const { timeLimitSeconds } = kept.value;
      return timeLimitSeconds === undefined ? DEFAULT_LIMIT_SECONDS : timeLimitSeconds;
    },
    setTimeLimit: (seconds: number | null): Promise<void> => change((tools) => ({ ...tools, timeLimitSeconds: seconds })),
  };
}

export type ToolMemory = Awaited<ReturnType<typeof openToolMemory>>;
