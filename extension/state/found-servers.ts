/** Owns the servers that the page in front names, for as long as the popup is open. */
import { signal } from '@preact/signals';
import type { PageServer } from './page-servers.ts';

export const foundServers = signal<readonly PageServer[]>([]);

/** Looks at the page in front once. Never throws: where no extension may look, nothing is found. */
export async function findServersOnPage(): Promise<void> {
  const { scanCurrentTab } = await import('../platform/current-tab.ts');
  const collected = await scanCurrentTab();
  // Most pages name no server: what reads them is loaded when one may.
  if (collected === undefined) return;
  const { parsePageServers } = await import('./page-servers.ts');
  foundServers.value = parsePageServers(collected);
}
