/**
 * Owns how this extension becomes a device of a workspace of its own at a backend, once across all of its surfaces.
 * A credential is only ever replaced when the backend itself says that it does not know it, and nothing is lost by that.
 * Joining the workspace of another device is pairing.ts.
 */
import { Health, RegisteredDevice } from '../../shared/contract.ts';
import type { RegisterDevice } from '../../shared/requests.ts';
import { describeDevice } from '../platform/browser-shell.ts';
import { loadSessions, loadSettings, type StoredCredential } from '../platform/stored.ts';
import { leaveWorkspace, loadCredential, saveCredential } from '../platform/stored-lists.ts';
import { exchange } from './exchange.ts';

/** Two surfaces that register at once would make two workspaces at a backend: one of them waits and finds the credential. */
export function alone<T>(backendUrl: string, step: () => Promise<T>): Promise<T> {
  return navigator.locks.request(`mooring:register:${backendUrl}`, step) as Promise<T>;
}

async function register(
  backendUrl: string,
  options: { signal?: AbortSignal | undefined; endedAt?: string } = {},
): Promise<StoredCredential> {
  const { signal, endedAt } = options;
  const { deviceName, accessCode } = await loadSettings();
  const body: RegisterDevice = { name: deviceName.trim() || describeDevice(), ...(accessCode !== '' && { accessCode }) };
  const registered = await exchange({ backendUrl, method: 'POST', path: '/devices', body, answer: RegisteredDevice, signal });
  const credential = { backendUrl, ...registered };
  await saveCredential(credential, endedAt);
  return credential;
}

/** Returns the credential for a backend, registering this device where there is none. */
export async function credentialFor(backendUrl: string, signal?: AbortSignal): Promise<StoredCredential> {
  return (
    (await loadCredential(backendUrl)) ??
    alone(backendUrl, async () => (await loadCredential(backendUrl)) ?? (await register(backendUrl, { signal })))
  );
}

/**
 * Replaces a credential that the backend does not know, when nothing is lost by it: no session is alive in its workspace, or the
 * backend keeps nothing over a cold start anyway.
 *
 * @returns undefined when sessions might be lost: then the user decides, with `registerAgain`.
 */
export function replaceCredential(backendUrl: string, refusedToken: string, signal?: AbortSignal): Promise<StoredCredential | undefined> {
  return alone(backendUrl, async () => {
    const current = await loadCredential(backendUrl);
    // Another surface has already replaced it.
    if (current && current.token !== refusedToken) return current;
    // Who was removed from a workspace that it had joined has one to go back to.
    if (current?.own) return undefined;
    const now = new Date().toISOString();
    const holdsSessions = (await loadSessions()).some((known) => known.backendUrl === backendUrl && !known.ended && known.expiresAt > now);
    if (holdsSessions && (await keepsSessions(backendUrl, signal))) return undefined;
    return register(backendUrl, { signal });
  });
}

async function keepsSessions(backendUrl: string, signal?: AbortSignal): Promise<boolean> {
  return (await exchange({ backendUrl, method: 'GET', path: '/health', answer: Health, signal })).storage.persistent;
}

/**
 * Goes back to the workspace from before, where there is one, else registers this device anew: because the user asked for it.
 * What it was shown of the workspace that refuses it stays here, as ended.
 */
export async function registerAgain(): Promise<void> {
  const { backendUrl } = await loadSettings();
  const endedAt = new Date().toISOString();
  await alone(backendUrl, async () => {
    if ((await loadCredential(backendUrl))?.own) await leaveWorkspace(backendUrl, endedAt);
    else await register(backendUrl, { endedAt });
  });
}
