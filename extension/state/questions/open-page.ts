/** Owns opening the page that a server asks for, in a tab of its own, outside of Mooring's reach. */
import { openTab } from '../../platform/browser-shell.ts';
import { describeLink } from '../link-facts.ts';

/** Opens a web page; nothing else is ever opened. */
export async function openPage(href: string): Promise<void> {
  const link = describeLink(href);
  if (link) await openTab(link.href);
}
