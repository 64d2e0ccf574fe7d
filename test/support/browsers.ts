/**
 * Owns real browsers with the built extension: opening its pages, killing its background, closing and opening with the same profile.
 * What the tests do in those pages is theirs. Both browsers are driven headless by puppeteer.
 */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import puppeteer, { type Browser, type Page, type Target } from 'puppeteer-core';
import { extensionFolder } from '../../api/_local/build-folders.ts';
import { endLater } from './at-end.ts';
import { readChromiumId, readFirefoxId } from './extension-ids.ts';
import { searchExtension } from './extension-storage.ts';
import { firefoxChrome } from './firefox-chrome.ts';
import { requireProgram } from './system.ts';
import { packFolder } from './xpi.ts';

const CHROMIUM_FLAGS = [
  '--no-sandbox',
  '--disable-quic',
  '--no-first-run',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
  '--window-size=1280,800',
];
/** Host of the extension's pages in Firefox, which is random unless a preference says otherwise. */
const FIREFOX_HOST = '6d6f6f72-696e-4780-8000-000000000001';

export type BrowserKind = 'chromium' | 'firefox';

export type Viewport = { width: number; height: number };

export type ExtensionBrowserProcess = {
  readonly kind: BrowserKind;
  readonly browser: Browser;
  /** Origin of the extension's pages, without a slash at its end. */
  readonly origin: string;
  /** Opens a page of the extension, `popup.html` or `sidepanel.html`, in a tab of its own, and waits until its script has drawn. */
  openPage(path: string, viewport?: Viewport): Promise<Page>;
  /** Ends the background worker or event page, as the browser does when it is idle. */
  killBackground(): Promise<void>;
  /** Closes the browser; the profile stays. */
  close(): Promise<void>;
};

/** Makes an empty profile folder that is removed after the tests. */
export async function makeProfile(): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'mooring-profile-'));
  endLater(() => rm(folder, { recursive: true, force: true, maxRetries: 5, retryDelay: 200 }));
  return folder;
}

type BrowserOptions = {
  /** That of an earlier one: everything that one stored is there again. */
  profile?: string;
  /** What the user has set the browser to; English unless told otherwise. */
  language?: string;
  /** False where times are measured: a watched page decodes and copies all that it receives once more, for the one that watches. */
  isWatched?: boolean;
};

/** Opens a browser with the extension. */
export async function openBrowser(kind: BrowserKind, options: BrowserOptions = {}): Promise<ExtensionBrowserProcess> {
  const profile = options.profile ?? (await makeProfile());
  const opened = await (kind === 'chromium' ? openChromium : openFirefox)(profile, options);
  return searchExtension(opened);
}

async function openChromium(userDataDir: string, { language, isWatched = true }: BrowserOptions): Promise<ExtensionBrowserProcess> {
  const browser = await puppeteer.launch({
    executablePath: requireProgram('chromium'),
    headless: true,
    pipe: true,
    networkEnabled: isWatched,
    enableExtensions: [extensionFolder('chrome')],
    args: language === undefined ? CHROMIUM_FLAGS : [...CHROMIUM_FLAGS, `--lang=${language}`],
    defaultViewport: null,
    userDataDir,
  });
  const origin = `chrome-extension://${readChromiumId()}`;
  // Before its worker runs, Chromium may not know the extension, and blocks its pages.
  await browser.waitForTarget((target) => isWorker(target, origin));
  return {
    kind: 'chromium',
    browser,
    origin,
    openPage: (path, viewport) => openTab(browser, viewport, async (page) => void (await page.goto(`${origin}/${path}`))),
    async killBackground() {
      const worker = await (await browser.waitForTarget((target) => isWorker(target, origin))).worker();
      await worker?.close();
    },
    close: closeOnce(browser),
  };
}

const isWorker = (target: Target, origin: string): boolean => target.type() === 'service_worker' && target.url().startsWith(origin);

/**
 * Opens the real popup, which a tab with popup.html is not. Chromium only.
 *
 * @param opener A page of the extension: the popup belongs to its window.
 * @param path What the action shows, where that is not the extension's own popup.
 */
export async function openChromiumPopup({ browser, origin }: ExtensionBrowserProcess, opener: Page, path = 'popup.html'): Promise<Page> {
  await opener.bringToFront();
  return awaitSurface(browser, `${origin}/${path}`, async () => {
    await opener.evaluate('chrome.action.openPopup()');
  });
}

/**
 * Returns the real side panel that an act opens. Chromium only.
 *
 * @param act What a user does: browsers open a panel for a click or a key, not for a script.
 */
export async function awaitChromiumPanel({ browser, origin }: ExtensionBrowserProcess, act: () => Promise<void>): Promise<Page> {
  return awaitSurface(browser, `${origin}/sidepanel.html`, act);
}

async function awaitSurface(browser: Browser, url: string, act: () => Promise<void>): Promise<Page> {
  const earlier = new Set(browser.targets());
  await act();
  const target = await browser.waitForTarget((candidate) => !earlier.has(candidate) && candidate.url().startsWith(url));
  return target.asPage();
}

async function openFirefox(userDataDir: string, { language, isWatched = true }: BrowserOptions): Promise<ExtensionBrowserProcess> {
  const id = readFirefoxId();
  const browser = await puppeteer.launch({
    browser: 'firefox',
    networkEnabled: isWatched,
    executablePath: requireProgram('firefox'),
    headless: true,
    // Without it the remote protocol may not open pages of an extension.
    args: ['--remote-allow-system-access'],
    userDataDir,
    extraPrefsFirefox: {
      'extensions.webextensions.uuids': JSON.stringify({ [id]: FIREFOX_HOST }),
      'xpinstall.signatures.required': false,
    },
  });
  const archive = join(userDataDir, 'under-test.xpi');
  packFolder(extensionFolder('firefox'), archive);
  const chrome = firefoxChrome(browser);
  if (language !== undefined) await chrome.setLanguage(language);
  if (!(await chrome.isInstalled(id))) await chrome.install(archive);
  const origin = `moz-extension://${FIREFOX_HOST}`;
  return {
    kind: 'firefox',
    browser,
    origin,
    // No load event is reported for pages of an extension: what waits for one waits for ever.
    openPage: (path, viewport) =>
      openTab(browser, viewport, async (page) => void (await page.goto(`${origin}/${path}`, { waitUntil: [] }))),
    killBackground: () => chrome.terminateBackground(id),
    close: closeOnce(browser),
  };
}

async function openTab(browser: Browser, viewport: Viewport | undefined, go: (page: Page) => Promise<void>): Promise<Page> {
  const page = await browser.newPage();
  if (viewport !== undefined) await page.setViewport(viewport);
  await go(page);
  await page.waitForSelector('body *:not(script)');
  return page;
}

function closeOnce(browser: Browser): () => Promise<void> {
  let closed: Promise<void> | undefined;
  const close = (): Promise<void> => {
    closed ??= browser.close();
    return closed;
  };
  const forget = endLater(close);
  return async () => {
    await close();
    forget();
  };
}
