/** Owns when an open surface asks for the questions of servers: at once where the backend counts some, and while calls run that may ask. */
import { effect } from '@preact/signals';
import { now } from '../clock.ts';
import { refreshSessions } from '../sessions.ts';
import { sessions } from '../stored-state.ts';
import { askedQuestions, dropEnded, questionErrors, readQuestions } from './open-list.ts';

/** Sessions that are asked at the same time. */
const MAX_READ = 10;
const WHILE_SHOWN_MS = 900;
const WHILE_CALLS_RUN_MS = 1900;
const WHILE_FAILING_MS = 4000;

const reading = new Set<string>();
const asked = new Map<string, number>();

async function read(sessionId: string): Promise<void> {
  if (reading.has(sessionId)) return;
  reading.add(sessionId);
  asked.set(sessionId, Date.now());
  await readQuestions(sessionId);
  reading.delete(sessionId);
}

/** Asks at once: something was heard of a question of this session, asked or answered. */
export function hearQuestion(sessionId: string): void {
  void read(sessionId).then(refreshSessions);
}

/**
 * Keeps the questions up to date, as long as the clock runs.
 *
 * @returns Stops.
 */
export function keepQuestionsFresh(): () => void {
  return effect(() => {
    const nowMs = now.value;
    dropEnded(nowMs);
    const shown = new Set(
      askedQuestions.value.flatMap(({ sessionId, phase }) => (phase.kind === 'ended' && phase.act !== 'accept' ? [] : sessionId)),
    );
    const due = sessions.value.filter(({ id, ended, questions, running }) => {
      if (ended || (questions === 0 && running === 0 && !shown.has(id))) return false;
      const isFailing = questionErrors.peek().has(id);
      const pauseMs = isFailing ? WHILE_FAILING_MS : questions > 0 || shown.has(id) ? WHILE_SHOWN_MS : WHILE_CALLS_RUN_MS;
      return nowMs - (asked.get(id) ?? 0) >= pauseMs;
    });
    for (const { id } of due.slice(0, MAX_READ)) void read(id);
  });
}
