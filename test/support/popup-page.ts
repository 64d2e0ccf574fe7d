/** Owns what a user does in the popup, step by step. What is expected to come of it is the tests'. */

import type { Page } from 'puppeteer-core';
import type { ExtensionBrowserProcess, Viewport } from './browsers.ts';
import { keepExtensionStorage, SILENT_PAGE } from './extension-storage.ts';
import { eventually, type StoredSession, type Surface, type SurfaceOptions, toSurface } from './surfaces.ts';

export const POPUP_SIZE: Viewport = { width: 380, height: 600 };
const ADDRESS = 'Address of an MCP server';

export type PopupPage = Surface & {
  /** Types an address and presses Enter. */
  enterAddress(url: string): Promise<void>;
  /** Connects and waits until the session is there. */
  connect(url: string): Promise<StoredSession>;
  /** What the rows of the list say, one line each. */
  rows(): Promise<string[]>;
  /** Opens a session's menu and clicks an item; the item's name may go on with its note. */
  chooseFromMenu(session: string, item: RegExp): Promise<void>;
  /** Goes to the settings, enters a backend and saves. */
  saveBackend(url: string, accessCode?: string): Promise<void>;
};

/** Opens the popup's page in a tab: as wide as the popup, but it stays when something else comes to the front. */
export async function openPopupPage(extension: ExtensionBrowserProcess, viewport = POPUP_SIZE): Promise<PopupPage> {
  return toPopup(await extension.openPage('popup.html', viewport));
}

export function toPopup(page: Page, options: SurfaceOptions = {}): PopupPage {
  const surface = toSurface(page, options);
  const enterAddress = async (url: string): Promise<void> => {
    await surface.type(ADDRESS, url);
    await surface.press('Enter');
  };
  return {
    ...surface,
    enterAddress,
    async connect(url) {
      const known = new Set(((await surface.stored()).sessions ?? []).map(({ id }) => id));
      await enterAddress(url);
      const made = await eventually(async () => {
        const session = (await surface.stored()).sessions?.find((candidate) => candidate.url === url && !known.has(candidate.id));
        if (session === undefined) throw new Error(`No session with ${url}. On screen: ${await surface.text()}`);
        return session;
      });
      await surface.find('button', new RegExp(`^Actions for ${escapePattern(made.name)}$`));
      return made;
    },
    rows: () => surface.names('listitem'),
    async chooseFromMenu(session, item) {
      await surface.click('button', `Actions for ${session}`);
      await surface.click('menuitem', item);
    },
    async saveBackend(url, accessCode) {
      await surface.click('button', 'Settings');
      await surface.type('Backend', url);
      if (accessCode !== undefined) await surface.type('Access code', accessCode);
      await surface.click('button', 'Save');
    },
  };
}

/** Makes the extension one that was just installed, but for the address of its backend, and opens its popup. */
export async function openFreshPopup(
  extension: ExtensionBrowserProcess,
  backendUrl: string,
  more: Record<string, unknown> = {},
): Promise<PopupPage> {
  // One that asks the backend could write what it hears after storage was emptied.
  const page = await extension.openPage(SILENT_PAGE);
  await keepExtensionStorage(extension, page);
  const kept = { version: 1, settings: { backendUrl, deviceName: '', accessCode: '' }, ...more };
  await page.evaluate(`(async ({ local }) => {
    await local.clear();
    await local.set(${JSON.stringify(kept)});
  })((globalThis.browser ?? globalThis.chrome).storage)`);
  await page.close();
  return openPopupPage(extension);
}

const escapePattern = (text: string): string => text.replace(/[.*+?^${}()|[\]\\]/g, '\\$&');
