/** Owns taking an ended session out of the list. It is loaded with the first one. */
import { takeOutSession } from '../platform/stored-removed.ts';
import { clearSessionError } from './sessions.ts';

/**
 * Takes an ended session out of the list, with its settings.
 *
 * @returns Puts it back.
 */
export async function dismiss(sessionId: string): Promise<(() => Promise<void>) | undefined> {
  const putBack = await takeOutSession(sessionId);
  clearSessionError(sessionId);
  return putBack;
}
