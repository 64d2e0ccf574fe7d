/** Owns the settings form: what was typed, the check of the address, and saving. What an answer means is in backend-address.ts. */
import { signal } from '@preact/signals';
import * as backend from '../gateway/backend.ts';
import { asGatewayError, type GatewayError } from '../gateway/gateway-error.ts';
import { saveSettings } from '../platform/stored.ts';
import { type BackendVerdict, judgeBackend, parseBackendAddress } from './backend-address.ts';
import { backendState, listingError } from './backend-state.ts';
import { refreshAll } from './sessions.ts';
import { settings } from './stored-state.ts';

export type BackendCheck =
  | { kind: 'idle' }
  | { kind: 'checking' }
  | { kind: 'invalid'; reason: string }
  | { kind: 'failed'; error: GatewayError }
  | { kind: 'answered'; verdict: BackendVerdict };

export const settingsDraft = signal({ backendUrl: '', deviceName: '', accessCode: '' });
export const backendCheck = signal<BackendCheck>({ kind: 'idle' });

/** Fills the form from what is stored. */
export function openSettingsForm(): void {
  const current = settings.value;
  if (current) settingsDraft.value = { ...current };
  backendCheck.value = { kind: 'idle' };
}

let checks = 0;

/** Asks the typed address how it is, without saving it. */
export async function checkAddress(): Promise<void> {
  const turn = ++checks;
  const draft = settingsDraft.value;
  const address = parseBackendAddress(draft.backendUrl);
  if (address.kind === 'invalid') {
    backendCheck.value = address;
    return;
  }
  backendCheck.value = { kind: 'checking' };
  const answer = await backend.health({ backendUrl: address.backendUrl }).then(
    (health): BackendCheck => ({ kind: 'answered', verdict: judgeBackend(health, draft.accessCode.trim()) }),
    (thrown): BackendCheck => ({ kind: 'failed', error: asGatewayError(thrown) }),
  );
  if (turn === checks) backendCheck.value = answer;
}

/**
 * Saves the form and uses the backend at once: what is wrong with the access code shows up then.
 *
 * @returns Whether the backend takes this device.
 */
export async function saveSettingsForm(): Promise<boolean> {
  const draft = settingsDraft.value;
  const address = parseBackendAddress(draft.backendUrl);
  if (address.kind === 'invalid') {
    backendCheck.value = address;
    return false;
  }
  backendCheck.value = { kind: 'checking' };
  const saved = { backendUrl: address.backendUrl, deviceName: draft.deviceName.trim(), accessCode: draft.accessCode.trim() };
  await saveSettings(saved);
  settingsDraft.value = saved;
  backendState.value = { kind: 'checking' };
  listingError.value = undefined;
  await refreshAll();
  const refused = listingError.peek();
  if (!refused) backendCheck.value = { kind: 'idle' };
  else if (refused.code === 'BACKEND_UNREACHABLE') await checkAddress();
  else backendCheck.value = { kind: 'failed', error: refused };
  return refused === undefined;
}
