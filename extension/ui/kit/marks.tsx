/** Owns the small signs: state dots, chips, keys, and the empty place. They show; they do nothing. */
import type { ComponentChildren } from 'preact';

export type Tone = 'ok' | 'warn' | 'bad' | 'idle';

/** A coloured dot, different in shape too; without a label it is decoration beside a text that says the same. */
export function Dot({ tone, label }: { tone: Tone; label?: string }) {
  return label === undefined ? (
    <span class={`dot ${tone}`} aria-hidden="true" />
  ) : (
    <span class={`dot ${tone}`} role="img" aria-label={label} />
  );
}

type ChipProps = {
  tone: Tone;
  title: string;
  /** Whether the text that it opens is shown, and that text's id. */
  isExpanded: boolean;
  controls: string;
  children: ComponentChildren;
  onClick: () => void;
};

/** A short fact in a frame that opens its explanation. */
export function Chip({ tone, title, isExpanded, controls, children, onClick }: ChipProps) {
  return (
    <button type="button" class="chip" title={title} aria-expanded={isExpanded} aria-controls={controls} onClick={onClick}>
      <Dot tone={tone} />
      <span class="clip">{children}</span>
    </button>
  );
}

/** A shortcut, one key after the other. */
export function Kbd({ keys }: { keys: readonly string[] }) {
  return (
    <span class="kbds">
      {keys.map((key) => (
        <kbd class="kbd" key={key}>
          {key}
        </kbd>
      ))}
    </span>
  );
}

/** What a place says while nothing is in it. */
export function Empty({ title, children }: { title: string; children?: ComponentChildren }) {
  return (
    <div class="empty">
      <p class="empty-title">{title}</p>
      {children}
    </div>
  );
}
