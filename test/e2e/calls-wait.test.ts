/** Proves that a call outlives whoever began it: panel, backend, browser; and that it is shown, and cancelled, from wherever it is looked at. */
import { beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { type BrowserKind, type ExtensionBrowserProcess, makeProfile, openBrowser } from '../support/browsers.ts';
import { type Everything, startEverything } from '../support/everything.ts';
import { startKv } from '../support/kv.ts';
import { openPanelPage, PANEL_SIZE, type PanelPage } from '../support/panel-page.ts';
import { openFreshPopup, openPopupPage, type PopupPage } from '../support/popup-page.ts';
import { type BackendProcess, startBackend } from '../support/processes.ts';
import { shoot } from '../support/surfaces-look.ts';
import {
  awaitCancelled,
  awaitKept,
  awaitNoActs,
  beginOperation,
  keptActs,
  LONG_OPERATION,
  operationResult,
  operations,
} from '../support/waiting-calls.ts';

const POPUP = { widths: [320, 380], height: 600 };
const PANEL = { widths: [320, 460], height: 800 };

describe.each<BrowserKind>(['chromium', 'firefox'])('a call in %s', (kind) => {
  let profile: string;
  let extension: ExtensionBrowserProcess;
  let backend: BackendProcess;
  let server: Everything;
  let popup: PopupPage;
  let panel: PanelPage;

  beforeAll(async () => {
    profile = await makeProfile();
    const kv = await startKv();
    [backend, extension] = await Promise.all([startBackend(kv.env), openBrowser(kind, { profile })]);
  });

  beforeEach(async () => {
    await Promise.all((await extension.browser.pages()).slice(1).map((page) => page.close()));
    server = await startEverything();
    popup = await openFreshPopup(extension, backend.url);
    await popup.connect(server.url);
    panel = await openPanelPage(extension);
    await panel.find('option', LONG_OPERATION);
  });

  it('goes on when the panel is closed: progress and result are there when it is opened again', async () => {
    const operation = { seconds: 6, steps: 12 };
    await beginOperation(panel, operation);
    expect(await keptActs(panel)).toHaveLength(1);
    await panel.page.close();
    panel = await openPanelPage(extension);
    await panel.find('region', 'Running');
    await panel.see(/Began on \w+ on \w+ at/);
    await panel.see(/\b\d+ of 12\b/);
    expect(await shoot(extension, panel, 'calls-wait-running', PANEL)).toEqual([]);
    await panel.see(operationResult(operation));
    expect(await operations(server)).toBe(1);
    await awaitNoActs(panel);
  });

  it('that ended while nobody looked is the last result of its tool', async () => {
    const operation = { seconds: 1, steps: 2 };
    await beginOperation(panel, operation);
    await panel.page.close();
    panel = await openPanelPage(extension);
    await panel.see(operationResult(operation));
    await panel.see(/Ran on \w+ on \w+, just now/);
    expect(await shoot(extension, panel, 'calls-wait-result', PANEL)).toEqual([]);
    expect(await operations(server)).toBe(1);
  });

  it('outlives its backend, which is killed and started again in mid-call', async () => {
    const operation = { seconds: 8, steps: 16 };
    await beginOperation(panel, operation);
    await awaitKept(panel, backend);
    await backend.kill();
    await panel.see('The backend is not answering. Shown as of');
    await panel.see('Was running');
    expect(await shoot(extension, panel, 'calls-wait-away', PANEL)).toEqual([]);
    await backend.restart();
    await panel.see(operationResult(operation));
    expect(await operations(server)).toBe(1);
    await awaitNoActs(panel);
  });

  it('outlives panel and backend together', async () => {
    const operation = { seconds: 8, steps: 16 };
    await beginOperation(panel, operation);
    await awaitKept(panel, backend);
    await panel.page.close();
    await backend.kill();
    panel = await openPanelPage(extension, PANEL_SIZE);
    await panel.see('Backend not reachable');
    await backend.restart();
    await panel.see(operationResult(operation));
    expect(await operations(server)).toBe(1);
  });

  it('outlives the browser', async () => {
    const operation = { seconds: 12, steps: 24 };
    await beginOperation(panel, operation);
    await extension.close();
    extension = await openBrowser(kind, { profile });
    popup = await openPopupPage(extension);
    panel = await openPanelPage(extension);
    await panel.see(operationResult(operation));
    expect(await operations(server)).toBe(1);
    await awaitNoActs(panel);
  });

  it('is listed in the popup, and cancelled from there', async () => {
    await beginOperation(panel, { seconds: 600, steps: 1200 });
    await popup.page.close();
    popup = await openPopupPage(extension);
    await popup.find('button', `Cancel ${LONG_OPERATION}`);
    await popup.see(/\b[1-9]\d* of 1,?200\b/);
    expect(await shoot(extension, popup, 'calls-wait-popup', POPUP)).toEqual([]);
    await popup.click('button', `Cancel ${LONG_OPERATION}`);
    await awaitCancelled(server);
    await popup.missing('button', `Cancel ${LONG_OPERATION}`);
    await panel.see('Cancelled.');
    expect(await operations(server)).toBe(1);
  });

  it('whose answer is lost with its server is told as such, and runs again only when it is asked to', async () => {
    await beginOperation(panel, { seconds: 600, steps: 1200 });
    await server.restart();
    await panel.see('It may have run. Check before you run it again.');
    await panel.find('region', 'Outcome unknown');
    expect(await shoot(extension, panel, 'calls-wait-unknown', PANEL)).toEqual([]);
    expect(await keptActs(panel)).toHaveLength(1);
    expect(await operations(server)).toBe(1);
    await panel.click('button', 'Run again');
    await panel.find('region', 'Running');
    await panel.see(/\b[1-9]\d* of 1,?200\b/);
    expect(await operations(server)).toBe(2);
    await panel.click('button', 'Cancel');
    await panel.see('Cancelled.');
    await awaitCancelled(server);
  });
});
