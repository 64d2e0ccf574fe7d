/** Owns the list of what a server offers, in groups: filter, count, and moving through it by keyboard. What is selected is the room's. */
import type { ComponentChildren } from 'preact';
import { useId, useMemo, useRef, useState } from 'preact/hooks';
import { formatNumber } from '../../platform/i18n.ts';
import { FilterField } from './filter-field.tsx';
import { useGrowing } from './growing.ts';
import { pickIcons } from './icon-source.ts';
import { type Offer, OfferRow } from './offer-row.tsx';

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
  const shown = useMemo(() => filterOffers(groups, filter), [groups, filter]);
  const all = useMemo(() => shown.flatMap(({ offers }) => offers), [shown]);
  const hasIcons = useMemo(() => groups.some(({ offers }) => offers.some(({ icons }) => pickIcons(icons) !== undefined)), [groups]);
  const total = groups.reduce((sum, { offers }) => sum + offers.length, 0);
  const { drawn, onScroll, bring } = useGrowing(all.length, filter);
  const input = useRef<HTMLInputElement>(null);
  const list = useRef<HTMLDivElement>(null);
  const [focused, setFocused] = useState<string>();
  const within = all.slice(0, drawn);
  const entry = within.find(({ key }) => key === focused) ?? within.find(({ key }) => key === selected) ?? within[0];
  const id = useId();

  const focusAt = (wanted: number) => {
    const index = Math.max(0, Math.min(wanted, all.length - 1));
    bring(index, () => list.current?.querySelectorAll<HTMLElement>('[role=option]')[index]?.focus());
  };
  const press = (event: KeyboardEvent, key: string) => {
    const at = all.findIndex((offer) => offer.key === key);
    const last = all.length - 1;
    const steps: Record<string, number> = { ArrowDown: at + 1, ArrowUp: at - 1, Home: 0, End: last, PageDown: at + 10, PageUp: at - 10 };
    const to = steps[event.key];
    if (event.key === 'Enter' || event.key === ' ') onSelect(key);
    else if (event.key === 'ArrowUp' && at === 0) input.current?.focus();
    else if (to !== undefined) focusAt(to);
    else return;
    event.preventDefault();
  };
  const current = useRef({ select: onSelect, focus: setFocused, press });
  current.current = { select: onSelect, focus: setFocused, press };
  const act = useMemo(
    () => ({
      select: (key: string) => current.current.select(key),
      focus: (key: string) => current.current.focus(key),
      press: (event: KeyboardEvent, key: string) => current.current.press(event, key),
    }),
    [],
  );

  let before = 0;
  return (
    <div class="tool-list">
      <FilterField
        input={input}
        label={filterLabel}
        value={filter}
        shown={all.length}
        total={total}
        onFilter={onFilter}
        onDown={() => focusAt(entry === undefined ? 0 : all.indexOf(entry))}
        onChoose={() => all[0] !== undefined && onSelect(all[0].key)}
      />
      <div ref={list} class="options" role="listbox" aria-label={label} onScroll={onScroll}>
        {shown.map(({ title, offers }, at) => {
          const start = before;
          before += offers.length;
          return (
            // biome-ignore lint/a11y/useSemanticElements: a group of options, not of fields
            <div key={title} role="group" aria-labelledby={`${id}-${at}`}>
              <div class="offer-group" id={`${id}-${at}`} role="presentation">
                {title} <small>{formatNumber(offers.length)}</small>
              </div>
              {offers.slice(0, Math.max(0, drawn - start)).map((offer, i) => (
                <OfferRow
                  key={offer.key}
                  offer={offer}
                  isSelected={offer.key === selected}
                  isEntry={offer === entry}
                  position={start + i + 1}
                  total={all.length}
                  hasIcons={hasIcons}
                  act={act}
                />
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
