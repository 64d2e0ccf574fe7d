/** Owns what is known about the backend right now, and the words for where sessions are kept. It changes no session. */

import { computed, signal } from '@preact/signals';
import type { Health } from '../../shared/contract.ts';
import { health } from '../gateway/backend.ts';
import { asGatewayError, type GatewayError } from '../gateway/gateway-error.ts';
import { t } from '../platform/i18n.ts';
import { loadSettings } from '../platform/stored.ts';
import { settings } from './stored-state.ts';

export type BackendState = { kind: 'checking' } | { kind: 'ready'; health: Health } | { kind: 'failed'; error: GatewayError };

export const backendState = signal<BackendState>({ kind: 'checking' });
/** What the last listing of sessions ran into; tells an outage of storage from one that refuses writing. */
export const listingError = signal<GatewayError | undefined>(undefined);

export type StorageSummary = { tone: 'ok' | 'warn' | 'bad' | 'idle'; label: string; explanation: string };

/** Asks the backend how it is; the last answer stays visible meanwhile. Never throws. */
export async function checkBackend(): Promise<void> {
  // Storage, not its signal: that one hears of a change a moment later.
  const { backendUrl } = await loadSettings();
  const answer = await health({ backendUrl }).then(
    (ready): BackendState => ({ kind: 'ready', health: ready }),
    (thrown): BackendState => ({ kind: 'failed', error: asGatewayError(thrown) }),
  );
  // The address was changed while this was under way: the answer is about another backend.
  if (backendUrl === (await loadSettings()).backendUrl) backendState.value = answer;
}

const isLoopback = (url: string) => /^https?:\/\/(localhost|127\.\d+\.\d+\.\d+|\[::1\])(:|\/|$)/i.test(url);

/** Returns the few words about where sessions are kept. Pure. */
export function summarizeStorage(state: BackendState, error: GatewayError | undefined, backendUrl: string): StorageSummary {
  if (state.kind === 'checking') return { tone: 'idle', label: t('popup_storageChecking'), explanation: t('popup_storageCheckingMeaning') };
  if (state.kind === 'failed') {
    const label = state.error.code === 'BACKEND_NOT_MOORING' ? t('popup_storageNotMooring') : t('popup_storageUnreachable');
    return { tone: 'bad', label, explanation: state.error.detail };
  }
  const { kind, persistent, writable, hint } = state.health.storage;
  const why = hint ?? error?.hint ?? error?.detail;
  if (error?.code === 'STORAGE_UNAUTHORIZED')
    return { tone: 'bad', label: t('popup_storageRefuses'), explanation: why ?? t('popup_storageRefusesMeaning') };
  if (error?.code === 'STORAGE_READ_ONLY' || (!writable && error === undefined))
    return { tone: 'bad', label: t('popup_storageReadOnly'), explanation: why ?? t('popup_storageReadOnlyMeaning') };
  if (error?.code === 'STORAGE_UNAVAILABLE' || !writable)
    return { tone: 'bad', label: t('popup_storageSilent'), explanation: why ?? t('popup_storageSilentMeaning') };
  if (!persistent)
    return {
      tone: 'warn',
      label: t('popup_storageNotKept'),
      explanation: why ?? t('popup_storageNotKeptMeaning'),
    };
  if (kind === 'kv') return { tone: 'ok', label: t('popup_storageKv'), explanation: t('popup_storageKvMeaning') };
  return isLoopback(backendUrl)
    ? { tone: 'ok', label: t('popup_storageHere'), explanation: t('popup_storageHereMeaning') }
    : { tone: 'ok', label: t('popup_storageThere'), explanation: t('popup_storageThereMeaning') };
}

/** The chip in the header. */
export const storageSummary = computed(() => summarizeStorage(backendState.value, listingError.value, settings.value?.backendUrl ?? ''));
