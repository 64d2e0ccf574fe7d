/**
 * Proves that the popup offers the MCP servers of the page in front, as a click on the toolbar button lets it look there.
 * Chromium only: there the button itself can be clicked, which is what grants the look; Firefox gives no remote protocol its popup.
 */
import type { Page } from 'puppeteer-core';
import { beforeAll, describe, expect, it } from 'vitest';
import { awaitChromiumPanel, type ExtensionBrowserProcess, openBrowser } from '../support/browsers.ts';
import { type Everything, startEverything } from '../support/everything.ts';
import { startKv } from '../support/kv.ts';
import { openFreshPopup, type PopupPage, toPopup } from '../support/popup-page.ts';
import { startBackend } from '../support/processes.ts';
import { toSurface } from '../support/surfaces.ts';
import { startWebSite } from '../support/surfaces-sites.ts';

describe('the real popup on a web page', () => {
  let server: Everything;
  let extension: ExtensionBrowserProcess;
  let tab: Page;

  beforeAll(async () => {
    const kv = await startKv();
    const [backend, ...others] = await Promise.all([startBackend(kv.env), startEverything(), openBrowser('chromium')]);
    [server, extension] = others;
    const config = encodeURIComponent(JSON.stringify({ name: 'Sample', type: 'http', url: server.url }));
    const cursor = Buffer.from(JSON.stringify({ url: 'https://cursor.mcp.dev/mcp' })).toString('base64');
    const site = await startWebSite(`
      <a href="vscode:mcp/install?${config}">Install in VS Code</a>
      <a href="cursor://anysphere.cursor-deeplink/mcp/install?name=Charts&config=${cursor}">Add to Cursor</a>
      <pre><code>claude mcp add --transport http notes https://notes.mcp.dev/mcp</code></pre>
      <p>Nothing: <a href="/docs/mcp">documentation</a>, <code>https://mcp.example.com/mcp</code></p>`);
    const popup = await openFreshPopup(extension, backend.url);
    await popup.see('Saved in KV');
    tab = popup.page;
    await tab.goto(site.url);
  });

  /** Clicks the toolbar button with the page in front. */
  async function clickToolbarButton(): Promise<PopupPage> {
    const [own] = [...(await extension.browser.extensions()).values()].filter(({ name }) => name === 'Mooring');
    if (own === undefined) throw new Error('The extension is not installed');
    await tab.bringToFront();
    const earlier = new Set(extension.browser.targets());
    await own.triggerAction(tab);
    const target = await extension.browser.waitForTarget(
      (candidate) => !earlier.has(candidate) && candidate.url() === `${extension.origin}/popup.html`,
    );
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
    expect(await popup.valueOf('Address of an MCP server')).toBe(server.url);
    await popup.press('Enter');
    await popup.find('listitem', /^live Everything Reference Server/);
    const page = await awaitChromiumPanel(extension, () => popup.click('button', /^live Everything Reference Server/));
    const panel = toSurface(page, { isPopup: true });
    await panel.find('heading', 'Everything Reference Server');
    await panel.click('option', 'echo');
    await panel.type(/^message\b/, 'from the side panel');
    await panel.press('Enter', 'Control');
    await panel.see('Echo: from the side panel');
  });
});
