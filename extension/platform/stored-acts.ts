/**
 * Owns what is kept of the user's acts until it is known what became of them: one key of extension storage a session.
 * An act is stored before its request leaves, so that no surface, worker or browser that goes away takes it along.
 */
import './zod-without-eval.ts';
import * as z from 'zod/mini';
import { actsKey } from './session-keys.ts';
import { browser } from './web-extension.ts';

/** Acts of a session that are kept; the oldest go first. */
const MAX_ACTS = 50;
/** Characters of arguments that are kept with an act, as JSON: extension storage has 10 MB for everything. */
const MAX_ARGUMENTS_LENGTH = 50_000;
/** An act whose end nobody could tell is forgotten after this, ms: the backend has forgotten it long before. */
const MAX_AGE_MS = 24 * 60 * 60 * 1000;

export const StoredAct = z.object({
  /** Idempotency-Key. */
  key: z.string(),
  tool: z.string(),
  /** Absent where they were too large to keep. */
  arguments: z.catch(z.optional(z.looseObject({})), undefined),
  startedAt: z.string(),
});
export type StoredAct = z.infer<typeof StoredAct>;

/** Of two changes at once none is lost. */
const exclusively = (step: () => Promise<void>): Promise<void> => navigator.locks.request('mooring:acts', step) as Promise<void>;

/** Returns the acts of a session whose end is not known yet, oldest first. */
export async function loadActs(sessionId: string): Promise<StoredAct[]> {
  const raw: unknown = (await browser.storage.local.get(actsKey(sessionId)))[actsKey(sessionId)];
  if (!Array.isArray(raw)) return [];
  const oldest = Date.now() - MAX_AGE_MS;
  return raw.flatMap((value) => {
    const act = StoredAct.safeParse(value);
    return act.success && Date.parse(act.data.startedAt) > oldest ? [act.data] : [];
  });
}

const change = (sessionId: string, update: (acts: StoredAct[]) => StoredAct[]): Promise<void> =>
  exclusively(async () => {
    const acts = update(await loadActs(sessionId)).slice(-MAX_ACTS);
    if (acts.length > 0) await browser.storage.local.set({ [actsKey(sessionId)]: acts });
    else await browser.storage.local.remove(actsKey(sessionId));
  });

/** Keeps an act; its request leaves after this. A tool's new act takes the place of earlier ones that the user was told about. */
export function saveAct(
  sessionId: string,
  { key, tool, arguments: args, startedAt }: StoredAct,
  replaced: readonly string[],
): Promise<void> {
  const isSmall = JSON.stringify(args ?? {}).length <= MAX_ARGUMENTS_LENGTH;
  const act = { key, tool, startedAt, ...(isSmall && { arguments: args }) };
  return change(sessionId, (acts) => [...acts.filter((known) => !replaced.includes(known.key)), act]);
}

/** Forgets an act: what became of it is known. */
export function removeAct(sessionId: string, key: string): Promise<void> {
  return change(sessionId, (acts) => acts.filter((act) => act.key !== key));
}
