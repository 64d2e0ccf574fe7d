/** Owns what a browser says that has asked to join the list of another device: that it waits, was refused, or was removed later. */

import { useEffect } from 'preact/hooks';
import { t, tAround } from '../../platform/i18n.ts';
import { followJoining, forgetJoining, JOINING_EVERY_MS, joiningError } from '../../state/joining.ts';
import { startOver } from '../../state/sessions.ts';
import { joining } from '../../state/stored-state.ts';
import { wordsFor } from '../../state/words.ts';
import { Button } from '../kit/button.tsx';
import { Notice } from '../kit/notice.tsx';

/** The wait, which ends by itself; nothing where this browser waits for nobody. */
export function JoinNotice() {
  const asked = joining.value;
  const isWaiting = asked !== undefined && !asked.isRefused;
  useEffect(() => {
    if (!isWaiting) return;
    void followJoining();
    const timer = setInterval(() => void followJoining(), JOINING_EVERY_MS);
    return () => clearInterval(timer);
  }, [isWaiting]);
  if (!asked) return null;
  const [before, after] = tAround('devices_waitingDigits');
  if (asked.isRefused)
    return (
      <Notice
        tone="warn"
        title={t('devices_refused')}
        actions={
          <Button small onClick={() => void forgetJoining()}>
            {t('error_remedy_dismiss')}
          </Button>
        }
      >
        {t('devices_refusedMeaning')}
      </Notice>
    );
  return (
    <Notice
      tone="info"
      title={t('devices_waiting')}
      actions={
        <Button small onClick={() => void forgetJoining()}>
          {t('devices_stopWaiting')}
        </Button>
      }
    >
      <p>
        {before}
        <b>{t('devices_letIn')}</b>
        {after}
      </p>
      <p class="join-check" role="img" aria-label={[...asked.check].join(' ')}>
        {asked.check}
      </p>
      <p>{t('devices_waitingOthers')}</p>
      {joiningError.value && <p role="status">{t('devices_askedAgain', wordsFor(joiningError.value.code).title)}</p>}
    </Notice>
  );
}

/** A browser that was removed from a list that it had joined has one of its own to go back to. */
export function RemovedNotice() {
  return (
    <Notice
      tone="warn"
      title={t('devices_removed')}
      actions={
        <Button small onClick={() => void startOver()}>
          {t('devices_backToOwn')}
        </Button>
      }
    >
      {t('devices_removedMeaning')}
    </Notice>
  );
}
