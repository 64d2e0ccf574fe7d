/** Owns making the surface of a component test one that was just opened: nothing drawn, nothing known of any backend. */
import { cleanup } from '@testing-library/preact';
import { backendState, listingError } from '../../extension/state/backend-state.ts';
import { connectDraft, connectPhase } from '../../extension/state/connect-form.ts';
import { isFresh, sessionErrors } from '../../extension/state/sessions.ts';
import { stored } from '../../extension/state/stored-state.ts';
import { closeSettings } from '../../extension/ui/popup/open-settings.ts';

/** Takes down what is drawn and forgets what the modules of a page hold; what is in extension storage stays. */
export function emptySurface(): void {
  cleanup();
  stored.value = undefined;
  backendState.value = { kind: 'checking' };
  listingError.value = undefined;
  connectDraft.value = { url: '', transport: 'auto', name: '', headers: [] };
  connectPhase.value = { kind: 'idle' };
  sessionErrors.value = new Map();
  isFresh.value = false;
  closeSettings();
}
