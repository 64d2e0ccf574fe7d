/** Proves signing in to a server that wants it, with a real authorization server: what is seen first, the window, and what becomes of it when things close. */
import { beforeAll, describe, expect, it } from 'vitest';
import { type BrowserKind, type ExtensionBrowserProcess, openBrowser, openChromiumPopup } from '../support/browsers.ts';
import { type Consent, startConsent } from '../support/consent-window.ts';
import { startKv } from '../support/kv.ts';
import { openPanelPage } from '../support/panel-page.ts';
import { openFreshPopup, openPopupPage, type PopupPage, toPopup } from '../support/popup-page.ts';
import { type BackendProcess, startBackend } from '../support/processes.ts';
import { type ProtectedServer, startProtectedServer } from '../support/protected-server.ts';
import { eventually } from '../support/surfaces.ts';

/** A session that waited is named after its server's host; what the server calls itself comes when it lets Mooring in. */
const CONNECTED = /^live 127\.0\.0\.1:\d+ .* protected v1 /;

describe.each<BrowserKind>(['chromium', 'firefox'])('signing in in %s', (kind) => {
  let backend: BackendProcess;
  let consent: Consent;
  let server: ProtectedServer;
  let extension: ExtensionBrowserProcess;

  beforeAll(async () => {
    const kv = await startKv();
    consent = await startConsent();
    const { authority } = consent;
    [server, backend, extension] = await Promise.all([
      startProtectedServer(authority.check, authority.issuer),
      startBackend(kv.env),
      openBrowser(kind),
    ]);
  });

  const allow = (): Promise<void> => consent.allow(extension);
  async function connect(popup: PopupPage): Promise<void> {
    await popup.enterAddress(server.url);
    await popup.see('The server asks for sign-in');
  }

  it('shows where it leads, opens the window, connects; the room tells every step, and signs out', async () => {
    const popup = await openFreshPopup(extension, backend.url);
    await connect(popup);
    await popup.click('button', /^Sign in to /);
    await popup.see(`Sign in at ${new URL(consent.authority.issuer).host}`);
    await popup.see('tools:read');
    await popup.see(server.url);
    expect(consent.isShown(extension)).toBe(false);
    await popup.click('button', 'Continue');
    await allow();
    await popup.find('listitem', CONNECTED);

    const panel = await openPanelPage(extension);
    await panel.openTool('read');
    await panel.click('button', 'Run');
    await panel.see('ran read');
    await panel.openRoom('Session');
    await panel.see('Signed in.');
    await panel.see(consent.authority.issuer);
    await panel.see('registered by Mooring when it signed in');
    for (const step of ['The server asked for sign-in', 'Registration of Mooring as a client', 'Exchange of the code for a token'])
      await panel.see(step);
    const shown = await panel.text();
    const stored = JSON.stringify(await popup.stored());
    for (const value of server.authorizations) if (value) expect(shown + stored).not.toContain(value.slice('Bearer '.length));
    expect(stored).not.toMatch(/code_challenge|"code"|refresh_token/);

    await panel.click('button', 'Sign out');
    await panel.find('button', /^Sign in/);
    await popup.find('button', /^Sign in to /);
    await Promise.all([popup.page.close(), panel.page.close()]);
  });

  it('goes on when the popup closes, and the next popup shows the session', async () => {
    const popup = await openFreshPopup(extension, backend.url);
    await connect(popup);
    await consent.agree(popup);
    await consent.window(extension);
    await popup.page.close();
    await allow();
    const next = await openPopupPage(extension);
    await next.find('listitem', CONNECTED);
    await next.page.close();
  });

  it('is begun from the panel too, in a session that the server has never let in', async () => {
    const popup = await openFreshPopup(extension, backend.url);
    await connect(popup);
    const panel = await openPanelPage(extension);
    await panel.see('The server asks for sign-in.');
    await consent.agree(panel);
    await allow();
    await panel.see('Signed in.');
    await panel.openRoom('Tools');
    await panel.openTool('read');
    await Promise.all([popup.page.close(), panel.page.close()]);
  });

  it('says that its window was closed, and begins again', async () => {
    const popup = await openFreshPopup(extension, backend.url);
    await connect(popup);
    await consent.agree(popup);
    await (await consent.window(extension)).close();
    await popup.see('The sign-in window closed before it was done.');
    await popup.click('button', 'Sign in');
    await popup.click('button', 'Continue');
    await allow();
    await popup.find('listitem', CONNECTED);
    await popup.page.close();
  });

  it('is begun again after the background went away in the middle of it', async () => {
    const popup = await openFreshPopup(extension, backend.url);
    await connect(popup);
    await consent.agree(popup);
    await consent.window(extension);
    await extension.killBackground();
    await (await consent.window(extension)).close();
    // A browser may take a moment to see that nobody waits for the window of before.
    for (let isOpen = false; !isOpen; ) {
      await popup.click('button', /^(Begin again|Sign in)$/);
      await popup.click('button', 'Continue');
      isOpen = await eventually(async () => {
        if (consent.isShown(extension)) return true;
        if ((await popup.text()).includes('The sign-in window closed')) return false;
        throw new Error(`Neither opened nor refused. On screen: ${await popup.text()}`);
      });
    }
    await allow();
    await popup.find('listitem', CONNECTED);
    await popup.page.close();
  });

  it('asks to sign in again when the server no longer takes the token and nothing renews it', async () => {
    const popup = await openFreshPopup(extension, backend.url);
    await connect(popup);
    await consent.agree(popup);
    await allow();
    await popup.find('listitem', CONNECTED);
    server.refuseAll(true);
    const panel = await openPanelPage(extension);
    await panel.see('The server asks for sign-in.');
    server.refuseAll(false);
    await consent.agree(panel);
    await allow();
    await panel.see('Signed in.');
    await panel.openRoom('Tools');
    await panel.openTool('read');
    await Promise.all([popup.page.close(), panel.page.close()]);
  });

  it('works from the popup itself, which the window closes', async () => {
    const tab = await openFreshPopup(extension, backend.url);
    await connect(tab);
    // Firefox lets nobody drive its popup: there, the tab that is closed stands for it in the test above.
    const popup = kind === 'chromium' ? toPopup(await openChromiumPopup(extension, tab.page), { isPopup: true }) : tab;
    await consent.agree(popup);
    await allow();
    await tab.find('listitem', CONNECTED);
    await tab.page.close();
  });
});
