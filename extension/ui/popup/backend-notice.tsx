/** Owns what the popup says when the backend, or its storage, is in the way of everything else. */
import type { GatewayError } from '../../gateway/gateway-error.ts';
import { t } from '../../platform/i18n.ts';
import { backendState, listingError } from '../../state/backend-state.ts';
import { refreshAll, startOver } from '../../state/sessions.ts';
import { credential, joining, sessions } from '../../state/stored-state.ts';
import type { Remedy } from '../../state/words.ts';
import { Button } from '../kit/button.tsx';
import { copyDetails } from './copying.ts';
import { openSettings } from './open-settings.ts';
import { Failure, JoinNotice, NoBackend, RemovedNotice } from './trouble.tsx';

export function BackendNotice() {
  const state = backendState.value;
  const error = state.kind === 'failed' ? state.error : listingError.value;
  if (!error)
    return joining.value ? (
      <div class="popup-notice">
        <JoinNotice />
      </div>
    ) : null;
  const isGone = error.code === 'BACKEND_UNREACHABLE';
  return (
    <div class="popup-notice">
      {isGone && sessions.value.length === 0 ? (
        <NoBackend />
      ) : error.code === 'UNAUTHORIZED' && credential.value?.own ? (
        <RemovedNotice />
      ) : (
        <Failure failure={error} act={(remedy) => remedyFor(remedy, error)} tone={isGone ? 'warn' : 'bad'}>
          {isGone && (
            <Button small kind="quiet" onClick={openSettings}>
              {t('error_remedy_openSettings')}
            </Button>
          )}
        </Failure>
      )}
    </div>
  );
}

function remedyFor(remedy: Remedy, error: GatewayError): (() => void) | undefined {
  if (remedy === 'retry') return () => void refreshAll();
  if (remedy === 'open-settings') return openSettings;
  if (remedy === 'register-again') return () => void startOver();
  if (remedy === 'copy-details') return () => void copyDetails(error);
  return undefined;
}
