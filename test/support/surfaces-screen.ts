/**
 * Owns what a page shows, as names and text: the one function that runs inside the page under test.
 * Names follow the order of the specification (ARIA label, label element, content, title), as far as the extension's pages need it.
 */
export type ScreenQuery =
  | { kind: 'text' }
  | { kind: 'focused' }
  | { kind: 'unnamed' }
  | { kind: 'named' | 'element'; role: string; name: string; isPattern: boolean };

/**
 * Answers a query about the page. It is sent into the page as text, so it may use nothing from outside of itself.
 *
 * Source: W3C Accessible Name and Description Computation 1.2, section 4.3.
 */
export function readScreen(query: ScreenQuery): string[] | Element | null {
  const SELECTORS: Record<string, string> = {
    button: 'button:not([role]), [role=button], summary',
    textbox: 'input:not([type=radio], [type=checkbox], [type=file]), textarea, [role=textbox]',
    combobox: 'select',
    region: 'section[aria-label], section[aria-labelledby], aside[aria-label], fieldset, [role=region], [role=alert]',
    listitem: 'li',
    img: '[role=img], img:not([alt=""])',
    heading: 'h1, h2, h3',
    radio: 'input[type=radio]',
  };
  const INTERACTIVE = 'a[href], button, input, select, textarea, summary, [tabindex]:not([tabindex="-1"]), [role=option], [role=menuitem]';
  const isSeen = (element: Element) => element.checkVisibility({ visibilityProperty: true }) && !element.closest('[aria-hidden=true]');
  /** Editors stand in shadow roots; to a user they are a part of the page. */
  const all = (selector: string): Element[] => {
    const hosts = [...document.querySelectorAll('.json-editor')];
    return [document, ...hosts.flatMap(({ shadowRoot }) => shadowRoot ?? [])].flatMap((root) => [...root.querySelectorAll(selector)]);
  };
  const oneLine = (text: string) => text.replace(/\s+/g, ' ').trim();

  const contentOf = (node: Node, isWhole: boolean): string => {
    if (node instanceof Text) return node.data;
    if (!(node instanceof Element) || node.getAttribute('aria-hidden') === 'true') return '';
    if (!node.checkVisibility({ visibilityProperty: true }) || node.matches('script, style')) return '';
    const label = node.getAttribute('aria-label') ?? node.getAttribute('alt');
    const isLeaf = node.matches('[role=img], img, button');
    if (label !== null && (isLeaf || !isWhole)) return ` ${label} `;
    const inside = [...(node.shadowRoot ?? node).childNodes].map((child) => contentOf(child, isWhole)).join('');
    return getComputedStyle(node).display === 'inline' ? inside : ` ${inside} `;
  };
  const nameOf = (element: Element): string => {
    const label = element.getAttribute('aria-label');
    if (label !== null) return oneLine(label);
    const ids = element.getAttribute('aria-labelledby')?.split(' ') ?? [];
    if (ids.length > 0) return oneLine(ids.map((id) => document.getElementById(id)?.textContent ?? '').join(' '));
    if (element.matches('input, select, textarea')) {
      const { labels } = element as HTMLInputElement;
      return oneLine([...(labels ?? [])].map((tied) => tied.textContent ?? '').join(' ')) || oneLine(element.getAttribute('title') ?? '');
    }
    const legend = element.matches('fieldset') ? element.querySelector('legend') : null;
    return oneLine(contentOf(legend ?? element, false)) || oneLine(element.getAttribute('title') ?? '');
  };

  if (query.kind === 'text') return [oneLine(contentOf(document.body, true))];
  if (query.kind === 'focused') {
    const focused = document.activeElement?.shadowRoot?.activeElement ?? document.activeElement;
    return [focused ? nameOf(focused) : ''];
  }
  if (query.kind === 'unnamed') {
    const found = all(INTERACTIVE).filter((element) => isSeen(element) && nameOf(element) === '');
    return found.map((element) => element.outerHTML.slice(0, 200));
  }
  const { role, name, isPattern } = query;
  const pattern = isPattern ? new RegExp(name) : undefined;
  // Radio buttons are drawn by their labels, with nothing of themselves to see.
  const candidates = all(SELECTORS[role] ?? `[role=${role}]`).filter(isSeen);
  const found = candidates.filter((element) => (pattern ? pattern.test(nameOf(element)) : nameOf(element) === name));
  return query.kind === 'named' ? found.map(nameOf) : (found[0] ?? null);
}
