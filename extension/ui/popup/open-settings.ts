/** Owns the step from the sessions to the settings, which are loaded when somebody goes there: most openings of the popup do not. */
import { type ReadonlySignal, signal } from '@preact/signals';
import type { ComponentType } from 'preact';

const view = signal<ComponentType | undefined>(undefined);

/** The settings while they are open; undefined while the sessions are shown. */
export const settingsView: ReadonlySignal<ComponentType | undefined> = view;

export async function openSettings(): Promise<void> {
  const { SettingsView } = await import('./settings-view.tsx');
  view.value = SettingsView;
}

export function closeSettings(): void {
  view.value = undefined;
}
