/**
 * Owns an authorization server on whose page a person has to press a button, and the person: finding the window that the extension opened,
 * and pressing it. What is expected to come of it is the tests'.
 */
import type { Page } from 'puppeteer-core';
import { type AuthorizationServer, type AuthorizationServerOptions, startAuthorizationServer } from './authorization-server.ts';
import type { ExtensionBrowserProcess } from './browsers.ts';
import { eventually, type Surface } from './surfaces.ts';
import { startWebSite } from './surfaces-sites.ts';

export type Consent = {
  readonly authority: AuthorizationServer;
  isShown(extension: ExtensionBrowserProcess): boolean;
  /** Waits for the window. */
  window(extension: ExtensionBrowserProcess): Promise<Page>;
  /** Presses the button on every page of the authorization server, until it sends the user back. */
  allow(extension: ExtensionBrowserProcess): Promise<void>;
  /** Asks a popup or panel for sign-in, sees where it leads, and has the window opened. */
  agree(surface: Surface): Promise<void>;
};

export async function startConsent(options: AuthorizationServerOptions = {}): Promise<Consent> {
  let siteUrl = '';
  const interactions = { url: (_: unknown, { uid }: { uid: string }) => `${siteUrl}/?uid=${uid}` };
  const authority = await startAuthorizationServer({ ...options, configuration: { interactions } });
  const goOn = `location.href = '${authority.issuer}/interaction/' + new URLSearchParams(location.search).get('uid')`;
  ({ url: siteUrl } = await startWebSite(`<button id="allow" onclick="${goOn}">Allow</button>`));

  const find = ({ browser }: ExtensionBrowserProcess) => browser.targets().find((target) => target.url().startsWith(siteUrl));
  const window = async ({ browser }: ExtensionBrowserProcess): Promise<Page> =>
    (await browser.waitForTarget((target) => target.url().startsWith(siteUrl))).asPage();
  return {
    authority,
    isShown: (extension) => find(extension) !== undefined,
    window,
    async allow(extension) {
      await window(extension);
      await eventually(async () => {
        const target = find(extension);
        if (!target) return;
        await (await target.asPage()).click('#allow');
        throw new Error('The window is still open.');
      });
    },
    async agree(surface) {
      await surface.click('button', /^Sign in( to .*)?$/);
      await surface.see(`Sign in at ${new URL(authority.issuer).host}`);
      await surface.click('button', 'Continue');
    },
  };
}
