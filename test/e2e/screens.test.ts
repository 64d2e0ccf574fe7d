/** Looks at every state of popup and panel, light and dark, narrow and wide: nothing overflows, is unnamed, or errs. Pictures go to out/. */
import { beforeAll, describe, expect, it } from 'vitest';
import { findFreePort } from '../../api/_local/listen.ts';
import { RegisteredDevice } from '../../shared/contract.ts';
import { clientOf } from '../support/api-client.ts';
import { type BrowserKind, type ExtensionBrowserProcess, openBrowser } from '../support/browsers.ts';
import { type Everything, startEverything } from '../support/everything.ts';
import { startKv } from '../support/kv.ts';
import { openPanelPage, type PanelPage } from '../support/panel-page.ts';
import { openFreshPopup, type PopupPage } from '../support/popup-page.ts';
import { type BackendProcess, startBackend } from '../support/processes.ts';
import { type ScriptedServer, startScriptedServer } from '../support/scripted-server.ts';
import { shoot, type Watch, watch } from '../support/surfaces-look.ts';
import { startMute } from '../support/surfaces-sites.ts';

const POPUP = { widths: [320, 380], height: 600 };
const PANEL = { widths: [320, 460, 800], height: 800 };
const MANY = 60;
const LONG = `A server with a name that somebody made far too long ${'and longer '.repeat(4)}`.trim();
const UNBROKEN = 'unbroken-'.repeat(12).slice(0, 100);
const RIGHT_TO_LEFT = 'خادم الطقس (v2) מזג אוויר';

describe.each<BrowserKind>(['chromium', 'firefox'])('%s', (kind) => {
  let server: Everything;
  let small: ScriptedServer;
  let backend: BackendProcess;
  let extension: ExtensionBrowserProcess;

  beforeAll(async () => {
    const kv = await startKv();
    [backend, server, small, extension] = await Promise.all([
      startBackend(kv.env),
      startEverything(),
      startScriptedServer(),
      openBrowser(kind),
    ]);
  });

  type Watched = { popup: PopupPage; watched: Watch };
  async function openWatched(backendUrl: string, more?: Record<string, unknown>): Promise<Watched> {
    const popup = await openFreshPopup(extension, backendUrl, more);
    return { popup, watched: await watch(extension, popup) };
  }

  /** Registers a device that has sessions of these names, and opens the popup as that device. */
  async function openWith(names: readonly string[]): Promise<Watched & { ids: string[]; token: string }> {
    const api = clientOf(backend.url);
    const device = RegisteredDevice.parse((await api.ask('POST', '/devices', { body: { name: 'Laptop' } })).body);
    const ids: string[] = [];
    for (const name of names) ids.push((await api.connect(device.token, small.url, { name })).id);
    const opened = await openWatched(backend.url, { credentials: [{ backendUrl: backend.url, ...device }] });
    await opened.popup.find('listitem', /^live /);
    return { ...opened, ids, token: device.token };
  }

  async function look({ popup, watched }: Watched, name: string, widths = POPUP.widths): Promise<void> {
    expect(await shoot(extension, popup, `popup-${name}`, { ...POPUP, widths })).toEqual([]);
    expect(await watched.problems()).toEqual([]);
  }

  it('the popup without sessions: first run, empty, connecting, failed, settings', async () => {
    const first = await openWatched(`http://127.0.0.1:${await findFreePort(0)}`);
    await first.popup.see('Start a backend first');
    await look(first, 'first-run');
    await first.popup.page.close();

    const opened = await openWatched(backend.url, { recentUrls: [server.url, 'https://mcp.example.com/a/rather/long/path/to/mcp'] });
    const { popup } = opened;
    await popup.see('Saved in KV');
    await look(opened, 'empty');
    await popup.enterAddress((await startMute()).url);
    await popup.see('Connecting to');
    await look(opened, 'connecting');
    await popup.click('button', 'Cancel');
    await popup.enterAddress(`http://127.0.0.1:${await findFreePort(0)}/mcp`);
    await popup.see('The server cannot be reached.');
    await look(opened, 'failed');
    await popup.click('button', 'Settings');
    await popup.see('This device');
    await look(opened, 'settings');
    await popup.type('Backend', `http://127.0.0.1:${await findFreePort(0)}`);
    await popup.click('button', 'Check');
    await popup.see('The backend is not answering.');
    await look(opened, 'settings-checked');
    await popup.page.close();
  });

  it('the popup with sessions in several states', async () => {
    const opened = await openWith(['Notes', 'Weather', 'Tickets', 'Charts']);
    const { popup, ids, token } = opened;
    await clientOf(backend.url).ask('DELETE', `/sessions/${ids[1]}`, { token });
    await popup.page.reload({ waitUntil: [] });
    await popup.see('Lost by the backend');
    await look(opened, 'sessions');
    await popup.click('button', 'Actions for Notes');
    await popup.find('menuitem', /^Rename/);
    // A menu closes when the window changes: it is seen in one width only, the one that the popup has by now.
    await look(opened, 'menu', [380]);
    await popup.click('menuitem', /^End the session/);
    await look(opened, 'ending');
    await popup.press('Escape');
    await backend.kill();
    await popup.page.reload({ waitUntil: [] });
    await popup.see('The backend is not answering.');
    await look(opened, 'backend-away');
    await backend.restart();
    await popup.page.close();
  });

  it('the popup with sixty sessions, long names and right-to-left ones', async () => {
    const many = await openWith(Array.from({ length: MANY }, (_, at) => `Session ${at + 1}`));
    await many.popup.see(`Sessions ${MANY}`);
    await look(many, 'sixty');
    await many.popup.page.close();
    const strange = await openWith([LONG, UNBROKEN, RIGHT_TO_LEFT]);
    await look(strange, 'long-names');
    await strange.popup.chooseFromMenu(LONG, /^Rename/);
    await look(strange, 'renaming');
    await strange.popup.page.close();
  });

  it('the panel: empty, tools, result, running, error, activity, ended', async () => {
    const popup = await openFreshPopup(extension, backend.url);
    await popup.see('Saved in KV');
    const panel: PanelPage = await openPanelPage(extension);
    const watched = await watch(extension, panel);
    const lookAt = async (name: string): Promise<void> => {
      expect(await shoot(extension, panel, `panel-${name}`, PANEL)).toEqual([]);
      expect(await watched.problems()).toEqual([]);
      await panel.page.setViewport({ width: 800, height: PANEL.height });
    };
    await panel.see('No session yet');
    await lookAt('empty');
    await popup.connect(server.url);
    await panel.find('option', 'echo');
    await lookAt('idle');
    await panel.openTool('get-structured-content');
    await panel.choose(/^location\b/, 'Chicago');
    await panel.click('button', 'Run');
    await panel.see('matches outputSchema');
    await lookAt('structured');
    await panel.openTool('get-annotated-message');
    await panel.choose(/^messageType\b/, 'error');
    await panel.click('radio', 'true');
    await panel.click('button', 'Run');
    await panel.find('img', /^Sent by the server/);
    await lookAt('result');
    await panel.openTool('get-sum');
    await panel.type(/^a\b/, 'two');
    await panel.click('button', 'Run');
    await panel.see('Enter a number.');
    await lookAt('invalid');
    await panel.openTool('echo');
    await panel.click('button', 'Run');
    await panel.click('button', 'Run anyway');
    await panel.find('region', 'Tool error');
    await lookAt('tool-error');
    await panel.openTool('trigger-long-running-operation');
    await panel.type(/^duration\b/, '600');
    await panel.type(/^steps\b/, '1000');
    await panel.click('button', 'Run');
    await panel.see(/[1-9]\d* of 1,000/);
    await lookAt('running');
    await panel.click('button', 'Cancel');
    await panel.see('Cancelled.');
    await panel.openRoom('Activity');
    await panel.find('listitem', /tools\/call echo/);
    await lookAt('activity');
    await panel.click('button', /to the server tools\/call echo/);
    await panel.find('region', 'Message');
    await lookAt('message');
    await panel.press('Escape');
    const { credentials = [], selectedSessionId } = await panel.stored();
    await clientOf(backend.url).ask('DELETE', `/sessions/${selectedSessionId}`, { token: credentials[0]?.token });
    await panel.openRoom('Tools');
    await panel.openTool('echo');
    await panel.type(/^message\b/, 'too late');
    await panel.click('button', 'Run');
    await panel.find('button', 'Reconnect');
    await lookAt('ended');
  });
});
