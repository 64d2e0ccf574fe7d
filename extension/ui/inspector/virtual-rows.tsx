/** Owns the virtual list: which rows are drawn, and how high what is not drawn would be. Import it with `import()`: only long content needs it. */
import { elementScroll, measureElement, observeElementOffset, observeElementRect, Virtualizer } from '@tanstack/virtual-core';
import { useEffect, useLayoutEffect, useReducer, useRef } from 'preact/hooks';
import type { RowsProps } from './rows-props.ts';

const OVERSCAN = 10;
/** Room above the first row and below the last, as `.rows.plain` has it; px. */
const PADDING = 8;
/** Room that a row keeps to the edge when it is brought into view: a scroll bar may lie over it. */
const EDGE = 20;

export function VirtualRows({ count, scroller, estimate, draw, keyOf, target, layout }: RowsProps) {
  const [, redraw] = useReducer((turn: number, _: undefined) => turn + 1, 0);
  const held = useRef<Virtualizer<HTMLElement, HTMLElement> | undefined>(undefined);
  const rows = useRef<HTMLDivElement>(null);
  const options = {
    ...{
      count,
      estimateSize: estimate,
      overscan: OVERSCAN,
      paddingStart: PADDING,
      paddingEnd: PADDING,
      scrollPaddingStart: EDGE,
      scrollPaddingEnd: EDGE,
      getItemKey: keyOf,
      measureElement,
    },
    ...{ scrollToFn: elementScroll, observeElementRect, observeElementOffset },
    getScrollElement: () => scroller.current,
    onChange: () => redraw(undefined),
  };
  held.current ??= new Virtualizer<HTMLElement, HTMLElement>(options);
  const list = held.current;
  list.setOptions(options);
  useLayoutEffect(() => list._didMount(), [list]);
  useLayoutEffect(() => {
    list._willUpdate();
    for (const row of rows.current?.children ?? []) list.measureElement(row as HTMLElement);
  });
  // Not at first: nothing is measured yet.
  const wasLaidOut = useRef(layout);
  useLayoutEffect(() => {
    if (wasLaidOut.current === layout) return;
    wasLaidOut.current = layout;
    list.measure();
  }, [list, layout]);
  useEffect(() => {
    if (target !== undefined) list.scrollToIndex(target.index, { align: 'auto' });
  }, [list, target?.index, target?.wish]);
  const items = list.getVirtualItems();
  return (
    // In the flow, so that the widest row that is drawn makes the box scroll sideways.
    <div
      ref={rows}
      class="rows"
      style={{ paddingTop: `${items[0]?.start ?? PADDING}px`, paddingBottom: `${list.getTotalSize() - (items.at(-1)?.end ?? 0)}px` }}
    >
      {items.map(({ index }) => draw(index))}
    </div>
  );
}
