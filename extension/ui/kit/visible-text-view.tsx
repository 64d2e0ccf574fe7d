/** Owns how text from outside is drawn: text nodes only, hidden characters by name. The list of them is visible-text.ts. */
import { t } from '../../platform/i18n.ts';
import { splitHidden } from './visible-text.ts';

export function VisibleText({ text }: { text: string }) {
  const parts = splitHidden(text);
  if (parts.length === 1 && parts[0]?.kind === 'plain') return <>{text}</>;
  return (
    <>
      {parts.map((part, i) =>
        part.kind === 'plain' ? (
          part.text
        ) : (
          <span key={i} class="hidden-char" title={t('kit_hiddenCharacters')}>
            {part.names}
          </span>
        ),
      )}
    </>
  );
}
