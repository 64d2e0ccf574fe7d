/** Owns whether the popup shows the sessions or the settings. */
import { signal } from '@preact/signals';

export const isSettingsOpen = signal(false);

export function openSettings(): void {
  isSettingsOpen.value = true;
}

export function closeSettings(): void {
  isSettingsOpen.value = false;
}
