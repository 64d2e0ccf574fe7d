/**
 * Owns what the backend is asked about devices: who is in the workspace, who may come in, and how this one joins another's.
 * Joining takes two steps, so that a code that was overheard opens nothing: it asks, and a member lets it in.
 */
import { type Device, DeviceList, Pairing, RegisteredDevice } from '../../shared/contract.ts';
import type { RegisterDevice } from '../../shared/requests.ts';
import { describeDevice } from '../platform/browser-shell.ts';
import { loadSettings } from '../platform/stored.ts';
import { enterJoined, loadJoining, saveJoining } from '../platform/stored-joining.ts';
import { leaveWorkspace, loadCredential } from '../platform/stored-lists.ts';
import { asDevice } from './backend.ts';
import { exchange } from './exchange.ts';
import { asGatewayError } from './gateway-error.ts';
import { alone } from './registration.ts';

/** Returns the devices of the workspace, oldest first, and those that wait to be let in. */
export async function listDevices(signal?: AbortSignal): Promise<Device[]> {
  return (await asDevice({ method: 'GET', path: '/devices', answer: DeviceList, signal })).devices;
}

const devicePath = (deviceId: string) => `/devices/${encodeURIComponent(deviceId)}`;

/** Takes a device's access away, or refuses one that waits; its token is worth nothing afterwards. */
export async function removeDevice(deviceId: string): Promise<void> {
  await asDevice({ method: 'DELETE', path: devicePath(deviceId) });
}

/** Leaves the workspace with this device: the one before is in use again, or none until the next use registers anew. */
export async function leaveList(deviceId: string): Promise<void> {
  const { backendUrl } = await loadSettings();
  await removeDevice(deviceId);
  await leaveWorkspace(backendUrl, new Date().toISOString());
}

/** Lets a device in that waits. */
export async function admitDevice(deviceId: string): Promise<void> {
  await asDevice({ method: 'POST', path: `${devicePath(deviceId)}/admission` });
}

/** Returns a code that lets one more device ask to join; the code before is worth nothing any more. */
export const openPairing = (): Promise<Pairing> => asDevice({ method: 'POST', path: '/pairings', answer: Pairing });

/**
 * Asks to join the workspace of the device that shows a code. What this browser has stays in use until it is let in.
 *
 * @returns False when this browser is in that workspace already.
 * @throws GatewayError PAIRING_CODE_WRONG
 */
export async function askToJoin(pairingCode: string): Promise<boolean> {
  const { backendUrl, deviceName } = await loadSettings();
  const body: RegisterDevice = { name: deviceName.trim() || describeDevice(), pairingCode };
  const registered = await exchange({ backendUrl, method: 'POST', path: '/devices', body, answer: RegisteredDevice });
  if (registered.workspaceId === (await loadCredential(backendUrl))?.workspaceId) {
    withdraw({ backendUrl, ...registered });
    return false;
  }
  await saveJoining({ ...registered, backendUrl, check: registered.check ?? '', isRefused: false });
  return true;
}

/** Nobody is asked to let it in any more. A backend that does not answer forgets by itself who waits. */
const withdraw = ({ backendUrl, deviceId, token }: { backendUrl: string; deviceId: string; token: string }): void =>
  void exchange({ backendUrl, method: 'DELETE', path: devicePath(deviceId), token }).catch(() => {});

/** Takes the wish to join back, and puts away what became of it. */
export async function forgetJoining(): Promise<void> {
  const joining = await loadJoining();
  await saveJoining(undefined);
  if (joining && !joining.isRefused) withdraw(joining);
}

/**
 * Asks what became of the wish to join, if there is one, and uses the workspace as soon as this browser is in it.
 *
 * @throws GatewayError when nobody can tell now.
 */
export async function settleJoining(): Promise<void> {
  const asked = await loadJoining();
  if (!asked || asked.isRefused) return;
  const { backendUrl, token } = asked;
  // Two surfaces that hear of it at once would take what was just joined for what was before.
  await alone(backendUrl, async () => {
    const joining = await loadJoining();
    if (joining?.token !== token) return;
    try {
      await exchange({ backendUrl, method: 'GET', path: '/devices', token, answer: DeviceList });
    } catch (thrown) {
      const error = asGatewayError(thrown);
      if (error.code === 'DEVICE_WAITING') return;
      if (error.code !== 'UNAUTHORIZED') throw error;
      await saveJoining({ ...joining, isRefused: true });
      return;
    }
    await enterJoined(joining);
  });
}
