/** Owns hearing of changes to extension storage, whichever surface made them. */
import { BASE_KEYS } from './stored.ts';
import { browser } from './web-extension.ts';

export type StoredChange = {
  /** Something of `Stored` changed. */
  base: boolean;
  /** Sessions whose panel state changed. */
  rooms: string[];
};

/**
 * Calls the listener after every change, whichever surface made it, this one included.
 *
 * @returns Stops listening.
 */
export function onStoredChange(listener: (change: StoredChange) => void): () => void {
  const heard = (changes: Record<string, unknown>, area: string) => {
    if (area !== 'local') return;
    const keys = Object.keys(changes);
    const rooms = keys.filter((key) => key.startsWith('room:')).map((key) => key.slice('room:'.length));
    listener({ base: BASE_KEYS.some((key) => keys.includes(key)), rooms });
  };
  browser.storage.onChanged.addListener(heard);
  return () => browser.storage.onChanged.removeListener(heard);
}
