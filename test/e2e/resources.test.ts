/** Proves the Resources room on the reference server: listing, templates with completion, reading, and marks of what changed at the server. */
import { beforeAll, describe, expect, it } from 'vitest';
import { type BrowserKind, type ExtensionBrowserProcess, openBrowser } from '../support/browsers.ts';
import { type Everything, startEverything } from '../support/everything.ts';
import { startKv } from '../support/kv.ts';
import { openPanelPage, type PanelPage } from '../support/panel-page.ts';
import { openFreshPopup, type PopupPage } from '../support/popup-page.ts';
import { type BackendProcess, startBackend } from '../support/processes.ts';
import { eventually } from '../support/surfaces.ts';

const FEATURES = 'demo://resource/static/document/features.md';

describe.each<BrowserKind>(['chromium', 'firefox'])('the Resources room in %s', (kind) => {
  let server: Everything;
  let backend: BackendProcess;
  let extension: ExtensionBrowserProcess;
  let popup: PopupPage;
  let panel: PanelPage;

  beforeAll(async () => {
    const kv = await startKv();
    [backend, server, extension] = await Promise.all([startBackend(kv.env), startEverything(), openBrowser(kind)]);
    popup = await openFreshPopup(extension, backend.url);
    await popup.connect(server.url);
    panel = await openPanelPage(extension);
    await panel.openRoom('Resources');
    await panel.find('option', /^features\.md/);
  });

  const sent = async (method: string) => (await server.seen()).exchanges.filter((exchange) => exchange.method === method);
  const lastParams = async (method: string) => (JSON.parse((await sent(method)).at(-1)?.body ?? '{}') as { params?: unknown }).params;

  it('lists resources and templates, filters them, and is moved through by keyboard', async () => {
    const all = await panel.names('option');
    expect(all).toEqual(
      expect.arrayContaining([expect.stringMatching(/^architecture\.md/), expect.stringMatching(/^Dynamic Text Resource/)]),
    );
    await panel.press('/');
    expect(await panel.focused()).toBe('Filter resources');
    await panel.type('Filter resources', 'features');
    await eventually(async () => expect(await panel.names('option')).toEqual([expect.stringMatching(/^features\.md/)]));
    await panel.press('ArrowDown');
    expect(await panel.focused()).toMatch(/^features\.md/);
    await panel.press('Enter');
    await panel.find('heading', 'features.md');
    await panel.see(FEATURES);
    await panel.see(/Read at \d\d:\d\d:\d\d/);
    await panel.find('region', 'Contents');
    await panel.type('Filter resources', 'no such thing');
    await panel.see('Nothing matches.');
    await panel.type('Filter resources', '');
    await eventually(async () => expect(await panel.names('option')).toEqual(all));
    expect(await lastParams('resources/read')).toMatchObject({ uri: FEATURES });
  });

  it('suggests the values of a template while they are typed, and reads what comes of it', async () => {
    await panel.click('option', /^Dynamic Text Resource/);
    await panel.click('button', 'Read');
    await panel.see('Required.');
    await eventually(async () => expect(await panel.focused()).toBe('resourceId *'));
    await panel.type('resourceId *', '7');
    await panel.see('Address: demo://resource/dynamic/text/7');
    await eventually(async () =>
      expect(await lastParams('completion/complete')).toMatchObject({
        ref: { type: 'ref/resource', uri: 'demo://resource/dynamic/text/{resourceId}' },
        argument: { name: 'resourceId', value: '7' },
      }),
    );
    await panel.press('Enter');
    await panel.see('Resource 7: This is a plaintext resource');
    await panel.click('option', /^Dynamic Blob Resource/);
    await panel.type('resourceId *', 'a b');
    await panel.see('Address: demo://resource/dynamic/blob/a%20b');
    await panel.type('resourceId *', '8');
    await panel.press('Enter', 'Control');
    await panel.see('text/plain');
    await panel.find('button', 'Save');
  });

  it('opens the resource that a result links to', async () => {
    await panel.openRoom('Tools');
    await panel.openTool('get-resource-links');
    await panel.click('button', 'Run');
    await panel.see('Here are 3 resource links');
    await panel.click('button', 'Open in Resources');
    await panel.find('heading', /^demo:\/\/resource\/dynamic\//);
    await panel.see(/Read at \d\d:/);
    expect(await panel.focused()).toMatch(/^demo:\/\/resource\/dynamic\//);
    expect((await panel.names('option')).at(-1)).toMatch(/^demo:\/\/resource\/dynamic\//);
    // Here it is: it leads nowhere.
    await panel.missing('button', 'Open in Resources');
  });

  it('says what the server says of a resource that is not there', async () => {
    await panel.type('Filter resources', 'demo://resource/nowhere');
    await panel.click('button', 'Read this address');
    await panel.see('The server answered with error');
    await panel.see(/not found/);
    await panel.type('Filter resources', '');
  });

  it('marks what changed at the server, and reads it again only when asked to', async () => {
    await panel.click('option', /^features\.md/);
    await panel.click('button', 'Subscribe');
    await panel.find('button', 'Subscribed');
    await panel.openRoom('Tools');
    await panel.openTool('toggle-subscriber-updates');
    await panel.click('button', 'Run');
    await panel.find('tab', /^Resources changed/);
    await panel.openRoom('Resources');
    await panel.see('Changed since it was read at');
    await panel.find('option', /^features\.md.*changed$/);
    const reads = (await sent('resources/read')).length;
    await panel.click('button', 'Read again');
    await eventually(async () => expect((await sent('resources/read')).length).toBe(reads + 1));
  });

  it('goes on marking changes after the server was restarted', async () => {
    await server.restart();
    await panel.openRoom('Tools');
    await panel.openTool('toggle-subscriber-updates');
    await panel.click('button', 'Run');
    await panel.see('Started simulated resource updated notifications');
    await panel.openRoom('Resources');
    await eventually(async () => {
      expect((await server.seen()).exchanges.filter(({ method }) => method === 'resources/subscribe').length).toBe(2);
    });
    await panel.click('button', 'Read again');
    await panel.see('Changed since it was read at');
  });

  it('says that the backend is away, reads when it is back, and goes on marking changes', async () => {
    // One that is killed leaves the server's stream to the next instance only when its lease has run out.
    await backend.stop();
    await panel.click('button', 'Read again');
    await panel.see('The backend is not answering.');
    await panel.see('# Everything Server');
    await backend.restart();
    await panel.click('button', 'Try again');
    await panel.lose('The backend is not answering.');
    await panel.see('Changed since it was read at');
  });

  it('has everything as it was when it is closed and opened', async () => {
    await panel.click('option', /^Dynamic Text Resource/);
    await panel.type('resourceId *', '12');
    await panel.type('Filter resources', 'dynamic');
    await eventually(async () => expect(JSON.stringify(await panel.stored())).toMatch(/"resourceFilter":"dynamic"/));
    await panel.page.close();
    panel = await openPanelPage(extension);
    await panel.find('heading', 'Dynamic Text Resource');
    expect(await panel.valueOf('resourceId *')).toBe('12');
    expect(await panel.valueOf('Filter resources')).toBe('dynamic');
    await panel.type('Filter resources', '');
    await panel.click('option', /^features\.md/);
    await panel.click('button', 'Subscribed');
    await panel.find('button', 'Subscribe');
    expect(await lastParams('resources/unsubscribe')).toMatchObject({ uri: FEATURES });
  });
});
