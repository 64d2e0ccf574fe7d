/**
 * Measures the longest frame of the panel while a result of ten megabytes arrives, is drawn and is scrolled through, in both browsers: the
 * longest time between two turns of the page's drawing, which come every 17 ms when nothing holds them up. Beside it the same for a result
 * of one line: on a machine with other work, the browser itself misses turns. What the page alone takes is told by Chromium's long tasks.
 */
import { buildExtension } from '../../api/_local/build-extension.ts';
import type { BrowserKind } from '../support/browsers.ts';
import { startResultsServer } from '../support/results-server.ts';
import { openPanel, openTool, WATCH_TASKS } from './panel-page.ts';
import type { Row } from './report.ts';
import { medianOf, toSpread } from './spread.ts';
import { makeEmbeddedFile, startDevice, toStored } from './surroundings.ts';

const RUNS = 7;
const RESULTS = { text: 'text', rows: 'JSON' } as const;
const ONE_LINE = 'fails';

// As text: it runs in the page. Runs the tool that is open, waits for its result, then scrolls it from end to end.
const runAndWatch = `new Promise((resolve, reject) => {
  let last = performance.now();
  let phase = 'arrives';
  const gaps = { arrives: 0, scrolls: 0 };
  const startedAt = last;
  ${WATCH_TASKS}
  let steps = 0;
  const turn = (now) => {
    gaps[phase] = Math.max(gaps[phase], now - last);
    last = now;
    const box = document.querySelector('.result .code-scroll');
    const isThere = box && document.querySelector('.result:not(.running)') && !document.querySelector('.result[data-old]');
    if (now - startedAt > 30000) return reject(new Error('No result came.'));
    if (!isThere) return requestAnimationFrame(turn);
    steps++;
    // What follows the first drawing belongs to it.
    if (steps === 30) phase = 'scrolls';
    if (steps > 30) box.scrollTop = (box.scrollHeight - box.clientHeight) * ((steps - 30) / 60);
    if (steps > 90) return resolve({ ...gaps, taskMs });
    requestAnimationFrame(turn);
  };
  requestAnimationFrame((now) => { last = now; turn(now); });
  document.querySelector('.result')?.setAttribute('data-old', '');
  [...document.querySelectorAll('.actions button')].find((button) => button.textContent === 'Run').click();
})`;

type Gaps = {
  arrives: number;
  scrolls: number;
  /** Longest turn of the page's own that took 50 ms or more, Chromium only; 0 where there was none. */
  taskMs: number;
};

/** Returns the rows. */
export async function measureFrames(): Promise<Row[]> {
  await buildExtension('firefox');
  const device = await startDevice(await makeEmbeddedFile());
  const server = await startResultsServer();
  const session = await device.createSession(server.url, 'Bench');
  const stored = toStored(device, [session]);
  const rows: Row[] = [];
  for (const kind of ['chromium', 'firefox'] as const) rows.push(...(await measureIn(kind, stored)));
  await device.backend.kill();
  return rows;
}

async function measureIn(kind: BrowserKind, stored: Record<string, unknown>): Promise<Row[]> {
  const { extension, page } = await openPanel(kind, stored);
  const measure = async (tool: string): Promise<Gaps[]> => {
    await openTool(page, tool);
    const gaps: Gaps[] = [];
    for (let run = 0; run < RUNS; run++) gaps.push((await page.evaluate(runAndWatch)) as Gaps);
    return gaps;
  };
  const line = toSpread((await measure(ONE_LINE)).map(({ arrives }) => arrives));
  const rows: Row[] = [];
  for (const [tool, what] of Object.entries(RESULTS)) {
    const gaps = await measure(tool);
    const spread = toSpread(gaps.map(({ arrives }) => arrives));
    const scrolled = medianOf(gaps.map(({ scrolls }) => scrolls)).toFixed(0);
    const tasks = gaps.map(({ taskMs }) => taskMs).filter((ms) => ms > 0);
    const held = tasks.length === 0 ? 'in no run' : `in ${tasks.length} of ${RUNS} runs, for ${medianOf(tasks).toFixed(0)} ms`;
    rows.push({
      name: `frame-${what.toLowerCase()}-${kind}`,
      what: `panel in ${kind}: longest frame while 10 MB of ${what} arrive`,
      unit: 'ms',
      value: spread.median,
      spread,
      direct: { what: 'one line', value: line.median, spread: line },
      goal: 50,
      note: `scrolled from end to end in one second: ${scrolled} ms.${kind === 'chromium' ? ` Held up by the page itself ${held}.` : ''}`,
    });
  }
  await extension.close();
  return rows;
}
