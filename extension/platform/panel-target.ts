/**
 * Owns how the popup tells the panel where to go: one note in the browser's memory, taken away by the panel that follows it.
 * A panel that opens later than the note finds it; one that is open hears of it.
 */
import * as z from 'zod/mini';
import { browser } from './web-extension.ts';

const KEY = 'panelTarget';

const Target = z.object({
  view: z.optional(z.enum(['import', 'export'])),
  sessionId: z.optional(z.string()),
  room: z.optional(z.string()),
  tool: z.optional(z.string()),
});
export type PanelTarget = z.infer<typeof Target>;

export async function savePanelTarget(target: PanelTarget): Promise<void> {
  await browser.storage.session.set({ [KEY]: target });
}

/** Returns where the panel is to go, once; undefined when nobody asked. */
export async function takePanelTarget(): Promise<PanelTarget | undefined> {
  const { [KEY]: raw } = await browser.storage.session.get(KEY);
  if (raw === undefined) return undefined;
  await browser.storage.session.remove(KEY);
  const parsed = Target.safeParse(raw);
  return parsed.success ? parsed.data : undefined;
}

export function watchPanelTarget(onTarget: () => void): void {
  browser.storage.session.onChanged.addListener((changes) => {
    if (changes[KEY]?.newValue !== undefined) onTarget();
  });
}
