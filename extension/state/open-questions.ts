/**
 * Owns telling the user, while no window of ours is open, that a server asks something: the badge on the toolbar button.
 * It keeps nothing in memory: the worker that runs it may be ended at any time.
 */
import { listSessions } from '../gateway/backend.ts';
import { setBadge } from '../platform/browser-shell.ts';
import { tCount } from '../platform/i18n.ts';
import { changeSessions, loadSessions, loadSettings, type StoredSession } from '../platform/stored.ts';

/** Returns how many questions wait in sessions that are alive. Pure. */
export const countQuestions = (sessions: readonly StoredSession[], nowMs: number): number =>
  sessions.reduce((sum, { ended, expiresAt, questions }) => (ended || Date.parse(expiresAt) < nowMs ? sum : sum + questions), 0);

/** Shows what is stored. */
export async function showQuestions(): Promise<void> {
  const count = countQuestions(await loadSessions(), Date.now());
  await setBadge(count, tCount('questions_badge', count));
}

/** Asks the backend, if there is a session that could have a question; an outage leaves the badge as it was. Never throws. */
export async function askForQuestions(): Promise<void> {
  try {
    const { backendUrl } = await loadSettings();
    const isAlive = ({ ended, expiresAt, backendUrl: at }: StoredSession) =>
      !ended && at === backendUrl && Date.parse(expiresAt) > Date.now();
    if ((await loadSessions()).some(isAlive)) {
      const asked = new Map((await listSessions()).map(({ id, questions }) => [id, questions]));
      await changeSessions((known) => known.map((session) => ({ ...session, questions: asked.get(session.id) ?? session.questions })));
    }
  } catch {
    // The next minute asks again.
  }
  await showQuestions().catch(() => {});
}
