/** Owns the servers that the page in front names, for as long as the popup is open. */
import { signal } from '@preact/signals';
import { scanCurrentTab } from '../platform/current-tab.ts';
import { type PageServer, parsePageServers } from './page-servers.ts';

export const foundServers = signal<readonly PageServer[]>([]);

/** Looks at the page in front once. Never throws: where no extension may look, nothing is found. */
export async function findServersOnPage(): Promise<void> {
  foundServers.value = parsePageServers(await scanCurrentTab());
}
