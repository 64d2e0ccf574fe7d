/**
 * Owns drawing many rows in a box that scrolls: a few as they are, many only where they are seen. The virtual list is loaded with the first
 * long one; until it is there, which takes milliseconds, the first rows stand alone.
 */
import { signal } from '@preact/signals';
import type { ComponentType } from 'preact';
import { useEffect } from 'preact/hooks';
import type { RowsProps } from './rows-props.ts';

const VirtualRows = signal<ComponentType<RowsProps> | undefined>(undefined);
let isAsked = false;

export function Rows(props: RowsProps) {
  const { count, few, draw, scroller, target } = props;
  const isLong = count > few;
  if (isLong && !isAsked) {
    isAsked = true;
    void import('./virtual-rows.tsx').then((module) => {
      VirtualRows.value = module.VirtualRows;
    });
  }
  const isPlain = !isLong || VirtualRows.value === undefined;
  useEffect(() => {
    if (isPlain && target !== undefined)
      scroller.current?.querySelector(`[data-index="${target.index}"]`)?.scrollIntoView({ block: 'nearest' });
  }, [isPlain, target?.index, target?.wish]);
  if (isLong && VirtualRows.value !== undefined) return <VirtualRows.value {...props} />;
  return <div class="rows plain">{Array.from({ length: Math.min(count, few) }, (_, index) => draw(index))}</div>;
}
