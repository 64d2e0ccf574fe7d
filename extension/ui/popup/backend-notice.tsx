/** Owns what the popup says when the backend, or its storage, is in the way of everything else. */

import type { GatewayError } from '../../gateway/gateway-error.ts';
import { copyText, extensionVersion } from '../../platform/browser-shell.ts';
import { backendState, listingError } from '../../state/backend-state.ts';
import { confirmation } from '../../state/popup-foot.ts';
import { refreshAll, startOver } from '../../state/sessions.ts';
import { sessions, settings } from '../../state/stored-state.ts';
import { describeFailure, type Remedy } from '../../state/words.ts';
import { announce } from '../kit/announcer.tsx';
import { Button } from '../kit/button.tsx';
import { Failure, Notice } from '../kit/notice.tsx';
import { openSettings } from './open-settings.ts';

const START_COMMAND = 'npm start';

export function BackendNotice() {
  const state = backendState.value;
  const error = state.kind === 'failed' ? state.error : listingError.value;
  if (!error) return null;
  if (error.code === 'BACKEND_UNREACHABLE' && sessions.value.length === 0) return <NoBackend />;
  return (
    <div class="popup-notice">
      <Failure failure={error} act={(remedy) => remedyFor(remedy, error)} tone={error.code === 'BACKEND_UNREACHABLE' ? 'warn' : 'bad'}>
        {error.code === 'BACKEND_UNREACHABLE' && (
          <Button small kind="quiet" onClick={() => void openSettings()}>
            Open settings
          </Button>
        )}
      </Failure>
    </div>
  );
}

/** Nothing to lose yet: say how to get going instead of what is broken. */
function NoBackend() {
  return (
    <div class="popup-notice">
      <Notice
        tone="info"
        title="Start a backend first"
        actions={
          <>
            <Button small onClick={() => void refreshAll()}>
              Try again
            </Button>
            <Button small kind="quiet" onClick={() => void openSettings()}>
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
    </div>
  );
}

function remedyFor(remedy: Remedy, error: GatewayError): (() => void) | undefined {
  if (remedy === 'retry') return () => void refreshAll();
  if (remedy === 'open-settings') return () => void openSettings();
  if (remedy === 'register-again') return () => void startOver();
  if (remedy === 'copy-details') return () => void copyDetails(error);
  return undefined;
}

/** Copies what helps to find the cause of a failure. */
export const copyDetails = (error: GatewayError): Promise<void> =>
  copyWithWord(describeFailure(error, { extension: extensionVersion(), browser: navigator.userAgent }), 'Details copied');

/** Copies a text and says so, on screen and to screen readers. */
export async function copyWithWord(text: string, word: string): Promise<void> {
  await copyText(text);
  confirmation.value = word;
  announce(word);
}
