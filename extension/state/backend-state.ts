/** Owns what is known about the backend right now, and the words for where sessions are kept. It changes no session. */
import { computed, signal } from '@preact/signals';
import type { Health } from '../../shared/contract.ts';
import { health } from '../gateway/backend.ts';
import { asGatewayError, type GatewayError } from '../gateway/gateway-error.ts';
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
  if (state.kind === 'checking') return { tone: 'idle', label: 'Checking…', explanation: 'Asking the backend how it is.' };
  if (state.kind === 'failed') {
    const label = state.error.code === 'BACKEND_NOT_MOORING' ? 'Not a Mooring backend' : 'Backend not reachable';
    return { tone: 'bad', label, explanation: state.error.detail };
  }
  const { kind, persistent, writable, hint } = state.health.storage;
  const why = hint ?? error?.hint ?? error?.detail;
  if (error?.code === 'STORAGE_UNAUTHORIZED')
    return { tone: 'bad', label: 'Storage refuses the token', explanation: why ?? 'Look at KV_REST_API_TOKEN of the backend.' };
  if (error?.code === 'STORAGE_READ_ONLY' || (!writable && error === undefined))
    return { tone: 'bad', label: 'Storage is read-only', explanation: why ?? 'The backend can read sessions but not keep any.' };
  if (error?.code === 'STORAGE_UNAVAILABLE' || !writable)
    return { tone: 'bad', label: 'Storage is not answering', explanation: why ?? 'Nothing is lost: sessions are back when it answers.' };
  if (!persistent)
    return {
      tone: 'warn',
      label: 'Not kept',
      explanation: why ?? 'Sessions live in the backend’s memory and are lost when it restarts. Set up KV to keep them.',
    };
  if (kind === 'kv') return { tone: 'ok', label: 'Saved in KV', explanation: 'Sessions outlive restarts and cold starts of the backend.' };
  const where = isLoopback(backendUrl) ? 'on this computer' : 'at the backend';
  return { tone: 'ok', label: `Saved ${where}`, explanation: `Sessions are kept in a file ${where} and outlive its restarts.` };
}

/** The chip in the header. */
export const storageSummary = computed(() => summarizeStorage(backendState.value, listingError.value, settings.value?.backendUrl ?? ''));
