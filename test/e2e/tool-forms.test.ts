/** Proves forms and the JSON editor in real browsers: what is typed is what the server gets, nothing typed is lost, nothing freezes. */
import { beforeAll, describe, expect, it } from 'vitest';
import { type BrowserKind, type ExtensionBrowserProcess, openBrowser } from '../support/browsers.ts';
import { type FormServer, SAMPLE_TOOLS, startFormServer } from '../support/form-server.ts';
import { startKv } from '../support/kv.ts';
import { openPanelPage, type PanelPage } from '../support/panel-page.ts';
import { openFreshPopup, type PopupPage } from '../support/popup-page.ts';
import { type BackendProcess, startBackend } from '../support/processes.ts';
import { eventually } from '../support/surfaces.ts';
import { shoot, type Watch, watch } from '../support/surfaces-look.ts';

const SIZES = { widths: [320, 460, 800], height: 900 };

describe.each<BrowserKind>(['chromium', 'firefox'])('a tool’s form in %s', (kind) => {
  let server: FormServer;
  let backend: BackendProcess;
  let extension: ExtensionBrowserProcess;
  let popup: PopupPage;
  let panel: PanelPage;
  let watched: Watch;

  beforeAll(async () => {
    const kv = await startKv();
    [backend, server, extension] = await Promise.all([startBackend(kv.env), startFormServer(), openBrowser(kind)]);
    popup = await openFreshPopup(extension, backend.url);
    await popup.connect(server.url);
    panel = await openPanelPage(extension, { width: 800, height: 900 });
    watched = await watch(extension, panel);
    await panel.find('option', /^everything-at-once/);
  });

  const look = async (name: string): Promise<void> => {
    expect(await shoot(extension, panel, `forms-${name}`, SIZES)).toEqual([]);
    await panel.page.setViewport({ width: 800, height: 900 });
  };

  it('asks for one of each, and sends exactly what was typed', async () => {
    await panel.openTool('everything-at-once');
    await look('empty');
    await panel.type(/^name\b/, 'X');
    await panel.see('This does not match the pattern');
    await panel.click('button', 'Run');
    await panel.see(/arguments do not match the schema/);
    await look('errors');
    await panel.type(/^name\b/, 'abc');
    await panel.choose('Shape of shape', 'circle');
    await panel.type(/^radius\b/, '1.50');
    await panel.choose('Shape of shape', 'square');
    await panel.type(/^side\b/, '2');
    await panel.choose('Shape of shape', 'circle');
    expect(await panel.valueOf(/^radius\b/)).toBe('1.50');
    await panel.type(/^Name of a new member/, 'tide');
    await panel.press('Enter');
    await panel.type(/^tide\b/, 'high');
    await panel.click('button', 'Add item to point');
    await panel.type(/^1\b/, '7');
    await panel.click('button', 'Add item to children');
    await panel.type(/^secret\b/, 'hush-hush');
    await panel.type(/^anything\b/, '[1, {"a": null}]');
    await look('filled');
    await panel.click('button', 'Run');
    await panel.see('done: ');
    expect(server.argumentsOf('everything-at-once')).toEqual([
      {
        count: 3,
        name: 'abc',
        shape: { kind: 'circle', radius: 1.5 },
        labels: { tide: 'high' },
        point: [7],
        tree: { children: [{}] },
        secret: 'hush-hush',
        anything: [1, { a: null }],
      },
    ]);
    await eventually(async () => expect(JSON.stringify(await panel.stored())).toContain('"labels":{"tide":"high"}'));
    expect(JSON.stringify(await panel.stored())).not.toContain('hush-hush');
  });

  it('runs again, and changes and runs', async () => {
    await panel.click('button', 'Run again');
    await eventually(async () => expect(server.argumentsOf('everything-at-once')).toHaveLength(2));
    expect(server.argumentsOf('everything-at-once')[1]).toEqual(server.argumentsOf('everything-at-once')[0]);
    await panel.type(/^name\b/, 'other');
    await panel.click('button', 'Earlier arguments');
    await panel.click('menuitem', /^count: 3, name: abc/);
    await eventually(async () => expect(await panel.valueOf(/^name\b/)).toBe('abc'));
    await panel.click('button', 'Undo');
    expect(await panel.valueOf(/^name\b/)).toBe('other');
    await panel.click('button', 'Reset');
  });

  it('edits the same arguments as JSON, with completion and marks', async () => {
    await panel.openTool('wipe');
    await panel.click('button', 'as JSON');
    await eventually(async () => expect(await panel.page.$('.json-editor')).not.toBeNull());
    await panel.type('Arguments as JSON', '{"w');
    await panel.find('option', /^what/);
    await look('completion');
    await panel.press('Enter');
    await eventually(async () => expect(await panel.valueOf('Arguments as JSON')).toBe('{"what": '));
    await panel.page.keyboard.type('7}');
    await panel.see('This is of type number, not string.');
    await look('json');
    await panel.press('Escape');
    await panel.press('Tab');
    expect(await panel.focused()).not.toBe('Arguments as JSON');
    await panel.type('Arguments as JSON', '{"what": "all"}');
    await panel.click('button', 'as form');
    expect(await panel.valueOf(/^what\b/)).toBe('all');
  });

  it('runs from the list, by keys, what is shown beside it, and moves no button for what comes up then', async () => {
    const places = () =>
      panel.page.evaluate(() =>
        [...document.querySelectorAll('.actions > .button')].map((button) => button.getBoundingClientRect().toJSON()),
      );
    await panel.openTool('without-schema');
    await panel.find('heading', 'without-schema');
    const before = await places();
    expect(before).toHaveLength(3);
    await panel.press('Enter', 'Control');
    await panel.see('done: ');
    await panel.find('button', 'Earlier arguments');
    expect(await places()).toEqual(before);
    // What has the focus in the list is not what is shown: a slip of the hand runs neither.
    await panel.press('ArrowUp');
    await eventually(async () => expect(await panel.focused()).not.toMatch(/^without-schema/));
    await panel.press('Enter', 'Control');
    await panel.click('button', 'Run again');
    await eventually(async () => expect(server.argumentsOf('without-schema')).toHaveLength(2));
    expect(server.waiting).toHaveLength(0);
  });

  it('asks once in a session before something is destroyed', async () => {
    await panel.openTool('wipe');
    await panel.click('button', 'Run');
    await panel.see('This tool may overwrite or remove something.');
    await eventually(async () => expect(await panel.focused()).toBe('Do not run'));
    await look('destructive');
    await panel.press('Enter');
    await panel.lose('This tool may overwrite or remove something.');
    expect(server.argumentsOf('wipe')).toEqual([]);
    await panel.click('button', 'Run');
    await panel.click('button', 'Run it');
    await panel.see('done: {"what":"all"}');
    await panel.click('button', 'Run');
    await eventually(async () => expect(server.argumentsOf('wipe')).toHaveLength(2));
  });

  it('has favourites first, also when it is opened again', async () => {
    await panel.openTool('silent');
    await panel.click('button', 'Favourite');
    await eventually(async () => expect((await panel.names('option'))[0]).toMatch(/^silent/));
    await eventually(async () => expect(JSON.stringify(await panel.stored())).toContain('"favourites":["silent"]'));
    await panel.page.reload({ waitUntil: [] });
    await eventually(async () => expect((await panel.names('option'))[0]).toMatch(/^silent/));
  });

  it('cancels a call that was silent for too long, and says so', async () => {
    await panel.openTool('silent');
    await panel.choose(/^Cancel a call/, '10 s');
    await panel.click('button', 'Run');
    await panel.find('region', 'Running');
    await panel.see('Nothing was heard for 10 s: cancelled.');
    await look('silent');
    expect(server.waiting).toHaveLength(1);
    await panel.choose(/^Cancel a call/, 'no limit');
  });

  it('draws every schema of the list without an error, and none of them freezes it', async () => {
    for (const { name, description } of SAMPLE_TOOLS) {
      await panel.type('Filter tools', name);
      await panel.openTool(name);
      await panel.find('heading', name);
      await panel.see(description);
      await panel.find('button', 'Run');
    }
    await panel.type('Filter tools', '');
    expect(await watched.problems()).toEqual([]);
  });
});
