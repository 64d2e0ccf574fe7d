/**
 * Owns what is kept of answers that are being written: one key of extension storage a session, each entry by its question. A popup may close
 * with any key that is pressed, so each change is written at once and in one step, without reading first.
 */
import { ANSWERS_PREFIX, answersKey } from './session-keys.ts';
import { isRecord } from './stored-repair.ts';
import { browser } from './web-extension.ts';

/** Characters of JSON that the answers of a session may take; those that were changed longest ago go first. */
const MAX_ANSWERS_LENGTH = 100_000;

export type StoredAnswers = { readonly [questionId: string]: unknown };

/** Names this page in what it writes: it need not hear of it, and what it hears may be older than what was typed since. */
const SELF = crypto.randomUUID();

/** Returns the answers that were begun in a session. */
export async function loadAnswers(sessionId: string): Promise<StoredAnswers> {
  return toAnswers((await browser.storage.local.get(answersKey(sessionId)))[answersKey(sessionId)]);
}

const toAnswers = (raw: unknown): StoredAnswers => (isRecord(raw) && isRecord(raw['answers']) ? raw['answers'] : {});

/** Keeps the answers that were begun in a session, newest last; none removes the key. */
export async function saveAnswers(sessionId: string, answers: StoredAnswers): Promise<void> {
  let left = MAX_ANSWERS_LENGTH;
  const kept = Object.entries(answers)
    .toReversed()
    .filter(([id, answer]) => {
      left -= id.length + JSON.stringify(answer).length;
      return left >= 0;
    });
  const value = { by: SELF, answers: Object.fromEntries(kept.toReversed()) };
  if (kept.length > 0) await browser.storage.local.set({ [answersKey(sessionId)]: value });
  else await browser.storage.local.remove(answersKey(sessionId));
}

/**
 * Calls the listener when another surface has changed the answers of a session.
 *
 * @returns Stops listening.
 */
export function onStoredAnswers(listener: (sessionId: string, answers: StoredAnswers) => void): () => void {
  const heard = (changes: Record<string, { newValue?: unknown }>, area: string) => {
    if (area !== 'local') return;
    for (const [key, { newValue }] of Object.entries(changes))
      if (key.startsWith(ANSWERS_PREFIX) && !(isRecord(newValue) && newValue['by'] === SELF))
        listener(key.slice(ANSWERS_PREFIX.length), toAnswers(newValue));
  };
  browser.storage.onChanged.addListener(heard);
  return () => browser.storage.onChanged.removeListener(heard);
}
