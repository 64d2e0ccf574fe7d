/** Owns the top of one resource, template or prompt: its names, what the server says of it, and the way back to the list. */
import type { ComponentChildren } from 'preact';
import { useState } from 'preact/hooks';
import { t } from '../../platform/i18n.ts';
import type { JsonObject } from '../../state/schema-form/json-value.ts';
import { Button, IconButton } from '../kit/button.tsx';
import { VisibleText } from '../kit/visible-text-view.tsx';
import { Foldable } from './content-block.tsx';

/** Characters of a description that are shown before it is asked for. */
const MAX_DESCRIPTION = 600;

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
  /** As the server listed it; icons in it are named there and never loaded. */
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
        <h2 id={id} tabIndex={-1} dir="auto">
          <VisibleText text={title.slice(0, 300)} />
        </h2>
      </header>
      {identifier !== '' && identifier !== title && (
        <p class={isIdentifierProse ? 'tool-title' : 'mono offer-identifier'} dir={isIdentifierProse ? 'auto' : 'ltr'}>
          <VisibleText text={identifier} />
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

function Description({ text }: { text: string }) {
  const [isWhole, setWhole] = useState(false);
  if (text === '') return null;
  const isLong = text.length > MAX_DESCRIPTION * 1.2;
  return (
    <div class="tool-about">
      <p dir="auto">
        <VisibleText text={isLong && !isWhole ? `${text.slice(0, MAX_DESCRIPTION)}…` : text} />
      </p>
      {isLong && (
        <Button kind="quiet" small aria-expanded={isWhole} onClick={() => setWhole(!isWhole)}>
          {isWhole ? t('resources_showLess') : t('resources_showAll')}
        </Button>
      )}
    </div>
  );
}
