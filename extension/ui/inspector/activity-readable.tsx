/** Owns an entry of activity as a person reads it: its facts on a line, then what it says. */

import { MAX_ACTIVITY_BODY_BYTES } from '../../../shared/limits.ts';
import { formatNumber, locale, t } from '../../platform/i18n.ts';
import { type ActivityRow, isMessage, type MessageRow } from '../../state/inspector-activity.ts';
import { toStatements } from '../../state/inspector-activity-readable.ts';
import { explainGap, explainMark } from '../../state/inspector-activity-words.ts';
import { VisibleText } from '../kit/visible-text-view.tsx';
import { byteWords, durationWords } from './quantities.ts';

/** When, which way, by whom, how much, how long. */
export function Facts({ row }: { row: ActivityRow }) {
  const facts = [
    timeWords(row.at),
    ...(isMessage(row)
      ? [t(row.direction === 'to-server' ? 'activity_toServer' : 'activity_fromServer'), row.device ?? '', byteWords(row.bytes)]
      : []),
    row.durationMs === undefined ? '' : durationWords(row.durationMs),
    row.kind === 'gap' ? '' : t('activity_number', formatNumber(row.seq)),
  ].filter(Boolean);
  // A number stays beside what it is the number of.
  return (
    <p class="facts" dir="auto">
      <VisibleText text={facts.map((fact) => fact.replaceAll(' ', '\u00a0')).join(' · ')} />
    </p>
  );
}

export function Readable({ row }: { row: ActivityRow }) {
  if (row.kind === 'gap') return <p class="entry-explained">{explainGap(row.isAtStart)}</p>;
  if (row.kind === 'mark') return <p class="entry-explained">{explainMark(row.entry)}</p>;
  if (row.entry.message === undefined)
    return <p class="entry-explained">{t('activity_tooLarge', byteWords(row.bytes), byteWords(MAX_ACTIVITY_BODY_BYTES))}</p>;
  return <Statements row={row} />;
}

function Statements({ row }: { row: MessageRow }) {
  const statements = toStatements(row);
  if (statements.length === 0) return <p class="quiet">{t('activity_saysNothing')}</p>;
  return (
    <dl class="entry-says">
      {statements.map(({ name, text }, at) => (
        <div key={at}>
          <dt>
            <VisibleText text={name} />
          </dt>
          <dd dir="auto">
            <VisibleText text={text} />
          </dd>
        </div>
      ))}
    </dl>
  );
}

/** With milliseconds: what passes, passes quickly. */
function timeWords(iso: string): string {
  const date = new Date(iso);
  if (Number.isNaN(date.getTime())) return iso.slice(0, 40);
  const time = { hour: '2-digit', minute: '2-digit', second: '2-digit', fractionalSecondDigits: 3 } as const;
  return date.toLocaleString(locale(), { year: 'numeric', month: 'short', day: 'numeric', ...time });
}
