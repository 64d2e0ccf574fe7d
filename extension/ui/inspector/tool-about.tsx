/** Owns what a tool says about itself: name, title, badges, description, and its definition as it came. */
import { useState } from 'preact/hooks';
import type { Tool } from '../../gateway/mcp-connection.ts';
import { t } from '../../platform/i18n.ts';
import { IconButton } from '../kit/button.tsx';
import { lazily } from '../kit/lazily.tsx';
import { VisibleText } from '../kit/visible-text-view.tsx';
import { BreakableName } from './breakable-name.tsx';
import { Description } from './description.tsx';
import { ItemIcon } from './item-icon.tsx';
import { ToolBadges, titleOf } from './tool-badges.tsx';

const JsonView = lazily(async () => (await import('./json-view.tsx')).JsonView);

type HeadProps = {
  tool: Tool;
  isFavourite: boolean;
  onFavourite: () => void;
  /** Where the list is not beside it. */
  onBack: () => void;
};

export function ToolHead({ tool, isFavourite, onFavourite, onBack }: HeadProps) {
  return (
    <>
      <header class="tool-head">
        <span class="back">
          <IconButton icon="back" label={t('tools_back')} onClick={onBack} />
        </span>
        <ItemIcon icons={tool['icons']} />
        <h2 id="tool-name" tabIndex={-1} dir="auto">
          <BreakableName name={tool.name} />
        </h2>
        <span class={isFavourite ? 'star is-on' : 'star'}>
          <IconButton icon="star" label={t('tools_favourite')} aria-pressed={isFavourite} onClick={onFavourite} />
        </span>
      </header>
      {titleOf(tool) !== '' && (
        <p class="tool-title" dir="auto">
          <VisibleText text={titleOf(tool)} />
        </p>
      )}
      <ToolBadges tool={tool} />
      <Description text={tool.description ?? ''} />
    </>
  );
}

/** The whole definition as the server sent it: schemas, annotations, `_meta`. */
export function RawDefinition({ tool }: { tool: Tool }) {
  const [isOpen, setOpen] = useState(false);
  return (
    <details class="raw-definition" onToggle={(event) => setOpen(event.currentTarget.open)}>
      <summary>{t('tools_definition')}</summary>
      {isOpen && <JsonView value={tool} label={t('tools_definition')} />}
    </details>
  );
}
