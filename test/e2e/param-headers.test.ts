/** Proves in real browsers that a tool runs whose stateless server wants arguments repeated in headers: a page asks its backend before it sends them. */
import { beforeAll, describe, expect, it } from 'vitest';
import { type BrowserKind, type ExtensionBrowserProcess, openBrowser } from '../support/browsers.ts';
import { startHeaderServer } from '../support/header-server.ts';
import { openPanelPage, type PanelPage } from '../support/panel-page.ts';
import { openFreshPopup } from '../support/popup-page.ts';
import { type BackendProcess, startBackend } from '../support/processes.ts';

describe.each<BrowserKind>(['chromium', 'firefox'])('a tool that wants headers, in %s', (kind) => {
  let backend: BackendProcess;
  let extension: ExtensionBrowserProcess;
  let panel: PanelPage;

  beforeAll(async () => {
    const [address, ...started] = await Promise.all([startHeaderServer(), startBackend(), openBrowser(kind)]);
    [backend, extension] = started;
    const popup = await openFreshPopup(extension, backend.url);
    await popup.connect(address);
    await popup.page.close();
    panel = await openPanelPage(extension, { width: 800, height: 900 });
  });

  it('runs, without those arguments and with them', async () => {
    await panel.openTool('store');
    await panel.click('button', 'Run');
    await panel.see('{}');
    await panel.type(/^region\b/, 'Zürich');
    await panel.type(/^shelf\b/, '12');
    await panel.click('button', 'Run');
    await panel.see('{"region":"Zürich","where":{"shelf":12}}');
    expect(await panel.page.evaluate(() => document.querySelector('.result.is-error'))).toBeNull();
  });
});
