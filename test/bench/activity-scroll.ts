/**
 * Measures the Activity room in Chromium with ten thousand entries, as long as a panel keeps them: how long the longest frame takes while the list is
 * scrolled from end to end, while it jumps, and while keys move through it. What is on a screen is drawn sixty times a second at most, so no
 * frame is shorter than 16.7 ms.
 */
import { aFileOf } from '../support/activity-files.ts';
import { openPanel, WATCH_TASKS } from './panel-page.ts';
import type { Row } from './report.ts';
import { toSpread } from './spread.ts';
import { makeEmbeddedFile, startDevice, startMinimalProcess, toStored } from './surroundings.ts';

const ENTRIES = 10_000;
const FRAMES = 300;
const RUNS = 5;

// As text: they run in the page.
const dropFile = (text: string) => `(() => {
  const dataTransfer = new DataTransfer();
  dataTransfer.items.add(new File([${JSON.stringify(text)}], 'long.jsonl'));
  document.querySelector('.activity-room').dispatchEvent(new DragEvent('drop', { bubbles: true, cancelable: true, dataTransfer }));
})()`;
const frames = (act: string) => `new Promise((resolve) => {
  const list = document.querySelector('.events');
  const reach = list.scrollHeight - list.clientHeight;
  const times = [];
  ${WATCH_TASKS}
  let last;
  const frame = (now) => {
    if (last !== undefined) times.push(now - last);
    last = now;
    if (times.length >= ${FRAMES}) return resolve({ times, taskMs });
    const at = times.length;
    ${act}
    requestAnimationFrame(frame);
  };
  requestAnimationFrame(frame);
})`;
const WAYS = {
  'from end to end': 'list.scrollTop = (reach * at) / 299;',
  'with jumps': 'list.scrollTop = reach * ((at * 0.618) % 1);',
  'by keys': `const row = list.querySelector('[tabindex="0"]');
    row.focus();
    row.dispatchEvent(new KeyboardEvent('keydown', { key: at % 50 === 0 ? 'Home' : 'PageDown', bubbles: true, cancelable: true }));`,
};

/** Returns a row for each way to go through the list. */
export async function measureActivityScroll(): Promise<Row[]> {
  const device = await startDevice(await makeEmbeddedFile());
  const session = await device.createSession(await startMinimalProcess(), 'Bench');
  const { extension, page } = await openPanel('chromium', {
    ...toStored(device, [session]),
    [`room:${session.id}`]: { inspector: { room: 'activity' } },
  });
  await page.waitForSelector('.activity-room .events li');
  await page.evaluate(dropFile(aFileOf(ENTRIES)));
  await page.waitForSelector(`.events li[aria-setsize="${ENTRIES}"]`);
  const rows: Row[] = [];
  for (const [way, act] of Object.entries(WAYS)) {
    const runs: { times: number[]; taskMs: number }[] = [];
    for (let run = 0; run < RUNS; run++) runs.push((await page.evaluate(frames(act))) as { times: number[]; taskMs: number });
    const spread = toSpread(runs.map(({ times }) => Math.max(...times)));
    const taskMs = Math.max(...runs.map((run) => run.taskMs));
    rows.push({
      name: `activity-${way.replaceAll(' ', '-')}`,
      what: `activity of ${ENTRIES.toLocaleString('en')} entries, scrolled ${way}: longest frame`,
      unit: 'ms',
      value: spread.median,
      spread,
      goal: 50,
      note: taskMs === 0 ? 'the page itself never took 50 ms.' : `the longest task of the page took ${taskMs} ms.`,
    });
  }
  await extension.close();
  await device.backend.kill();
  return rows;
}
