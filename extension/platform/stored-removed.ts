/** Owns taking a session out of storage in such a way that it can be put back whole: with its panel state, and selected if it was. */

import { actsKey, roomKey } from './session-keys.ts';
import { change, loadStored, removeSession, tidySessions } from './stored.ts';
import { browser } from './web-extension.ts';

/**
 * Removes a session and all that is kept with it.
 *
 * @returns Puts it back; undefined where there was none. What it needs lives as long as the page.
 */
export async function takeOutSession(sessionId: string): Promise<(() => Promise<void>) | undefined> {
  const { sessions, selectedSessionId } = await loadStored();
  const session = sessions.find(({ id }) => id === sessionId);
  const beside = await browser.storage.local.get([roomKey(sessionId), actsKey(sessionId)]);
  await removeSession(sessionId);
  if (!session) return undefined;
  return async () => {
    await browser.storage.local.set(beside);
    await change((stored) => ({
      sessions: tidySessions([...stored.sessions.filter(({ id }) => id !== sessionId), session]),
      ...(selectedSessionId === sessionId && stored.selectedSessionId === undefined && { selectedSessionId }),
    }));
  };
}
