/** Owns how tests run the reference server's long operation in the panel, and look at what is known of it. */
import type { Everything } from './everything.ts';
import type { PanelPage } from './panel-page.ts';
import { eventually } from './surfaces.ts';

export const LONG_OPERATION = 'trigger-long-running-operation';

/** Runs the operation and waits until the server is at it: its first step was told. */
export async function beginOperation(panel: PanelPage, { seconds, steps }: { seconds: number; steps: number }): Promise<void> {
  await panel.openTool(LONG_OPERATION);
  await panel.type(/^duration\b/, String(seconds));
  await panel.type(/^steps\b/, String(steps));
  await panel.click('button', 'Run');
  await panel.see(new RegExp(`\\b[1-9]\\d* of ${steps}\\b`));
}

export const operationResult = ({ seconds, steps }: { seconds: number; steps: number }): string =>
  `Long running operation completed. Duration: ${seconds} seconds, Steps: ${steps}.`;

/** Returns how often the operation ran, once the server has said all that it has to say. */
export const operations = async (server: Everything): Promise<number> => (await server.seen()).executions(LONG_OPERATION);

/** Waits until the server was told to cancel. */
export const awaitCancelled = (server: Everything): Promise<void> =>
  eventually(async () => {
    const told = (await server.seen()).exchanges.filter(({ method }) => method === 'notifications/cancelled').length;
    if (told === 0) throw new Error('The server was not told to cancel.');
  });
