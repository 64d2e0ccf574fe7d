/** Owns one line of the activity: when, which way, what, and at its end how long, how much and by whom. */
import { Component } from 'preact';
import { t } from '../../platform/i18n.ts';
import type { ActivityRow } from '../../state/inspector-activity.ts';
import { VisibleText } from '../kit/visible-text-view.tsx';
import { byteWords, durationWords, timeOfDay } from './quantities.ts';

type Props = {
  row: ActivityRow;
  isSelected: boolean;
  /** It has the words that are searched. */
  isFound: boolean;
  tabIndex: number;
  onSelect: (seq: number) => void;
};

/** Drawn again only when it changes, because the list grows every second. */
export class Event extends Component<Props> {
  override shouldComponentUpdate(next: Props): boolean {
    const { row, isSelected, isFound, tabIndex } = this.props;
    return next.isSelected !== isSelected || next.isFound !== isFound || next.tabIndex !== tabIndex || !isSameRow(next.row, row);
  }

  override render({ row, isSelected, isFound, tabIndex, onSelect }: Props) {
    const isMessage = row.kind !== 'mark' && row.kind !== 'gap';
    const classes = ['event', ...(isMessage ? [] : ['mark', row.kind]), ...(row.isError ? ['error'] : []), ...(isFound ? ['found'] : [])];
    return (
      <button
        type="button"
        class={classes.join(' ')}
        aria-pressed={isSelected}
        tabIndex={tabIndex}
        data-seq={row.seq}
        onClick={() => onSelect(row.seq)}
      >
        <time dateTime={row.at}>{timeOfDay(row.at)}</time>
        {isMessage && <Arrow direction={row.direction} />}
        <span class="event-label" dir="auto">
          <VisibleText text={row.label.slice(0, MAX_LABEL)} />
          {row.subject !== undefined && (
            <>
              {' '}
              <b class={row.kind === 'request' ? '' : 'faint'}>
                <VisibleText text={row.subject.slice(0, MAX_LABEL)} />
              </b>
            </>
          )}
        </span>
        {isMessage && (
          <>
            <span class={`event-fact event-device${mainFact(row) === 'device' ? ' main' : ''}`}>
              {row.device !== undefined && <VisibleText text={row.device} />}
            </span>
            <span class={`event-fact event-size${mainFact(row) === 'size' ? ' main' : ''}`}>{byteWords(row.bytes)}</span>
          </>
        )}
        <span class={`event-fact event-duration${mainFact(row) === 'duration' ? ' main' : ''}`}>
          {row.durationMs !== undefined && `${row.kind === 'mark' ? '+' : ''}${durationWords(row.durationMs)}`}
        </span>
      </button>
    );
  }
}

/** Characters of a label in a line; the opened message has all. */
const MAX_LABEL = 300;

/** What stands at the end of a line where there is room for one thing: how long, else who, else how much. */
function mainFact(row: ActivityRow): 'duration' | 'device' | 'size' | undefined {
  if (row.durationMs !== undefined) return 'duration';
  if (row.kind === 'mark' || row.kind === 'gap') return undefined;
  return row.kind === 'request' ? 'device' : 'size';
}

/** Rows are made anew with every page; only the partner of a row can change afterwards. */
function isSameRow(a: ActivityRow, b: ActivityRow): boolean {
  if (a.kind === 'gap' || b.kind === 'gap') return a.seq === b.seq && a.label === b.label;
  return a.entry === b.entry;
}

function Arrow({ direction }: { direction: 'to-server' | 'to-client' }) {
  const label = t(direction === 'to-server' ? 'activity_toServer' : 'activity_fromServer');
  return (
    <span class="arrow" role="img" aria-label={label}>
      {direction === 'to-server' ? '→' : '←'}
    </span>
  );
}
