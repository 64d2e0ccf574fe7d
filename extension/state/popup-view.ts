/** Owns which view of the popup is shown, and the short confirmation at its foot. */
import { signal } from '@preact/signals';

export const popupView = signal<'sessions' | 'settings'>('sessions');
/** The keys that open the inspector, as the user has set them. */
export const panelKeys = signal<readonly string[]>([]);
/** What was just done, until the next thing. */
export const confirmation = signal('');
