/**
 * Owns the open pairing code between two openings of the popup, which closes when the user goes to the other browser.
 * In the browser's memory only, for as long as it holds: it is never written to disk.
 */
import * as z from 'zod/mini';
import { Pairing } from '../../shared/contract.ts';
import { browser } from './web-extension.ts';

const KEY = 'pairing';
const KeptPairing = z.object({ ...Pairing.shape, workspaceId: z.string() });
export type KeptPairing = z.infer<typeof KeptPairing>;

/** Returns the code that was opened last for a workspace; undefined when there is none. */
export async function loadPairing(workspaceId: string): Promise<KeptPairing | undefined> {
  const kept = KeptPairing.safeParse((await browser.storage.session.get(KEY))[KEY]);
  return kept.success && kept.data.workspaceId === workspaceId ? kept.data : undefined;
}

export async function savePairing(pairing: KeptPairing | undefined): Promise<void> {
  if (pairing) await browser.storage.session.set({ [KEY]: pairing });
  else await browser.storage.session.remove(KEY);
}
