/** Owns how time limits read. Pure. */
import { formatNumber, t } from '../platform/i18n.ts';

/** Returns a limit in words: "30 s", "5 min"; null is none. */
export function limitWords(seconds: number | null): string {
  if (seconds === null) return t('tools_noLimit');
  return seconds < 60 ? t('tools_seconds', formatNumber(seconds)) : t('tools_minutes', formatNumber(seconds / 60));
}
