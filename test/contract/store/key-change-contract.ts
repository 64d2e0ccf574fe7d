/** Owns what a store promises about the keys of a workspace: they come with the device, and no change of them is lost. */
import { randomUUID } from 'node:crypto';
import { expect, it } from 'vitest';
import { mintToken, toCredential } from '../../../api/_lib/access.ts';
import type { Store } from '../../../api/_lib/store/store.ts';
import { devicesOf, type Member, type StoreUnderTest } from './store-under-test.ts';

async function add(store: Store, workspaceId: string, membership: 'member' | 'waiting', share: string, ring: string): Promise<Member> {
  const credential = toCredential(mintToken(workspaceId), workspaceId);
  const keys = { publicKey: 'public', share, ring, version: ring === '' ? 0 : 1 };
  const device = { id: randomUUID(), workspaceId, name: 'Laptop', createdAt: '2026-01-02T03:04:05.000Z', membership, keys };
  await store.registerDevice(device, credential);
  return { credential, device };
}

export function testKeyChanges(get: () => StoreUnderTest): void {
  const found = async (store: Store, { credential }: Member) => (await store.findDevice(credential))?.keys;

  it('come with the device that asks; of the others their own come alone', async () => {
    const { store } = get();
    const workspace = `ws-${randomUUID()}`;
    const member = await add(store, workspace, 'member', 'share-1', 'ring-1');
    const guest = await add(store, workspace, 'waiting', '', '');
    expect(await found(store, member)).toEqual({ publicKey: 'public', share: 'share-1', ring: 'ring-1', version: 1 });
    const { current, devices } = await devicesOf(store, member);
    expect(current.keys).toEqual({ publicKey: 'public', share: 'share-1', ring: 'ring-1', version: 1 });
    expect(devices.find(({ id }) => id === guest.device.id)?.keys).toEqual({ publicKey: 'public', share: '', ring: '', version: 0 });
  });

  it('change with the members, and only from the version that they were made from', async () => {
    const { store } = get();
    const workspace = `ws-${randomUUID()}`;
    const member = await add(store, workspace, 'member', 'share-1', 'ring-1');
    const [second, third] = [await add(store, workspace, 'waiting', '', ''), await add(store, workspace, 'waiting', '', '')];
    const admit = ({ device }: Member, from: number) =>
      store.admitDevice(member.credential, device.id, { from, shares: { [device.id]: 'share' } });
    expect(await Promise.all([admit(second, 1), admit(third, 1)])).toEqual(['admitted', 'superseded']);
    expect(await found(store, third)).toMatchObject({ share: '' });
    expect(await admit(third, 2)).toBe('admitted');
    expect(await found(store, third)).toEqual({ publicKey: 'public', share: 'share', ring: 'ring-1', version: 3 });
    const rotate = (target: Member, from: number) =>
      store.removeDevice(member.credential, target.device.id, {
        from,
        ring: 'ring-2',
        shares: { [member.device.id]: 'share-2', gone: 'x' },
      });
    expect(await Promise.all([rotate(second, 3), rotate(third, 3)])).toEqual(['removed', 'superseded']);
    expect(await found(store, member)).toEqual({ publicKey: 'public', share: 'share-2', ring: 'ring-2', version: 4 });
    expect(await found(store, second)).toBeUndefined();
    expect(await found(store, third)).toMatchObject({ share: 'share' });
  });

  it('are not taken from a device that was let in while it was being refused', async () => {
    const { store } = get();
    const workspace = `ws-${randomUUID()}`;
    const member = await add(store, workspace, 'member', 'share-1', 'ring-1');
    const guest = await add(store, workspace, 'waiting', '', '');
    await store.admitDevice(member.credential, guest.device.id, { from: 1, shares: { [guest.device.id]: 'share' } });
    expect(await store.removeDevice(member.credential, guest.device.id, { from: 1, shares: {} })).toBe('superseded');
    expect(await found(store, guest)).toMatchObject({ share: 'share' });
  });
}
