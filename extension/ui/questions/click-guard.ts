/**
 * Owns that a question which comes, changes or goes takes no click that was meant for something else: it comes only while the pointer rests, and
 * for a moment after everything has moved a click counts for nothing. So a server can't time a question to a click either.
 */
import { useEffect, useLayoutEffect, useState } from 'preact/hooks';

/** A pointer that has not moved for so long is not on its way to something, ms. */
const AT_REST_MS = 600;
/** A question waits no longer than this for a pointer that never rests, ms. */
const LONGEST_WAIT_MS = 3000;
/** Time to see that something has moved, ms. */
const GUARD_MS = 450;
/** A surface that has just opened has nothing that could be clicked yet, ms. */
const FRESH_MS = 1500;

let pointerMs = Number.NEGATIVE_INFINITY;
let guardedUntilMs = 0;

const notePointer = (): void => {
  pointerMs = performance.now();
};
function swallow(event: MouseEvent): void {
  // A click of the keyboard has no place, and goes to what has the focus.
  if (event.detail === 0 || performance.now() >= guardedUntilMs) return;
  event.preventDefault();
  event.stopImmediatePropagation();
}

/** Watches the pointer and guards clicks while the component is there. */
export function useClickGuard(): void {
  useEffect(() => {
    if (performance.now() > FRESH_MS) notePointer();
    for (const type of ['pointermove', 'pointerdown', 'wheel'])
      window.addEventListener(type, notePointer, { capture: true, passive: true });
    window.addEventListener('click', swallow, true);
    return () => {
      for (const type of ['pointermove', 'pointerdown', 'wheel']) window.removeEventListener(type, notePointer, true);
      window.removeEventListener('click', swallow, true);
    };
  }, []);
}

/** Returns those of the ids that may be drawn: what is new waits until the pointer rests. */
export function useHeldBack(ids: readonly string[]): ReadonlySet<string> {
  const [shown, setShown] = useState<ReadonlySet<string>>(new Set());
  const wanted = ids.join('\n');
  useEffect(() => {
    if (ids.every((id) => shown.has(id))) return;
    const sinceMs = performance.now();
    let timer: ReturnType<typeof setTimeout> | undefined;
    const show = (): void => {
      const nowMs = performance.now();
      const waitMs = Math.min(pointerMs + AT_REST_MS, sinceMs + LONGEST_WAIT_MS) - nowMs;
      if (waitMs > 0) timer = setTimeout(show, waitMs);
      else setShown(new Set(ids));
    };
    show();
    return () => clearTimeout(timer);
  }, [wanted]);
  return shown;
}

/** Guards clicks after each change of what is drawn; returns whether it does so now. */
export function useGuardAfter(drawn: string): boolean {
  const [isGuarding, setGuarding] = useState(false);
  useLayoutEffect(() => {
    guardedUntilMs = performance.now() + GUARD_MS;
    setGuarding(true);
    const timer = setTimeout(() => setGuarding(false), GUARD_MS);
    return () => clearTimeout(timer);
  }, [drawn]);
  return isGuarding;
}
