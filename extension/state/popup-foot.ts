/** Owns what the popup's foot says: the shortcut of the inspector, and a short confirmation. */
import { signal } from '@preact/signals';

/** The keys that open the inspector, as the user has set them. */
export const panelKeys = signal<readonly string[]>([]);
/** What was just done, until the next thing. */
export const confirmation = signal('');
