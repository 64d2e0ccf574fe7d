/** Owns devices, their keys and their pairing in the embedded store. What the keys are for is vault/. */

import { MAX_PAIRING_MISSES, PAIRING_MISSES_WINDOW_MS, WAITING_TTL_MS } from '../limits.ts';
import type { KeyChange } from './device-keys.ts';
import type { DeviceRegistry } from './device-registry.ts';
import { DEVICE_TTL_MS, decodeDeviceRow, type EmbeddedCore } from './embedded-core.ts';
import * as codec from './record-codec.ts';

export function openEmbeddedDevices({ rows, transact, findDevice, findMember, markSeen }: EmbeddedCore): DeviceRegistry {
  const list = (workspaceId: string, nowMs: number) =>
    rows.listDevices.all(workspaceId, nowMs).flatMap((row) => {
      const device = decodeDeviceRow(row);
      return device === undefined ? [] : [{ ...device, lastSeenAt: codec.decodeTime(row['seen_at']) }];
    });
  const versionOf = (workspaceId: string): number => codec.toCount(rows.findKeys.get(workspaceId)?.['version'], 0);
  const isSuperseded = (workspaceId: string, change: KeyChange | undefined): boolean =>
    change !== undefined && change.from !== versionOf(workspaceId);

  function changeKeys(workspaceId: string, { ring, shares = {} }: Partial<KeyChange>, nowMs: number): void {
    const kept = String(rows.findKeys.get(workspaceId)?.['ring'] ?? '');
    rows.saveKeys.run(workspaceId, ring ?? kept, versionOf(workspaceId) + 1, nowMs + DEVICE_TTL_MS);
    for (const [id, share] of Object.entries(shares)) rows.setShare.run(share, workspaceId, id);
  }
  /** Calls before their sessions: they know their session's workspace only by it. */
  function endWorkspace(workspaceId: string): void {
    const { endCalls, endSessions, endGone, endSecrets, endPairing, endKeys, endDevices } = rows;
    for (const end of [endCalls, endSessions, endGone, endSecrets, endPairing, endKeys, endDevices]) end.run(workspaceId);
  }

  return {
    async registerDevice({ id, name, createdAt, membership, keys }, { tokenHash, workspaceId }) {
      const text = codec.encodeText(name, 'The name');
      const { publicKey = '', share = '', ring = '', version = 0 } = keys ?? {};
      transact((nowMs) => {
        const endsAt = nowMs + (membership === 'waiting' ? WAITING_TTL_MS : DEVICE_TTL_MS);
        rows.addDevice.run(tokenHash, id, workspaceId, text, createdAt, membership, publicKey, share, nowMs, endsAt);
        if (ring !== '') rows.saveKeys.run(workspaceId, ring, version, endsAt);
      });
    },
    async findDevice(credential) {
      return transact((nowMs) => {
        const device = findDevice(credential, nowMs);
        if (device !== undefined) markSeen(credential, nowMs);
        return device;
      });
    },
    async listDevices(credential) {
      return transact((nowMs) => {
        const member = findMember(credential, nowMs);
        if (member.kind !== 'ok') return member;
        return { kind: 'ok', current: member.device, devices: list(credential.workspaceId, nowMs).sort(codec.compareDevices) };
      });
    },
    async admitDevice(credential, deviceId, change) {
      const { workspaceId } = credential;
      return transact((nowMs) => {
        const member = findMember(credential, nowMs);
        if (member.kind !== 'ok') return member.kind;
        const device = list(workspaceId, nowMs).find(({ id }) => id === deviceId);
        if (device === undefined) return 'absent';
        if (device.membership === 'member') return 'admitted';
        if (isSuperseded(workspaceId, change)) return 'superseded';
        changeKeys(workspaceId, change ?? {}, nowMs);
        rows.admitDevice.run(nowMs + DEVICE_TTL_MS, workspaceId, deviceId);
        return 'admitted';
      });
    },
    async removeDevice(credential, deviceId, change) {
      const { workspaceId } = credential;
      return transact((nowMs) => {
        const asking = findDevice(credential, nowMs);
        if (asking === undefined) return 'unauthorized';
        if (asking.membership !== 'member' && asking.id !== deviceId) return 'waiting';
        const devices = list(workspaceId, nowMs);
        const device = devices.find(({ id }) => id === deviceId);
        if (device === undefined) return 'absent';
        if (device.membership === 'member' && isSuperseded(workspaceId, change)) return 'superseded';
        rows.removeDevice.run(workspaceId, deviceId);
        if (device.membership === 'waiting') return 'removed';
        rows.closePairing.run(workspaceId, deviceId);
        if (devices.some(({ id, membership }) => id !== deviceId && membership === 'member')) {
          changeKeys(workspaceId, change ?? {}, nowMs);
          return 'removed';
        }
        endWorkspace(workspaceId);
        return 'ended';
      });
    },
    async openPairing(credential, code, ttlMs) {
      return transact((nowMs) => {
        const member = findMember(credential, nowMs);
        if (member.kind !== 'ok') return member.kind;
        rows.addPairing.run(code, credential.workspaceId, member.device.id, nowMs + ttlMs);
        return 'opened';
      });
    },
    async takePairing(code) {
      return transact((nowMs) => {
        if (Number(rows.countMisses.get(nowMs)?.['misses']) >= MAX_PAIRING_MISSES) return { kind: 'limited' };
        const taken = rows.takePairing.get(code, nowMs);
        if (taken !== undefined) return { kind: 'taken', workspaceId: String(taken['workspace']) };
        rows.addMiss.run(nowMs + PAIRING_MISSES_WINDOW_MS);
        return { kind: 'absent' };
      });
    },
  };
}
