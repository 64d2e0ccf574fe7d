/** Proves that a thousand tools are listed, filtered, moved through by keyboard and selected. How long frames take meanwhile is the bench's: `--only lists`. */
import { beforeAll, describe, expect, it } from 'vitest';
import { type BrowserKind, openBrowser } from '../support/browsers.ts';
import { startFormServer } from '../support/form-server.ts';
import { startKv } from '../support/kv.ts';
import { openPanelPage, type PanelPage } from '../support/panel-page.ts';
import { openFreshPopup } from '../support/popup-page.ts';
import { startBackend } from '../support/processes.ts';
import { eventually } from '../support/surfaces.ts';

describe.each<BrowserKind>(['chromium', 'firefox'])('a thousand tools in %s', (kind) => {
  let panel: PanelPage;

  beforeAll(async () => {
    const kv = await startKv();
    const [backend, server, extension] = await Promise.all([startBackend(kv.env), startFormServer({ isLong: true }), openBrowser(kind)]);
    const popup = await openFreshPopup(extension, backend.url);
    await popup.connect(server.url);
    panel = await openPanelPage(extension, { width: 800, height: 900 });
    await eventually(async () => expect((await panel.names('option')).length).toBeGreaterThan(1000));
  });

  it('are filtered, moved through and selected', async () => {
    const all = (await panel.names('option')).length;
    await panel.type('Filter tools', 'tool-99');
    // 99, and 990 to 999.
    await eventually(async () => expect((await panel.names('option')).length).toBe(11));
    await panel.press('ArrowDown');
    await panel.press('End');
    await panel.press('Enter');
    await panel.find('heading', 'tool-999');
    await panel.press('/');
    await panel.press('Escape');
    await eventually(async () => expect((await panel.names('option')).length).toBe(all));
    await panel.press('ArrowDown');
    await panel.press('End');
    await eventually(async () => expect(await panel.focused()).toBe('tool-999'));
    await panel.press('Home');
    await panel.press('Enter');
    const [first = ''] = await panel.names('option');
    await panel.find('heading', first);
  });
});
