/**
 * Measures the popup in Chromium: from navigation to the first paint of stored sessions. The real popup, not a tab with its page.
 * The popup marks the moment when its sessions are in the document; they are seen with the first paint from then on.
 */
import type { Page } from 'puppeteer-core';
import { openBrowser, openChromiumPopup } from '../support/browsers.ts';
import type { Row } from './report.ts';
import { medianOf, toSpread } from './spread.ts';
import { type BenchDevice, makeEmbeddedFile, startDevice, startMinimalProcess } from './surroundings.ts';

const OPENINGS = 15;
const SESSIONS = 4;

// As text: they run in the page.
const READ_TIMES = `new Promise((resolve) => {
  const read = () => {
    const [mark] = performance.getEntriesByName('mooring:first-sessions');
    const [paint] = performance.getEntriesByName('first-contentful-paint');
    if (mark && paint) resolve({ markMs: mark.startTime, paintMs: paint.startTime, drawnMs: paint.paintTime, rows: document.body.innerText.split('Bench ').length - 1 });
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
  const extension = await openBrowser('chromium');
  const opener = await extension.openPage('popup.html');
  await opener.evaluate(`chrome.storage.local.set(${JSON.stringify(await makeStored(device, serverUrl))})`);

  const shown: number[] = [];
  const marks: number[] = [];
  const draws: number[] = [];
  const plain: number[] = [];
  for (let opening = 0; opening <= OPENINGS; opening++) {
    const popup = await openChromiumPopup(extension, opener);
    const { markMs, paintMs, drawnMs, rows } = (await popup.evaluate(READ_TIMES)) as Times;
    await popup.close();
    if (rows < SESSIONS) throw new Error(`The popup showed ${rows} sessions instead of ${SESSIONS}.`);
    const plainMs = await paintPlainPage(extension.browser.newPage());
    // The first one starts what the browser keeps running.
    if (opening === 0) continue;
    shown.push(Math.max(markMs, paintMs));
    marks.push(markMs);
    draws.push(drawnMs);
    plain.push(plainMs);
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
      direct: { what: 'a page of one word', value: medianOf(plain), spread: toSpread(plain) },
      goal: 60,
      note: `the sessions are in the document after ${medianOf(marks).toFixed(1)} ms and drawn after ${medianOf(draws).toFixed(1)} ms; the rest is the browser showing its window.`,
    },
  ];
}

/** What extension storage holds after this device has made its sessions. */
async function makeStored({ backend, credential, createSession }: BenchDevice, serverUrl: string): Promise<Record<string, unknown>> {
  const backendUrl = backend.url;
  const sessions: Record<string, unknown>[] = [];
  for (let session = 1; session <= SESSIONS; session++)
    sessions.push({ ...(await createSession(serverUrl, `Bench ${session}`)), backendUrl, transportChoice: 'auto' });
  return {
    version: 1,
    settings: { backendUrl, deviceName: '', accessCode: '' },
    credentials: [{ backendUrl, ...credential }],
    sessions,
    recentUrls: [serverUrl],
  };
}

/** Navigation to first paint of the least that there is to paint, in a tab of its own. */
async function paintPlainPage(opening: Promise<Page>): Promise<number> {
  const page = await opening;
  await page.goto('data:text/html,<title>plain</title><p>plain');
  const paintMs = await page.evaluate(`new Promise((resolve) => {
    const read = () => {
      const [paint] = performance.getEntriesByName('first-contentful-paint');
      if (paint) resolve(paint.startTime);
      else requestAnimationFrame(read);
    };
    read();
  })`);
  await page.close();
  return Number(paintMs);
}
