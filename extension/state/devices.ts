/** Owns the devices of the workspace: who is in, who waits, letting in and taking access away. The code that brings one is pairing.ts. */
import { signal } from '@preact/signals';
import type { Device } from '../../shared/contract.ts';
import { asGatewayError, type GatewayError } from '../gateway/gateway-error.ts';
import * as backend from '../gateway/pairing.ts';
import { showOtherWorkspace } from './sessions.ts';
import { credential } from './stored-state.ts';

/** Undefined until the backend has told. */
export const devices = signal<Device[] | undefined>(undefined);
export const devicesError = signal<GatewayError | undefined>(undefined);

/** How often somebody who looks hears of a device that waits, ms. */
export const DEVICES_EVERY_MS = 2000;

/** Asks the backend for the devices. Never throws. */
export async function refreshDevices(): Promise<void> {
  await report(async () => {
    const asked = credential.peek()?.workspaceId;
    const listed = await backend.listDevices();
    // Another workspace came into use meanwhile: these are not its devices.
    if (asked === undefined || asked === credential.peek()?.workspaceId) devices.value = listed;
  });
}

/** Forgets the devices of a workspace that is not in use any more, and asks for those of the one that is. */
export function showOtherDevices(): void {
  devices.value = undefined;
  void refreshDevices();
}

/** Takes a device's access away, or refuses one that waits. Never throws. */
export async function removeDevice({ id }: Device): Promise<void> {
  await report(async () => {
    await backend.removeDevice(id).catch(unlessGone);
    devices.value = await backend.listDevices();
  });
}

/** Lets a device in that waits. Never throws. */
export async function admitDevice({ id }: Device): Promise<void> {
  await report(async () => {
    await backend.admitDevice(id);
    devices.value = await backend.listDevices();
  });
}

/** Leaves the workspace with this device, and shows the one from before or a new one. Never throws. */
export async function leaveList({ id }: Device): Promise<void> {
  await report(async () => {
    await backend.leaveList(id);
    devices.value = undefined;
    await showOtherWorkspace();
    devices.value = await backend.listDevices();
  });
}

function unlessGone(thrown: unknown): void {
  if (asGatewayError(thrown).code !== 'DEVICE_NOT_FOUND') throw thrown;
}

async function report(act: () => Promise<void>): Promise<void> {
  try {
    await act();
    devicesError.value = undefined;
  } catch (thrown) {
    devicesError.value = asGatewayError(thrown);
  }
}
