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

type ChipProps = { tone?: Tone; title?: string; children: ComponentChildren; onClick?: () => void };

/** A short fact in a frame; a button where it leads somewhere. */
export function Chip({ tone, title, children, onClick }: ChipProps) {
  const inside = (
    <>
      {tone && <Dot tone={tone} />}
      <span class="clip">{children}</span>
    </>
  );
  if (!onClick)
    return (
      <span class="chip" title={title}>
        {inside}
      </span>
    );
  return (
    <button type="button" class="chip" title={title} onClick={onClick}>
      {inside}
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
