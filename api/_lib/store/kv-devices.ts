/** Owns devices in Redis: which script each method runs, and what its answer means. The scripts are kv-device-scripts.ts. */
import * as z from 'zod/mini';
import { DEVICE_TTL_SECONDS } from '../../../shared/limits.ts';
import { WAITING_TTL_MS } from '../limits.ts';
import type { KeyChange } from './device-keys.ts';
import type { Credential, DeviceRegistry } from './device-registry.ts';
import { DeviceAnswer, DevicesAnswer, decodeFound, parseAnswer, parseRefusal, parseStatus } from './kv-answers.ts';
import type { RunScript } from './kv-client.ts';
import * as scripts from './kv-device-scripts.ts';
import { deviceKeys, PAIRING_MISSES_KEY, pairingKey } from './kv-keys.ts';
import { toClaim } from './kv-lua.ts';
import { compareDevices, decodeTime, encodeText } from './record-codec.ts';

const TakenAnswer = z.tuple([z.literal('ok'), z.string()]);

const toValues = (credential: Credential, deviceId: string, change: KeyChange | undefined): (string | number)[] => {
  const { from = '', ring = '', shares = {} } = change ?? {};
  return [...toClaim(credential), deviceId, from, ring, ...Object.entries(shares).flat()];
};

export function openKvDevices(run: RunScript): DeviceRegistry {
  return {
    async registerDevice({ id, name, createdAt, membership, keys }, credential) {
      const { publicKey = '', share = '', ring = '', version = 0 } = keys ?? {};
      const ttlMs = membership === 'waiting' ? WAITING_TTL_MS : DEVICE_TTL_SECONDS * 1000;
      const values = [credential.workspaceId, ttlMs, id, encodeText(name, 'The name'), createdAt, credential.tokenHash];
      const keyValues = [membership, publicKey, share, ring, version];
      parseStatus(await run(scripts.REGISTER_DEVICE, deviceKeys(credential), [...values, ...keyValues]));
    },
    async findDevice(credential) {
      const answer = await run(scripts.FIND_DEVICE, deviceKeys(credential), toClaim(credential));
      if (parseStatus(answer) !== 'ok') return undefined;
      return decodeFound(parseAnswer(DeviceAnswer, answer)[1], credential.workspaceId);
    },
    async listDevices(credential) {
      const answer = await run(scripts.LIST_DEVICES, deviceKeys(credential), toClaim(credential));
      const refused = parseRefusal(answer);
      if (refused) return refused;
      const [, found, listed] = parseAnswer(DevicesAnswer, answer);
      const current = decodeFound(found, credential.workspaceId);
      if (current === undefined) return { kind: 'unauthorized' };
      const devices = listed.flatMap((fields) => {
        const device = decodeFound(fields.slice(0, 6), credential.workspaceId);
        return device === undefined ? [] : [{ ...device, lastSeenAt: decodeTime(fields[6]) }];
      });
      return { kind: 'ok', current, devices: devices.sort(compareDevices) };
    },
    async admitDevice(credential, deviceId, change) {
      const answer = await run(scripts.ADMIT_DEVICE, deviceKeys(credential), toValues(credential, deviceId, change));
      const status = parseStatus(answer);
      if (status === 'ok') return 'admitted';
      return status === 'absent' || status === 'superseded' || status === 'waiting' ? status : 'unauthorized';
    },
    async removeDevice(credential, deviceId, change) {
      const answer = await run(scripts.REMOVE_DEVICE, deviceKeys(credential), toValues(credential, deviceId, change));
      const status = parseStatus(answer);
      if (status === 'ok') return 'removed';
      return status === 'ended' || status === 'absent' || status === 'superseded' || status === 'waiting' ? status : 'unauthorized';
    },
    async openPairing(credential, code, ttlMs) {
      const answer = await run(scripts.OPEN_PAIRING, deviceKeys(credential), [...toClaim(credential), code, ttlMs]);
      return parseRefusal(answer)?.kind ?? 'opened';
    },
    async takePairing(code) {
      const answer = await run(scripts.TAKE_PAIRING, [pairingKey(code), PAIRING_MISSES_KEY], []);
      const status = parseStatus(answer);
      if (status === 'ok') return { kind: 'taken', workspaceId: parseAnswer(TakenAnswer, answer)[1] };
      return { kind: status === 'held' ? 'limited' : 'absent' };
    },
  };
}
