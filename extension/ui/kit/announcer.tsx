/** Owns the live region: one polite voice a surface for what changes without a click. Put one <Announcer /> into each surface. */
import { signal } from '@preact/signals';

const spoken = signal('');

/** Lets screen readers say a sentence; the same one twice in a row is said twice. */
export function announce(sentence: string): void {
  spoken.value = spoken.value === sentence ? `${sentence}\u00a0` : sentence;
}

export const Announcer = () => (
  <div class="unseen" role="status" aria-live="polite">
    {spoken}
  </div>
);
