/** Owns how spans of time are put into words. Pure: the present is passed in. */
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
  return agoMs < MINUTE_MS ? 'just now' : `${toSpan(agoMs)} ago`;
}

/** Returns for how long something goes on: "12 s", "5 min"; empty for a time that is none. A clock that is behind counts from 0. */
export function elapsed(startedAt: string, nowMs: number): string {
  const ms = nowMs - Date.parse(startedAt);
  return Number.isNaN(ms) ? '' : toSpan(Math.max(0, ms));
}

/** Returns the local time of day as people say it: 09:41. */
export function clockTime(ms: number): string {
  const date = new Date(ms);
  return [date.getHours(), date.getMinutes()].map((part) => String(part).padStart(2, '0')).join(':');
}

function toSpan(ms: number): string {
  if (ms < MINUTE_MS) return `${Math.floor(ms / SECOND_MS)} s`;
  if (ms < 2 * HOUR_MS) return `${Math.floor(ms / MINUTE_MS)} min`;
  if (ms < 2 * DAY_MS) return `${Math.floor(ms / HOUR_MS)} h`;
  return `${Math.floor(ms / DAY_MS)} d`;
}
