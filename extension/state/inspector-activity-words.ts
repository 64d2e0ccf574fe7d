/** Owns what marks and gaps of the activity are called, and the sentence that explains each. Pure. */
import type { ActivityEntry } from '../../shared/contract.ts';
import { t, tCount } from '../platform/i18n.ts';
import { wordsFor } from './words.ts';

type Mark = Extract<ActivityEntry, { kind: 'mark' }>;

/** Names of marks as parts of message keys; what was dropped is called as every gap is. */
const KEYS = {
  connected: 'connected',
  'cold-start': 'coldStart',
  'server-session-renewed': 'renewed',
  'server-stream-opened': 'streamOpened',
  'server-unreachable': 'unreachable',
  'outcome-unknown': 'outcomeUnknown',
  'client-left': 'clientLeft',
  'signed-in': 'signedIn',
  'token-refreshed': 'tokenRefreshed',
  'sign-in-required': 'signInRequired',
  'signed-out': 'signedOut',
  'headers-changed': 'headersChanged',
  'entries-dropped': 'entriesDropped',
} as const satisfies Record<Mark['mark'], string>;

/** Returns what happened, as one line. */
export function markLabel({ mark, subscriptionsRestored = 0, dropped = 0 }: Mark): string {
  if (mark === 'entries-dropped') return gapLabel(dropped);
  const label = t(`activity_mark_${KEYS[mark]}`);
  return subscriptionsRestored > 0 ? `${label}, ${tCount('activity_restored', subscriptionsRestored)}` : label;
}

export const gapLabel = (missing: number): string => tCount('activity_gap', missing);

/** Returns what a mark means for the user's calls. */
export function explainMark({ mark, code }: Mark): string {
  const meaning = t(`activity_meaning_${KEYS[mark]}`);
  return code === undefined ? meaning : `${meaning} ${wordsFor(code).title}`;
}

/** Returns why entries are missing. */
export const explainGap = (isAtStart: boolean): string => t(isAtStart ? 'activity_droppedMeaning' : 'activity_gapMeaning');
