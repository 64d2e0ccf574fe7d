/**
 * Owns looking at a surface: pictures in every size and colour scheme, and what a picture must never show: overflow, unnamed controls,
 * barriers, errors. Every screen that a test looks at is looked at for all of these.
 */
import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { Page, SerializedAXNode } from 'puppeteer-core';
import type { ExtensionBrowserProcess } from './browsers.ts';
import { firefoxChrome } from './firefox-chrome.ts';
import type { Surface } from './surfaces.ts';
import { findBarriers } from './surfaces-axe.ts';
import { readScreen, type ScreenQuery } from './surfaces-screen.ts';

const OUT = fileURLToPath(new URL('../e2e/out', import.meta.url));
const SCHEMES = ['light', 'dark'] as const;
const NEEDS_NAME = new Set(['button', 'link', 'textbox', 'searchbox', 'combobox', 'radio', 'checkbox', 'tab', 'option', 'menuitem']);
/**
 * What a browser says about a request that failed, which the surface says too, in its own words; and what Firefox says of a page that was
 * closed or loaded again while it waited for the browser.
 */
const NETWORK_ERROR =
  /^Failed to load resource|NetworkError|Cross-Origin Request Blocked|^Promise (?:resolved|rejected) after context unloaded/;

export type Watch = {
  /** Errors in the console and violations of the content security policy since the page was watched. */
  problems(): Promise<string[]>;
};

/** Has on record what goes wrong in a page from now on; in Chromium it is loaded again, so that its start is too. */
export async function watch(extension: ExtensionBrowserProcess, { page }: Surface): Promise<Watch> {
  if (extension.kind === 'firefox') {
    const chrome = firefoxChrome(extension.browser);
    // Its console keeps what pages said before anybody listened.
    return { problems: async () => (await chrome.errorsOf(extension.origin)).filter((text) => !NETWORK_ERROR.test(text)) };
  }
  const errors: string[] = [];
  page.on('console', (message) => {
    if (message.type() === 'error' && !NETWORK_ERROR.test(message.text())) errors.push(message.text());
  });
  page.on('pageerror', (error) => errors.push(String(error)));
  await page.reload();
  return { problems: async () => [...errors] };
}

/**
 * Takes a picture in each width and colour scheme, and has an accessibility engine look at the page in both schemes.
 *
 * @returns What is wrong with what they show, one line each.
 */
export async function shoot(
  extension: ExtensionBrowserProcess,
  { page }: Surface,
  name: string,
  sizes: { widths: readonly number[]; height: number },
): Promise<string[]> {
  await mkdir(OUT, { recursive: true });
  await page.bringToFront();
  const flaws: string[] = [];
  for (const scheme of SCHEMES) {
    await setColorScheme(extension, page, scheme);
    for (const width of sizes.widths) {
      const picture = `${extension.kind}-${name}-${width}-${scheme}`;
      await page.setViewport({ width, height: sizes.height });
      const [scrollWidth, clientWidth] =
        (await page.evaluate(`new Promise((resolve) => requestAnimationFrame(() => requestAnimationFrame(() => {
        const { scrollWidth, clientWidth } = document.scrollingElement;
        resolve([scrollWidth, clientWidth]);
      })))`)) as [number, number];
      if (scrollWidth > clientWidth) flaws.push(`${picture}: ${scrollWidth - clientWidth} px too wide`);
      await page.screenshot({ path: join(OUT, `${picture}.png`) });
    }
    flaws.push(...(await findBarriers(page)).map((barrier) => `${extension.kind}-${name}-${scheme}: ${barrier}`));
  }
  const query: ScreenQuery = { kind: 'unnamed' };
  const unnamed = (await page.evaluate(readScreen, query)) as string[];
  flaws.push(...unnamed.map((html) => `${extension.kind}-${name}: no name: ${html}`));
  // What Chromium tells screen readers is the real thing; Firefox has no way to ask.
  if (extension.kind === 'chromium') {
    const nodes = flatten(await page.accessibility.snapshot());
    flaws.push(
      ...nodes.filter(({ role, name: said }) => NEEDS_NAME.has(role) && !said).map(({ role }) => `${name}: a ${role} without a name`),
    );
  }
  return flaws;
}

// As text: it runs in the page. A border of a letter may stand out by a pixel. What comes from outside may be longer than any place:
// it stands in <bdi> or is told by its dir.
const READ_CUT_OFF = `[...document.querySelectorAll('button, label, legend, summary, h1, h2, h3, dt, p, small, .clip, .tab, .chip')]
  .filter((element) => element.checkVisibility({ visibilityProperty: true }) && !element.closest('.unseen'))
  .filter((element) => !element.matches('bdi, [dir]') && !element.querySelector('bdi, [dir]'))
  .filter((element) => getComputedStyle(element).display !== 'inline' && element.scrollWidth > element.clientWidth + 1)
  .map((element) => element.textContent)`;

/** Returns the texts that do not fit where they stand, at a size of the window. */
export async function findCutOff({ page }: Surface, size: { width: number; height: number }): Promise<string[]> {
  await page.setViewport(size);
  await page.evaluate('new Promise((resolve) => requestAnimationFrame(() => requestAnimationFrame(resolve)))');
  return (await page.evaluate(READ_CUT_OFF)) as string[];
}

async function setColorScheme(extension: ExtensionBrowserProcess, page: Page, scheme: 'light' | 'dark'): Promise<void> {
  if (extension.kind === 'firefox') await firefoxChrome(extension.browser).setColorScheme(scheme);
  else await page.emulateMediaFeatures([{ name: 'prefers-color-scheme', value: scheme }]);
  await page.waitForFunction(`matchMedia('(prefers-color-scheme: ${scheme})').matches`);
}

const flatten = (node: SerializedAXNode | null): SerializedAXNode[] =>
  node === null ? [] : [node, ...(node.children ?? []).flatMap(flatten)];
