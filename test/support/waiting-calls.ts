/** Owns how tests run the reference server's long operation in the panel, and look at what is known of it. */
import { CallList } from '../../shared/contract.ts';
import { clientOf } from './api-client.ts';
import type { Everything } from './everything.ts';
import type { PanelPage } from './panel-page.ts';
import type { BackendProcess } from './processes.ts';
import { eventually, type Surface } from './surfaces.ts';

export const LONG_OPERATION = 'trigger-long-running-operation';

/** Runs the operation and waits until the server is at it: its first step was told. */
export async function beginOperation(panel: PanelPage, { seconds, steps }: { seconds: number; steps: number }): Promise<void> {
  await panel.openTool(LONG_OPERATION);
  await panel.type(/^duration\b/, String(seconds));
  await panel.type(/^steps\b/, String(steps));
  await panel.click('button', 'Run');
  await panel.see(new RegExp(`\\b[1-9]\\d* of ${steps.toLocaleString('en-US')}\\b`));
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

/** Waits until the ledger knows how far the operation is: from then on another instance of the backend can take it up. */
export async function awaitKept(surface: Surface, backend: BackendProcess): Promise<void> {
  const { credentials = [], selectedSessionId } = await surface.stored();
  const token = credentials.find(({ backendUrl }) => backendUrl === backend.url)?.token;
  await eventually(async () => {
    const { calls } = CallList.parse((await clientOf(backend.url).ask('GET', `/sessions/${selectedSessionId}/calls`, { token })).body);
    if (!calls.some(({ label, progress }) => label === LONG_OPERATION && progress !== undefined))
      throw new Error('No progress is kept yet.');
  });
}

/** Waits until nothing is kept of acts: what became of them is known. */
export const awaitNoActs = (surface: Surface): Promise<void> =>
  eventually(async () => {
    const kept = await keptActs(surface);
    if (kept.length > 0) throw new Error(`Still kept: ${JSON.stringify(kept)}`);
  });

/** Returns the acts in extension storage whose end is not known. */
export async function keptActs(surface: Surface): Promise<unknown[]> {
  const stored: Record<string, unknown> = await surface.stored();
  return Object.entries(stored).flatMap(([key, value]) => (key.startsWith('acts:') && Array.isArray(value) ? value : []));
}
