/** Owns one line of a list of offers. It is drawn anew only when what it says has changed: there may be thousands. */
import { Component } from 'preact';
import { Dot } from '../kit/marks.tsx';
import { spellHidden } from '../kit/visible-text.ts';
import { VisibleText } from '../kit/visible-text-view.tsx';
import { BreakableName } from './breakable-name.tsx';
import { ItemIcon } from './item-icon.tsx';

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
  /** As the server sent them. */
  icons?: unknown;
};
type Props = {
  offer: Offer;
  isSelected: boolean;
  /** Whether Tab comes here. */
  isEntry: boolean;
  /** Place in the whole list, from 1, of how many: not all of them are drawn. */
  position: number;
  total: number;
  /** Some of the list have one: all names begin where theirs do. */
  hasIcons: boolean;
  /** Always the same functions; they read what is current when they are called. */
  act: { select: (key: string) => void; focus: (key: string) => void; press: (event: KeyboardEvent, key: string) => void };
};

const SAME: readonly (keyof Props)[] = ['isSelected', 'isEntry', 'position', 'total', 'hasIcons'];
const SAME_OFFER: readonly (keyof Offer)[] = ['key', 'label', 'about', 'mark', 'icons'];

export class OfferRow extends Component<Props> {
  override shouldComponentUpdate(next: Props): boolean {
    return SAME.some((name) => next[name] !== this.props[name]) || SAME_OFFER.some((name) => next.offer[name] !== this.props.offer[name]);
  }

  override render({ offer, isSelected, isEntry, position, total, hasIcons, act }: Props) {
    return (
      <div
        class="option"
        role="option"
        aria-selected={isSelected}
        aria-posinset={position}
        aria-setsize={total}
        tabIndex={isEntry ? 0 : -1}
        title={spellHidden(offer.label)}
        onClick={() => act.select(offer.key)}
        onFocus={() => act.focus(offer.key)}
        onKeyDown={(event) => act.press(event, offer.key)}
      >
        {hasIcons && (
          <span class="option-icon">
            <ItemIcon icons={offer.icons} />
          </span>
        )}
        <span class="option-text">
          <span class="option-name" dir="auto">
            <BreakableName name={offer.label.slice(0, 300)} />
          </span>
          {offer.about !== '' && (
            <span class="option-about clip" dir="auto">
              <VisibleText text={offer.about.slice(0, 200)} />
            </span>
          )}
        </span>
        {offer.mark !== undefined && <Dot tone="warn" label={offer.mark} />}
      </div>
    );
  }
}
