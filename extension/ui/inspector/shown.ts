/** Owns that what somebody was sent to is seen: its detail takes the place of the list where there is no room for both. */
import type { Signal } from '@preact/signals';
import { useLayoutEffect, useRef } from 'preact/hooks';

/** @param arrivals How often somebody was sent anywhere. */
export function useShown(isDetailOpen: Signal<boolean>, arrivals: number): void {
  const seen = useRef(arrivals);
  useLayoutEffect(() => {
    if (seen.current === arrivals) return;
    seen.current = arrivals;
    isDetailOpen.value = true;
  }, [arrivals, isDetailOpen]);
}
