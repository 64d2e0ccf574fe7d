/**
 * Measures the popup in Chromium: from navigation to the first paint of stored sessions. The real popup, not a tab with its page, and
 * beside it a real popup with one word: what the browser takes for the window.
 * The popup marks the moment when its sessions are in the document; they are seen with the first paint from then on.
 */
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { extensionFolder } from '../../api/_local/build-folders.ts';
import { openBrowser, openChromiumPopup } from '../support/browsers.ts';
import type { Row } from './report.ts';
import { medianOf, toSpread } from './spread.ts';
import { type BenchDevice, makeEmbeddedFile, startDevice, startMinimalProcess, toStored } from './surroundings.ts';

const OPENINGS = 15;
const SESSIONS = 4;

const PLAIN_PAGE = 'plain.html';

// As text: they run in the page.
const readPaint = (needsMark: boolean) => `new Promise((resolve) => {
  const read = () => {
    const [mark] = performance.getEntriesByName('mooring:first-sessions');
    const [paint] = performance.getEntriesByName('first-contentful-paint');
    if (paint && (mark || !${needsMark})) resolve({ markMs: mark?.startTime ?? 0, paintMs: paint.startTime, drawnMs: paint.paintTime, rows: document.body.innerText.split('Bench ').length - 1 });
    else requestAnimationFrame(read);
  };
  read();
})`;

type Times = {
  markMs: number;
  /** On the screen. */
  paintMs: number;
  /** Drawn, before the browser's compositor has it. */
  drawnMs: number;
  rows: number;
};

/** Returns the row. */
export async function measurePopupPaint(): Promise<Row[]> {
  const device = await startDevice(await makeEmbeddedFile());
  const serverUrl = await startMinimalProcess();
  // The folder is the benchmark's own.
  await writeFile(join(extensionFolder('chrome'), PLAIN_PAGE), '<!doctype html><title>plain</title><p>plain');
  const extension = await openBrowser('chromium');
  const opener = await extension.openPage('popup.html');
  await opener.evaluate(`chrome.storage.local.set(${JSON.stringify(await makeStored(device, serverUrl))})`);

  const shown: number[] = [];
  const marks: number[] = [];
  const draws: number[] = [];
  const plainShown: number[] = [];
  const plainDraws: number[] = [];
  const open = async (path: string): Promise<Times> => {
    await opener.evaluate(`chrome.action.setPopup({ popup: '${path}' })`);
    const popup = await openChromiumPopup(extension, opener, path);
    const times = (await popup.evaluate(readPaint(path !== PLAIN_PAGE))) as Times;
    await popup.close();
    return times;
  };
  for (let opening = 0; opening <= OPENINGS; opening++) {
    const { markMs, paintMs, drawnMs, rows } = await open('popup.html');
    if (rows < SESSIONS) throw new Error(`The popup showed ${rows} sessions instead of ${SESSIONS}.`);
    const plain = await open(PLAIN_PAGE);
    // The first one starts what the browser keeps running.
    if (opening === 0) continue;
    shown.push(Math.max(markMs, paintMs));
    marks.push(markMs);
    draws.push(drawnMs);
    plainShown.push(plain.paintMs);
    plainDraws.push(plain.drawnMs);
  }
  await extension.close();
  await device.backend.kill();
  const spread = toSpread(shown);
  return [
    {
      name: 'popup-paint',
      what: `popup: navigation to first paint of ${SESSIONS} stored sessions`,
      unit: 'ms',
      value: spread.median,
      spread,
      direct: { what: 'a popup of one word', value: medianOf(plainShown), spread: toSpread(plainShown) },
      goal: 60,
      note: `the sessions are in the document after ${medianOf(marks).toFixed(1)} ms and drawn after ${medianOf(draws).toFixed(1)} ms, the one word after ${medianOf(plainDraws).toFixed(1)} ms; the rest is the browser showing its window.`,
    },
  ];
}

/** What extension storage holds after this device has made its sessions. */
async function makeStored(device: BenchDevice, serverUrl: string): Promise<Record<string, unknown>> {
  const sessions: Awaited<ReturnType<BenchDevice['createSession']>>[] = [];
  for (let session = 1; session <= SESSIONS; session++) sessions.push(await device.createSession(serverUrl, `Bench ${session}`));
  return { ...toStored(device, sessions), recentUrls: [serverUrl] };
}
