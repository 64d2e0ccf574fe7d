/** Owns what the popup's foot says: the shortcut of the inspector, and what was just done, with the way back where there is one. */
import { signal } from '@preact/signals';

/** The keys that open the inspector, as the user has set them. */
export const panelKeys = signal<readonly string[]>([]);

export type Confirmation = { text: string; undo?: () => void };

/** What was just done, until the next thing. */
export const confirmation = signal<Confirmation | undefined>(undefined);
