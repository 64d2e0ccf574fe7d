/**
 * Owns what can be done only inside Firefox itself: installing for good, and ending an event page.
 * Source: WebDriver BiDi, webExtension.install; Firefox's `moz:permanent` and `moz:scope`.
 */
import type { Browser } from 'puppeteer-core';
import * as z from 'zod/mini';

type Connection = { send(method: string, params: unknown): Promise<unknown> };

const Tree = z.object({ result: z.object({ contexts: z.array(z.object({ context: z.string() })) }) });
const Evaluated = z.object({
  result: z.union([
    z.object({ type: z.literal('success'), result: z.object({ value: z.optional(z.unknown()) }) }),
    z.object({ type: z.literal('exception'), exceptionDetails: z.object({ text: z.string() }) }),
  ]),
});

/** An extension of the profile is known before it has started; its pages open only then. */
const IS_INSTALLED = `async (id) => {
  const addon = await AddonManager.getAddonByID(id);
  await addon?.startupPromise;
  return addon !== null;
}`;

const READ_ERRORS = `(origin) => JSON.stringify(
  Services.console
    .getMessageArray()
    .filter((message) => message instanceof Ci.nsIScriptError)
    .filter(({ flags, sourceName, errorMessage }) => !(flags & 1) && (sourceName.startsWith(origin) || errorMessage.includes(origin)))
    .map(({ errorMessage, sourceName, lineNumber }) => errorMessage + ' (' + sourceName + ':' + lineNumber + ')'),
)`;

export type FirefoxChrome = {
  /** Tells whether the profile has the extension, once that has started. */
  isInstalled(id: string): Promise<boolean>;
  install(archive: string): Promise<void>;
  terminateBackground(id: string): Promise<void>;
  /** Clicks the extension's button in the toolbar: its popup opens, and it may look at the page in front. */
  clickToolbarButton(id: string): Promise<void>;
  /** Makes the browser speak another language, as far as extensions can tell; call it before one is installed. */
  setLanguage(language: string): Promise<void>;
  /** Makes every page believe that the system is set to this. */
  setColorScheme(scheme: 'light' | 'dark'): Promise<void>;
  /** Errors of pages with this origin since the browser started, violations of their content security policy included. */
  errorsOf(origin: string): Promise<string[]>;
};

const CLICK_TOOLBAR_BUTTON = `async (id) => {
  const { ExtensionParent } = ChromeUtils.importESModule('resource://gre/modules/ExtensionParent.sys.mjs');
  const button = ExtensionParent.apiManager.global.browserActionFor(WebExtensionPolicy.getByID(id).extension);
  await button.triggerAction(Services.wm.getMostRecentWindow('navigator:browser'));
}`;

const SET_COLOR_SCHEME = `(scheme) => Services.prefs.setIntPref('layout.css.prefers-color-scheme.content-override', scheme === 'dark' ? 0 : 1)`;

// A language counts only where its pack is installed, so this one is said to be.
const SET_LANGUAGE = `(language) => {
  Services.locale.availableLocales = [language, ...Services.locale.availableLocales];
  Services.locale.requestedLocales = [language];
}`;

/** Returns a Firefox's inside; it must have been started with `--remote-allow-system-access`. */
export function firefoxChrome(browser: Browser): FirefoxChrome {
  // Puppeteer has no method for these, but keeps its connection in reach.
  const { connection } = browser as Browser & { connection?: Connection };
  if (connection === undefined) throw new TypeError('This puppeteer does not show its connection to Firefox.');

  const call = async (functionDeclaration: string, argument: string): Promise<unknown> => {
    const { result: tree } = Tree.parse(await connection.send('browsingContext.getTree', { 'moz:scope': 'chrome' }));
    const answer = await connection.send('script.callFunction', {
      functionDeclaration,
      arguments: [{ type: 'string', value: argument }],
      target: { context: tree.contexts[0]?.context },
      awaitPromise: true,
    });
    const { result } = Evaluated.parse(answer);
    if (result.type === 'exception') throw new Error(result.exceptionDetails.text);
    return result.result.value;
  };
  return {
    isInstalled: async (id) => (await call(IS_INSTALLED, id)) === true,
    async install(archive) {
      await connection.send('webExtension.install', { extensionData: { type: 'archivePath', path: archive }, 'moz:permanent': true });
    },
    async clickToolbarButton(id) {
      await call(CLICK_TOOLBAR_BUTTON, id);
    },
    async setLanguage(language) {
      await call(SET_LANGUAGE, language);
    },
    async setColorScheme(scheme) {
      await call(SET_COLOR_SCHEME, scheme);
    },
    errorsOf: async (origin) => z.array(z.string()).parse(JSON.parse(String(await call(READ_ERRORS, origin)))),
    async terminateBackground(id) {
      await call('(id) => WebExtensionPolicy.getByID(id).extension.terminateBackground({ ignoreDevToolsAttached: true })', id);
    },
  };
}
