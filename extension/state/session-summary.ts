/** Owns what a session's row says about it: its state in a word, a tone and a line. Pure. */
import { type MessageKey, t, tCount } from '../platform/i18n.ts';
import type { StoredSession } from '../platform/stored.ts';
import { timeAgo, timeLeft } from './time-left.ts';

export type SessionSummary = {
  tone: 'ok' | 'warn' | 'bad' | 'idle';
  /** For screen readers and tooltips: the state in words. */
  state: string;
  /** Replaces the line about server and transport when the state needs a sentence. */
  sentence?: string;
  /** Time left, as short as the column; absent when it is over or unknown. */
  left?: string;
  isSoonOver: boolean;
};

const ENDINGS: Readonly<Record<string, MessageKey>> = { SESSION_EXPIRED: 'popup_expired', UNAUTHORIZED: 'popup_accessEnded' };

/**
 * confirmed: the backend has answered since the surface opened · unconfirmed: until then the state is only what it was ·
 * refused: the backend no longer lets this browser see it.
 */
export type Contact = 'confirmed' | 'unconfirmed' | 'refused';

/** Returns how a session stands. */
export function summarizeSession(session: StoredSession, nowMs: number, contact: Contact): SessionSummary {
  const { ended, status, expiresAt, questions, signedIn, lastUsedAt } = session;
  if (ended) {
    const sentence = t(ENDINGS[ended.code] ?? 'popup_lost', timeAgo(ended.at, nowMs));
    return { tone: 'bad', state: t('popup_stateEnded'), sentence, isSoonOver: false };
  }
  if (contact === 'refused')
    return {
      tone: 'idle',
      state: t('popup_stateNoAccess'),
      sentence: t('popup_noAccess', timeAgo(lastUsedAt, nowMs)),
      isSoonOver: false,
    };
  const left = timeLeft(expiresAt, nowMs);
  const time = { isSoonOver: left.kind !== 'plenty', ...(left.kind !== 'over' && { left: left.text }) };
  if (status === 'unreachable') return { tone: 'warn', state: t('popup_stateUnreachable'), sentence: t('popup_unreachable'), ...time };
  if (status === 'authorization-required')
    return {
      tone: 'warn',
      state: t('popup_stateSignIn'),
      sentence: signedIn ? t('popup_signInAgain') : t('popup_signInAsked'),
      ...time,
    };
  if (questions > 0) return { tone: 'warn', state: t('popup_stateQuestion'), sentence: tCount('questions_row', questions), ...time };
  if (contact === 'unconfirmed') return { tone: 'idle', state: t('popup_stateUnchecked'), ...time };
  // The backend listed it, so its time is not over there: this computer's clock is ahead.
  return { tone: 'ok', state: t('popup_stateLive'), ...time };
}
