/**
 * Proves that the popup offers the MCP servers of the page in front, as a click on the toolbar button lets it look there.
 * In both browsers the real popup, opened by its button: a tab with the popup's page would look at itself.
 */
import type { Page } from 'puppeteer-core';
import { beforeAll, describe, expect, it } from 'vitest';
import { awaitChromiumPanel, type BrowserKind, type ExtensionBrowserProcess, openBrowser } from '../support/browsers.ts';
import { type Everything, startEverything } from '../support/everything.ts';
import { readFirefoxId } from '../support/extension-ids.ts';
import { firefoxChrome } from '../support/firefox-chrome.ts';
import { startKv } from '../support/kv.ts';
import { openFreshPopup, type PopupPage, toPopup } from '../support/popup-page.ts';
import { startBackend } from '../support/processes.ts';
import { eventually, toSurface } from '../support/surfaces.ts';
import { startWebSite } from '../support/surfaces-sites.ts';

type Stage = { server: Everything; extension: ExtensionBrowserProcess; backendUrl: string; siteUrl: string };

async function setStage(kind: BrowserKind): Promise<Stage> {
  const kv = await startKv();
  const [backend, server, extension] = await Promise.all([startBackend(kv.env), startEverything(), openBrowser(kind)]);
  const config = encodeURIComponent(JSON.stringify({ name: 'Sample', type: 'http', url: server.url }));
  const cursor = Buffer.from(JSON.stringify({ url: 'https://cursor.mcp.dev/mcp' })).toString('base64');
  const site = await startWebSite(`
    <a href="vscode:mcp/install?${config}">Install in VS Code</a>
    <a href="cursor://anysphere.cursor-deeplink/mcp/install?name=Charts&config=${cursor}">Add to Cursor</a>
    <pre><code>claude mcp add --transport http notes https://notes.mcp.dev/mcp</code></pre>
    <p>Nothing: <a href="/docs/mcp">documentation</a>, <code>https://mcp.example.com/mcp</code></p>`);
  return { server, extension, backendUrl: backend.url, siteUrl: site.url };
}

describe('the real popup on a web page in chromium', () => {
  let stage: Stage;
  let tab: Page;

  beforeAll(async () => {
    stage = await setStage('chromium');
    const popup = await openFreshPopup(stage.extension, stage.backendUrl);
    await popup.see('Saved in KV');
    tab = popup.page;
    await tab.goto(stage.siteUrl);
  });

  async function clickToolbarButton(): Promise<PopupPage> {
    const { browser, origin } = stage.extension;
    const [own] = [...(await browser.extensions()).values()].filter(({ name }) => name === 'Mooring');
    if (own === undefined) throw new Error('The extension is not installed');
    await tab.bringToFront();
    const earlier = new Set(browser.targets());
    await own.triggerAction(tab);
    const target = await browser.waitForTarget((candidate) => !earlier.has(candidate) && candidate.url() === `${origin}/popup.html`);
    return toPopup(await target.asPage(), { isPopup: true });
  }

  it('offers what the page installs and shows, and nothing else', async () => {
    const popup = await clickToolbarButton();
    await popup.see(/On this page: ?Sample ?Charts ?notes\.mcp\.dev/);
    await popup.missing('button', /documentation|example/);
    await popup.page.close();
  });

  it('connects to one by clicks, opens the real side panel from its row, and runs a tool there', async () => {
    const popup = await clickToolbarButton();
    await popup.click('button', 'Sample');
    expect(await popup.valueOf('Address of an MCP server')).toBe(stage.server.url);
    await popup.press('Enter');
    await popup.find('listitem', /^live Everything Reference Server/);
    const page = await awaitChromiumPanel(stage.extension, () => popup.click('button', /^live Everything Reference Server/));
    const panel = toSurface(page, { isPopup: true });
    await panel.find('heading', 'Everything Reference Server');
    await panel.click('option', /^echo\b/);
    await panel.type(/^message\b/, 'from the side panel');
    await panel.press('Enter', 'Control');
    await panel.see('Echo: from the side panel');
  });
});

describe('the real popup on a web page in firefox', () => {
  let stage: Stage;
  let popup: PopupPage;

  beforeAll(async () => {
    stage = await setStage('firefox');
    popup = await openFreshPopup(stage.extension, stage.backendUrl);
    await popup.see('Saved in KV');
    const tab = await stage.extension.browser.newPage();
    await tab.goto(stage.siteUrl);
    await tab.bringToFront();
    await firefoxChrome(stage.extension.browser).clickToolbarButton(readFirefoxId());
  });

  // Firefox shows its popup to no remote protocol; a page of the same extension may look into it.
  const VIEWS = `browser.extension.getViews({ type: 'popup' })`;
  const choices = (): Promise<string[]> =>
    popup.page.evaluate(`${VIEWS}.flatMap(({ document }) => [...document.querySelectorAll('p button')]
      .filter((button) => button.parentElement.textContent.startsWith('On this page'))
      .map(({ textContent }) => textContent))`) as Promise<string[]>;
  const clickIn = (selector: string): Promise<unknown> => popup.page.evaluate(`${VIEWS}[0].document.querySelector('${selector}').click()`);

  it('offers what the page installs and shows, and nothing else, and connects to one by clicks', async () => {
    await eventually(async () => expect(await choices()).toEqual(['Sample', 'Charts', 'notes.mcp.dev']));
    await clickIn(`p button[title="${stage.server.url}"]`);
    await eventually(async () =>
      expect(await popup.page.evaluate(`${VIEWS}[0].document.querySelector('input').value`)).toBe(stage.server.url),
    );
    await clickIn('[type=submit]');
    // The tab sees what the popup did.
    await popup.find('listitem', /^live Everything Reference Server/);
    expect((await stage.server.seen()).handshakes).toBe(1);
  });
});
