/** Owns what a user does in the panel, step by step. What is expected to come of it is the tests'. */
import type { ExtensionBrowserProcess, Viewport } from './browsers.ts';
import { learnSecret } from './secrets.ts';
import { type Surface, toSurface } from './surfaces.ts';

export const PANEL_SIZE: Viewport = { width: 460, height: 800 };

export type PanelPage = Surface & {
  openTool(name: string): Promise<void>;
  /** Runs `echo` with a message and waits for its answer. */
  echo(message: string): Promise<void>;
  openRoom(name: 'Tools' | 'Resources' | 'Prompts' | 'Activity' | 'Session'): Promise<void>;
  /** What the lines of the activity say, oldest first. */
  activity(): Promise<string[]>;
};

/** Opens the panel's page in a tab: as wide as a panel, but drawn by the same script as in one. */
export async function openPanelPage(extension: ExtensionBrowserProcess, viewport = PANEL_SIZE): Promise<PanelPage> {
  const surface = toSurface(await extension.openPage('sidepanel.html', viewport));
  const openRoom: PanelPage['openRoom'] = (name) => surface.click('tab', new RegExp(`^${name}\\b`));
  // In a narrow panel a tool's description is part of its line.
  const openTool = (name: string): Promise<void> => surface.click('option', new RegExp(`^${name}( |$)`));
  return {
    ...surface,
    openRoom,
    openTool,
    async echo(message) {
      await openRoom('Tools');
      await openTool('echo');
      await surface.type(/^message\b/, message);
      await surface.press('Enter', 'Control');
      const result = `Echo: ${message}`;
      learnSecret('result', result);
      await surface.see(result);
    },
    activity: () => surface.names('listitem'),
  };
}
