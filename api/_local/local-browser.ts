/**
 * Owns finding a browser of this machine that takes an unpacked extension from its command line, and how one is loaded by hand.
 * Google Chrome is left out: since version 137 it ignores --load-extension. CHROMIUM_BIN names another program.
 */
import { accessSync, constants } from 'node:fs';
import { delimiter, join } from 'node:path';

const NAMES = ['chromium', 'chromium-browser', 'brave-browser', 'brave', 'microsoft-edge', 'microsoft-edge-stable', 'vivaldi'];
const CHROME_NAMES = ['google-chrome', 'google-chrome-stable', 'chrome'];
const MAC_APPS = ['Chromium', 'Brave Browser', 'Microsoft Edge', 'Vivaldi'];
const WINDOWS_PATHS = [
  'BraveSoftware\\Brave-Browser\\Application\\brave.exe',
  'Microsoft\\Edge\\Application\\msedge.exe',
  'Chromium\\Application\\chrome.exe',
];

export type BrowserVerdict = { kind: 'found'; path: string } | { kind: 'none'; reason: string };

type Machine = { env: NodeJS.ProcessEnv; platform: NodeJS.Platform; isExecutable(path: string): boolean };

const THIS_MACHINE: Machine = { env: process.env, platform: process.platform, isExecutable };

/** Returns the browser to open, or why there is none. */
export function findLocalBrowser({ env, platform, isExecutable: exists }: Machine = THIS_MACHINE): BrowserVerdict {
  if (!hasDisplay(env, platform)) return { kind: 'none', reason: 'There is no display to open a browser on.' };
  const named = env['CHROMIUM_BIN'];
  if (named !== undefined && named !== '')
    return exists(named) ? { kind: 'found', path: named } : { kind: 'none', reason: `CHROMIUM_BIN names ${named}, which can't be run.` };
  const path = listCandidates(env, platform, NAMES).find(exists);
  if (path !== undefined) return { kind: 'found', path };
  const hasChrome = listCandidates(env, platform, CHROME_NAMES).some(exists);
  return {
    kind: 'none',
    reason: hasChrome
      ? 'Google Chrome is here, but it does not load an extension from its command line.'
      : 'There is no Chromium, Brave or Edge here.',
  };
}

/** Returns the arguments that open a browser with the extension and a profile of its own. */
export function browserArguments(extensionFolder: string, profileFolder: string): string[] {
  return [
    `--user-data-dir=${profileFolder}`,
    `--load-extension=${extensionFolder}`,
    '--no-first-run',
    '--no-default-browser-check',
    // Chromium's sandbox does not work for root.
    ...(process.getuid?.() === 0 ? ['--no-sandbox'] : []),
  ];
}

function hasDisplay(env: NodeJS.ProcessEnv, platform: NodeJS.Platform): boolean {
  if (platform === 'darwin' || platform === 'win32') return true;
  return Boolean(env['DISPLAY']) || Boolean(env['WAYLAND_DISPLAY']);
}

function listCandidates(env: NodeJS.ProcessEnv, platform: NodeJS.Platform, names: readonly string[]): string[] {
  const folders = (env['PATH'] ?? '').split(delimiter).filter((folder) => folder !== '');
  const onPath = folders.flatMap((folder) => names.map((name) => join(folder, name)));
  if (names === CHROME_NAMES) return platform === 'darwin' ? [...onPath, macProgram('Google Chrome')] : onPath;
  if (platform === 'darwin') return [...onPath, ...MAC_APPS.map(macProgram)];
  if (platform !== 'win32') return onPath;
  const programFolders = ['PROGRAMFILES', 'PROGRAMFILES(X86)', 'LOCALAPPDATA'].flatMap((name) => env[name] ?? []);
  return [...onPath, ...programFolders.flatMap((folder) => WINDOWS_PATHS.map((path) => join(folder, path)))];
}

const macProgram = (app: string): string => `/Applications/${app}.app/Contents/MacOS/${app}`;

function isExecutable(path: string): boolean {
  try {
    accessSync(path, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}
