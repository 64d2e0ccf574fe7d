/**
 * Owns messages from the extension's pages to its background: work that has to go on when the page closes.
 * What others send is not read: no other extension and no page of the web may start anything.
 */
import type { Runtime } from 'webextension-polyfill';
import { browser } from './web-extension.ts';

/** Tells whether a message comes from a page of this extension. Pure. */
export function isOwnPage(sender: Pick<Runtime.MessageSender, 'id' | 'url'>, own: { id: string; origin: string }): boolean {
  return sender.id === own.id && sender.url !== undefined && URL.canParse(sender.url) && sender.url.startsWith(own.origin);
}

/** Hands work to the background. Resolves when it is done; a page that closes before loses only that. */
export async function askBackground(message: unknown): Promise<void> {
  await browser.runtime.sendMessage(message);
}

/**
 * Calls the listener with messages of the extension's own pages; register it in the worker's first turn.
 *
 * @param listener Returns the work that the message asks for, or undefined where it asks for none.
 */
export function onOwnMessage(listener: (message: unknown) => Promise<unknown> | undefined): void {
  const own = { id: browser.runtime.id, origin: browser.runtime.getURL('') };
  browser.runtime.onMessage.addListener(((message: unknown, sender: Runtime.MessageSender, respond: (answer?: unknown) => void) => {
    const work = isOwnPage(sender, own) ? listener(message) : undefined;
    if (!work) return undefined;
    // An answer that is still owed keeps the worker alive. Chromium before 144 takes no promise.
    void work.catch(() => undefined).then(() => respond());
    return true;
  }) as Parameters<typeof browser.runtime.onMessage.addListener>[0]);
}
