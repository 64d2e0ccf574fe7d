/**
 * Owns the command palette: one field that finds tools, resources, prompts, sessions and actions.
 * Source: WAI-ARIA Authoring Practices, Combobox with listbox popup; the dialog is the browser's own.
 */
import { useId, useLayoutEffect, useMemo, useRef, useState } from 'preact/hooks';
import { t, tCount } from '../../platform/i18n.ts';
import { findEntries, type PaletteEntry, type PaletteKind } from '../../state/palette.ts';
import { Kbd } from '../kit/marks.tsx';
import { VisibleText } from '../kit/visible-text-view.tsx';

const KIND_LABELS: Record<PaletteKind, () => string> = {
  tool: () => t('palette_tool'),
  resource: () => t('palette_resource'),
  prompt: () => t('palette_prompt'),
  session: () => t('palette_session'),
  action: () => t('palette_action'),
};

export function Palette({ entries, onClose }: { entries: readonly PaletteEntry[]; onClose: () => void }) {
  const id = useId();
  const dialog = useRef<HTMLDialogElement>(null);
  const [typed, setTyped] = useState('');
  const [at, setAt] = useState(0);
  const found = useMemo(() => findEntries(entries, typed), [entries, typed]);
  const active = found[Math.min(at, found.length - 1)];

  useLayoutEffect(() => {
    const element = dialog.current;
    element?.showModal();
    return () => element?.close();
  }, []);
  useLayoutEffect(() => {
    dialog.current?.querySelector('[aria-selected=true]')?.scrollIntoView({ block: 'nearest' });
  });

  /** What is chosen by what stands in the field now: who types fast presses Enter before the list is drawn anew. */
  const typedLast = () => {
    const value = dialog.current?.querySelector('input')?.value ?? typed;
    return value === typed ? active : findEntries(entries, value)[0];
  };
  /** The browser says that a dialog was closed a moment later: by then the keys may have asked for it again. */
  const leave = () => {
    dialog.current?.close();
    onClose();
  };
  const choose = (entry: PaletteEntry | undefined) => {
    if (entry === undefined) return;
    // First: what it opens may take the focus.
    leave();
    entry.run();
  };
  const move = (event: KeyboardEvent) => {
    if (event.isComposing) return;
    const last = found.length - 1;
    const next = {
      ArrowDown: at >= last ? 0 : at + 1,
      ArrowUp: at <= 0 ? last : at - 1,
      PageDown: Math.min(last, at + 8),
      PageUp: Math.max(0, at - 8),
    }[event.key];
    if (event.key === 'Enter') choose(typedLast());
    else if (next !== undefined) setAt(Math.max(0, next));
    else return;
    event.preventDefault();
  };
  return (
    <dialog
      ref={dialog}
      class="palette"
      aria-label={t('palette_title')}
      onCancel={leave}
      onKeyDown={move}
      onClick={({ target, currentTarget }) => target === currentTarget && leave()}
    >
      <div class="palette-box">
        <input
          class="input"
          type="text"
          role="combobox"
          dir="auto"
          aria-label={t('palette_label')}
          aria-expanded={found.length > 0}
          aria-controls={`${id}-list`}
          aria-activedescendant={active === undefined ? undefined : `${id}-${found.indexOf(active)}`}
          aria-autocomplete="list"
          autocomplete="off"
          spellcheck={false}
          placeholder={t('palette_placeholder')}
          value={typed}
          onInput={(event) => {
            setTyped(event.currentTarget.value);
            setAt(0);
          }}
        />
        <p class="unseen" role="status">
          {tCount('palette_found', found.length)}
        </p>
        <div class="palette-list" role="listbox" id={`${id}-list`} aria-label={t('palette_title')}>
          {found.map((entry, index) => (
            // biome-ignore lint/a11y/useKeyWithClickEvents: the keys are the field's, which keeps the focus
            <div
              key={entry.id}
              id={`${id}-${index}`}
              class="palette-entry"
              role="option"
              tabIndex={-1}
              aria-selected={entry === active}
              onClick={() => choose(entry)}
            >
              <span class="palette-kind">{KIND_LABELS[entry.kind]()}</span>
              <span class="palette-text clip" dir="auto">
                <VisibleText text={entry.label} />
                {entry.note !== undefined && (
                  <small>
                    <VisibleText text={entry.note.slice(0, 120)} />
                  </small>
                )}
              </span>
              {entry.keys !== undefined && <Kbd keys={entry.keys} />}
            </div>
          ))}
        </div>
        {found.length === 0 && <p class="palette-empty">{t('palette_nothing')}</p>}
      </div>
    </dialog>
  );
}
