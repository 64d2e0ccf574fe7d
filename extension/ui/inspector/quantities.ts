/** Owns how sizes, durations, dates and times of day read on screen, in the user's locale. Signs of units are international. */
import { formatDate, formatNumber } from '../../platform/i18n.ts';

const ONE_DIGIT: Intl.NumberFormatOptions = { minimumFractionDigits: 1, maximumFractionDigits: 1 };
const NO_DIGIT: Intl.NumberFormatOptions = { maximumFractionDigits: 0 };

export function byteWords(bytes: number): string {
  if (bytes < 1000) return `${bytes} B`;
  if (bytes < 1_000_000) return `${formatNumber(bytes / 1000, bytes < 10_000 ? ONE_DIGIT : NO_DIGIT)} kB`;
  return `${formatNumber(bytes / 1_000_000, ONE_DIGIT)} MB`;
}

export function durationWords(ms: number): string {
  if (ms < 1) return '<1 ms';
  if (ms < 1000) return `${Math.round(ms)} ms`;
  if (ms < 60_000) return `${formatNumber(ms / 1000, ONE_DIGIT)} s`;
  const seconds = Math.round(ms / 1000);
  return `${Math.floor(seconds / 60)} min ${seconds % 60} s`;
}

/** Returns the local time of day, always as wide: 09:41:02. */
export function timeOfDay(iso: string): string {
  const ms = Date.parse(iso);
  if (Number.isNaN(ms)) return '--:--:--';
  return formatDate(ms, { hour: '2-digit', minute: '2-digit', second: '2-digit', hourCycle: 'h23' });
}

/** Returns date and time, to the second; empty for a time that is none. */
export function dateWords(iso: string): string {
  const ms = Date.parse(iso);
  return Number.isNaN(ms) ? '' : formatDate(ms, { dateStyle: 'medium', timeStyle: 'medium' });
}
