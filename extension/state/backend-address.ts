/** Owns what counts as the address of a backend, and what an answer from there means for the user. Pure. */
import type { Health } from '../../shared/contract.ts';
import { parseServerUrl } from '../../shared/server-url.ts';
import type { GatewayCode } from '../gateway/gateway-error.ts';
import { t } from '../platform/i18n.ts';
import { addressFault } from './fault-words.ts';

export type BackendAddress = { kind: 'ok'; backendUrl: string } | { kind: 'invalid'; reason: string };

/**
 * Returns the address as it is stored: without a slash or `/api` at the end.
 *
 * Plain HTTP only reaches this computer: the token would travel in the open, and the extension's rules forbid it.
 */
export function parseBackendAddress(input: string): BackendAddress {
  if (input.trim() === '') return { kind: 'invalid', reason: t('settings_addressMissing') };
  const verdict = parseServerUrl(input);
  if (verdict.kind === 'invalid') return { kind: 'invalid', reason: addressFault(verdict.fault, 'https://mooring.example.com') };
  const url = new URL(verdict.url);
  if (url.protocol === 'http:' && url.hostname !== 'localhost' && url.hostname !== '127.0.0.1')
    return {
      kind: 'invalid',
      reason: t('settings_addressInsecure'),
    };
  return { kind: 'ok', backendUrl: url.origin + url.pathname.replace(/\/(api\/?)?$/, '') };
}

export type BackendVerdict =
  | { kind: 'good'; summary: string }
  | { kind: 'flawed'; code: GatewayCode; hint?: string }
  | { kind: 'forgetful'; hint?: string };

/** Returns what a backend's health means for someone who wants to use it. */
export function judgeBackend({ storage, access, version }: Health, accessCode: string): BackendVerdict {
  const hint = storage.hint !== undefined && { hint: storage.hint };
  if (access === 'closed') return { kind: 'flawed', code: 'REGISTRATION_CLOSED' };
  if (access === 'code' && accessCode === '') return { kind: 'flawed', code: 'ACCESS_CODE_REQUIRED' };
  // Which of the three it is, the hint says.
  if (!storage.writable) return { kind: 'flawed', code: 'STORAGE_UNAVAILABLE', ...hint };
  if (!storage.persistent) return { kind: 'forgetful', ...hint };
  return { kind: 'good', summary: t(storage.kind === 'kv' ? 'settings_fineKv' : 'settings_fineFile', version) };
}
