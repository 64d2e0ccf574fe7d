/** Proves the panel on the reference server: finding a tool, giving it arguments, running it, and reading all that can come of it. */
import { beforeAll, describe, expect, it } from 'vitest';
import { type BrowserKind, type ExtensionBrowserProcess, openBrowser } from '../support/browsers.ts';
import { type Everything, startEverything } from '../support/everything.ts';
import { startKv } from '../support/kv.ts';
import { openPanelPage, type PanelPage } from '../support/panel-page.ts';
import { openFreshPopup, type PopupPage } from '../support/popup-page.ts';
import { type BackendProcess, startBackend } from '../support/processes.ts';
import { rpcError, startScriptedServer } from '../support/scripted-server.ts';
import { eventually } from '../support/surfaces.ts';

describe.each<BrowserKind>(['chromium', 'firefox'])('the Tools room in %s', (kind) => {
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
    await panel.find('option', 'echo');
  });

  it('lists the tools, filters them, and is moved through by keyboard', async () => {
    const all = await panel.names('option');
    expect(all).toEqual(expect.arrayContaining(['echo', 'get-sum', 'get-tiny-image']));
    await panel.find('tab', `Tools ${all.length}`);
    await panel.press('/');
    expect(await panel.focused()).toBe('Filter tools');
    await panel.type('Filter tools', 'resource get');
    await eventually(async () => expect(await panel.names('option')).toEqual(['get-resource-links', 'get-resource-reference']));
    await panel.press('ArrowDown');
    await panel.press('ArrowDown');
    expect(await panel.focused()).toBe('get-resource-reference');
    await panel.press('Enter');
    await panel.find('heading', 'get-resource-reference');
    await panel.press('/');
    await panel.press('Escape');
    await eventually(async () => expect(await panel.names('option')).toEqual(all));
    await panel.type('Filter tools', 'no such tool');
    await panel.see('No tool matches.');
    await panel.type('Filter tools', '');
  });

  it('asks for what a tool needs before anything is sent, then sends numbers as numbers', async () => {
    const before = (await server.seen()).executions('get-sum');
    await panel.openTool('get-sum');
    await panel.press('Enter', 'Control');
    await panel.click('button', 'Run');
    await panel.see('2 arguments do not match the schema.');
    await eventually(async () => expect(await panel.focused()).toMatch(/^a\b/));
    await panel.type(/^a\b/, '2');
    await panel.type(/^b\b/, 'forty');
    await panel.click('button', 'Run');
    expect((await server.seen()).executions('get-sum')).toBe(before);
    await panel.type(/^b\b/, '40');
    await panel.press('Enter', 'Control');
    await panel.see('The sum of 2 and 40 is 42.');
    const call = (await server.seen()).exchanges.findLast(({ tool }) => tool === 'get-sum');
    expect(JSON.parse(call?.body ?? '')).toMatchObject({ params: { arguments: { a: 2, b: 40 } } });
  });

  it('shows the same arguments as form and as JSON, and loses nothing on the way', async () => {
    await panel.openTool('get-sum');
    await panel.type(/^a\b/, '7');
    await panel.type(/^b\b/, '8');
    await panel.find('button', 'as JSON');
    await panel.page.evaluate(typeBeforeTheEditor, '{');
    await eventually(async () => expect(await panel.focused()).toBe('Arguments as JSON'));
    await panel.page.keyboard.type('"a": 30, "b": 8}');
    expect(JSON.parse(await panel.valueOf('Arguments as JSON'))).toEqual({ a: 30, b: 8 });
    await panel.type('Arguments as JSON', '{"a": 5, "b": 6, "more": [true]}');
    await panel.click('button', 'as form');
    expect(await panel.valueOf(/^a\b/)).toBe('5');
    await panel.see(/Sent too, though the schema does not name it: more/);
    await panel.click('button', 'as JSON');
    await panel.type('Arguments as JSON', '{"a": 5, "b"');
    await panel.click('button', 'as form');
    expect(await panel.valueOf('Arguments as JSON')).toBe('{"a": 5, "b"');
    await panel.click('button', 'Discard this text');
    expect(await panel.valueOf(/^a\b/)).toBe('5');
    await panel.see(/Sent too, though the schema does not name it: more/);
    await panel.click('button', 'Run');
    await panel.see('The sum of 5 and 6 is 11.');
    await panel.click('button', 'Reset');
    expect(await panel.valueOf(/^a\b/)).toBe('');
  });

  it('judges structured content by the outputSchema', async () => {
    await panel.openTool('get-structured-content');
    await panel.choose(/^location\b/, 'Chicago');
    await panel.click('button', 'Run');
    await panel.see('matches outputSchema');
    await panel.find('region', 'Structured content');
    await panel.see('Light rain / drizzle');
  });

  it('draws text with annotations, images, links and resources', async () => {
    await panel.openTool('get-annotated-message');
    await panel.choose(/^messageType\b/, 'error');
    await panel.click('radio', 'true');
    await panel.click('button', 'Run');
    await panel.see('Error: Operation failed');
    await panel.see('for user, assistant · priority 1');
    const annotated = await panel.handle('img', /^Sent by the server, image\/png/);
    expect(await annotated.evaluate((image) => (image as HTMLImageElement).decode().then(() => true))).toBe(true);

    await panel.openTool('get-tiny-image');
    await panel.click('button', 'Run');
    await panel.see('The image above is the MCP logo.');
    const tiny = await panel.handle('img', /^Sent by the server, image\/png/);
    expect(await tiny.evaluate((image) => (image as HTMLImageElement).naturalWidth)).toBeGreaterThan(0);

    await panel.openTool('get-resource-links');
    await panel.click('button', 'Run');
    await panel.see('Here are 3 resource links');
    expect((await panel.names('button')).filter((name) => name === 'Copy address')).toHaveLength(3);

    await panel.openTool('get-resource-reference');
    await panel.click('button', 'Run');
    await panel.see('Returning resource reference for Resource 1:');
    await panel.see('demo://resource/dynamic/text/1');
    await panel.find('button', 'Save');
  });

  it('shows progress while a tool runs, and cancels it at the server', async () => {
    await panel.openTool('trigger-long-running-operation');
    await panel.type(/^duration\b/, '1');
    await panel.type(/^steps\b/, '2');
    await panel.click('button', 'Run');
    await panel.see('1 of 2');
    await panel.see('Long running operation completed. Duration: 1 seconds, Steps: 2.');
    await panel.type(/^duration\b/, '600');
    await panel.click('button', 'Run');
    await panel.find('region', 'Running');
    await eventually(async () => expect((await server.seen()).executions('trigger-long-running-operation')).toBe(2));
    await panel.click('button', 'Cancel');
    await panel.see('Cancelled.');
    await eventually(async () =>
      expect((await server.seen()).exchanges.filter(({ method }) => method === 'notifications/cancelled').length).toBe(1),
    );
    await panel.find('button', 'Run');
  });

  it('a double click on Run is one act', async () => {
    await panel.openTool('echo');
    const before = (await server.seen()).executions('echo');
    await panel.type(/^message\b/, 'twice');
    await (await panel.handle('button', 'Run')).click({ count: 2, delay: 100 });
    await panel.see('Echo: twice');
    await panel.type(/^message\b/, 'once more');
    await panel.click('button', 'Run');
    await panel.see('Echo: once more');
    expect((await server.seen()).executions('echo')).toBe(before + 2);
    await panel.click('button', 'Reset');
  });

  it('tells a tool’s own error from an error of the protocol', async () => {
    await panel.openTool('echo');
    await panel.click('button', 'Run');
    await panel.see('One argument does not match the schema.');
    await panel.click('button', 'Run anyway');
    await panel.find('region', 'Tool error');
    await panel.see(/Invalid arguments for tool echo/);
    await panel.lose('The server answered with error');

    const scripted = await startScriptedServer();
    scripted.on('tools/call', ({ send, message }) => send(200, rpcError(-32_050, 'The tide is out', message.id)));
    const reference = (await popup.stored()).selectedSessionId;
    await popup.connect(scripted.url);
    await panel.openTool('act');
    await panel.click('button', 'Run');
    await panel.see('The server answered with error -32050.');
    await panel.see('The tide is out');
    await panel.missing('region', 'Tool error');
    await panel.click('button', 'Switch session');
    await panel.click('menuitem', /^Everything Reference Server/);
    await panel.find('option', 'echo');
    expect((await panel.stored()).selectedSessionId).toBe(reference);
  });

  it('has everything as it was when it is closed and opened', async () => {
    await panel.openTool('echo');
    await panel.type(/^message\b/, 'typed, not sent');
    await panel.type('Filter tools', 'e');
    // What a page writes while it is closed is not always stored: the last moment may be lost.
    await eventually(async () => {
      const stored = await panel.page.evaluate(async () => {
        const { browser } = globalThis as unknown as { browser: { storage: { local: { get(): Promise<unknown> } } } };
        return JSON.stringify(await browser.storage.local.get());
      });
      expect(stored).toContain('typed, not sent');
      expect(stored).toMatch(/Filter":"e"/);
    });
    await panel.page.close();
    panel = await openPanelPage(extension);
    await panel.find('heading', 'echo');
    expect(await panel.valueOf(/^message\b/)).toBe('typed, not sent');
    expect(await panel.valueOf('Filter tools')).toBe('e');
    await panel.type('Filter tools', '');
  });
});

/** Types at once, while the editor is still being loaded: a text area stands in its place. Ends when the editor is there. */
async function typeBeforeTheEditor(text: string): Promise<void> {
  [...document.querySelectorAll('button')].find(({ textContent }) => textContent === 'as JSON')?.click();
  await Promise.resolve();
  const area = document.querySelector<HTMLTextAreaElement>('.tool-arguments textarea');
  if (area === null) throw new Error('There is no text area before the editor.');
  area.focus();
  area.select();
  document.execCommand('insertText', false, text);
  while (area.isConnected) await new Promise(requestAnimationFrame);
}
