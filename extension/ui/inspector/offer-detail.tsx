/** Owns the top of one resource, template or prompt: its names, what the server says of it, and the way back to the list. */
import type { ComponentChildren } from 'preact';
import { t } from '../../platform/i18n.ts';
import type { JsonObject } from '../../state/schema-form/json-value.ts';
import { IconButton } from '../kit/button.tsx';
import { VisibleText } from '../kit/visible-text-view.tsx';
import { BreakableName } from './breakable-name.tsx';
import { Foldable } from './content-block.tsx';
import { Description } from './description.tsx';
import { ItemIcon } from './item-icon.tsx';

type Props = {
  /** Id of the heading. */
  id: string;
  title: string;
  /** What it is called besides. */
  identifier?: string;
  /** It is a title for people, not an address. */
  isIdentifierProse?: boolean;
  /** Short facts, in frames. */
  facts?: readonly string[];
  description?: string;
  /** As the server listed it; icons that would have to be fetched are named there and never loaded. */
  entry?: JsonObject | undefined;
  /** Where the list is not beside it. */
  onBack: () => void;
  children: ComponentChildren;
};

export function OfferDetail({
  id,
  title,
  identifier = '',
  isIdentifierProse = false,
  facts = [],
  description = '',
  entry,
  onBack,
  children,
}: Props) {
  return (
    <article class="tool-detail" aria-labelledby={id}>
      <header class="tool-head">
        <span class="back">
          <IconButton icon="back" label={t('resources_back')} onClick={onBack} />
        </span>
        <ItemIcon icons={entry?.['icons']} />
        <h2 id={id} tabIndex={-1} dir="auto">
          <BreakableName name={title.slice(0, 300)} />
        </h2>
      </header>
      {identifier !== '' && identifier !== title && (
        <p class={isIdentifierProse ? 'tool-title' : 'mono offer-identifier'} dir={isIdentifierProse ? 'auto' : 'ltr'}>
          <BreakableName name={identifier} />
        </p>
      )}
      {facts.length > 0 && (
        <p class="badges">
          {facts.map((fact) => (
            <span key={fact} class="badge">
              <VisibleText text={fact} />
            </span>
          ))}
        </p>
      )}
      <Description text={description} />
      {children}
      {entry !== undefined && <Foldable title={t('resources_asListed')} value={entry} />}
    </article>
  );
}
