/** Owns what was pasted into the popup's address field and is no address but a whole config. */
import { signal } from '@preact/signals';

export const pastedConfig = signal<string | undefined>(undefined);

export function closePastedConfig(): void {
  pastedConfig.value = undefined;
}
