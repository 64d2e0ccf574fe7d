/**
 * The words of what is kept with devices and workspaces so that their members, and nobody else, can open what is sealed. A store keeps it,
 * returns it and never looks inside: only vault/ does.
 */

/** What comes with a device when it is found; empty texts where there is nothing. */
export type KeyRecord = {
  /** The device's public key: others wrap for it. */
  publicKey: string;
  /** The workspace's key, wrapped for this device; empty while it waits. */
  share: string;
  /** Earlier keys of the workspace, sealed under the present one. Comes with the device that asks, not with others. */
  ring: string;
  /** Goes up with each change of the members; as `ring`. */
  version: number;
};

/** What changes in the keys of a workspace when a device is let in or removed. */
export type KeyChange = {
  /** Version that the change was made from: a newer one means that somebody was faster, and nothing is written. */
  from: number;
  /** Absent where the key stays as it is. */
  ring?: string;
  /** Device id to the key wrapped for it. Devices that are not there (any more) are passed over. */
  shares: Readonly<Record<string, string>>;
};

/** `superseded`: the members changed meanwhile, so the change of keys has to be made anew. */
export type Admission = 'admitted' | 'absent' | 'superseded' | 'unauthorized' | 'waiting';
/** `ended`: it was the last member, so the workspace ended with all its sessions. */
export type Removal = 'removed' | 'ended' | 'absent' | 'superseded' | 'unauthorized' | 'waiting';

/** `limited`: too many wrong codes were tried of late, whoever tried them. */
export type PairingTaken = { kind: 'taken'; workspaceId: string } | { kind: 'absent' } | { kind: 'limited' };
