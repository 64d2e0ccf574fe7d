/** Owns the connect box: what was typed, the attempt under way, and how it failed. */
import { batch, signal } from '@preact/signals';
import type { TransportChoice } from '../../shared/contract.ts';
import { MAX_NAME_LENGTH } from '../../shared/limits.ts';
import { parseServerUrl } from '../../shared/server-url.ts';
import { asGatewayError, type GatewayError } from '../gateway/gateway-error.ts';
import type { StoredSession } from '../platform/stored.ts';
import type { HeaderRow, HeadersVerdict } from './header-rows.ts';
import { connect } from './sessions.ts';

/** Headers are in here and on their way to the backend, nowhere else: a popup that closes forgets them. */
export type ConnectDraft = { url: string; transport: TransportChoice; name: string; headers: readonly HeaderRow[] };
export type ConnectPhase =
  | { kind: 'idle' }
  | { kind: 'invalid'; reason: string }
  | { kind: 'bad-header'; verdict: Extract<HeadersVerdict, { kind: 'invalid' }> }
  | { kind: 'connecting'; url: string; abort: AbortController }
  | { kind: 'failed'; url: string; error: GatewayError };

const EMPTY: ConnectDraft = { url: '', transport: 'auto', name: '', headers: [] };

export const connectDraft = signal<ConnectDraft>(EMPTY);
export const connectPhase = signal<ConnectPhase>({ kind: 'idle' });

/** Changes what was typed; an error about it goes away. */
export function editConnect(patch: Partial<ConnectDraft>): void {
  batch(() => {
    connectDraft.value = { ...connectDraft.value, ...patch };
    if (connectPhase.value.kind !== 'connecting') connectPhase.value = { kind: 'idle' };
  });
}

/**
 * Connects to what was typed; a second call while one is under way does nothing.
 *
 * @returns The session; undefined when it failed or was stopped: `connectPhase` tells.
 */
export async function submitConnect(): Promise<StoredSession | undefined> {
  if (connectPhase.value.kind === 'connecting') return undefined;
  const { url: typed, transport, name: typedName, headers: rows } = connectDraft.value;
  const verdict = parseServerUrl(typed);
  if (verdict.kind === 'invalid') {
    connectPhase.value = verdict;
    return undefined;
  }
  const { url } = verdict;
  const abort = new AbortController();
  const name = typedName.trim().slice(0, MAX_NAME_LENGTH);
  connectPhase.value = { kind: 'connecting', url, abort };
  try {
    const typedHeaders = await readHeaders(rows);
    if (typedHeaders?.kind === 'invalid') {
      connectPhase.value = { kind: 'bad-header', verdict: typedHeaders };
      return undefined;
    }
    const headers = typedHeaders?.headers;
    const session = await connect({ url, transport, ...(name !== '' && { name }), ...(headers && { headers }) }, abort.signal);
    batch(() => {
      connectDraft.value = EMPTY;
      connectPhase.value = { kind: 'idle' };
    });
    return session;
  } catch (thrown) {
    const error = asGatewayError(thrown);
    connectPhase.value = error.code === 'CANCELLED' ? { kind: 'idle' } : { kind: 'failed', url, error };
    return undefined;
  }
}

/** Most servers want none: what reads them is loaded with the first. */
async function readHeaders(rows: readonly HeaderRow[]): Promise<HeadersVerdict | undefined> {
  return rows.length === 0 ? undefined : (await import('./header-rows.ts')).readRows(rows);
}

/** Gives up the attempt under way; what was typed stays. */
export function cancelConnect(): void {
  if (connectPhase.value.kind === 'connecting') connectPhase.value.abort.abort();
}
