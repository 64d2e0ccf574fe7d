/** Owns doing long work in short turns, so that a page can draw and listen in between. What the work is, is a generator's. */

/** How long one turn lasts: a quarter of a frame at 60 Hz. */
const TURN_MS = 4;

/** Lets everything that waits have its turn. */
export function nextTurn(): Promise<void> {
  // Not scheduler.yield: what goes on after it comes before the drawing, for 100 ms at a time in Chromium.
  return new Promise((resolve) => {
    const { port1, port2 } = new MessageChannel();
    // A timer of zero would wait four milliseconds each time.
    port1.onmessage = () => {
      port1.close();
      resolve();
    };
    port2.postMessage(undefined);
  });
}

/** Returns what to await between two parts of long work: it gives others their turn when this one has lasted long enough. */
export function takeTurns(): () => Promise<void> {
  let began = performance.now();
  return async () => {
    if (performance.now() - began < TURN_MS) return;
    await nextTurn();
    began = performance.now();
  };
}

/**
 * Runs a generator to its end and returns what it returns; whenever it yields, its turn may be over.
 *
 * @throws The signal's reason when it is aborted meanwhile.
 */
export async function inSlices<T>(work: Generator<unknown, T>, signal?: AbortSignal): Promise<T> {
  let began = performance.now();
  for (;;) {
    const step = work.next();
    if (step.done) return step.value;
    if (performance.now() - began < TURN_MS) continue;
    await nextTurn();
    signal?.throwIfAborted();
    began = performance.now();
  }
}
