/** Owns the one ticking clock of a surface. What a time means is in time-left.ts. */
import { signal } from '@preact/signals';

const TICK_MS = 1000;

/** Milliseconds since 1970; moves once a second while a clock runs. */
export const now = signal(Date.now());

/**
 * Starts the clock of this surface.
 *
 * @returns Stops it.
 */
export function startClock(): () => void {
  const tick = () => {
    now.value = Date.now();
  };
  tick();
  const timer = setInterval(tick, TICK_MS);
  return () => clearInterval(timer);
}
