/** Owns the Activity room: the live list of what went between devices and server, and the entry that is looked at. */
import { useSignal } from '@preact/signals';
import { Component, type RefObject } from 'preact';
import { useEffect, useLayoutEffect, useMemo, useRef } from 'preact/hooks';
import type { Inspector } from '../../state/inspector.ts';
import { type ActivityRow, filterRows, toRows } from '../../state/inspector-activity.ts';
import { ACTIVITY_FILTERS, type ActivityFilter } from '../../state/inspector-room.ts';
import { wordsFor } from '../../state/words.ts';
import { Empty } from '../kit/marks.tsx';
import { Notice } from '../kit/notice.tsx';
import { Spinner } from '../kit/spinner.tsx';
import { VisibleText } from '../kit/visible-text-view.tsx';
import { ActivityDetail } from './activity-detail.tsx';
import { byteWords, durationWords, timeOfDay } from './quantities.ts';
import { useStaged } from './staged.ts';
import { useWatchedActivity } from './watched-activity.ts';

const FILTER_LABELS: Record<ActivityFilter, string> = { all: 'All', calls: 'Calls', notifications: 'Notifications', errors: 'Errors' };
/** Distance from the end of the list up to which it follows what is new, pixels. */
const FOLLOW_PX = 40;

export function ActivityRoom({ inspector }: { inspector: Inspector }) {
  const { activity, room } = inspector;
  const { entries, dropped, error } = activity.log.value;
  const { activityFilter: filter } = room.state.value;
  const selected = useSignal<number | undefined>(undefined);
  const list = useRef<HTMLOListElement>(null);
  useWatchedActivity(inspector.activity);

  const rows = useMemo(() => toRows(entries ?? []), [entries]);
  const shown = useMemo(() => filterRows(rows, filter), [rows, filter]);
  const row = rows.find(({ seq }) => seq === selected.value);
  const partner = row === undefined || row.kind === 'mark' ? undefined : rows.find(({ seq }) => seq === row.partner);

  const select = (seq: number) => {
    selected.value = selected.value === seq ? undefined : seq;
  };
  const close = () => {
    if (row === undefined) return;
    selected.value = undefined;
    list.current?.querySelector<HTMLElement>(`[data-seq="${row.seq}"]`)?.focus();
  };
  return (
    <div class="activity-room" data-open={row !== undefined}>
      <div class="strip" role="toolbar" aria-label="Filter activity">
        {ACTIVITY_FILTERS.map((name) => (
          <button
            key={name}
            type="button"
            class="chip"
            aria-pressed={name === filter}
            onClick={() => room.update({ activityFilter: name })}
          >
            {FILTER_LABELS[name]}
            {name === 'errors' && <ErrorCount rows={rows} />}
          </button>
        ))}
      </div>
      {error !== undefined && (
        <div class="pad">
          <Notice tone="warn" title={wordsFor(error.code).title} detail={error.detail}>
            What is shown is the last that was known. It goes on by itself.
          </Notice>
        </div>
      )}
      {entries === undefined && error === undefined && (
        <p class="quiet waiting-line" role="status">
          <Spinner /> Reading the activity…
        </p>
      )}
      {entries !== undefined && shown.length === 0 && <Empty title={rows.length === 0 ? 'Nothing yet' : 'Nothing of this kind yet'} />}
      <div class="activity-columns">
        <EventList
          key={filter}
          list={list}
          rows={shown}
          dropped={filter === 'all' ? dropped : 0}
          selected={selected.value}
          onSelect={select}
          onClose={close}
        />
        {row !== undefined && <ActivityDetail row={row} partner={partner} onClose={close} />}
      </div>
    </div>
  );
}

type EventListProps = {
  list: RefObject<HTMLOListElement | null>;
  rows: readonly ActivityRow[];
  dropped: number;
  selected: number | undefined;
  onSelect: (seq: number) => void;
  /** Closes what is open beside the list. */
  onClose: () => void;
};

function EventList({ list, rows, dropped, selected, onSelect, onClose }: EventListProps) {
  // The newest first: they are what is looked at.
  const drawn = rows.slice(-useStaged(rows.length));
  useFollowing(list, drawn);
  return (
    <ol
      ref={list}
      class="events"
      aria-label="Activity, oldest first"
      onKeyDown={(event) => (event.key === 'Escape' ? onClose() : moveFocus(event))}
    >
      {dropped > 0 && <li class="quiet dropped">{dropped} older entries are no longer kept.</li>}
      {drawn.map((row) => (
        <Event key={row.seq} row={row} isSelected={row.seq === selected} onSelect={onSelect} />
      ))}
    </ol>
  );
}

function ErrorCount({ rows }: { rows: readonly ActivityRow[] }) {
  const count = rows.filter(({ isError }) => isError).length;
  return count === 0 ? null : <small> {count}</small>;
}

type EventProps = { row: ActivityRow; isSelected: boolean; onSelect: (seq: number) => void };

/** One line; drawn again only when it changes, because the list grows every second. */
class Event extends Component<EventProps> {
  override shouldComponentUpdate(next: EventProps): boolean {
    return next.isSelected !== this.props.isSelected || !isSameRow(next.row, this.props.row);
  }

  override render({ row, isSelected, onSelect }: EventProps) {
    const isMark = row.kind === 'mark';
    return (
      <li class="event-item">
        <button
          type="button"
          class={`event${isMark ? ' mark' : ''}${row.isError ? ' error' : ''}`}
          aria-pressed={isSelected}
          data-seq={row.seq}
          onClick={() => onSelect(row.seq)}
        >
          <time dateTime={row.at}>{timeOfDay(row.at)}</time>
          {!isMark && <Arrow direction={row.direction} />}
          <span class="event-label" dir="auto">
            <VisibleText text={row.label} />
            {row.subject !== undefined && (
              <>
                {' '}
                <b class={row.kind === 'request' ? '' : 'faint'}>
                  <VisibleText text={row.subject} />
                </b>
              </>
            )}
          </span>
          <span class={`event-fact${row.kind === 'request' ? ' event-device' : ''}`}>{factOf(row)}</span>
        </button>
      </li>
    );
  }
}

/** Rows are made anew with every page; only the partner of a row can change afterwards. */
const isSameRow = (a: ActivityRow, b: ActivityRow): boolean =>
  a.entry === b.entry && (a.kind === 'mark' || b.kind === 'mark' || a.partner === b.partner);

function Arrow({ direction }: { direction: 'to-server' | 'to-client' }) {
  return (
    <span class="arrow" role="img" aria-label={direction === 'to-server' ? 'to the server' : 'from the server'}>
      {direction === 'to-server' ? '→' : '←'}
    </span>
  );
}

/** What stands at the end of a line: how long, else who, else how much. */
function factOf(row: ActivityRow): string {
  if (row.durationMs !== undefined) return `${row.kind === 'mark' ? '+' : ''}${durationWords(row.durationMs)}`;
  if (row.kind === 'mark') return '';
  return row.kind === 'request' ? (row.device ?? '') : byteWords(row.bytes);
}

/** Keeps the end of the list in view, unless the user has scrolled away from it. */
function useFollowing(list: RefObject<HTMLElement | null>, shown: readonly ActivityRow[]): void {
  const isFollowing = useRef(true);
  useEffect(() => {
    const element = list.current;
    const look = () => {
      if (element) isFollowing.current = element.scrollHeight - element.scrollTop - element.clientHeight < FOLLOW_PX;
    };
    element?.addEventListener('scroll', look, { passive: true });
    return () => element?.removeEventListener('scroll', look);
  }, [list]);
  // New rows are what it follows.
  useLayoutEffect(() => {
    if (isFollowing.current && list.current) list.current.scrollTop = list.current.scrollHeight;
  }, [shown, list]);
}

function moveFocus(event: KeyboardEvent & { currentTarget: HTMLElement }): void {
  const events = [...event.currentTarget.querySelectorAll<HTMLElement>('.event')];
  const at = events.findIndex((element) => element.matches(':focus'));
  const to = { ArrowDown: at + 1, ArrowUp: at - 1, Home: 0, End: events.length - 1 }[event.key];
  if (to === undefined || at < 0) return;
  event.preventDefault();
  events[Math.max(0, Math.min(to, events.length - 1))]?.focus();
}
