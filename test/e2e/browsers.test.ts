/** Proves that the browsers under test are what the other tests take them for: the built extension, kept by a profile, with a background that can be ended. */
import { afterEach, describe, expect, it } from 'vitest';
import {
  awaitChromiumPanel,
  type BrowserKind,
  type ExtensionBrowserProcess,
  makeProfile,
  openBrowser,
  openChromiumPopup,
} from '../support/browsers.ts';

const opened: ExtensionBrowserProcess[] = [];
const open = async (kind: BrowserKind, profile?: string): Promise<ExtensionBrowserProcess> => {
  const browser = await openBrowser(kind, profile === undefined ? {} : { profile });
  opened.push(browser);
  return browser;
};
afterEach(async () => {
  await Promise.all(opened.splice(0).map((browser) => browser.close()));
});

describe.each(['chromium', 'firefox'] as const)('%s', (kind) => {
  it('draws popup and panel', async () => {
    const browser = await open(kind);
    for (const path of ['popup.html', 'sidepanel.html']) {
      const page = await browser.openPage(path, { width: 380, height: 600 });
      expect(await page.evaluate('location.href')).toBe(`${browser.origin}/${path}`);
      await page.waitForFunction('document.body.innerText.trim().length > 0');
    }
  });

  it('keeps the extension and what it stored when it is closed and opened', async () => {
    const profile = await makeProfile();
    const first = await open(kind, profile);
    const before = await first.openPage('popup.html');
    await before.evaluate(`${api(kind)}.storage.local.set({ kept: 'by the profile' })`);
    await first.close();
    const second = await open(kind, profile);
    const after = await second.openPage('popup.html');
    expect(await after.evaluate(`${api(kind)}.storage.local.get('kept')`)).toEqual({ kept: 'by the profile' });
  });

  it('ends the background', async () => {
    const browser = await open(kind);
    const page = await browser.openPage('popup.html');
    const backgrounds = `${api(kind)}.runtime.getContexts({ contextTypes: ['BACKGROUND'] }).then((contexts) => contexts.length)`;
    await page.waitForFunction(`${backgrounds}.then((count) => count === 1)`);
    await browser.killBackground();
    await page.waitForFunction(`${backgrounds}.then((count) => count === 0)`);
  });
});

describe('chromium', () => {
  it('opens the real popup, and from it the real panel', async () => {
    const browser = await open('chromium');
    const tab = await browser.openPage('popup.html');
    const popup = await openChromiumPopup(browser, tab);
    const contexts = await tab.evaluate(`chrome.runtime.getContexts({ contextTypes: ['POPUP'] })`);
    expect(contexts).toHaveLength(1);
    await popup.waitForSelector('button');
    await tab.bringToFront();
    // A panel opens for a click alone, and only when the click's own task asks for it.
    await tab.evaluate(`chrome.windows.getCurrent().then(({ id: windowId }) => {
      const button = document.createElement('button');
      Object.assign(button, { id: 'open-panel', textContent: 'Open the panel', onclick: () => chrome.sidePanel.open({ windowId }) });
      document.body.prepend(button);
    })`);
    const panel = await awaitChromiumPanel(browser, () => tab.click('#open-panel'));
    await panel.waitForSelector('body *:not(script)');
    expect(await tab.evaluate(`chrome.runtime.getContexts({ contextTypes: ['SIDE_PANEL'] })`)).toHaveLength(1);
  });
});

const api = (kind: BrowserKind): string => (kind === 'chromium' ? 'chrome' : 'browser');
