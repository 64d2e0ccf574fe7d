/**
 * Owns drawing only the rows of a long list that are in view: the library's virtual list, as a hook. It keeps the end in view while the user
 * is there, and what is read in place while rows come and go.
 */
import { elementScroll, observeElementOffset, observeElementRect, Virtualizer } from '@tanstack/virtual-core';
import type { RefObject } from 'preact';
import { useLayoutEffect, useReducer, useRef, useState } from 'preact/hooks';

/** Rows that are drawn beyond each edge. */
const OVERSCAN = 8;
/** Distance from the end up to which it is followed, px. */
const FOLLOW_PX = 40;

/** What is drawn before it is known how much is seen: then lines are there with the first paint. */
const UNKNOWN_VIEW = { width: 400, height: 600 };

const observeView: typeof observeElementRect<HTMLDivElement> = (list, report) =>
  observeElementRect(list, (rect) => report(rect.height === 0 ? UNKNOWN_VIEW : rect));

type Options = {
  count: number;
  /** The same function as long as the rows are the same: with another one all heights are added up anew. */
  keyOf: (index: number) => number;
  /** Height of a row that was not drawn yet, px. */
  estimatedPx: number;
  /** A row that stays drawn wherever the list is: the one that has the focus. */
  pinned: number | undefined;
};

export type VirtualRows = {
  scroller: RefObject<HTMLDivElement | null>;
  rows: { index: number; key: number; start: number }[];
  totalPx: number;
  /** To be given to each row's element, which has its index as `data-index`. */
  measure: (element: HTMLElement | null) => void;
  /** Brings a row into view, if it is not. */
  scrollTo: (index: number) => void;
  scrollToEnd: () => void;
  /** Rows that fit into the view. */
  pageSize: () => number;
};

export function useVirtualRows({ count, keyOf, estimatedPx, pinned }: Options): VirtualRows {
  const scroller = useRef<HTMLDivElement>(null);
  const [, redraw] = useReducer((turn: number, _: undefined) => turn + 1, 0);
  const options = {
    count,
    getItemKey: keyOf,
    estimateSize: () => estimatedPx,
    getScrollElement: () => scroller.current,
    scrollToFn: elementScroll,
    observeElementRect: observeView,
    observeElementOffset,
    initialRect: UNKNOWN_VIEW,
    overscan: OVERSCAN,
    anchorTo: 'end' as const,
    followOnAppend: true,
    scrollEndThreshold: FOLLOW_PX,
    // What is gone to is seen with what stands around it.
    scrollPaddingStart: 2 * estimatedPx,
    scrollPaddingEnd: 2 * estimatedPx,
    rangeExtractor: ({ startIndex, endIndex }: { startIndex: number; endIndex: number }) => rangeOf(startIndex, endIndex, count, pinned),
    onChange: () => redraw(undefined),
  };
  const [list] = useState(() => new Virtualizer<HTMLDivElement, HTMLElement>(options));
  list.setOptions(options);
  useLayoutEffect(() => list._didMount(), [list]);
  useLayoutEffect(() => list._willUpdate());
  return {
    scroller,
    rows: list.getVirtualItems().map(({ index, key, start }) => ({ index, key: Number(key), start })),
    totalPx: list.getTotalSize(),
    measure: list.measureElement,
    scrollTo: (index) => list.scrollToIndex(index, { align: 'auto' }),
    scrollToEnd: () => list.scrollToEnd(),
    pageSize: () => Math.max(1, Math.floor((scroller.current?.clientHeight ?? 0) / estimatedPx) - 1),
  };
}

function rangeOf(first: number, last: number, count: number, pinned: number | undefined): number[] {
  const from = Math.max(0, first - OVERSCAN);
  const to = Math.min(count - 1, last + OVERSCAN);
  const range = Array.from({ length: Math.max(0, to - from + 1) }, (_, at) => from + at);
  if (pinned === undefined || pinned < 0 || pinned >= count || (pinned >= from && pinned <= to)) return range;
  return pinned < from ? [pinned, ...range] : [...range, pinned];
}
