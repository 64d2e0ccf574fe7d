/** Owns the answers that are being written, by question: each change is kept at once, and every surface that is open shows it. */
import { signal } from '@preact/signals';
import { loadAnswers, onStoredAnswers, saveAnswers } from '../../platform/stored-answers.ts';
import { type AnswerDraft, parseAnswerDraft } from './answer.ts';

type Drafts = { readonly [questionId: string]: AnswerDraft };

/** By session id. */
const drafts = signal<ReadonlyMap<string, Drafts>>(new Map());
let isFollowing = false;

const set = (sessionId: string, of: Drafts): void => {
  drafts.value = new Map(drafts.value).set(sessionId, of);
};
const parseAll = (stored: { readonly [id: string]: unknown }): Drafts =>
  Object.fromEntries(Object.entries(stored).map(([id, draft]) => [id, parseAnswerDraft(draft)]));

/** Returns what is written for a question. */
export const draftOf = (sessionId: string, questionId: string): AnswerDraft => drafts.value.get(sessionId)?.[questionId] ?? {};

/** Reads what was written in a session before, once, and follows what other surfaces write. */
export async function loadDrafts(sessionId: string): Promise<void> {
  if (!isFollowing) {
    isFollowing = true;
    onStoredAnswers((changed, stored) => {
      if (drafts.value.has(changed)) set(changed, parseAll(stored));
    });
  }
  if (drafts.value.has(sessionId)) return;
  const loaded = parseAll(await loadAnswers(sessionId));
  if (!drafts.value.has(sessionId)) set(sessionId, loaded);
}

/** Keeps what is written for a question. */
export function writeDraft(sessionId: string, questionId: string, draft: AnswerDraft): void {
  const { [questionId]: _, ...others } = drafts.value.get(sessionId) ?? {};
  set(sessionId, { ...others, [questionId]: draft });
  void save(sessionId);
}

/** Sessions of which something is being written, and whether there is more by now. */
const saving = new Map<string, boolean>();

/** Writes what is there: one write at a time, so that the last one does not wait behind all before it when the page goes. */
async function save(sessionId: string): Promise<void> {
  const isBusy = saving.has(sessionId);
  saving.set(sessionId, isBusy);
  if (isBusy) return;
  do {
    saving.set(sessionId, false);
    await saveAnswers(sessionId, drafts.value.get(sessionId) ?? {}).catch(() => {});
  } while (saving.get(sessionId));
  saving.delete(sessionId);
}

export async function forgetDraft(sessionId: string, questionId: string): Promise<void> {
  const known = drafts.value.get(sessionId) ?? {};
  if (!(questionId in known)) return;
  const { [questionId]: _, ...others } = known;
  set(sessionId, others);
  await save(sessionId);
}
