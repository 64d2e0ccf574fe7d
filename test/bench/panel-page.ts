/** Owns the panel as benches measure it: opened on stored sessions in a browser that nobody watches, and what they do and read in its page. */
import type { Page } from 'puppeteer-core';
import { type BrowserKind, type ExtensionBrowserProcess, openBrowser } from '../support/browsers.ts';

/** Opens a browser whose extension has this in its storage, and the panel in it. */
export async function openPanel(
  kind: BrowserKind,
  stored: Record<string, unknown>,
): Promise<{ extension: ExtensionBrowserProcess; page: Page }> {
  const extension = await openBrowser(kind, { isWatched: false });
  const opener = await extension.openPage('popup.html');
  await opener.evaluate(`(globalThis.browser ?? globalThis.chrome).storage.local.set(${JSON.stringify(stored)})`);
  const page = await extension.openPage('sidepanel.html', { width: 460, height: 800 });
  await page.bringToFront();
  return { extension, page };
}

/** As text: it runs in the page. `taskMs` is the longest task from then on that took 50 ms or more; 0 in browsers that do not tell. */
export const WATCH_TASKS = `let taskMs = 0;
  const tasks = new PerformanceObserver((list) => { for (const { duration } of list.getEntries()) taskMs = Math.max(taskMs, duration); });
  if (PerformanceObserver.supportedEntryTypes.includes('longtask')) tasks.observe({ type: 'longtask' });`;

/** As text: the option of a list that begins with a name, or undefined. */
export const optionOf = (name: string): string =>
  `[...document.querySelectorAll('[role=option]')].find((option) => option.textContent.startsWith('${name}'))`;

/** Selects a tool, and waits until it is shown. */
export async function openTool(page: Page, tool: string): Promise<void> {
  await page.waitForFunction(`${optionOf(tool)} !== undefined`);
  await page.evaluate(`${optionOf(tool)}.click()`);
  await page.waitForFunction(`document.querySelector('.tool-detail h2')?.textContent === '${tool}'`);
}
