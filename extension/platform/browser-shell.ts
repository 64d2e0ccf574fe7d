/**
 * Owns what the extension asks of the browser around it, as verbs: panel, clipboard, shortcut, build.
 * Storage is stored.ts; reading the current tab is current-tab.ts.
 */
import { t } from './i18n.ts';
import { saveSelectedSessionId } from './stored.ts';
import { browser, chromeTyped } from './web-extension.ts';

let knownWindowId: number | undefined;

/** Looks up the current window ahead of time: the panel has to be opened in the same turn as the click. */
export async function primePanel(): Promise<void> {
  knownWindowId = (await browser.windows.getCurrent()).id;
}

/**
 * Opens the inspector beside the page: Chrome's side panel, Firefox's sidebar.
 *
 * Call it first in the handler of a click or a shortcut: browsers refuse once anything was awaited.
 *
 * @param sessionId The session that it shows; without one, the last.
 * @param windowId Known to handlers of shortcuts; a page uses `primePanel` before.
 */
export async function openPanel(sessionId?: string, windowId: number | undefined = knownWindowId): Promise<void> {
  const opened = openSurface(windowId);
  if (sessionId !== undefined) await saveSelectedSessionId(sessionId);
  await opened;
}

async function openSurface(windowId: number | undefined): Promise<void> {
  const sidebar = browser.sidebarAction as typeof browser.sidebarAction | undefined;
  if (sidebar) return sidebar.open();
  await chromeTyped.sidePanel.open({ windowId: windowId ?? browser.windows.WINDOW_ID_CURRENT });
}

/** Opens a page in a tab of its own. */
export async function openTab(url: string): Promise<void> {
  await browser.tabs.create({ url });
}

/** Puts text on the clipboard, from a handler of a click. */
export const copyText = (text: string): Promise<void> => navigator.clipboard.writeText(text);

/** Returns the keys that open the inspector, in order, as the user has set them; empty when there are none. */
export async function panelShortcut(): Promise<string[]> {
  const commands = await browser.commands.getAll();
  const shortcut = commands.find(({ name }) => name === 'open-inspector')?.shortcut ?? '';
  // Chrome on macOS writes the keys as symbols without a separator.
  return shortcut.includes('+') ? shortcut.split('+') : [...shortcut];
}

/** Keeps extension storage out of reach of content scripts, where the browser can do that (Firefox 153 cannot). */
export async function protectStorage(): Promise<void> {
  const { local } = chromeTyped.storage;
  if ('setAccessLevel' in local) await local.setAccessLevel({ accessLevel: 'TRUSTED_CONTEXTS' });
}

/** Calls the listener when the shortcut of the inspector is pressed; register it in the worker's first turn. */
export function onPanelShortcut(listener: (windowId: number | undefined) => void): void {
  browser.commands.onCommand.addListener((command, tab) => {
    if (command === 'open-inspector') listener(tab?.windowId);
  });
}

/** Shows a number on the toolbar button, and what it counts beside the name; 0 shows none. */
export async function setBadge(count: number, title: string): Promise<void> {
  await browser.action.setBadgeText({ text: count === 0 ? '' : String(Math.min(count, 99)) });
  await browser.action.setTitle({ title: count === 0 ? 'Mooring' : `Mooring: ${title}` });
}

const TICK = 'tick';

/** Calls the listener about once a minute, also when the worker had ended; register it in the worker's first turn. */
export function onEachMinute(listener: () => void): void {
  browser.alarms.onAlarm.addListener(({ name }) => {
    if (name === TICK) listener();
  });
  void browser.alarms.create(TICK, { periodInMinutes: 1 });
}

export function onInstalled(listener: () => void): void {
  browser.runtime.onInstalled.addListener(listener);
}

/** Calls the listener when the browser starts with this extension installed; register it in the worker's first turn. */
export function onBrowserStarted(listener: () => void): void {
  browser.runtime.onStartup.addListener(listener);
}

/** Returns the version of this build. */
export const extensionVersion = (): string => browser.runtime.getManifest().version;

/** Returns how this device calls itself until the user names it: "Chrome on Linux". */
export function describeDevice(userAgent: string = navigator.userAgent): string {
  const name = /Firefox\//.test(userAgent)
    ? 'Firefox'
    : /Edg\//.test(userAgent)
      ? 'Edge'
      : /OPR\//.test(userAgent)
        ? 'Opera'
        : /Chrome\//.test(userAgent)
          ? 'Chrome'
          : 'Browser';
  const system = /Windows/.test(userAgent)
    ? 'Windows'
    : /Mac OS X/.test(userAgent)
      ? 'macOS'
      : /CrOS/.test(userAgent)
        ? 'ChromeOS'
        : /Android/.test(userAgent)
          ? 'Android'
          : 'Linux';
  return t('extension_deviceOn', name, system);
}
