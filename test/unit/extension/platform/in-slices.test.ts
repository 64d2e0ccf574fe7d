/** Proves that long work lets the page be drawn, and does not wait for a drawing that never comes. */
import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { freshTurn, inSlices, nextTurn, takeTurns } from '../../../../extension/platform/in-slices.ts';

let now = 0;
let frames: FrameRequestCallback[] = [];
/** Draws the page. */
const draw = () => {
  for (const frame of frames.splice(0)) frame(now);
};

beforeEach(() => {
  // Later than in the test before: the module remembers when it last waited.
  now += 1000;
  frames = [];
  vi.spyOn(performance, 'now').mockImplementation(() => now);
  vi.stubGlobal('requestAnimationFrame', (frame: FrameRequestCallback) => frames.push(frame));
});
afterEach(() => {
  vi.restoreAllMocks();
  vi.unstubAllGlobals();
  vi.useRealTimers();
});

/** Work that takes so long a step. */
function* workOf(steps: number, stepMs: number): Generator<void, string> {
  for (let step = 0; step < steps; step++) {
    now += stepMs;
    yield;
  }
  return 'done';
}

it('waits for the drawing when the page was not drawn for a frame', async () => {
  const settled = vi.fn();
  const turn = nextTurn().then(settled);
  expect(frames).toHaveLength(1);
  await new Promise((resolve) => setImmediate(resolve));
  expect(settled).not.toHaveBeenCalled();
  draw();
  await turn;
  expect(settled).toHaveBeenCalledOnce();
});

it('waits for nothing but messages while the page has just been drawn', async () => {
  const first = nextTurn();
  draw();
  await first;
  now += 10;
  await nextTurn();
  expect(frames).toEqual([]);
});

it('begins a fresh turn with a drawing, however short ago the last one was', async () => {
  const first = nextTurn();
  draw();
  await first;
  const fresh = freshTurn();
  expect(frames).toHaveLength(1);
  draw();
  await fresh;
});

it('draws the page once a frame while work goes on', async () => {
  let drawings = 0;
  vi.stubGlobal('requestAnimationFrame', (frame: FrameRequestCallback) => {
    drawings++;
    queueMicrotask(() => frame(now));
  });
  expect(await inSlices(workOf(40, 4))).toBe('done');
  expect(drawings).toBe(10);
});

it('gives no turn to work that is short', async () => {
  expect(await inSlices(workOf(3, 1))).toBe('done');
  const turn = takeTurns();
  now += 3;
  await turn();
  expect(frames).toEqual([]);
});

it('goes on in a page that nobody sees: it is never drawn', async () => {
  vi.spyOn(document, 'visibilityState', 'get').mockReturnValue('hidden');
  expect(await inSlices(workOf(40, 4))).toBe('done');
  expect(frames).toEqual([]);
});

it('goes on when the drawing does not come although the page is said to be seen', async () => {
  vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] });
  const turn = nextTurn();
  await vi.advanceTimersByTimeAsync(50);
  await turn;
  expect(frames).toHaveLength(1);
});
