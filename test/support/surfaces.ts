/**
 * Owns reading and operating a page of the extension as a user does: by role and accessible name, with real clicks and keys, waiting until
 * what is looked for is there. What popup and panel in particular can do is popup-page.ts and panel-page.ts.
 */
import type { ElementHandle, KeyInput, Page } from 'puppeteer-core';
import { vi } from 'vitest';
import { readScreen, type ScreenQuery } from './surfaces-screen.ts';

export type Role = 'button' | 'textbox' | 'combobox' | 'radio' | 'option' | 'tab' | 'menuitem' | 'region' | 'listitem' | 'img' | 'heading';
/** The whole name, or a pattern that is found in it. */
export type Name = string | RegExp;

const WAIT = { timeout: 15_000, interval: 50 };

/** Tries until what is expected holds, and returns what it gives; the last failure is the test's. */
export const eventually = <T>(attempt: () => Promise<T>): Promise<T> => vi.waitFor(attempt, WAIT);

export type Surface = {
  readonly page: Page;
  /** All visible text, names of images included, as one line. */
  text(): Promise<string>;
  /** Waits until the visible text has this. */
  see(text: Name): Promise<void>;
  /** Waits until the visible text no longer has this. */
  lose(text: Name): Promise<void>;
  /** Waits until nothing of this role and name is there. */
  missing(role: Role, name: Name): Promise<void>;
  /** Waits for an element and returns its name. */
  find(role: Role, name: Name): Promise<string>;
  /** Waits for an element and returns it, for what only this page has. */
  handle(role: Role, name: Name): Promise<ElementHandle<HTMLElement>>;
  /** Names of all visible elements of a role, in order. */
  names(role: Role): Promise<string[]>;
  click(role: Role, name: Name): Promise<void>;
  /** Replaces what is in a field by typing. */
  type(name: Name, text: string): Promise<void>;
  choose(name: Name, label: string): Promise<void>;
  valueOf(name: Name): Promise<string>;
  /** Pastes from the clipboard into a field, and returns what is in it then. */
  paste(name: Name): Promise<string>;
  press(key: KeyInput, ...held: KeyInput[]): Promise<void>;
  /** Name of what has the focus. */
  focused(): Promise<string>;
  /** Everything in extension storage. */
  stored(): Promise<Stored>;
};

export type StoredSession = { id: string; url: string; name: string; expiresAt: string; ended?: { code: string; hint?: string } };
export type Stored = {
  settings?: { backendUrl: string };
  credentials?: { backendUrl: string; token: string }[];
  sessions?: StoredSession[];
  selectedSessionId?: string;
};

export type SurfaceOptions = {
  /** A popup closes when something else comes to the front, and needs no bringing there. */
  isPopup?: boolean;
};

/** Makes a surface of a page of the extension. */
export function toSurface(page: Page, { isPopup = false }: SurfaceOptions = {}): Surface {
  const read = (query: ScreenQuery): Promise<string[]> => page.evaluate(readScreen, query) as Promise<string[]>;
  const text = async (): Promise<string> => (await read({ kind: 'text' }))[0] ?? '';
  const front = async (): Promise<void> => {
    if (!isPopup) await page.bringToFront();
  };
  const tellScreen = async (wanted: string): Promise<never> => {
    throw new Error(`${wanted}. On screen: ${await text()}`);
  };
  const find = (role: Role, name: Name): Promise<string> =>
    eventually(async () => (await read({ kind: 'named', role, ...toMatch(name) }))[0] ?? tellScreen(`No ${role} "${name}"`));
  const handle = (role: Role, name: Name): Promise<ElementHandle<HTMLElement>> =>
    eventually(async () => {
      const query: ScreenQuery = { kind: 'element', role, ...toMatch(name) };
      const found = await page.evaluateHandle(readScreen, query);
      const element = found.asElement();
      return element === null ? tellScreen(`No ${role} "${name}"`) : (element as ElementHandle<HTMLElement>);
    });
  const field = async (name: Name): Promise<ElementHandle<HTMLElement>> => handle('textbox', name);

  return {
    page,
    text,
    find,
    handle,
    see: (wanted) =>
      eventually(async () => {
        if (!matches(await text(), wanted)) await tellScreen(`No text "${wanted}"`);
      }),
    lose: (unwanted) =>
      eventually(async () => {
        if (matches(await text(), unwanted)) await tellScreen(`Still the text "${unwanted}"`);
      }),
    missing: (role, name) =>
      eventually(async () => {
        if ((await read({ kind: 'named', role, ...toMatch(name) })).length > 0) await tellScreen(`Still a ${role} "${name}"`);
      }),
    names: (role) => read({ kind: 'named', role, name: '', isPattern: true }),
    async click(role, name) {
      await front();
      // What is drawn anew between finding and clicking is found again.
      await eventually(async () => (await handle(role, name)).click());
    },
    async type(name, typed) {
      await front();
      // What is drawn anew between finding and typing is found again.
      const { element, isEditor } = await eventually(async () => {
        const found = await field(name);
        const isEditable = await found.evaluate((input) => {
          if (!input.isConnected) throw new Error('The field was drawn anew.');
          input.focus();
          if (!input.isContentEditable) (input as HTMLInputElement).select();
          return input.isContentEditable;
        });
        return { element: found, isEditor: isEditable };
      });
      if (isEditor) await eventually(() => emptyEditor(page, element));
      if (typed === '') await page.keyboard.press('Backspace');
      else await page.keyboard.type(typed);
    },
    async choose(name, label) {
      await front();
      const element = await handle('combobox', name);
      const value = await element.evaluate(
        (select, wanted) => [...(select as HTMLSelectElement).options].find((option) => option.label === wanted)?.value,
        label,
      );
      if (value === undefined) throw new Error(`"${name}" has no choice "${label}"`);
      await element.select(value);
    },
    async valueOf(name) {
      return (await field(name)).evaluate((input) =>
        input.isContentEditable
          ? [...input.querySelectorAll('.cm-line')].map((line) => line.textContent).join('\n')
          : (input as HTMLInputElement).value,
      );
    },
    async paste(name) {
      await front();
      const element = await field(name);
      await element.evaluate((input) => {
        input.focus();
        (input as HTMLInputElement).select();
      });
      await page.keyboard.down('Control');
      // Chromium acts on the command, Firefox on the keys.
      await page.keyboard.press('KeyV', { commands: ['Paste'] });
      await page.keyboard.up('Control');
      return element.evaluate((input) => (input as HTMLInputElement).value);
    },
    async press(key, ...held) {
      await front();
      for (const other of held) await page.keyboard.down(other);
      await page.keyboard.press(key);
      for (const other of held.toReversed()) await page.keyboard.up(other);
    },
    focused: async () => (await read({ kind: 'focused' }))[0] ?? '',
    stored: () => page.evaluate('(globalThis.browser ?? globalThis.chrome).storage.local.get(null)') as Promise<Stored>,
  };
}

/** Takes away all that is in an editor: whether it was selected already, only what comes of it tells. */
async function emptyEditor(page: Page, element: ElementHandle<HTMLElement>): Promise<void> {
  await page.keyboard.down('Control');
  await page.keyboard.press('KeyA', { commands: ['SelectAll'] });
  await page.keyboard.up('Control');
  await page.keyboard.press('Backspace');
  const left = await element.evaluate((input) => [...input.querySelectorAll('.cm-line')].map((line) => line.textContent).join(''));
  if (left !== '') throw new Error(`The editor still has: ${left}`);
}

const toMatch = (name: Name): { name: string; isPattern: boolean } =>
  typeof name === 'string' ? { name, isPattern: false } : { name: name.source, isPattern: true };

const matches = (text: string, wanted: Name): boolean => (typeof wanted === 'string' ? text.includes(wanted) : wanted.test(text));
