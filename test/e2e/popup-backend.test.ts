/** Proves what the popup says when its backend, or the storage behind it, is not as it should be, and that the settings explain why. */
import { afterEach, beforeAll, describe, expect, it } from 'vitest';
import { findFreePort } from '../../api/_local/listen.ts';
import { type BrowserKind, type ExtensionBrowserProcess, openBrowser } from '../support/browsers.ts';
import { type Everything, startEverything } from '../support/everything.ts';
import { KV_READ_ONLY_TOKEN, type Kv, startKv } from '../support/kv.ts';
import { openFreshPopup, type PopupPage } from '../support/popup-page.ts';
import { type BackendProcess, startBackend } from '../support/processes.ts';
import { eventually } from '../support/surfaces.ts';
import { startMute, startWebSite } from '../support/surfaces-sites.ts';

describe.each<BrowserKind>(['chromium', 'firefox'])('in %s', (kind) => {
  let kv: Kv;
  let server: Everything;
  let backend: BackendProcess;
  let extension: ExtensionBrowserProcess;

  beforeAll(async () => {
    [kv, server, extension] = await Promise.all([startKv(), startEverything(), openBrowser(kind)]);
    backend = await startBackend(kv.env);
  });

  afterEach(() => kv.front.clearFault());

  async function check(popup: PopupPage, address: string): Promise<void> {
    await popup.type('Backend', address);
    await popup.click('button', 'Check');
  }

  it('the settings explain what is wrong with an address, and change nothing by checking', async () => {
    const [port, site] = await Promise.all([findFreePort(0), startWebSite('<p>Not Mooring</p>')]);
    const popup = await openFreshPopup(extension, backend.url);
    await popup.see('Saved in KV');
    await popup.click('button', 'Settings');
    await check(popup, `http://127.0.0.1:${port}`);
    await popup.see('The backend is not answering.');
    await check(popup, site.url);
    await popup.see('This address is not a Mooring backend.');
    await check(popup, 'http://mooring.example.com');
    await popup.see('Use https:// for a backend that is not on this computer');
    await check(popup, `${backend.url}/api/`);
    await popup.see('This backend is fine.');
    await popup.press('Escape');
    await popup.see('Saved in KV');
    expect((await popup.stored()).settings?.backendUrl).toBe(backend.url);
    await popup.page.close();
  });

  it('the settings leave a backend that never answers, without waiting for it', async () => {
    const mute = await startMute();
    const popup = await openFreshPopup(extension, new URL(mute.url).origin);
    await popup.saveBackend(backend.url);
    await popup.see('Saved in KV');
    await popup.connect(server.url);
    await popup.lose('The backend is not answering.');
    await popup.page.close();
  });

  it('the settings ask for an access code, refuse a wrong one, and take the right one', async () => {
    const closed = await startBackend({
      ...kv.env,
      VERCEL: '1',
      MOORING_ACCESS_CODE: 'open sesame',
      MOORING_ALLOW_PRIVATE: `127.0.0.1:${server.port}`,
    });
    const popup = await openFreshPopup(extension, backend.url);
    await popup.click('button', 'Settings');
    await check(popup, closed.url);
    await popup.see('This backend asks for an access code.');
    await popup.type('Access code', 'open barley');
    await popup.click('button', 'Save');
    // Of the form itself: the list of devices below may say the same before saving is over, and until then Save takes no click.
    await popup.see(/The access code is wrong\. Check it for a missing or extra character/);
    await popup.type('Access code', 'open sesame');
    await popup.click('button', 'Save');
    await popup.see('Saved in KV');
    await popup.connect(server.url);
    await closed.kill();
    await popup.page.close();
  });

  it('a backend that goes away is told as such; sessions stay on screen and are back with it', async () => {
    const popup = await openFreshPopup(extension, backend.url);
    await popup.connect(server.url);
    await backend.kill();
    await popup.page.reload({ waitUntil: [] });
    await popup.see('The backend is not answering.');
    await popup.find('listitem', /^not checked yet Everything Reference Server/);
    await backend.restart();
    await popup.click('button', 'Try again');
    await popup.find('listitem', /^live Everything Reference Server/);
    await popup.lose('The backend is not answering.');
    await popup.page.close();
  });

  it('storage that does not answer is told as an outage, and nothing is thrown away', async () => {
    const popup = await openFreshPopup(extension, backend.url);
    const { id } = await popup.connect(server.url);
    kv.front.setFault({ kind: 'status', status: 500 });
    await popup.page.reload({ waitUntil: [] });
    await popup.see('Storage is not answering.');
    expect(await popup.stored()).toMatchObject({ sessions: [{ id }], credentials: [{ backendUrl: backend.url }] });
    kv.front.clearFault();
    await popup.find('listitem', /^live /);
    await popup.lose('Storage is not answering.');
    expect((await popup.stored()).sessions).toMatchObject([{ id }]);
    await popup.page.close();
  });

  it.each([
    ['a read-only token', KV_READ_ONLY_TOKEN, 'Storage is read-only', 'Storage may be read but not written.'],
    ['a wrong token', 'no-such-token', 'Storage refuses the token', 'Storage refuses the backend’s token.'],
  ])('a backend with %s for KV says what is wrong and which variable to look at', async (_what, token, chip, sentence) => {
    const flawed = await startBackend({ ...kv.env, KV_REST_API_TOKEN: token });
    const popup = await openFreshPopup(extension, flawed.url);
    await popup.see(chip);
    await popup.see(sentence);
    await popup.see('KV_REST_API_TOKEN');
    await popup.enterAddress(server.url);
    // Once for the backend, once for the attempt.
    await eventually(async () => expect((await popup.names('region')).filter((name) => name.startsWith(sentence)).length).toBe(2));
    expect(await popup.stored()).not.toHaveProperty('sessions');
    await flawed.kill();
    await popup.page.close();
  });
});
