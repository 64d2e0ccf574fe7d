/** Owns the connect box: what was typed, the attempt under way, and how it failed. Making the attempt is connect-attempt.ts. */
import { batch, signal } from '@preact/signals';
import type { TransportChoice } from '../../shared/contract.ts';
import type { GatewayError } from '../gateway/gateway-error.ts';
import type { HeaderRow, HeadersVerdict } from './header-rows.ts';

/** Headers are in here and on their way to the backend, nowhere else: a popup that closes forgets them. */
export type ConnectDraft = { url: string; transport: TransportChoice; name: string; headers: readonly HeaderRow[] };
export type ConnectPhase =
  | { kind: 'idle' }
  | { kind: 'invalid'; reason: string }
  | { kind: 'bad-header'; verdict: Extract<HeadersVerdict, { kind: 'invalid' }> }
  | { kind: 'connecting'; url: string; abort: AbortController }
  | { kind: 'failed'; url: string; error: GatewayError };

export const EMPTY: ConnectDraft = { url: '', transport: 'auto', name: '', headers: [] };

export const connectDraft = signal<ConnectDraft>(EMPTY);
export const connectPhase = signal<ConnectPhase>({ kind: 'idle' });

/** Changes what was typed; an error about it goes away. */
export function editConnect(patch: Partial<ConnectDraft>): void {
  batch(() => {
    connectDraft.value = { ...connectDraft.value, ...patch };
    if (connectPhase.value.kind !== 'connecting') connectPhase.value = { kind: 'idle' };
  });
}

/** Gives up the attempt under way; what was typed stays. */
export function cancelConnect(): void {
  if (connectPhase.value.kind === 'connecting') connectPhase.value.abort.abort();
}
