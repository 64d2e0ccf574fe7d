/** Owns what every store promises about devices and workspaces. */
import { expect, it } from 'vitest';
import { addMember, begin, DAY_MS, devicesOf, enterOk, type StoreUnderTest } from './store-under-test.ts';

export function testDevices(get: () => StoreUnderTest): void {
  it('finds a device by its token and tells all that was stored of it', async () => {
    const { store } = get();
    const { credential, device } = await addMember(store);
    expect(await store.findDevice(credential)).toEqual(device);
  });

  it('knows neither an unknown token nor a known one that claims another workspace', async () => {
    const { store } = get();
    const { credential } = await addMember(store);
    const other = await addMember(store);
    for (const wrong of [
      { ...credential, tokenHash: 'unknown' },
      { ...credential, workspaceId: other.credential.workspaceId },
      { ...credential, workspaceId: '' },
    ]) {
      expect(await store.findDevice(wrong)).toBeUndefined();
      expect(await store.listDevices(wrong)).toEqual({ kind: 'unauthorized' });
      expect(await store.listSessions(wrong)).toEqual({ kind: 'unauthorized' });
      expect(await store.removeDevice(wrong, 'any')).toBe('unauthorized');
    }
  });

  it('lists the devices of the workspace alone, oldest first', async () => {
    const { store } = get();
    const second = await addMember(store, undefined, '2026-02-02T00:00:00.000Z');
    const third = await addMember(store, second, '2026-03-03T00:00:00.000Z');
    const first = await addMember(store, second, '2026-01-01T00:00:00.000Z');
    await addMember(store);
    const listed = await devicesOf(store, third);
    expect(listed.current).toEqual(third.device);
    expect(listed.devices).toEqual([first, second, third].map(({ device }) => ({ ...device, lastSeenAt: expect.any(String) })));
    expect(listed.devices.every(({ lastSeenAt }) => Date.parse(lastSeenAt) > 0)).toBe(true);
  });

  it('forgets a removed device at once, and only that one', async () => {
    const { store } = get();
    const one = await addMember(store);
    const two = await addMember(store, one);
    expect(await store.removeDevice(one.credential, two.device.id)).toBe('removed');
    expect(await store.findDevice(two.credential)).toBeUndefined();
    expect(await store.removeDevice(one.credential, two.device.id)).toBe('absent');
    expect((await devicesOf(store, one)).devices.map(({ id }) => id)).toEqual([one.device.id]);
  });

  it('removes no device of another workspace', async () => {
    const { store } = get();
    const one = await addMember(store);
    const stranger = await addMember(store);
    expect(await store.removeDevice(one.credential, stranger.device.id)).toBe('absent');
    expect(await store.findDevice(stranger.credential)).toEqual(stranger.device);
  });

  it('lets a removed device in no more, while its sessions stay with the workspace', async () => {
    const { store } = get();
    const { member, id } = await begin(store);
    const other = await addMember(store, member);
    await store.removeDevice(other.credential, member.device.id);
    expect(await store.enter(member.credential, id, { touch: true })).toEqual({ kind: 'unauthorized' });
    expect((await enterOk(store, other, id)).session.id).toBe(id);
  });

  it('keeps a device that stays away for 179 days and forgets it after 181', async () => {
    const { store, advance } = get();
    const member = await addMember(store);
    const { credential, device } = member;
    for (let round = 0; round < 3; round++) {
      await advance(179 * DAY_MS);
      expect(await store.findDevice(credential)).toEqual(device);
      expect((await devicesOf(store, member)).devices).toHaveLength(1);
    }
    await advance(181 * DAY_MS);
    expect(await store.findDevice(credential)).toBeUndefined();
  });

  it('leaves a forgotten device out of the list', async () => {
    const { store, advance } = get();
    const gone = await addMember(store);
    const stays = await addMember(store, gone);
    await advance(100 * DAY_MS);
    await store.findDevice(stays.credential);
    await advance(100 * DAY_MS);
    expect((await devicesOf(store, stays)).devices.map(({ id }) => id)).toEqual([stays.device.id]);
  });

  it('lists a device that was let in long after the workspace began', async () => {
    const { store, advance } = get();
    const first = await addMember(store);
    await advance(100 * DAY_MS);
    const second = await addMember(store, first);
    await advance(100 * DAY_MS);
    expect((await devicesOf(store, second)).devices.map(({ id }) => id)).toContain(second.device.id);
  });
}
