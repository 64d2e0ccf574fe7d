/**
 * Looks at popup and panel in a browser that is set to German: the words are German, nothing is cut off at the widths that both have, and
 * dates and numbers are written as in German. That no message is missing is test/unit/extension/platform/locales.test.ts.
 */
import { beforeAll, describe, expect, it } from 'vitest';
import { findFreePort } from '../../api/_local/listen.ts';
import { toStoredSession } from '../../extension/state/merge-sessions.ts';
import type { Device, Session } from '../../shared/contract.ts';
import { endLater } from '../support/at-end.ts';
import { type BrowserKind, type ExtensionBrowserProcess, openBrowser } from '../support/browsers.ts';
import { startEverything } from '../support/everything.ts';
import { openPanelPage } from '../support/panel-page.ts';
import { openFreshPopup, type PopupPage } from '../support/popup-page.ts';
import { startBackend } from '../support/processes.ts';
import { aSession, json, openScriptedBackend, problem, type ScriptedBackend } from '../support/scripted-backend.ts';
import type { Surface } from '../support/surfaces.ts';
import { findCutOff, shoot } from '../support/surfaces-look.ts';

const POPUP = { widths: [320, 380], height: 600 };
const PANEL = { widths: [320, 380, 800], height: 800 };
const ADDRESS = 'Adresse eines MCP-Servers';
const at = (minutes: number): string => new Date(Date.now() - minutes * 60_000).toISOString();

describe.each<BrowserKind>(['chromium', 'firefox'])('in German, %s', (kind) => {
  let served: ScriptedBackend;
  let extension: ExtensionBrowserProcess;

  beforeAll(async () => {
    [served, extension] = await Promise.all([openScriptedBackend(), openBrowser(kind, { language: 'de' })]);
    endLater(() => served.close());
  });

  async function look(surface: Surface, name: string, sizes: typeof POPUP): Promise<void> {
    expect(await surface.page.evaluate('document.documentElement.lang')).toBe('de');
    expect(await shoot(extension, surface, `german-${name}`, sizes)).toEqual([]);
    for (const width of sizes.widths)
      expect(await findCutOff(surface, { width, height: sizes.height }), `${name}, ${width} px`).toEqual([]);
  }
  const serve = (...sessions: Session[]) => {
    served.sessions.clear();
    for (const session of sessions) served.sessions.set(session.id, session);
  };
  const open = (more: Record<string, unknown> = {}): Promise<PopupPage> => {
    const credential = { backendUrl: served.url, deviceId: 'd', workspaceId: 'w', token: 't' };
    return openFreshPopup(extension, served.url, { credentials: [credential], ...more });
  };
  const device = (name: string, more: Partial<Device> = {}): Device => ({
    id: name,
    name,
    createdAt: at(9999),
    lastSeenAt: at(3000),
    current: false,
    membership: 'member',
    ...more,
  });

  it('the popup before there is a backend, empty, and with an error', async () => {
    const first = await openFreshPopup(extension, `http://127.0.0.1:${await findFreePort(0)}`);
    await first.see('Zuerst ein Backend starten');
    await look(first, 'first-run', POPUP);
    await first.page.close();
    serve();
    const popup = await open({ recentUrls: ['https://mcp.acme.dev/mcp'] });
    await popup.see('In KV gespeichert');
    await look(popup, 'empty', POPUP);
    served.answer('POST /api/sessions', problem('SERVER_NOT_MCP'));
    await popup.type(ADDRESS, 'https://acme.dev');
    await popup.press('Enter');
    await popup.see('Unter dieser Adresse ist kein MCP-Server.');
    await look(popup, 'error', POPUP);
    served.answer('POST /api/sessions', undefined);
    await popup.click('button', 'Header, Transport …');
    await popup.click('button', 'Header hinzufügen');
    await popup.type('Name von Header 1', 'Mcp-Session-Id');
    await popup.type('Wert von Header 1', 'x');
    await popup.type(ADDRESS, 'https://acme.dev');
    await popup.press('Enter');
    await popup.see('MCP setzt ihn für jede Nachricht');
    await look(popup, 'header-refused', POPUP);
    await popup.page.close();
  });

  it('the popup with sessions in every state', async () => {
    const gone = {
      ...toStoredSession(aSession({ name: 'Charts' }), served.url, 'auto', 'w'),
      ended: { code: 'SESSION_EXPIRED', at: at(5) },
    };
    serve(
      aSession({ name: 'Notes' }),
      aSession({ name: 'Weather', status: 'unreachable', expiresAt: at(-1) }),
      aSession({ name: 'Acme', status: 'authorization-required' }),
      aSession({ name: 'Tickets', questions: 2 }),
    );
    const popup = await open({ sessions: [gone] });
    await popup.see('Server nicht erreichbar');
    await popup.see('Abgelaufen vor 5 min');
    await look(popup, 'sessions', POPUP);
    await popup.click('button', 'Aktionen für Notes');
    await popup.find('menuitem', /^Umbenennen/);
    await look(popup, 'menu', { ...POPUP, widths: [380] });
    await popup.click('menuitem', /^Sitzung beenden/);
    await popup.see('lässt sich nicht rückgängig machen');
    await look(popup, 'ending', POPUP);
    await popup.press('Escape');
    served.answer('GET /api/sessions', problem('STORAGE_UNAVAILABLE'));
    await popup.page.reload({ waitUntil: [] });
    await popup.see('Der Speicher antwortet nicht.');
    // The hour as Germans write it.
    await popup.see(/Stand \d{1,2}:\d\d(?! [AP]M)/);
    await look(popup, 'storage-away', POPUP);
    served.answer('GET /api/sessions', undefined);
    await popup.page.close();
  });

  it('the settings, with devices', async () => {
    serve();
    const devices = [
      device('Chrome unter Linux', { current: true }),
      device('Firefox unter macOS'),
      device('Laptop', { membership: 'waiting', check: '4821' }),
    ];
    served.answer('GET /api/devices', json(200, { devices }));
    served.answer('POST /api/pairings', json(201, { code: 'BCDFGHJK', expiresAt: at(-2) }));
    const popup = await open();
    await popup.click('button', 'Einstellungen');
    await popup.see('Ein Gerät bittet um Einlass');
    await look(popup, 'settings', POPUP);
    await popup.click('button', 'Gerät hinzufügen …');
    await popup.find('img', /^Code /);
    await popup.click('button', 'Firefox unter macOS entfernen');
    await popup.page.evaluate(`document.querySelector('.pairing').scrollIntoView()`);
    await look(popup, 'devices', POPUP);
    await popup.click('button', 'Liste eines anderen Geräts beitreten …');
    await popup.page.evaluate(`document.querySelector('.join-form').scrollIntoView()`);
    await look(popup, 'joining', POPUP);
    await popup.page.close();
  });

  it('the panel, from nothing to a session with its rooms', async () => {
    const [backend, server] = await Promise.all([startBackend(), startEverything()]);
    const popup = await openFreshPopup(extension, backend.url);
    const panel = await openPanelPage(extension);
    await panel.see('Noch keine Sitzung');
    await look(panel, 'panel-empty', PANEL);
    await popup.type(ADDRESS, server.url);
    await popup.press('Enter');
    await panel.find('option', 'echo');
    await look(panel, 'panel-tools', PANEL);
    await panel.openTool('get-sum');
    await look(panel, 'panel-tool', PANEL);
    await panel.page.setViewport({ width: 800, height: PANEL.height });
    await panel.click('tab', /^Aktivität/);
    await panel.find('listitem', /tools\/list/);
    await look(panel, 'panel-activity', PANEL);
    await panel.click('tab', /^Sitzung/);
    await panel.see('wird ohne Anmeldung genutzt');
    await panel.see(/Verbunden \d\d\.\d\d\.\d{4}, \d\d:\d\d:\d\d/);
    await look(panel, 'panel-session', PANEL);
    await Promise.all([popup.page.close(), panel.page.close()]);
  });
});
