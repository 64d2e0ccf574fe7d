/**
 * Owns how devices come to the keys of their workspace and lose them: the first makes them, a member passes them on, and when a member is
 * removed the others get new ones. What two do at once is done one after the other: the store refuses a change that was made from old members.
 */
import { AppError } from '../../../shared/errors.ts';
import type { Admission, KeyChange, Removal } from '../store/device-keys.ts';
import type { Credential, DeviceList, DeviceRecord, DeviceRegistry, Refused } from '../store/device-registry.ts';
import { toPublicKey } from './device-key.ts';
import type { KeyCache } from './key-cache.ts';
import { createKeyring, type Keyring, rotate, toRing, toShare } from './keyring.ts';

const MAX_TRIES = 5;
/** Of no workspace: a member is never removed with it. */
const NO_VERSION = 0;

/** Returns the device as others than the vault see it. */
export function withoutKeys<D extends DeviceRecord>({ keys: _, ...device }: D): Omit<D, 'keys'> {
  return device;
}

type Known = { keyring: Keyring; version: number; list: DeviceList };

export function sealDevices(inner: DeviceRegistry, cache: KeyCache): DeviceRegistry {
  /** The members as they are now, with the keys of the one that asks. */
  const look = async (credential: Credential): Promise<Known | Refused> => {
    const list = await inner.listDevices(credential);
    if (list.kind !== 'ok') return list;
    const keyring = cache.ofDevice(list.current, credential);
    if (!keyring) return { kind: 'unauthorized' };
    return { keyring, version: list.current.keys?.version ?? 0, list };
  };
  const shareFor = (keyring: Keyring, { id, keys }: DeviceRecord): Record<string, string> =>
    keys ? { [id]: toShare(keyring, keys.publicKey, id) } : {};
  /** Makes a change of keys until no change of members comes in between. */
  const change = async <O extends Admission | Removal>(
    credential: Credential,
    attempt: (known: Known) => Promise<O>,
  ): Promise<O | Refused['kind']> => {
    for (let tries = 0; tries < MAX_TRIES; tries++) {
      const known = await look(credential);
      if ('kind' in known) return known.kind;
      const outcome = await attempt(known);
      if (outcome !== 'superseded') return outcome;
    }
    throw new AppError('RECOVERY_BUSY', 'The devices of this workspace are being changed elsewhere. Try again in a moment.');
  };

  const refreshKeys = (device: DeviceRecord, credential: Credential): void => {
    try {
      cache.ofDevice(device, credential);
    } catch (error) {
      // Keys that do not open say nothing of whether the device is there.
      if (!(error instanceof AppError)) throw error;
    }
  };

  return {
    ...inner,
    async registerDevice(device, credential) {
      const publicKey = toPublicKey(credential.token);
      const waits = { publicKey, share: '', ring: '', version: 0 };
      if (device.membership === 'waiting') return inner.registerDevice({ ...device, keys: waits }, credential);
      const keyring = createKeyring(device.workspaceId);
      const keys = { publicKey, share: toShare(keyring, publicKey, device.id), ring: toRing(keyring), version: 1 };
      await inner.registerDevice({ ...device, keys }, credential);
      cache.learn(credential, keys, keyring);
    },
    async findDevice(credential) {
      const device = await inner.findDevice(credential);
      if (!device || (device.membership === 'member' && !device.keys?.share)) return undefined;
      // Whoever has a stream open is looked at from time to time: what another instance has sealed since can be opened here, too.
      if (device.membership === 'member') refreshKeys(device, credential);
      return withoutKeys(device);
    },
    async listDevices(credential) {
      const list = await inner.listDevices(credential);
      if (list.kind !== 'ok') return list;
      return { kind: 'ok', current: withoutKeys(list.current), devices: list.devices.map(withoutKeys) };
    },
    admitDevice: (credential, deviceId) =>
      change(credential, async ({ keyring, version, list }) => {
        const device = list.devices.find(({ id }) => id === deviceId);
        if (!device) return 'absent';
        return inner.admitDevice(credential, deviceId, { from: version, shares: shareFor(keyring, device) });
      }),
    removeDevice: remove,
  };

  async function remove(credential: Credential, deviceId: string): Promise<Removal> {
    const outcome = await change<Removal>(credential, async ({ keyring, version, list }) => {
      const device = list.devices.find(({ id }) => id === deviceId);
      if (!device) return 'absent';
      // Who only waits has no key.
      if (device.membership === 'waiting') return inner.removeDevice(credential, deviceId, { from: version, shares: {} });
      return inner.removeDevice(credential, deviceId, toRotation(keyring, version, deviceId, list));
    });
    if (outcome !== 'waiting') return outcome;
    // It withdraws. Let in just now, it is a member and has keys: then it is removed as one.
    const withdrawn = await inner.removeDevice(credential, deviceId, { from: NO_VERSION, shares: {} });
    return withdrawn === 'superseded' ? remove(credential, deviceId) : withdrawn;
  }
  function toRotation(keyring: Keyring, from: number, leaving: string, { devices }: DeviceList): KeyChange {
    const next = rotate(keyring);
    const stay = devices.filter(({ id, membership }) => id !== leaving && membership === 'member');
    return { from, ring: toRing(next), shares: Object.assign({}, ...stay.map((device) => shareFor(next, device))) };
  }
}
