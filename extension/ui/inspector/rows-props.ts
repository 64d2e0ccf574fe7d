/** Owns what a list of rows is told, however it is drawn: rows.tsx, virtual-rows.tsx. */
import type { RefObject, VNode } from 'preact';

export type RowsProps = {
  count: number;
  /** Rows up to which all of them are drawn. */
  few: number;
  /** Where it scrolls. */
  scroller: RefObject<HTMLElement | null>;
  /** Height of a row until it is measured, px. */
  estimate: (index: number) => number;
  /** Must put `data-index` on the element that it draws. */
  draw: (index: number) => VNode;
  /** The same function as long as the rows are the same: with another one all heights are added up anew. */
  keyOf: (index: number) => string | number;
  /** The row to be brought into view, again whenever `wish` changes. */
  target?: { index: number; wish: unknown } | undefined;
  /** Changes when all rows may have other heights than before. */
  layout: unknown;
};
