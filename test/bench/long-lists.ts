/**
 * Measures the longest frame of the panel on a server that offers a lot, a thousand tools and 1,200 resources, while a list arrives, is
 * filtered letter by letter, and is selected from; in both browsers. Each act is measured over the frames that follow it.
 */
import { buildExtension } from '../../api/_local/build-extension.ts';
import type { BrowserKind } from '../support/browsers.ts';
import { startScriptedServer } from '../support/scripted-server.ts';
import { openPanel } from './panel-page.ts';
import type { Row } from './report.ts';
import { toSpread } from './spread.ts';
import { makeEmbeddedFile, startDevice, toStored } from './surroundings.ts';

const RUNS = 5;
const TOOLS = 1000;
const RESOURCES = 1200;
const ROOMS = { Tools: TOOLS, Resources: RESOURCES } as const;

// As text: it runs in the page. Opens a room, filters its list and selects in it; tells the longest frame of each.
const walk = (room: string) => `(async () => {
  const frame = () => new Promise((resolve) => requestAnimationFrame(resolve));
  const measure = async (act, frames) => {
    let before = await frame();
    act();
    let worst = 0;
    for (let n = 0; n < frames; n++) {
      const at = await frame();
      worst = Math.max(worst, at - before);
      before = at;
    }
    return worst;
  };
  const tab = (name) => [...document.querySelectorAll('[role=tab]')].find(({ textContent }) => textContent.startsWith(name));
  const options = () => document.querySelectorAll('.tool-list [role=option]');
  const type = (text) => () => {
    const input = document.querySelector('.filter input');
    input.value = text;
    input.dispatchEvent(new InputEvent('input', { bubbles: true }));
  };
  tab('Session').click();
  await frame();
  const opened = await measure(() => tab(${JSON.stringify(room)}).click(), 30);
  if (options().length === 0) throw new Error('The list is empty.');
  const typed = [];
  for (const text of ['n', 'nu', 'num', 'number 9', 'number 99', 'number 9', 'num', '']) typed.push(await measure(type(text), 10));
  const selected = [];
  for (const at of [2, 90, 40]) selected.push(await measure(() => options()[at].click(), 10));
  return { opened, typed: Math.max(...typed), selected: Math.max(...selected) };
})()`;

type Frames = { opened: number; typed: number; selected: number };

/** Returns a row for each list and browser: the longest frame of all acts of a run, the median of the runs. */
export async function measureLongLists(): Promise<Row[]> {
  await buildExtension('firefox');
  const device = await startDevice(await makeEmbeddedFile());
  const server = await startScriptedServer();
  const named = (of: string, count: number) =>
    Array.from({ length: count }, (_, at) => ({
      name: `${of}-${at}`,
      description: `Does what number ${at} does, in a sentence of usual length`,
    }));
  server.on('tools/list', (exchange) =>
    exchange.result({ tools: named('tool', TOOLS).map((tool) => ({ ...tool, inputSchema: { type: 'object' } })) }),
  );
  server.on('resources/list', (exchange) =>
    exchange.result({ resources: named('resource', RESOURCES).map((resource, at) => ({ ...resource, uri: `bench://resources/${at}` })) }),
  );
  server.on('resources/templates/list', (exchange) => exchange.result({ resourceTemplates: [] }));
  server.on('resources/read', (exchange) => exchange.result({ contents: [{ uri: 'bench://resources/0', text: 'one line' }] }));
  const session = await device.createSession(server.url, 'Bench');
  const stored = toStored(device, [session]);
  const rows: Row[] = [];
  for (const kind of ['chromium', 'firefox'] as const) rows.push(...(await measureIn(kind, stored)));
  await device.backend.kill();
  return rows;
}

async function measureIn(kind: BrowserKind, stored: Record<string, unknown>): Promise<Row[]> {
  const { extension, page } = await openPanel(kind, stored);
  await page.waitForSelector('.tool-list [role=option]');
  const rows: Row[] = [];
  for (const [room, count] of Object.entries(ROOMS)) {
    const runs: Frames[] = [];
    for (let run = 0; run < RUNS; run++) runs.push((await page.evaluate(walk(room))) as Frames);
    const spread = toSpread(runs.map(({ opened, typed, selected }) => Math.max(opened, typed, selected)));
    const medians = (['opened', 'typed', 'selected'] as const).map(
      (act) => `${act} ${toSpread(runs.map((run) => run[act])).median.toFixed(0)} ms`,
    );
    rows.push({
      name: `list-${room.toLowerCase()}-${kind}`,
      what: `panel in ${kind}: longest frame with ${count.toLocaleString('en')} ${room.toLowerCase()}`,
      unit: 'ms',
      value: spread.median,
      spread,
      goal: 50,
      note: `${medians.join(', ')}.`,
    });
  }
  await extension.close();
  return rows;
}
