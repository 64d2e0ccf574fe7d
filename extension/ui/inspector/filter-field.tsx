/**
 * Owns the field that filters a list: how it is left by keyboard, and what it says of what is left. The list is its caller's; the key that
 * leads here from anywhere is the panel's (palette-host.tsx).
 */
import type { RefObject } from 'preact';
import { formatNumber, t } from '../../platform/i18n.ts';

type Props = {
  input: RefObject<HTMLInputElement | null>;
  /** Its name for screen readers. */
  label: string;
  value: string;
  /** How many are left, of how many. */
  shown: number;
  total: number;
  onFilter: (filter: string) => void;
  /** Goes on to the list below. */
  onDown: () => void;
  /** Chooses the first one that is left. */
  onChoose: () => void;
};

export function FilterField({ input, label, value, shown, total, onFilter, onDown, onChoose }: Props) {
  const press = (event: KeyboardEvent) => {
    if (event.key === 'ArrowDown' && shown > 0) onDown();
    else if (event.key === 'Enter' && shown > 0 && !event.ctrlKey && !event.metaKey) onChoose();
    else if (event.key === 'Escape' && value !== '') onFilter('');
    else return;
    event.preventDefault();
  };
  return (
    <div class="filter">
      <input
        ref={input}
        class="input"
        type="search"
        placeholder={t('panel_filter')}
        aria-label={label}
        aria-keyshortcuts="/"
        title={t('panel_filterKey')}
        value={value}
        onInput={(event) => onFilter(event.currentTarget.value)}
        onKeyDown={press}
      />
      {value === '' && (
        <span class="kbd" aria-hidden="true">
          /
        </span>
      )}
      <p class="unseen" role="status">
        {value === '' ? '' : t('panel_matching', formatNumber(shown), formatNumber(total))}
      </p>
    </div>
  );
}
