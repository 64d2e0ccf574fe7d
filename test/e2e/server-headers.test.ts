/** Proves headers for a server that wants a key, from the connect box to the server, and that the browser keeps none of them. */
import { beforeAll, describe, expect, it } from 'vitest';
import { type BrowserKind, type ExtensionBrowserProcess, openBrowser } from '../support/browsers.ts';
import { type Door, startDoor } from '../support/door.ts';
import { startEverything } from '../support/everything.ts';
import { startKv } from '../support/kv.ts';
import { openPanelPage } from '../support/panel-page.ts';
import { openFreshPopup } from '../support/popup-page.ts';
import { type BackendProcess, startBackend } from '../support/processes.ts';

const FIRST = 'canary-first-key';
const SECOND = 'canary-second-key';

describe.each<BrowserKind>(['chromium', 'firefox'])('headers in %s', (kind) => {
  let backend: BackendProcess;
  let extension: ExtensionBrowserProcess;
  let door: Door;
  let key = FIRST;

  beforeAll(async () => {
    const [kv, server] = await Promise.all([startKv(), startEverything()]);
    [backend, door, extension] = await Promise.all([startBackend(kv.env), startDoor(server.url), openBrowser(kind)]);
    door.guard(({ headers }) => (headers['x-api-key'] === key ? undefined : 401));
  });

  it('are entered when connecting, masked, and kept out of the browser', async () => {
    key = FIRST;
    const popup = await openFreshPopup(extension, backend.url);
    await popup.click('button', 'headers, transport…');
    await popup.click('button', 'Add a header');
    await popup.type('Name of header 1', 'X-Api-Key');
    await popup.type('Value of header 1', FIRST);
    expect(await popup.page.$eval('[aria-label="Value of header 1"]', (field) => (field as HTMLInputElement).type)).toBe('password');
    await popup.connect(door.url);
    await popup.find('listitem', /^live /);
    const panel = await openPanelPage(extension);
    await panel.echo('with a key');
    await panel.openRoom('Session');
    await panel.see('x-api-key');
    expect(door.knocks.at(-1)?.headers['x-api-key']).toBe(FIRST);
    expect(JSON.stringify(await popup.stored()) + (await panel.text())).not.toContain(FIRST);
    await Promise.all([popup.page.close(), panel.page.close()]);
  });

  it('are asked for by the server, entered in the session’s menu, and replaced when they stop working', async () => {
    key = FIRST;
    const popup = await openFreshPopup(extension, backend.url);
    await popup.enterAddress(door.url);
    await popup.see('The server asks for sign-in');
    const { name } = (await popup.stored()).sessions?.[0] ?? { name: '' };
    await popup.chooseFromMenu(name, /^Headers…/);
    await popup.type('Name of header 1', 'X-Api-Key');
    await popup.type('Value of header 1', FIRST);
    await popup.click('button', 'Save');
    await popup.find('listitem', /^live /);

    key = SECOND;
    const panel = await openPanelPage(extension);
    await panel.see('The server asks for sign-in.');
    await panel.openRoom('Session');
    await panel.click('button', 'Replace or forget…');
    await panel.type('Value of header 1', SECOND);
    await panel.click('button', 'Save');
    await panel.openRoom('Tools');
    await panel.echo('with another key');
    expect(door.knocks.at(-1)?.headers['x-api-key']).toBe(SECOND);
    expect(JSON.stringify(await popup.stored())).not.toMatch(new RegExp(`${FIRST}|${SECOND}`));
    await Promise.all([popup.page.close(), panel.page.close()]);
  });
});
