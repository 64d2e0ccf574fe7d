/** Owns the code that this device shows so that another may ask to join: asking for one, and how long it holds. */
import { signal } from '@preact/signals';
import type { Device, Pairing } from '../../shared/contract.ts';
import { PAIRING_TTL_SECONDS } from '../../shared/limits.ts';
import { asGatewayError, type GatewayError } from '../gateway/gateway-error.ts';
import { openPairing } from '../gateway/pairing.ts';
import { loadPairing, savePairing } from '../platform/kept-pairing.ts';
import { loadSettings } from '../platform/stored.ts';
import { loadCredential } from '../platform/stored-lists.ts';

export type PairingState =
  | { kind: 'none' }
  | { kind: 'asking' }
  | { kind: 'open'; pairing: Pairing }
  | { kind: 'failed'; error: GatewayError };

export const pairingState = signal<PairingState>({ kind: 'none' });

async function workspaceInUse(): Promise<string | undefined> {
  const { backendUrl } = await loadSettings();
  return (await loadCredential(backendUrl))?.workspaceId;
}

/** Shows the code of before again, while it holds: the popup closes when the user goes to the other browser. */
export async function findPairing(): Promise<void> {
  const workspaceId = await workspaceInUse();
  const kept = workspaceId === undefined ? undefined : await loadPairing(workspaceId);
  const isOpen = kept !== undefined && Date.parse(kept.expiresAt) > Date.now();
  pairingState.value = isOpen ? { kind: 'open', pairing: kept } : { kind: 'none' };
}

/** Asks for a new code; the one before is worth nothing any more. Never throws. */
export async function newPairing(): Promise<void> {
  pairingState.value = { kind: 'asking' };
  try {
    const pairing = await openPairing();
    const workspaceId = await workspaceInUse();
    if (workspaceId !== undefined) await savePairing({ ...pairing, workspaceId });
    pairingState.value = { kind: 'open', pairing };
  } catch (thrown) {
    pairingState.value = { kind: 'failed', error: asGatewayError(thrown) };
  }
}

/** Puts the code away: it was used, or is not wanted any more. */
export async function closePairing(): Promise<void> {
  pairingState.value = { kind: 'none' };
  await savePairing(undefined);
}

/** Tells whether a device has come with a code: then it is worth nothing any more. Pure; both times are the backend's. */
export function wasUsed({ expiresAt }: Pairing, devices: readonly Device[]): boolean {
  const openedMs = Date.parse(expiresAt) - PAIRING_TTL_SECONDS * 1000;
  return devices.some(({ current, createdAt }) => !current && Date.parse(createdAt) >= openedMs);
}

/** Returns a code as it is read out: in groups of four. Pure. */
export const groupCode = (code: string): string[] => code.match(/.{1,4}/gu) ?? [];

/** Returns the seconds that a code still holds, whole ones; 0 when it is over. Pure. */
export const secondsLeft = (expiresAt: string, nowMs: number): number =>
  Math.max(0, Math.ceil((Date.parse(expiresAt) - nowMs) / 1000)) || 0;
