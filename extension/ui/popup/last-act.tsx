/** Owns what the foot of the popup says about the last act, and the button and the keys that take it back where that can be done. */
import { useLayoutEffect } from 'preact/hooks';
import { t } from '../../platform/i18n.ts';
import type { Confirmation } from '../../state/popup-foot.ts';
import { Button } from '../kit/button.tsx';

export function LastAct({ text, undo }: Confirmation) {
  useLayoutEffect(() => {
    if (!undo) return;
    const key = (event: KeyboardEvent) => {
      // In a field it takes back what was typed there.
      if (event.key !== 'z' || !(event.ctrlKey || event.metaKey) || (event.target as Element).matches('input')) return;
      event.preventDefault();
      undo();
    };
    document.addEventListener('keydown', key);
    return () => document.removeEventListener('keydown', key);
  }, [undo]);
  return (
    <>
      <span class="clip">{text}</span>
      {undo && (
        <Button kind="quiet" small title={t('kit_undoKeys')} aria-keyshortcuts="Control+Z" onClick={undo}>
          {t('kit_undo')}
        </Button>
      )}
    </>
  );
}
