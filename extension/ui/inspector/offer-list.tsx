/** Owns the list of what a server offers, in groups: filter, count, and moving through it by keyboard. What is selected is the room's. */
import type { ComponentChildren } from 'preact';
import { useEffect, useId, useRef, useState } from 'preact/hooks';
import { formatNumber, t } from '../../platform/i18n.ts';
import { Dot } from '../kit/marks.tsx';
import { spellHidden } from '../kit/visible-text.ts';
import { VisibleText } from '../kit/visible-text-view.tsx';
import { useStaged } from './staged.ts';

export type Offer = {
  /** Tells it from all others of the list. */
  key: string;
  label: string;
  /** A second line. */
  about: string;
  /** What the filter looks through besides label and second line. */
  more?: string;
  /** Says that it has changed, in words. */
  mark?: string | undefined;
};
export type OfferGroup = { title: string; offers: readonly Offer[] };

/** Returns the groups with the offers that have every word of the filter; empty groups are left out. Pure. */
export function filterOffers(groups: readonly OfferGroup[], filter: string): OfferGroup[] {
  const words = filter.toLowerCase().split(/\s+/).filter(Boolean);
  const isWanted = ({ label, about, more = '' }: Offer): boolean => {
    const text = `${label} ${about} ${more}`.toLowerCase();
    return words.every((word) => text.includes(word));
  };
  return groups
    .map(({ title, offers }) => ({ title, offers: words.length === 0 ? offers : offers.filter(isWanted) }))
    .filter(({ offers }) => offers.length > 0);
}

type Props = {
  /** Name of the list for screen readers. */
  label: string;
  filterLabel: string;
  groups: readonly OfferGroup[];
  selected: string | undefined;
  filter: string;
  onFilter: (filter: string) => void;
  onSelect: (key: string) => void;
  /** What to say where the filter lets nothing through. */
  none: string;
  /** More to do with what was typed. */
  children?: ComponentChildren;
};

export function OfferList({ label, filterLabel, groups, selected, filter, onFilter, onSelect, none, children }: Props) {
  const shown = filterOffers(groups, filter);
  const all = shown.flatMap(({ offers }) => offers);
  const total = groups.reduce((sum, { offers }) => sum + offers.length, 0);
  let left = useStaged(all.length);
  const input = useRef<HTMLInputElement>(null);
  const list = useRef<HTMLDivElement>(null);
  const [focused, setFocused] = useState<string>();
  const entry = all.find(({ key }) => key === focused) ?? all.find(({ key }) => key === selected) ?? all[0];
  const id = useId();
  useFilterKey(input);

  const focusAt = (index: number) => {
    const options = list.current?.querySelectorAll<HTMLElement>('[role=option]');
    options?.[Math.max(0, Math.min(index, options.length - 1))]?.focus();
  };
  const move = (event: KeyboardEvent, offer: Offer) => {
    const at = all.indexOf(offer);
    const last = all.length - 1;
    const steps: Record<string, number> = { ArrowDown: at + 1, ArrowUp: at - 1, Home: 0, End: last, PageDown: at + 10, PageUp: at - 10 };
    const to = steps[event.key];
    if (event.key === 'Enter' || event.key === ' ') onSelect(offer.key);
    else if (event.key === 'ArrowUp' && at === 0) input.current?.focus();
    else if (to !== undefined) focusAt(to);
    else return;
    event.preventDefault();
  };

  return (
    <div class="tool-list">
      <div class="filter">
        <input
          ref={input}
          class="input"
          type="search"
          placeholder={t('resources_filter')}
          aria-label={filterLabel}
          aria-keyshortcuts="/"
          title={t('resources_filterKey')}
          value={filter}
          onInput={(event) => onFilter(event.currentTarget.value)}
          onKeyDown={(event) => {
            if (event.key === 'ArrowDown' && entry !== undefined) focusAt(all.indexOf(entry));
            else if (event.key === 'Enter' && all[0] !== undefined) return onSelect(all[0].key);
            else if (event.key === 'Escape' && filter !== '') onFilter('');
            else return;
            event.preventDefault();
          }}
        />
        <p class="unseen" role="status">
          {filter === '' ? '' : t('resources_matching', formatNumber(all.length), formatNumber(total))}
        </p>
      </div>
      <div ref={list} class="options" role="listbox" aria-label={label}>
        {shown.map(({ title, offers }, at) => {
          const drawn = offers.slice(0, Math.max(0, left));
          left -= offers.length;
          return (
            // biome-ignore lint/a11y/useSemanticElements: a group of options, not of fields
            <div key={title} role="group" aria-labelledby={`${id}-${at}`}>
              <div class="offer-group" id={`${id}-${at}`} role="presentation">
                {title} <small>{formatNumber(offers.length)}</small>
              </div>
              {drawn.map((offer) => (
                <div
                  key={offer.key}
                  class="option"
                  role="option"
                  aria-selected={offer.key === selected}
                  tabIndex={offer === entry ? 0 : -1}
                  title={spellHidden(offer.label)}
                  onClick={() => onSelect(offer.key)}
                  onFocus={() => setFocused(offer.key)}
                  onKeyDown={(event) => move(event, offer)}
                >
                  <span class="option-text">
                    <span class="clip" dir="auto">
                      <VisibleText text={offer.label.slice(0, 300)} />
                    </span>
                    {offer.about !== '' && (
                      <span class="option-about clip" dir="auto">
                        <VisibleText text={offer.about.slice(0, 200)} />
                      </span>
                    )}
                  </span>
                  {offer.mark !== undefined && <Dot tone="warn" label={offer.mark} />}
                </div>
              ))}
            </div>
          );
        })}
      </div>
      {all.length === 0 && <p class="quiet none">{none}</p>}
      <div class="offer-more">{children}</div>
    </div>
  );
}

/** A slash goes to the filter, unless somebody is typing. */
function useFilterKey(input: { current: HTMLInputElement | null }): void {
  useEffect(() => {
    const focusFilter = (event: KeyboardEvent) => {
      const isTyping =
        event.target instanceof HTMLElement && event.target.matches('input:not([type=radio], [type=checkbox]), textarea, select');
      if (event.key !== '/' || isTyping || event.ctrlKey || event.metaKey || event.altKey) return;
      event.preventDefault();
      input.current?.focus();
      input.current?.select();
    };
    document.addEventListener('keydown', focusFilter);
    return () => document.removeEventListener('keydown', focusFilter);
  }, [input]);
}
