/**
 * Owns the one look at the page in front: a function is put into it when the popup opens, and what it found comes back.
 * It judges nothing: state/page-servers.ts makes servers of what it returns. Nothing runs on pages by itself.
 */
import { browser } from './web-extension.ts';

/**
 * Runs inside the page, so it may use nothing from outside of itself. It collects text that could name a server and sends nothing.
 *
 * The limits keep a page with a hundred thousand links from stopping the popup.
 */
export function collectPageHints() {
  const MAX_HINTS = 200;
  const MAX_TEXT = 20_000;
  const links: { href: string; text: string }[] = [];
  const hints: { href: string; title: string }[] = [];
  const codes: string[] = [];
  for (const element of document.querySelectorAll('link[rel][href], meta[name][content]')) {
    const kind = element.getAttribute('rel') ?? element.getAttribute('name') ?? '';
    const address = element.getAttribute('href') ?? element.getAttribute('content') ?? '';
    if (hints.length < MAX_HINTS && /^mcp$|\bmcp-(server|endpoint)\b|\bmodel-?context-?protocol\b/i.test(kind))
      hints.push({ href: address.slice(0, MAX_TEXT), title: (element.getAttribute('title') ?? '').slice(0, 200) });
  }
  let seen = 0;
  for (const link of document.querySelectorAll('a[href]')) {
    if (++seen > 5000 || links.length >= MAX_HINTS) break;
    const href = link.getAttribute('href') ?? '';
    if (/mcp|\/sse\b|^goose:/i.test(href)) links.push({ href: href.slice(0, MAX_TEXT), text: (link.textContent ?? '').slice(0, 200) });
  }
  let total = 0;
  for (const code of document.querySelectorAll('pre, code, textarea[readonly], input[readonly]')) {
    // A <code> inside a <pre> was read with it.
    if (code.matches('pre code')) continue;
    const text = (code instanceof HTMLTextAreaElement || code instanceof HTMLInputElement ? code.value : code.textContent) ?? '';
    if (!/https?:\/\/|localhost:|127\.0\.0\.1:/i.test(text)) continue;
    total += Math.min(text.length, MAX_TEXT);
    if (codes.length >= MAX_HINTS || total > 400_000) break;
    codes.push(text.slice(0, MAX_TEXT));
  }
  return { pageUrl: document.baseURI, links, hints, codes };
}

/**
 * Looks at the page in front once.
 *
 * @returns Undefined when there is nothing to judge, or where a browser lets no extension look: its own pages, its store, an empty tab.
 */
export async function scanCurrentTab(): Promise<unknown> {
  try {
    const [tab] = await browser.tabs.query({ active: true, currentWindow: true });
    if (tab?.id === undefined) return undefined;
    const [injection] = await browser.scripting.executeScript({ target: { tabId: tab.id }, func: collectPageHints });
    const found = injection?.result as ReturnType<typeof collectPageHints> | undefined;
    return found && found.links.length + found.hints.length + found.codes.length > 0 ? found : undefined;
  } catch {
    return undefined;
  }
}
