/** Proves the Activity room, and that all surfaces see a change at once, whoever made it. */
import { beforeAll, describe, expect, it } from 'vitest';
import { clientOf } from '../support/api-client.ts';
import { type BrowserKind, type ExtensionBrowserProcess, openBrowser } from '../support/browsers.ts';
import { startEverything } from '../support/everything.ts';
import { startKv } from '../support/kv.ts';
import { openPanelPage, type PanelPage } from '../support/panel-page.ts';
import { openFreshPopup, type PopupPage } from '../support/popup-page.ts';
import { type BackendProcess, startBackend } from '../support/processes.ts';

const COLD_START = 'Backend started cold: session rebuilt, same server session';

describe.each<BrowserKind>(['chromium', 'firefox'])('in %s', (kind) => {
  let backend: BackendProcess;
  let extension: ExtensionBrowserProcess;
  let popup: PopupPage;
  let panel: PanelPage;
  let id: string;

  beforeAll(async () => {
    const kv = await startKv();
    const [started, server, opened] = await Promise.all([startBackend(kv.env), startEverything(), openBrowser(kind)]);
    [backend, extension] = [started, opened];
    popup = await openFreshPopup(extension, backend.url);
    ({ id } = await popup.connect(server.url));
    panel = await openPanelPage(extension);
    await panel.echo('first');
  });

  it('shows what went over the wire, request and answer together, as JSON on a click', async () => {
    await panel.openRoom('Activity');
    await panel.find('listitem', /Connected to the server/);
    await panel.find('listitem', /to the server tools\/call echo/);
    await panel.find('listitem', /from the server result echo .*ms$/);
    await panel.click('button', /to the server tools\/call echo/);
    const detail = await panel.find('region', 'Message');
    expect(detail).toBe('Message');
    await panel.see(/"message": "first"/);
    await panel.see(/"text": "Echo: first"/);
    await panel.press('Escape');
    await panel.missing('region', 'Message');
    await panel.click('button', /^Notifications/);
    await panel.missing('listitem', /tools\/call/);
    await panel.click('button', 'All');
  });

  it('shows calls of another client as they happen', async () => {
    await panel.openRoom('Activity');
    const { credentials = [] } = await panel.stored();
    const call = { id: 1, method: 'tools/call', params: { name: 'get-sum', arguments: { a: 1, b: 2 } } };
    await clientOf(backend.url).rpc(credentials[0]?.token ?? '', id, call);
    await panel.find('listitem', /to the server tools\/call get-sum/);
    await panel.find('listitem', /from the server result get-sum/);
  });

  it('marks a cold start of the backend', async () => {
    await panel.openRoom('Activity');
    await panel.missing('listitem', new RegExp(COLD_START));
    await backend.restart();
    await panel.echo('second');
    await panel.openRoom('Activity');
    await panel.find('listitem', new RegExp(COLD_START));
  });

  it('says when the backend is away, keeps what it shows, and goes on by itself', async () => {
    await panel.openRoom('Activity');
    await panel.find('listitem', /tools\/call get-sum/);
    await backend.kill();
    await panel.see('The backend is not answering.');
    await panel.find('listitem', /tools\/call get-sum/);
    await backend.restart();
    await panel.lose('The backend is not answering.');
  });

  it('a rename in the popup is in the panel at once, and an end too', async () => {
    await popup.chooseFromMenu('Everything Reference Server', /^Rename/);
    await popup.type('New name', 'Seen everywhere');
    await popup.press('Enter');
    await panel.find('heading', 'Seen everywhere');
    await popup.chooseFromMenu('Seen everywhere', /^End the session/);
    await popup.click('button', 'End session');
    await panel.see('No session yet');
  });
});
