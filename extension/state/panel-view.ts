/** Owns what the panel shows beside a session's rooms, and where another surface wants it to go. */
import { signal } from '@preact/signals';
import { type PanelTarget, takePanelTarget, watchPanelTarget } from '../platform/panel-target.ts';

export type PanelView = 'session' | 'import' | 'export';

export const panelView = signal<PanelView>('session');
/** Shows another page of the panel. */
export function showView(view: PanelView): void {
  panelView.value = view;
}

/** Whether the command palette is open. */
export const isPaletteOpen = signal(false);
/** A place in a session that was asked for and not shown yet. */
export const wantedPlace = signal<PanelTarget | undefined>(undefined);

async function goWhereAsked(): Promise<void> {
  const target = await takePanelTarget();
  if (target === undefined) return;
  panelView.value = target.view ?? 'session';
  if (target.sessionId !== undefined) wantedPlace.value = target;
}

export function openPalette(): void {
  isPaletteOpen.value = true;
}

/** Follows what the popup asks of the panel: now, and while it is open. */
export function followPanelTarget(): void {
  void goWhereAsked();
  watchPanelTarget(() => void goWhereAsked());
}
