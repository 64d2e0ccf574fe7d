/** Ending what a removed device has open: how often it is looked at, and what ends when. */
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { mintToken, toCredential } from '../../../api/_lib/access.ts';
import { type DeviceWatch, openDeviceWatch } from '../../../api/_lib/device-watch.ts';
import type { DeviceRecord } from '../../../api/_lib/store/device-registry.ts';
import { AppError } from '../../../shared/errors.ts';

const CREDENTIAL = toCredential(mintToken('ws'), 'ws');
const DEVICE: DeviceRecord = { id: 'd', workspaceId: 'ws', name: 'Phone', createdAt: '', membership: 'member' };
const LOOK_MS = 10_000;

let found: () => Promise<DeviceRecord | undefined>;
let looks = 0;
let watch: DeviceWatch;
beforeEach(() => {
  vi.useFakeTimers();
  looks = 0;
  found = async () => DEVICE;
  watch = openDeviceWatch({
    findDevice: () => {
      looks++;
      return found();
    },
  });
});
afterEach(() => {
  watch.close();
  vi.useRealTimers();
});
const begin = (deviceId = 'd', gone = new AbortController()) => watch.watch(CREDENTIAL, deviceId, gone.signal);
const REMOVED = expect.objectContaining({ code: 'UNAUTHORIZED' });

describe('the watch of a device', () => {
  it('looks once for all its streams, and not at all when there are none', async () => {
    const streams = [begin(), begin(), begin()];
    await vi.advanceTimersByTimeAsync(3 * LOOK_MS);
    expect(looks).toBe(3);
    for (const { done } of streams) done();
    await vi.advanceTimersByTimeAsync(10 * LOOK_MS);
    expect(looks).toBe(3);
    begin();
    await vi.advanceTimersByTimeAsync(LOOK_MS);
    expect(looks).toBe(4);
  });

  it('ends every stream when the device is gone, or no member any more, with a last word', async () => {
    for (const gone of [undefined, { ...DEVICE, membership: 'waiting' as const }]) {
      const [one, two] = [begin(), begin()];
      const over = begin();
      over.done();
      found = async () => gone;
      await vi.advanceTimersByTimeAsync(LOOK_MS);
      for (const { left } of [one, two]) {
        expect(left.reason).toBeInstanceOf(AppError);
        expect(left.reason).toEqual(REMOVED);
      }
      expect(over.left.aborted).toBe(false);
    }
  });

  it('ends at once what is removed here, and no other device', () => {
    const [mine, other] = [begin(), begin('e')];
    watch.end('d');
    expect(mine.left.reason).toEqual(REMOVED);
    expect(other.left.aborted).toBe(false);
    watch.end('nobody');
  });

  it('ends nothing while storage does not answer', async () => {
    const { left } = begin();
    found = async () => {
      throw new AppError('STORAGE_UNAVAILABLE', 'Away.');
    };
    await vi.advanceTimersByTimeAsync(5 * LOOK_MS);
    expect(left.aborted).toBe(false);
    found = async () => undefined;
    await vi.advanceTimersByTimeAsync(LOOK_MS);
    expect(left.reason).toEqual(REMOVED);
  });

  it('passes on that the client went by itself', async () => {
    const gone = new AbortController();
    const { left } = begin('d', gone);
    gone.abort('closed');
    expect(left.reason).toBe('closed');
    expect(begin('d', gone).left.aborted).toBe(true);
    await vi.advanceTimersByTimeAsync(2 * LOOK_MS);
    expect(looks).toBe(0);
  });
});
