/** Owns what a server says of one of its tools, resources or prompts: its beginning, and all of it when asked for. */
import { useState } from 'preact/hooks';
import { t } from '../../platform/i18n.ts';
import { Button } from '../kit/button.tsx';
import { VisibleText } from '../kit/visible-text-view.tsx';

/** Characters that are shown before it is asked for. */
const MAX_DESCRIPTION = 600;

export function Description({ text }: { text: string }) {
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
          {isWhole ? t('tools_showLess') : t('tools_showAll')}
        </Button>
      )}
    </div>
  );
}
