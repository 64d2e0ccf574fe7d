/** Proves what the Session room does with a real server: asks whether it answers, sets its log level and shows its log, ends the session. */
import { beforeAll, describe, expect, it } from 'vitest';
import { type BrowserKind, type ExtensionBrowserProcess, openBrowser } from '../support/browsers.ts';
import { type Everything, startEverything } from '../support/everything.ts';
import { startKv } from '../support/kv.ts';
import { openPanelPage, type PanelPage } from '../support/panel-page.ts';
import { openFreshPopup } from '../support/popup-page.ts';
import { type BackendProcess, startBackend } from '../support/processes.ts';
import { eventually } from '../support/surfaces.ts';
import { shoot, watch } from '../support/surfaces-look.ts';

const SIZES = { widths: [320, 460, 800], height: 1100 };

describe.each<BrowserKind>(['chromium', 'firefox'])('the Session room in %s', (kind) => {
  let backend: BackendProcess;
  let extension: ExtensionBrowserProcess;
  let server: Everything;
  let panel: PanelPage;

  beforeAll(async () => {
    const kv = await startKv();
    [backend, server, extension] = await Promise.all([startBackend(kv.env), startEverything(), openBrowser(kind)]);
    const popup = await openFreshPopup(extension, backend.url);
    await popup.connect(server.url);
    await popup.find('listitem', /^live /);
    await popup.page.close();
    panel = await openPanelPage(extension);
  });

  it('says how quick the server is, also when asked', async () => {
    const seen = await watch(extension, panel);
    await panel.echo('something to measure');
    await panel.openRoom('Session');
    await panel.see(/Last [<\d.]+ m?s, usually/);
    await panel.click('button', 'Ping');
    await panel.see(/Answered in [<\d.]+ m?s, at /);
    expect(await seen.problems()).toStrictEqual([]);
  });

  it('asks the server for its log and shows it by level', async () => {
    await panel.choose('Ask for', 'debug');
    await panel.openRoom('Tools');
    await panel.openTool('toggle-simulated-logging');
    await panel.click('button', 'Run');
    await panel.see(/Started simulated/);
    await panel.openRoom('Session');
    // The server logs at random levels, every five seconds.
    await eventually(async () =>
      expect(
        (await panel.names('listitem')).filter((line) =>
          /^\d\d:\d\d:\d\d (debug|info|notice|warning|error|critical|alert|emergency) /.test(line),
        ).length,
      ).toBeGreaterThan(1),
    );
    expect(await shoot(extension, panel, 'session-room', SIZES)).toStrictEqual([]);
    await panel.choose('Show from', 'emergency');
    await eventually(async () =>
      expect(
        (await panel.names('listitem')).filter((line) => / (debug|info|notice|warning|error|critical|alert) /.test(line)),
      ).toStrictEqual([]),
    );
    await eventually(async () => expect(JSON.stringify(await panel.stored())).toContain('"logShown":"emergency"'));
    await panel.page.close();
    panel = await openPanelPage(extension);
    await panel.see('Log of the server');
    const chosen = await panel.page.$$eval('.log-choices select', (all) => all.map((select) => (select as HTMLSelectElement).value));
    expect(chosen).toStrictEqual(['debug', 'emergency']);
  });

  it('ends the session, when asked twice, by a button that stands at the end and stays there', async () => {
    const place = async () => (await (await panel.handle('button', 'End session')).boundingBox()) ?? { y: 0, height: 0 };
    const scroll = (to: number) => panel.page.evaluate(`document.querySelector('.session-room').scrollTo(0, ${to})`);
    const { y, height } = await place();
    const end = (await panel.page.evaluate('innerHeight')) as number;
    expect(y + height).toBeGreaterThan(end - 20);
    await scroll(1e6);
    expect((await place()).y).toBe(y);
    await scroll(0);
    await panel.click('button', 'End session');
    await panel.click('button', 'Keep it');
    await panel.click('button', 'End session');
    await panel.see('Keep it');
    await panel.click('button', 'End session');
    await panel.see('No session yet');
    expect((await panel.stored()).sessions ?? []).toStrictEqual([]);
  });
});
