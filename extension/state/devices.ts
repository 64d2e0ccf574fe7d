/** Owns the list of the workspace's devices and taking one's access away. */
import { signal } from '@preact/signals';
import type { Device } from '../../shared/contract.ts';
import * as backend from '../gateway/backend.ts';
import { asGatewayError, type GatewayError } from '../gateway/gateway-error.ts';
import { loadSettings, removeCredential } from '../platform/stored.ts';

/** Undefined until the backend has told. */
export const devices = signal<Device[] | undefined>(undefined);
export const devicesError = signal<GatewayError | undefined>(undefined);

/** Asks the backend for the devices. Never throws. */
export async function refreshDevices(): Promise<void> {
  try {
    devices.value = await backend.listDevices();
    devicesError.value = undefined;
  } catch (thrown) {
    devicesError.value = asGatewayError(thrown);
  }
}

/** Takes a device's access away. Removing this one leaves the workspace: the next use registers anew. Never throws. */
export async function removeDevice(device: Device): Promise<void> {
  try {
    const { backendUrl } = await loadSettings();
    await backend.removeDevice(device.id);
    if (device.current) await removeCredential(backendUrl);
    devices.value = devices.value?.filter(({ id }) => id !== device.id);
    devicesError.value = undefined;
  } catch (thrown) {
    devicesError.value = asGatewayError(thrown);
  }
}
