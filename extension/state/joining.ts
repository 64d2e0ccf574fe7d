/** Owns joining the workspace of another device: the code, the wait, and going over to it. What is waited for is in storage. */

import { signal } from '@preact/signals';
import { asGatewayError, type GatewayError } from '../gateway/gateway-error.ts';
import { askToJoin, settleJoining } from '../gateway/pairing.ts';
import { t } from '../platform/i18n.ts';

export { forgetJoining } from '../gateway/pairing.ts';

/** How often somebody who looks hears that this browser was let in, ms. */
export const JOINING_EVERY_MS = 2000;

export type JoinForm =
  | { kind: 'idle' }
  | { kind: 'asking' }
  | { kind: 'invalid'; reason: string }
  | { kind: 'failed'; error: GatewayError };

export const joinForm = signal<JoinForm>({ kind: 'idle' });
/** Why nobody can tell right now whether this browser was let in. */
export const joiningError = signal<GatewayError | undefined>(undefined);

/** Asks to join with a code that somebody read or typed. Never throws: `joinForm` tells. */
export async function submitCode(typed: string): Promise<void> {
  const code = typed.replace(/[^\p{L}\p{N}]/gu, '').toUpperCase();
  if (code === '') {
    joinForm.value = { kind: 'invalid', reason: t('devices_codeMissing') };
    return;
  }
  joinForm.value = { kind: 'asking' };
  try {
    const isNew = await askToJoin(code);
    joinForm.value = isNew ? { kind: 'idle' } : { kind: 'invalid', reason: t('devices_inAlready') };
  } catch (thrown) {
    joinForm.value = { kind: 'failed', error: asGatewayError(thrown) };
  }
}

/** Looks whether this browser was let in, and uses the workspace from then on. Never throws: what was known stays. */
export async function followJoining(): Promise<void> {
  try {
    await settleJoining();
    joiningError.value = undefined;
  } catch (thrown) {
    joiningError.value = asGatewayError(thrown);
  }
}
