/** Proves pairing between two real browsers at one backend: code, digits, letting in, one list on both, leaving, being removed. */
import { beforeAll, describe, expect, it } from 'vitest';
import { openBrowser } from '../support/browsers.ts';
import { type Everything, startEverything } from '../support/everything.ts';
import { startKv } from '../support/kv.ts';
import { openPanelPage } from '../support/panel-page.ts';
import { openFreshPopup, openPopupPage, type PopupPage } from '../support/popup-page.ts';
import { type BackendProcess, startBackend } from '../support/processes.ts';
import { eventually } from '../support/surfaces.ts';

describe('two browsers at one backend', () => {
  let chromium: Awaited<ReturnType<typeof openBrowser>>;
  let firefox: Awaited<ReturnType<typeof openBrowser>>;
  let backend: BackendProcess;
  let server: Everything;

  beforeAll(async () => {
    const kv = await startKv();
    [chromium, firefox, server, backend] = await Promise.all([
      openBrowser('chromium'),
      openBrowser('firefox'),
      startEverything(),
      startBackend(kv.env),
    ]);
  });

  const openSettings = async (popup: PopupPage): Promise<void> => {
    await popup.click('button', 'Settings');
    await popup.see('This device');
  };
  const back = (popup: PopupPage): Promise<void> => popup.click('button', 'Back to the sessions');
  const rename = async (popup: PopupPage, old: string, name: string): Promise<void> => {
    await popup.chooseFromMenu(old, /^Rename/);
    await popup.type('New name', name);
    await popup.press('Enter');
    await popup.find('listitem', new RegExp(`^live ${name} `));
  };
  /** The name of the only picture that begins so: the code, or the digits. */
  const spelled = async (popup: PopupPage, pattern: RegExp): Promise<string> =>
    (await popup.find('img', pattern)).replace(/^Code /, '').replaceAll(/[ ,]/g, '');

  async function askToJoin(code: string): Promise<PopupPage> {
    const popup = await openFreshPopup(firefox, backend.url);
    await popup.see('Saved in KV');
    const { name } = await popup.connect(server.url);
    await rename(popup, name, 'Own notes');
    await openSettings(popup);
    await popup.click('button', 'Join another device’s list…');
    await popup.see('You are joining a list that belongs to another device.');
    await popup.type('Code of the other device', code.toLowerCase());
    await popup.press('Enter');
    await popup.see('Waiting to be let in');
    return popup;
  }
  async function showCode(): Promise<{ popup: PopupPage; code: string }> {
    const popup = await openFreshPopup(chromium, backend.url);
    await popup.see('Saved in KV');
    const { name } = await popup.connect(server.url);
    await rename(popup, name, 'Shared notes');
    await openSettings(popup);
    await popup.click('button', 'Add a device…');
    return { popup, code: await spelled(popup, /^Code /) };
  }

  it('become one list once the digits were compared; the one from before is back after leaving', async () => {
    const { popup: first, code } = await showCode();
    expect(code).toMatch(/^[A-Z0-9]{8}$/);
    const second = await askToJoin(code);
    await first.see('A device asks to be let in');
    await first.see('Firefox on');
    const digits = /^\d \d \d \d$/;
    expect(await spelled(first, digits)).toBe(await spelled(second, digits));
    await back(second);
    await second.see('Waiting to be let in');
    await second.find('listitem', /^live Own notes /);

    await first.click('button', 'Let it in');
    await second.find('listitem', /^live Shared notes /);
    await second.missing('listitem', /Own notes/);
    const panel = await openPanelPage(firefox);
    await panel.echo('from the second device');
    await panel.page.close();

    await openSettings(second);
    await second.see('This list belongs to another device.');
    await second.click('button', 'Leave and go back to your own list');
    await second.see('Join another device’s list…');
    await back(second);
    await second.find('listitem', /^live Own notes /);
    await second.find('button', 'Reconnect Shared notes');
    await back(first);
    await first.find('listitem', /^live Shared notes /);
    await Promise.all([first.page.close(), second.page.close()]);
  });

  it('one that was removed keeps what it was shown, marked, and goes back to its own list', async () => {
    const { popup: first, code } = await showCode();
    const second = await askToJoin(code);
    await first.click('button', 'Let it in');
    await back(second);
    await second.find('listitem', /^live Shared notes /);
    const [name = ''] = (await first.names('button')).filter((label) => label.startsWith('Remove Firefox'));
    await first.click('button', name);
    await first.see('It loses access to all sessions at once.');
    await first.click('button', 'Remove');
    await first.missing('button', name);

    await second.page.reload({ waitUntil: [] });
    await second.see('This browser was removed from the list.');
    await second.find('listitem', /^no access Shared notes/);
    await second.click('button', 'Go back to your own list');
    await second.find('listitem', /^live Own notes /);
    await second.find('button', 'Reconnect Shared notes');
    await Promise.all([first.page.close(), second.page.close()]);
  });

  it('one that was refused goes on with its own list, and a code works once', async () => {
    const { popup: first, code } = await showCode();
    const second = await askToJoin(code);
    await first.click('button', 'Refuse');
    await second.see('The other device did not let this browser in.');
    await second.click('button', 'OK');
    await second.click('button', 'Join another device’s list…');
    await second.type('Code of the other device', code);
    await second.press('Enter');
    await second.see('This code is wrong, used or over.');
    await back(second);
    await second.find('listitem', /^live Own notes /);
    await Promise.all([first.page.close(), second.page.close()]);
  });

  it('one that stops waiting is not asked about any more', async () => {
    const { popup: first, code } = await showCode();
    const second = await askToJoin(code);
    await first.see('A device asks to be let in');
    await second.click('button', 'Stop waiting');
    await first.missing('button', 'Let it in');
    await second.find('button', 'Join another device’s list…');
    await Promise.all([first.page.close(), second.page.close()]);
  });

  it('becomes a member while its popup is closed, and the popup of the other shows the code again', async () => {
    const { popup: first, code } = await showCode();
    await first.page.close();
    const again = await openPopupPage(chromium);
    await openSettings(again);
    expect(await spelled(again, /^Code /)).toBe(code);
    const second = await askToJoin(code);
    await second.page.close();
    await again.click('button', 'Let it in');
    await again.missing('button', 'Let it in');
    await again.find('button', 'Add a device…');
    const later = await openPopupPage(firefox);
    await later.find('listitem', /^live Shared notes /);
    await eventually(async () => expect((await later.stored()).credentials).toHaveLength(1));
    await Promise.all([again.page.close(), later.page.close()]);
  });
});
