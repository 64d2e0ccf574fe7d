/** Owns the step from the popup to the inspector. */
import { openPanel } from '../../platform/browser-shell.ts';
import type { PanelTarget } from '../../platform/panel-target.ts';

/**
 * Opens the inspector for a session and leaves the stage to it. Call it first in a handler of a click.
 *
 * @param target Where in the inspector; without it, where it was left.
 */
export async function showInspector(sessionId?: string, target?: Omit<PanelTarget, 'sessionId'>): Promise<void> {
  // It begins in the turn of the click: browsers open the panel in no other. The panel hears of the rest when it is there.
  const opened = openPanel(sessionId);
  if (target !== undefined) {
    const { savePanelTarget } = await import('../../platform/panel-target.ts');
    await savePanelTarget({ ...target, ...(sessionId !== undefined && { sessionId }) });
  }
  await opened;
  window.close();
}
