/** Owns how spans of time are put into words. Pure: the present is passed in. */
import { formatDate, t } from '../platform/i18n.ts';

const SECOND_MS = 1000;
const MINUTE_MS = 60 * SECOND_MS;
const HOUR_MS = 60 * MINUTE_MS;
const DAY_MS = 24 * HOUR_MS;
/** From here on a session's time runs out soon enough to say so in another colour. */
const SOON_MS = 2 * MINUTE_MS;

export type TimeLeft = {
  kind: 'plenty' | 'soon' | 'over';
  /** As short as a column allows: "29 min", "45 s"; empty when it is over. */
  text: string;
};

/** Returns how much of a session's time is left. It rounds down, so it never promises more than there is. */
export function timeLeft(expiresAt: string, nowMs: number): TimeLeft {
  const leftMs = Date.parse(expiresAt) - nowMs;
  if (!(leftMs > 0)) return { kind: 'over', text: '' };
  return { kind: leftMs < SOON_MS ? 'soon' : 'plenty', text: toSpan(leftMs) };
}

/** Returns how long ago something was: "just now", "5 min ago", "2 d ago"; empty for a time that is none. */
export function timeAgo(at: string, nowMs: number): string {
  const agoMs = nowMs - Date.parse(at);
  if (Number.isNaN(agoMs)) return '';
  return agoMs < MINUTE_MS ? t('time_justNow') : t('time_ago', toSpan(agoMs));
}

/** Returns for how long something goes on: "12 s", "5 min"; empty for a time that is none. A clock that is behind counts from 0. */
export function elapsed(startedAt: string, nowMs: number): string {
  const ms = nowMs - Date.parse(startedAt);
  return Number.isNaN(ms) ? '' : toSpan(Math.max(0, ms));
}

/** Returns the local time of day as people say it: 9:41 AM, 09:41. */
export const clockTime = (ms: number): string => formatDate(ms, { hour: 'numeric', minute: '2-digit' });

function toSpan(ms: number): string {
  if (ms < MINUTE_MS) return t('time_seconds', Math.floor(ms / SECOND_MS));
  if (ms < 2 * HOUR_MS) return t('time_minutes', Math.floor(ms / MINUTE_MS));
  if (ms < 2 * DAY_MS) return t('time_hours', Math.floor(ms / HOUR_MS));
  return t('time_days', Math.floor(ms / DAY_MS));
}
