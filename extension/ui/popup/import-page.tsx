/** Owns the popup's page for a config that was pasted: its servers, and the way back. */
import { useLayoutEffect, useRef } from 'preact/hooks';
import { t } from '../../platform/i18n.ts';
import { IconButton } from '../kit/button.tsx';
import { ImportView } from '../server-lists/import-view.tsx';
import { closePastedConfig } from './pasted-config.ts';

export function ImportPage({ text }: { text: string }) {
  const title = useRef<HTMLHeadingElement>(null);
  useLayoutEffect(() => {
    title.current?.focus();
    const leave = (event: KeyboardEvent) => {
      if (event.key !== 'Escape' || event.defaultPrevented) return;
      // Left alone, it would close the popup.
      event.preventDefault();
      closePastedConfig();
    };
    document.addEventListener('keydown', leave);
    return () => document.removeEventListener('keydown', leave);
  }, []);
  return (
    <>
      <header class="popup-header">
        <IconButton icon="back" label={t('popup_backToSessions')} onClick={closePastedConfig} />
        <h1 ref={title} tabIndex={-1}>
          {t('config_title')}
        </h1>
      </header>
      <main class="popup-main">
        {/* The browser's file dialog would close the popup: files are opened in the inspector. */}
        <ImportView initialText={text} takesFiles={false} onDone={closePastedConfig} />
      </main>
    </>
  );
}
