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

type StorageWords = 'checking' | 'refuses' | 'readOnly' | 'silent' | 'notKept' | 'kv' | 'here' | 'there';

/** Returns the few words about where sessions are kept. Pure. */
export function summarizeStorage(state: BackendState, error: GatewayError | undefined, backendUrl: string): StorageSummary {
  if (state.kind === 'failed') {
    const what = state.error.code === 'BACKEND_NOT_MOORING' ? 'notMooring' : 'unreachable';
    return { tone: 'bad', label: t(`popup_storage_${what}`), explanation: state.error.detail };
  }
  const tell = (tone: StorageSummary['tone'], words: StorageWords, why?: string): StorageSummary => ({
    tone,
    label: t(`popup_storage_${words}`),
    explanation: why ?? t(`popup_storage_${words}_meaning`),
  });
  if (state.kind === 'checking') return tell('idle', 'checking');
  const { kind, persistent, writable, hint } = state.health.storage;
  const why = hint ?? error?.hint ?? error?.detail;
  if (error?.code === 'STORAGE_UNAUTHORIZED') return tell('bad', 'refuses', why);
  if (error?.code === 'STORAGE_READ_ONLY' || (!writable && error === undefined)) return tell('bad', 'readOnly', why);
  if (error?.code === 'STORAGE_UNAVAILABLE' || !writable) return tell('bad', 'silent', why);
  if (!persistent) return tell('warn', 'notKept', why);
  return tell('ok', kind === 'kv' ? 'kv' : isLoopback(backendUrl) ? 'here' : 'there');
}

/** The chip in the header. */
export const storageSummary = computed(() => summarizeStorage(backendState.value, listingError.value, settings.value?.backendUrl ?? ''));
