/** Owns asking before a tool runs that, as the server says, changes or removes something: once a session, where the button is. */
import { useEffect, useRef } from 'preact/hooks';
import { t } from '../../platform/i18n.ts';
import { Button } from '../kit/button.tsx';

type Props = { onRun: () => void; onCancel: () => void };

export function RunQuestion({ onRun, onCancel }: Props) {
  const question = useRef<HTMLDivElement>(null);
  // Not to the button that runs it: a key that is pressed twice must not answer.
  useEffect(() => question.current?.querySelector<HTMLElement>('button:last-of-type')?.focus(), []);
  return (
    <div
      ref={question}
      class="notice warn run-question"
      role="alertdialog"
      aria-label={t('tools_destructiveTitle')}
      onKeyDown={(event) => {
        if (event.key !== 'Escape') return;
        event.preventDefault();
        event.stopPropagation();
        onCancel();
      }}
    >
      <p class="notice-title">{t('tools_destructiveTitle')}</p>
      <div class="notice-body">{t('tools_destructiveMeaning')}</div>
      <div class="button-row notice-actions">
        <Button kind="danger" small onClick={onRun}>
          {t('tools_runIt')}
        </Button>
        <Button small onClick={onCancel}>
          {t('tools_doNotRun')}
        </Button>
      </div>
    </div>
  );
}
