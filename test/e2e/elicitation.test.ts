/** Proves that a server's questions for input are shown, answered once, and kept: in panel and popup, as forms and as pages to open. */
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { listen } from '../../api/_local/listen.ts';
import { endLater } from '../support/at-end.ts';
import { type BrowserKind, type ExtensionBrowserProcess, openBrowser } from '../support/browsers.ts';
import { type Everything, startEverything } from '../support/everything.ts';
import { startKv } from '../support/kv.ts';
import { openPanelPage, type PanelPage } from '../support/panel-page.ts';
import { openFreshPopup, openPopupPage, type PopupPage } from '../support/popup-page.ts';
import { type BackendProcess, startBackend } from '../support/processes.ts';
import { calm, press, settle } from '../support/question-cards.ts';
import { eventually } from '../support/surfaces.ts';
import { shoot, watch } from '../support/surfaces-look.ts';

describe.each<BrowserKind>(['chromium', 'firefox'])('elicitation in %s', (kind) => {
  let server: Everything;
  let backend: BackendProcess;
  let extension: ExtensionBrowserProcess;
  let popup: PopupPage;
  let panel: PanelPage;

  beforeAll(async () => {
    const kv = await startKv();
    [backend, server, extension] = await Promise.all([startBackend(kv.env), startEverything(), openBrowser(kind)]);
  });
  beforeEach(async () => {
    popup = await openFreshPopup(extension, backend.url);
    await popup.connect(server.url);
    await popup.page.close();
    panel = await openPanelPage(extension);
    // Each panel holds a stream to the backend, and a browser opens only a few to one host.
    return async () => {
      for (const { page } of [panel, popup]) if (!page.isClosed()) await page.close();
    };
  });

  async function ask(tool = 'trigger-elicitation-request'): Promise<void> {
    await panel.openTool(tool);
    await panel.click('button', 'Run');
  }

  it('is a form with every kind of field, whose defaults are there, and which is sent when it is valid', async () => {
    const watched = await watch(extension, panel);
    await ask();
    await panel.see('Please provide inputs for the following fields:');
    await panel.see(/asks for information/);
    expect(await panel.valueOf(/^firstLine/)).toBe('It was a dark and stormy night.');
    expect(await panel.valueOf(/^integer/)).toBe('42');
    expect(await shoot(extension, panel, 'panel-elicitation', { widths: [320, 460, 800], height: 900 })).toEqual([]);
    await press(panel, 'Send');
    await panel.see('Some fields need attention before this can be sent.');
    await panel.type(/^name/, 'Ada Lovelace');
    await panel.type(/^email/, 'nobody');
    await press(panel, 'Send');
    await panel.see('Some fields need attention before this can be sent.');
    await panel.type(/^email/, 'ada@example.com');
    await panel.choose(/^legacyTitledEnum/, 'Dogs (pet-2)');
    await press(panel, 'Send');
    await panel.see('User provided the requested information');
    await panel.see('Name: Ada Lovelace');
    await panel.see('Answer sent.');
    expect(await watched.problems()).toEqual([]);
  });

  it('tells a no from a question that was put away', async () => {
    await ask();
    await press(panel, 'Decline');
    await panel.see('User declined to provide the requested information');
    await calm(panel);
    await ask();
    await press(panel, 'Cancel question');
    await panel.see('User cancelled the elicitation dialog');
  });

  it('keeps what was typed when the panel closes, and is answered in the popup, which shows it first', async () => {
    await ask();
    await settle(panel);
    await panel.type(/^name/, 'Grace Hopper');
    await eventually(async () => expect(JSON.stringify(await panel.stored())).toContain('Grace Hopper'));
    await panel.page.close();
    popup = await openPopupPage(extension);
    await popup.see(/asks for information/);
    expect(await popup.valueOf(/^name/)).toBe('Grace Hopper');
    expect(await shoot(extension, popup, 'popup-elicitation', { widths: [320, 380], height: 600 })).toEqual([]);
    await press(popup, 'Send');
    await popup.see('Answer sent.');
    panel = await openPanelPage(extension);
    await panel.openTool('trigger-elicitation-request');
    await panel.see('Name: Grace Hopper');
  });

  it('says that it was answered elsewhere where somebody else was faster', async () => {
    await ask();
    await settle(panel);
    popup = await openPopupPage(extension);
    await popup.page.bringToFront();
    await press(popup, 'Decline');
    await popup.see('Declined.');
    await panel.page.bringToFront();
    await panel.see('Answered elsewhere, or no longer asked.');
    await calm(panel);
    await panel.click('button', 'Dismiss this question');
    await panel.lose('Answered elsewhere');
  });

  it('opens a page only at a click, after its whole address was shown', async () => {
    const visits: (string | undefined)[] = [];
    const page = createServer(({ url }, response) => {
      visits.push(url);
      response.writeHead(200, { 'content-type': 'text/html' }).end('<title>Confirm</title>');
    });
    await listen(page, { host: '127.0.0.1', port: 0 });
    endLater(async () => void page.close());
    const host = `127.0.0.1:${(page.address() as AddressInfo).port}`;
    await panel.openTool('trigger-url-elicitation');
    await panel.type(/^url/, `http://${host}/confirm?step=1`);
    await panel.click('button', 'Run');
    await panel.see(/asks to open a page/);
    await panel.see(`http://${host}/confirm?step=1`);
    await panel.see('This leads to your computer or into your own network.');
    expect(await shoot(extension, panel, 'panel-elicitation-url', { widths: [320, 460], height: 800 })).toEqual([]);
    expect(visits).toEqual([]);
    await press(panel, `Open ${host}`);
    await eventually(async () => expect(visits).toContain('/confirm?step=1'));
    await panel.page.bringToFront();
    await panel.see('User completed the URL elicitation flow');
  });

  it('says of a tool that wants a page visited first how to go on', async () => {
    await panel.openTool('trigger-url-elicitation');
    await panel.type(/^url/, 'https://example.com/');
    await panel.click('radio', 'true');
    await panel.click('button', 'Run');
    await panel.see('The server wants something done at a page first');
    await panel.see('https://modelcontextprotocol.io/');
    await panel.find('button', 'Open modelcontextprotocol.io');
    expect(await shoot(extension, panel, 'panel-url-required', { widths: [320, 460], height: 900 })).toEqual([]);
    await panel.click('button', 'Run again');
    await panel.see(/asks to open a page/);
    await press(panel, 'Cancel question');
    await panel.see(/cancelled/i);
  });
});
