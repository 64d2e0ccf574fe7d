/** Proves the Prompts room on the reference server: arguments with completion, the messages as a conversation and as they came. */
import { beforeAll, describe, expect, it } from 'vitest';
import { type BrowserKind, type ExtensionBrowserProcess, openBrowser } from '../support/browsers.ts';
import { type Everything, startEverything } from '../support/everything.ts';
import { startKv } from '../support/kv.ts';
import { openPanelPage, type PanelPage } from '../support/panel-page.ts';
import { openFreshPopup } from '../support/popup-page.ts';
import { type BackendProcess, startBackend } from '../support/processes.ts';
import { eventually } from '../support/surfaces.ts';

describe.each<BrowserKind>(['chromium', 'firefox'])('the Prompts room in %s', (kind) => {
  let server: Everything;
  let backend: BackendProcess;
  let extension: ExtensionBrowserProcess;
  let panel: PanelPage;

  beforeAll(async () => {
    const kv = await startKv();
    [backend, server, extension] = await Promise.all([startBackend(kv.env), startEverything(), openBrowser(kind)]);
    const popup = await openFreshPopup(extension, backend.url);
    await popup.connect(server.url);
    panel = await openPanelPage(extension);
    await panel.openRoom('Prompts');
    await panel.find('option', /^simple-prompt/);
  });

  const sentParams = async (method: string): Promise<unknown[]> =>
    (await server.seen()).exchanges
      .filter((exchange) => exchange.method === method)
      .map(({ body }) => (JSON.parse(body ?? '{}') as { params?: unknown }).params);

  it('gets a prompt without arguments, and shows its messages both ways', async () => {
    await panel.click('option', /^simple-prompt/);
    await panel.see('This prompt takes no arguments.');
    await panel.click('button', 'Get messages');
    await panel.find('region', 'Messages');
    await panel.see('This is a simple prompt without arguments.');
    await panel.find('listitem', /^User/);
    await panel.click('button', 'as JSON');
    await panel.see('"role": "user"');
    await panel.click('button', 'as JSON');
    await panel.lose('"role": "user"');
  });

  it('asks for required arguments before anything is sent, and sends no empty ones', async () => {
    await panel.click('option', /^args-prompt/);
    const before = (await sentParams('prompts/get')).length;
    await panel.click('button', 'Get messages');
    await panel.see('Required.');
    await eventually(async () => expect(await panel.focused()).toBe('city *'));
    expect((await sentParams('prompts/get')).length).toBe(before);
    await panel.type('city *', 'Zürich');
    await panel.press('Enter', 'Control');
    await panel.see(/weather in Zürich\?/);
    expect((await sentParams('prompts/get')).at(-1)).toMatchObject({ name: 'args-prompt', arguments: { city: 'Zürich' } });
    expect(JSON.stringify((await sentParams('prompts/get')).at(-1))).not.toContain('state');
  });

  it('completes arguments as the server suggests, the second by what the first is', async () => {
    await panel.click('option', /^completable-prompt/);
    await panel.type('department *', 'S');
    await eventually(async () => expect(await panel.names('option')).toEqual(expect.arrayContaining(['Sales', 'Support'])));
    await panel.press('ArrowDown');
    await panel.press('ArrowDown');
    await panel.press('Enter');
    expect(await panel.valueOf('department *')).toBe('Support');
    await panel.press('Tab');
    await eventually(async () => expect(await panel.names('option')).toEqual(expect.arrayContaining(['John', 'Kim', 'Lee'])));
    await panel.press('Escape');
    await panel.missing('option', 'Kim');
    await panel.type('name *', 'K');
    await panel.find('option', 'Kim');
    await panel.press('ArrowDown');
    await panel.press('Enter');
    await panel.press('Enter');
    await panel.see('Please promote Kim to the head of the Support team.');
    expect(await sentParams('completion/complete')).toEqual(
      expect.arrayContaining([
        expect.objectContaining({ argument: { name: 'name', value: '' }, context: { arguments: { department: 'Support' } } }),
      ]),
    );
  });

  it('draws a resource that is embedded in a message', async () => {
    await panel.click('option', /^resource-prompt/);
    await panel.type('resourceType *', 'Text');
    await panel.type('resourceId *', '1');
    await panel.press('Enter', 'Control');
    await panel.see('demo://resource/dynamic/text/1');
    await panel.see(/Resource 1: This is a plaintext resource/);
  });

  it('has everything as it was when it is closed and opened, and gets it again', async () => {
    await panel.click('option', /^args-prompt/);
    await panel.type('state', 'ZH');
    await panel.type('Filter prompts', 'args');
    await eventually(async () => expect(JSON.stringify(await panel.stored())).toMatch(/"promptFilter":"args"/));
    await panel.page.close();
    panel = await openPanelPage(extension);
    await panel.find('heading', 'args-prompt');
    expect(await panel.valueOf('city *')).toBe('Zürich');
    expect(await panel.valueOf('state')).toBe('ZH');
    await panel.click('button', 'Get messages');
    await panel.see(/weather in Zürich, ZH\?/);
  });
});
