/** The part of the storage contract that keeps devices and who is in a workspace. What is kept of keys is told by device-keys.ts. */
import type { Membership } from '../../../shared/contract.ts';
import type { Admission, KeyChange, KeyRecord, PairingTaken, Removal } from './device-keys.ts';

export type DeviceRecord = {
  id: string;
  workspaceId: string;
  name: string;
  createdAt: string;
  /** A device that waits is known, and that is all: every other method refuses it. */
  membership: Membership;
  keys?: KeyRecord;
};

/** Who asks: the hash of the bearer token (see access.ts), the workspace that the token names, and the token for what only it can open. */
export type Credential = { tokenHash: string; workspaceId: string /** Never stored. */; token: string };

/** Why a device may not: its token is not known, or nobody has let it in yet. */
export type Refused = { kind: 'unauthorized' } | { kind: 'waiting' };

/** Devices of a workspace: who is in, who waits, who lets in. */
export interface DeviceRegistry {
  /**
   * Stores a device under the hash of its token. The workspace begins to exist with its first member; one that waits is forgotten after
   * WAITING_TTL_MS unless it is let in.
   */
  registerDevice(device: DeviceRecord, credential: Credential): Promise<void>;
  /** Returns the device of a token and marks it as seen now (other methods do so to the minute); undefined when the token is not known. */
  findDevice(credential: Credential): Promise<DeviceRecord | undefined>;
  /** Returns the workspace's devices, oldest first. */
  listDevices(credential: Credential): Promise<DeviceList | Refused>;
  /** Makes a device that waits a member. */
  admitDevice(credential: Credential, deviceId: string, change?: KeyChange): Promise<Admission>;
  /**
   * Forgets a device and its token, and the pairing that it has opened; with the last member the workspace ends. A device that waits may
   * remove itself, and no other one.
   *
   * @param change Nothing of it is written for a device that waits: it has no keys.
   */
  removeDevice(credential: Credential, deviceId: string, change?: KeyChange): Promise<Removal>;
  /** Opens the one pairing of the workspace, in place of an earlier one. @param code Hash of its code. */
  openPairing(credential: Credential, code: string, ttlMs: number): Promise<'opened' | Refused['kind']>;
  /** Returns whose pairing has this code and forgets it, so that it is used once. */
  takePairing(code: string): Promise<PairingTaken>;
}
export type DeviceList = { kind: 'ok'; current: DeviceRecord; devices: (DeviceRecord & { lastSeenAt: string })[] };
