/** Owns ending the session from its room: asked first, since the server session ends with it. */
import { useLayoutEffect, useRef, useState } from 'preact/hooks';
import { t } from '../../platform/i18n.ts';
import type { StoredSession } from '../../platform/stored.ts';
import { end, sessionErrors } from '../../state/sessions.ts';
import { announce } from '../kit/announcer.tsx';
import { Button } from '../kit/button.tsx';
import { Failure } from '../kit/notice.tsx';

export function EndSection({ session }: { session: StoredSession }) {
  const [step, setStep] = useState<'idle' | 'asking' | 'ending'>('idle');
  const box = useRef<HTMLElement>(null);
  const error = sessionErrors.value.get(session.id);
  useLayoutEffect(() => {
    if (step === 'asking') box.current?.querySelector<HTMLElement>('button')?.focus();
  }, [step]);
  const confirm = async () => {
    setStep('ending');
    await end(session).then(
      () => announce(t('popup_hasEnded', session.name)),
      () => setStep('idle'),
    );
  };
  return (
    <section ref={box} class="session-part session-end" aria-label={t('popup_endSession')}>
      {step === 'idle' ? (
        <Button small kind="danger" onClick={() => setStep('asking')}>
          {t('popup_endSession')}
        </Button>
      ) : (
        <>
          <p>
            <b>{t('popup_endQuestion')}</b> {t('popup_endMeaning')}
          </p>
          <div class="bar">
            <Button small onClick={() => setStep('idle')}>
              {t('popup_keepIt')}
            </Button>
            <Button small kind="danger" busy={step === 'ending'} onClick={() => void confirm()}>
              {t('popup_endSession')}
            </Button>
          </div>
        </>
      )}
      {error !== undefined && <Failure failure={error} act={(remedy) => (remedy === 'retry' ? () => void confirm() : undefined)} />}
    </section>
  );
}
