/** Owns what somebody reads who has no backend yet: nothing is lost, so it says how to get going instead of what is broken. */
import { t, tAround } from '../../platform/i18n.ts';
import { refreshAll } from '../../state/sessions.ts';
import { settings } from '../../state/stored-state.ts';
import { Button } from '../kit/button.tsx';
import { Notice } from '../kit/notice.tsx';
import { copyWithWord } from './copying.ts';
import { openSettings } from './open-settings.ts';

const START_COMMAND = 'npm start';

export function NoBackend() {
  const [beforeAddress, afterAddress] = tAround('popup_startBackendMeaning');
  const [beforeCommand, afterCommand] = tAround('popup_startBackendRun');
  return (
    <Notice
      tone="info"
      title={t('popup_startBackend')}
      actions={
        <>
          <Button small onClick={() => void refreshAll()}>
            {t('error_remedy_retry')}
          </Button>
          <Button small kind="quiet" onClick={openSettings}>
            {t('popup_otherBackend')}
          </Button>
        </>
      }
    >
      {beforeAddress}
      <bdi class="mono">{settings.value?.backendUrl}</bdi>
      {afterAddress} {beforeCommand}
      <button
        type="button"
        class="popup-command"
        title={t('kit_copy')}
        onClick={() => void copyWithWord(START_COMMAND, t('popup_commandCopied'))}
      >
        {START_COMMAND}
      </button>
      {afterCommand}
    </Notice>
  );
}
