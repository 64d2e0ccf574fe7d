/** Owns searching what an extension under test keeps: read before it is emptied, before its browser closes, and after the tests. */
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Browser, Page } from 'puppeteer-core';
import { isWatching, searchLater } from './secret-search.ts';

/** A browser with the extension, as browsers.ts opens it. */
type Searched = { kind: string; browser: Browser; openPage(path: string): Promise<Page>; close(): Promise<void> };

/** A page of the extension without a script of its own. */
export const SILENT_PAGE = 'icon/16.png';

// Where more is kept one day, it must be read here too.
const READ = `(async ({ storage }) => {
  const databases = await indexedDB.databases();
  if (databases.length > 0) throw new Error('The extension keeps something in IndexedDB, where nobody looks.');
  const [local, session] = [await storage.local.get(null), await storage.session.get(null)];
  return JSON.stringify({ local, session, ofPages: [{ ...localStorage }, { ...sessionStorage }] });
})(globalThis.browser ?? globalThis.chrome)`;

/** Returns all files of a profile as one text of single bytes; what a browser has compressed is not readable in it. */
export function readProfile(folder: string): string {
  const files = readdirSync(folder, { recursive: true, withFileTypes: true }).filter((entry) => entry.isFile());
  return files.map(({ parentPath, name }) => readFileSync(join(parentPath, name), 'latin1')).join('\n');
}

const kept = new WeakMap<object, Set<string>>();

const read = async (page: Page): Promise<string> => String(await page.evaluate(READ));

/** Keeps what is stored now for the search: it is about to be removed. */
export async function keepExtensionStorage({ browser }: Pick<Searched, 'browser'>, page: Page): Promise<void> {
  if (isWatching()) kept.get(browser)?.add(await read(page));
}

/** Has all searched that the extension of this browser keeps, whether the browser is closed before the end of the tests or not. */
export function searchExtension<T extends Searched>(extension: T): T {
  if (!isWatching()) return extension;
  const texts = new Set<string>();
  kept.set(extension.browser, texts);
  const readNow = async (): Promise<void> => {
    if (!extension.browser.connected) return;
    const page = await extension.openPage(SILENT_PAGE);
    texts.add(await read(page));
    await page.close();
  };
  searchLater({
    kind: 'extension',
    name: `extension storage in ${extension.kind}`,
    async read() {
      await readNow();
      if (texts.size === 0) throw new Error(`The ${extension.kind} was gone before anybody looked into it.`);
      return [...texts].join('\n');
    },
  });
  return {
    ...extension,
    async close() {
      await readNow();
      await extension.close();
    },
  };
}
