/** Owns doing long work in short turns, so that a page can draw and listen in between. What the work is, is a generator's. */

/** How long one turn lasts: a quarter of a frame at 60 Hz. */
const TURN_MS = 4;
/** How long a page goes undrawn before work waits for the drawing: a frame at 60 Hz. */
const UNDRAWN_MS = 16;
/** How long the drawing is waited for, when the browser does not draw the page although it says so. */
const DRAWING_WAIT_MS = 50;

/** When work last waited for the drawing, on the page's clock. */
let drawnAt = Number.NEGATIVE_INFINITY;

/** Lets everything that waits have its turn, the drawing of the page included. */
export async function nextTurn(): Promise<void> {
  // Firefox draws after messages, tasks and timers of zero for up to 80 ms at a time, however short each is.
  if (performance.now() - drawnAt >= UNDRAWN_MS) await nextDrawing();
  await nextMessage();
}

/** Gives a turn right after the page was drawn, to work that takes longer than one and can't be cut. */
export async function freshTurn(): Promise<void> {
  await nextDrawing();
  await nextMessage();
}

/** Waits until the page is about to be drawn, if anybody sees it. */
async function nextDrawing(): Promise<void> {
  if (globalThis.document?.visibilityState !== 'visible') return;
  await new Promise<void>((resolve) => {
    const timer = setTimeout(resolve, DRAWING_WAIT_MS);
    requestAnimationFrame(() => {
      clearTimeout(timer);
      resolve();
    });
  });
  drawnAt = performance.now();
}

function nextMessage(): Promise<void> {
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
