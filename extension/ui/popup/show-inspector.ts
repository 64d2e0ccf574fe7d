/** Owns the step from the popup to the inspector. */
import { openPanel } from '../../platform/browser-shell.ts';

/** Opens the inspector for a session and leaves the stage to it. Call it first in a handler of a click. */
export async function showInspector(sessionId?: string): Promise<void> {
  await openPanel(sessionId);
  window.close();
}
