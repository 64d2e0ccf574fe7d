/**
 * Owns the list of the activity: only what is in view is drawn, the end is followed, arrow keys move. One line has the tab stop; it stays
 * drawn while the list is scrolled away from it, so that the focus is never lost.
 */
import { useCallback, useEffect, useLayoutEffect, useRef, useState } from 'preact/hooks';
import { t } from '../../platform/i18n.ts';
import { type ActivityRow, indexOfRow } from '../../state/inspector-activity.ts';
import { Event } from './activity-event.tsx';
import { useVirtualRows } from './virtual-rows.ts';

const ROW_PX = 27;

type Props = {
  rows: readonly ActivityRow[];
  found: ReadonlySet<number>;
  selected: number | undefined;
  /** Where one entry is opened, moving on opens the next. */
  opensOnMove: boolean;
  /** Opens an entry, or closes the one that is open. */
  onToggle: (seq: number) => void;
  onOpen: (seq: number) => void;
  onClose: () => void;
};

export function ActivityList({ rows, found, selected, opensOnMove, onToggle, onOpen, onClose }: Props) {
  const [moved, setMoved] = useState<number>();
  const activeAt = firstKnown([indexOfRow(rows, moved), indexOfRow(rows, selected)]) ?? rows.length - 1;
  const active = rows[activeAt]?.seq;
  const keyOf = useCallback((index: number): number => rows[index]?.seq ?? -index - 1, [rows]);
  const list = useVirtualRows({ count: rows.length, keyOf, estimatedPx: ROW_PX, pinned: activeAt });
  const { scroller } = list;
  const wantsFocus = useRef(false);
  const hadFocus = useRef(false);

  // What is selected elsewhere (a match, a partner, a call of a tool) comes into view; while nothing is, the newest are.
  const isKnown = indexOfRow(rows, selected) >= 0;
  useLayoutEffect(() => {
    if (!isKnown) return;
    list.scrollTo(indexOfRow(rows, selected));
    setMoved(undefined);
  }, [selected, isKnown]);
  useEffect(() => {
    if (!isKnown) list.scrollToEnd();
  }, []);
  useLayoutEffect(() => {
    const isLost = hadFocus.current && document.activeElement === document.body && active !== focusedSeq.current;
    if (!wantsFocus.current && !isLost) return;
    wantsFocus.current = false;
    scroller.current?.querySelector<HTMLElement>(`[data-seq="${active}"]`)?.focus({ preventScroll: true });
  });
  const focusedSeq = useRef<number | undefined>(undefined);

  const moveTo = (index: number): void => {
    const row = rows[Math.max(0, Math.min(index, rows.length - 1))];
    if (row === undefined) return;
    wantsFocus.current = true;
    setMoved(row.seq);
    list.scrollTo(indexOfRow(rows, row.seq));
    if (opensOnMove) onOpen(row.seq);
  };
  const press = (event: KeyboardEvent): void => {
    if (event.key === 'Escape') onClose();
    const steps: Record<string, number> = {
      ArrowDown: activeAt + 1,
      ArrowUp: activeAt - 1,
      PageDown: activeAt + list.pageSize(),
      PageUp: activeAt - list.pageSize(),
      Home: 0,
      End: rows.length - 1,
    };
    const to = steps[event.key];
    if (to === undefined || event.ctrlKey || event.metaKey || event.altKey) return;
    event.preventDefault();
    moveTo(to);
  };

  return (
    <div class="events" ref={scroller}>
      <ol
        class="events-sizer"
        aria-label={t('activity_list')}
        style={{ height: `${list.totalPx}px` }}
        onKeyDown={press}
        onFocusIn={(event) => {
          hadFocus.current = true;
          focusedSeq.current = Number((event.target as HTMLElement).dataset['seq']);
        }}
        onFocusOut={({ relatedTarget }) => {
          hadFocus.current = relatedTarget === null;
        }}
      >
        {list.rows.map(({ index, key, start }) => {
          const row = rows[index];
          if (row === undefined) return null;
          return (
            <li
              key={key}
              ref={list.measure}
              data-index={index}
              class="event-item"
              aria-setsize={rows.length}
              aria-posinset={index + 1}
              style={{ transform: `translateY(${start}px)` }}
            >
              <Event
                row={row}
                isSelected={row.seq === selected}
                isFound={found.has(row.seq)}
                tabIndex={index === activeAt ? 0 : -1}
                onSelect={onToggle}
              />
            </li>
          );
        })}
      </ol>
    </div>
  );
}

const firstKnown = (indexes: readonly number[]): number | undefined => indexes.find((index) => index >= 0);
