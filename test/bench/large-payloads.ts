/**
 * Measures the longest frame of the panel in Chromium while ten megabytes are read as a resource, and while a result of ten megabytes is
 * copied and saved.
 */
import { makeText, startResultsServer } from '../support/results-server.ts';
import { openPanel, openTool, optionOf, WATCH_TASKS } from './panel-page.ts';
import type { Row } from './report.ts';
import { medianOf, toSpread } from './spread.ts';
import { makeEmbeddedFile, startDevice, toStored } from './surroundings.ts';

const RUNS = 5;

// As text: it runs in the page. Does something and waits until it is done; tells the longest frame meanwhile.
const during = (act: string, isDone: string) => `new Promise((resolve, reject) => {
  let last;
  let worst = 0;
  let rest = 20;
  const startedAt = performance.now();
  ${WATCH_TASKS}
  const turn = (now) => {
    if (last !== undefined) worst = Math.max(worst, now - last);
    last = now;
    if (now - startedAt > 30000) return reject(new Error('It was never done.'));
    // What follows belongs to it.
    if ((${isDone}) && rest-- <= 0) return resolve({ worst, taskMs });
    requestAnimationFrame(turn);
  };
  requestAnimationFrame((now) => { turn(now); ${act}; });
})`;
const click = (name: string, within = '') =>
  `[...document.querySelectorAll('${within} button')].find((button) => button.textContent.startsWith('${name}')).click()`;

type Times = { worst: number; taskMs: number };

/** Returns a row for each act. */
export async function measureLargePayloads(): Promise<Row[]> {
  const device = await startDevice(await makeEmbeddedFile());
  const server = await startResultsServer();
  const resources = Array.from({ length: RUNS }, (_, at) => ({ uri: `bench://large/${at}`, name: `large-${at}` }));
  server.on('resources/list', ({ result }) => result({ resources }));
  server.on('resources/templates/list', ({ result }) => result({ resourceTemplates: [] }));
  server.on('resources/read', ({ message, result }) => result({ contents: [{ uri: message.params?.['uri'], text: makeText() }] }));
  const session = await device.createSession(server.url, 'Bench');
  const { extension, page } = await openPanel('chromium', toStored(device, [session]));
  const rows: Row[] = [];
  const measure = async (what: string, act: (run: number) => string, isDone: (run: number) => string): Promise<void> => {
    const times: Times[] = [];
    for (let run = 0; run < RUNS; run++) times.push((await page.evaluate(during(act(run), isDone(run)))) as Times);
    const spread = toSpread(times.map(({ worst }) => worst));
    rows.push({
      name: `payload-${what.split(' ')[0]}`,
      what: `panel: longest frame while 10 MB are ${what}`,
      unit: 'ms',
      value: spread.median,
      spread,
      goal: 50,
      note: `longest task of the page: ${medianOf(times.map(({ taskMs }) => taskMs)).toFixed(0)} ms (0: none of 50 or more).`,
    });
  };

  await openTool(page, 'rows');
  await page.evaluate(click('Run', '.actions'));
  await page.waitForSelector('.result:not(.running) .code-scroll');
  const copies = `globalThis.copied = undefined; navigator.clipboard.writeText = async (text) => { globalThis.copied = text.length }; `;
  await measure(
    'copied',
    () => `${copies}${click('Cop', '.result')}`,
    () => 'globalThis.copied > 9_000_000',
  );
  const saves = `globalThis.saved = undefined; URL.createObjectURL = (blob) => { globalThis.saved = blob.size; return '#' }; `;
  await measure(
    'saved',
    () => `${saves}${click('Save', '.result')}`,
    () => 'globalThis.saved > 9_000_000',
  );
  await page.evaluate(
    `[...document.querySelectorAll('[role=tab]')].find(({ textContent }) => textContent.startsWith('Resources')).click()`,
  );
  await page.waitForFunction(`${optionOf('large-4')} !== undefined`);
  await measure(
    'read as a resource',
    (run) => `${optionOf(`large-${run}`)}.click()`,
    (run) =>
      `document.querySelector('#resource-name')?.textContent === 'large-${run}' && document.querySelector('.resource-view .code-scroll')`,
  );
  await extension.close();
  await device.backend.kill();
  return rows;
}
