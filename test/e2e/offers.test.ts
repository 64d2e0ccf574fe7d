/**
 * Proves the Resources and Prompts rooms on servers of every kind: with more than a thousand resources, with all contents, over every
 * transport, and with neither. Takes pictures of the rooms.
 */
import { readFileSync } from 'node:fs';
import { beforeAll, describe, expect, it } from 'vitest';
import { type BrowserKind, type ExtensionBrowserProcess, openBrowser } from '../support/browsers.ts';
import { startKv } from '../support/kv.ts';
import { startAppServer, startProxy } from '../support/npm-servers.ts';
import { MANY, startOffersServer } from '../support/offers-server.ts';
import { openPanelPage, type PanelPage } from '../support/panel-page.ts';
import { openFreshPopup, type PopupPage } from '../support/popup-page.ts';
import { type BackendProcess, startBackend } from '../support/processes.ts';
import { type ScriptedServer, startScriptedServer } from '../support/scripted-server.ts';
import { eventually } from '../support/surfaces.ts';
import { shoot, type Watch, watch } from '../support/surfaces-look.ts';

const SIZES = { widths: [320, 460, 800], height: 700 };

describe.each<BrowserKind>(['chromium', 'firefox'])('what servers offer, in %s', (kind) => {
  let backend: BackendProcess;
  let extension: ExtensionBrowserProcess;
  let popup: PopupPage;
  let panel: PanelPage;
  let watched: Watch;
  let server: ScriptedServer;

  beforeAll(async () => {
    const kv = await startKv();
    [backend, server, extension] = await Promise.all([startBackend(kv.env), startOffersServer(), openBrowser(kind)]);
    popup = await openFreshPopup(extension, backend.url);
    await popup.connect(server.url);
    panel = await openPanelPage(extension, { width: 800, height: SIZES.height });
    watched = await watch(extension, panel);
  });

  const look = async (name: string): Promise<void> => {
    expect(await shoot(extension, panel, `offers-${name}`, SIZES)).toEqual([]);
    expect(await watched.problems()).toEqual([]);
    await panel.page.setViewport({ width: 800, height: SIZES.height });
  };
  const openResource = async (filter: string, option: RegExp): Promise<void> => {
    await panel.type('Filter resources', filter);
    await panel.click('option', option);
  };

  it('lists more than a thousand resources of many pages', async () => {
    await panel.openRoom('Resources');
    await panel.see('Resources 1,200');
    // What nobody looks at is not drawn, and is there as soon as somebody does.
    expect((await panel.names('option')).length).toBe(100);
    await panel.press('/');
    await panel.press('ArrowDown');
    await panel.press('End');
    await eventually(async () => expect(await panel.focused()).toBe('item 1192'));
    expect(server.received.filter(({ method }) => method === 'resources/list').length).toBe(MANY / 200);
    await panel.type('Filter resources', 'item 1199');
    await panel.see('Nothing matches.');
    await panel.type('Filter resources', 'item 1192');
    await eventually(async () => expect(await panel.names('option')).toEqual(['item 1192']));
    await panel.type('Filter resources', '');
    await look('resources');
  });

  it('shows every kind of content', async () => {
    await openResource('image', /^Image/);
    const image = await panel.handle('img', /^Sent by the server, image\/png/);
    expect(await image.evaluate((element) => (element as HTMLImageElement).decode().then(() => true))).toBe(true);
    await panel.see('for user');
    await panel.see('priority 0.9');
    await look('image');
    await openResource('report', /^Report/);
    await panel.see('application/pdf');
    await panel.see('1.2 MB');
    await panel.find('button', 'Save');
    await look('pdf');
    await openResource('several', /^Several/);
    await panel.see('The first of three.');
    await eventually(async () => expect((await panel.names('button')).filter((name) => name === 'Save').length).toBe(3));
    await look('several');
    await openResource('ui:', /^App/);
    await panel.see('This is the source of an MCP app. Mooring shows it and does not run it.');
    await panel.see('<h1>App</h1>');
    expect(await panel.page.evaluate('String(window.ran)')).toBe('undefined');
    await look('app');
    await openResource('longer than anybody', /^A resource with a name/);
    await panel.see('line after line of text');
    await look('long');
    await openResource('rtl', /بالعربية/);
    await panel.see('U+202E');
    await look('rtl');
  });

  it('tells a failure where it happened, with what helps', async () => {
    await openResource('broken', /^Broken/);
    await panel.see('The tide is out: nothing can be read');
    await panel.find('button', 'Copy details');
    await look('failure');
    await panel.type('Filter resources', '');
  });

  it('makes addresses of a template with a query and a list', async () => {
    await openResource('files', /^Files/);
    await panel.type('path *', 'src/');
    await eventually(async () => expect(await panel.names('option')).toEqual(expect.arrayContaining(['src/main.ts', 'src/other.ts'])));
    await panel.see('40 more: type on.');
    await look('suggestions');
    await panel.press('ArrowDown');
    await panel.press('Enter');
    expect(await panel.valueOf('path *')).toBe('src/main.ts');
    await panel.type('tags', 'a,b');
    await panel.see('Address: demo://files/src/main.ts?tags=a,b');
    await panel.click('button', 'Read');
    await panel.find('region', 'Contents');
    await look('template');
    await panel.type('Filter resources', '');
  });

  it('shows the messages of a prompt, whatever is in them, and opens the resource that one links to', async () => {
    await panel.openRoom('Prompts');
    await panel.click('option', /^describe/);
    await panel.type('style *', 'poetic');
    await panel.press('Enter', 'Control');
    await panel.see('5 messages');
    await panel.see('narrator');
    await look('prompt');
    await panel.click('button', 'as JSON');
    await look('prompt-json');
    await panel.click('button', 'as JSON');
    await panel.click('button', 'Open in Resources');
    await panel.find('heading', 'Several');
    await panel.see('The first of three.');
    await panel.openRoom('Prompts');
    await panel.click('option', /^broken/);
    await panel.click('button', 'Get messages');
    await panel.see('The tide is out');
    await look('prompt-failure');
  });

  it('says calmly what a server does not offer', async () => {
    const minimal = await startScriptedServer({ sessions: false });
    minimal.on('initialize', (exchange) =>
      exchange.result(
        { protocolVersion: '2025-11-25', capabilities: { tools: {} }, serverInfo: { name: 'minimal', version: '1' } },
        exchange.message.id,
      ),
    );
    await popup.connect(minimal.url);
    await panel.openRoom('Resources');
    await panel.see('This server offers no resources.');
    await look('no-resources');
    await panel.openRoom('Prompts');
    await panel.see('This server offers no prompts.');
    expect(minimal.received.map(({ method }) => method)).not.toContain('resources/list');
  });

  it('works through a proxy, over HTTP+SSE and without server sessions', async () => {
    const proxy = await startProxy();
    for (const url of [proxy.sse, proxy.stateless]) {
      await popup.connect(url);
      await panel.openRoom('Resources');
      await panel.click('option', /^features\.md/);
      await panel.see('demo://resource/static/document/features.md');
      await panel.see(/Read at \d\d:/);
      await panel.openRoom('Prompts');
      await panel.click('option', /^simple-prompt/);
      await panel.click('button', 'Get messages');
      await panel.see('This is a simple prompt without arguments.');
    }
  });

  it('shows the apps of the example servers as text', async () => {
    for (const name of ['server-basic-preact', 'server-budget-allocator'] as const) {
      await popup.connect(await startAppServer(name));
      await panel.openRoom('Resources');
      await panel.click('option', /ui:\/\/|./);
      await panel.see('Mooring shows it and does not run it.');
      await panel.see('<!');
      await panel.openRoom('Prompts');
      await panel.see('This server offers no prompts.');
    }
  });

  it('has room for all five tabs in the narrowest panel, in every language', async () => {
    const narrow = await openPanelPage(extension, { width: 320, height: SIZES.height });
    await narrow.find('tab', 'Session');
    for (const language of ['en', 'de']) {
      const file = new URL(`../../extension/public/_locales/${language}/messages.json`, import.meta.url);
      const messages = JSON.parse(readFileSync(file, 'utf8')) as { [key: string]: { message: string } };
      const words = ['tools', 'resources', 'prompts', 'activity', 'session'].map((room) => messages[`panel_${room}`]?.message ?? '');
      const cut = await narrow.page.evaluate((labels) => {
        const tabs = [...document.querySelectorAll<HTMLElement>('[role=tab]')];
        // The selected one is bold: each may be.
        for (const [i, tab] of tabs.entries()) {
          tab.textContent = labels[i] ?? '';
          tab.style.fontWeight = '600';
        }
        const right = Math.max(...tabs.map((tab) => tab.getBoundingClientRect().right));
        return { tabs: tabs.length, left: Math.round(right - innerWidth), lines: new Set(tabs.map((tab) => tab.offsetHeight)).size };
      }, words);
      expect(cut).toMatchObject({ tabs: 5, lines: 1 });
      expect(cut.left, language).toBeLessThanOrEqual(0);
    }
    await narrow.page.close();
  });
});
