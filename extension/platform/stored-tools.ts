/**
 * Owns what is kept on this device about the tools of a server: favourites, arguments of earlier runs, time limit, what may run unasked.
 * One key of extension storage a server; the server used longest ago goes first. Secrets are taken out before they come here.
 */
import './zod-without-eval.ts';
import * as z from 'zod/mini';
import { isRecord, repairList } from './stored-repair.ts';
import { browser } from './web-extension.ts';

const MAX_SERVERS = 40;
const MAX_FAVOURITES = 200;
const MAX_ALLOWED = 100;
export const MAX_RECENT_OF_A_TOOL = 10;
/** Characters that the runs of one server may take as JSON, and one run of them: extension storage has 10 MB for everything. */
const MAX_RECENT_LENGTH = 100_000;
const MAX_ARGUMENTS_LENGTH = 10_000;

const INDEX = 'toolServers';
const keyOf = (url: string): string => `tools:${url}`;

const Recent = z.object({ tool: z.string(), arguments: z.looseObject({}), at: z.string() });
export type Recent = z.infer<typeof Recent>;
const Allowed = z.object({ sessionId: z.string(), tool: z.string() });

export type StoredTools = {
  favourites: string[];
  /** Newest first. */
  recent: Recent[];
  /** Tools that change or remove something, and that the user has let run in a session. */
  allowed: z.infer<typeof Allowed>[];
  /** Silence after which a call is cancelled; null for never, undefined for the default. */
  timeLimitSeconds: number | null | undefined;
};

/** Makes what was stored usable, whatever it is. Total. */
export function parseTools(raw: unknown): StoredTools {
  const stored = isRecord(raw) ? raw : {};
  const limit = stored['timeLimitSeconds'];
  return tidy({
    favourites: repairList(z.string(), stored['favourites']),
    recent: repairList(Recent, stored['recent']),
    allowed: repairList(Allowed, stored['allowed']),
    timeLimitSeconds: limit === null || (typeof limit === 'number' && limit > 0) ? limit : undefined,
  });
}

function tidy(tools: StoredTools): StoredTools {
  const counts = new Map<string, number>();
  let left = MAX_RECENT_LENGTH;
  const recent = tools.recent.filter((run) => {
    const count = (counts.get(run.tool) ?? 0) + 1;
    const length = JSON.stringify(run.arguments).length + run.tool.length;
    if (count > MAX_RECENT_OF_A_TOOL || length > Math.min(left, MAX_ARGUMENTS_LENGTH)) return false;
    counts.set(run.tool, count);
    left -= length;
    return true;
  });
  return { ...tools, recent, favourites: tools.favourites.slice(-MAX_FAVOURITES), allowed: tools.allowed.slice(-MAX_ALLOWED) };
}

export async function loadTools(url: string): Promise<StoredTools> {
  return parseTools((await browser.storage.local.get(keyOf(url)))[keyOf(url)]);
}

/** Changes what is kept of a server's tools, with nobody else writing in between, and returns it. */
export function changeTools(url: string, update: (tools: StoredTools) => StoredTools): Promise<StoredTools> {
  return navigator.locks.request('mooring:tools', async () => {
    const next = tidy(update(await loadTools(url)));
    const { [INDEX]: raw } = await browser.storage.local.get(INDEX);
    const servers = [url, ...repairList(z.string(), raw).filter((known) => known !== url)];
    await browser.storage.local.set({ [keyOf(url)]: next, [INDEX]: servers.slice(0, MAX_SERVERS) });
    const left = servers.slice(MAX_SERVERS);
    if (left.length > 0) await browser.storage.local.remove(left.map(keyOf));
    return next;
  }) as Promise<StoredTools>;
}
