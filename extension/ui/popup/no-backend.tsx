/** Owns what somebody reads who has no backend yet: nothing is lost, so it says how to get going instead of what is broken. */
import { refreshAll } from '../../state/sessions.ts';
import { settings } from '../../state/stored-state.ts';
import { Button } from '../kit/button.tsx';
import { Notice } from '../kit/notice.tsx';
import { copyWithWord } from './copying.ts';
import { openSettings } from './open-settings.ts';

const START_COMMAND = 'npm start';

export function NoBackend() {
  return (
    <Notice
      tone="info"
      title="Start a backend first"
      actions={
        <>
          <Button small onClick={() => void refreshAll()}>
            Try again
          </Button>
          <Button small kind="quiet" onClick={openSettings}>
            Use another backend
          </Button>
        </>
      }
    >
      It keeps your sessions while the popup is closed. Nothing answers at <bdi class="mono">{settings.value?.backendUrl}</bdi>. In
      Mooring’s folder, run{' '}
      <button type="button" class="popup-command" title="Copy" onClick={() => void copyWithWord(START_COMMAND, 'Command copied')}>
        {START_COMMAND}
      </button>
    </Notice>
  );
}
