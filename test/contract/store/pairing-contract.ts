/** Owns what every store promises about devices that join a workspace, about leaving it, and about the keys that change with its members. */
import { randomUUID } from 'node:crypto';
import { expect, it } from 'vitest';
import { MAX_PAIRING_MISSES } from '../../../api/_lib/limits.ts';
import { toOpening } from './call-samples.ts';
import { addMember, addWaiting, begin, devicesOf, enterOk, MINUTE_MS, type StoreUnderTest } from './store-under-test.ts';

export function testPairing(get: () => StoreUnderTest): void {
  it('knows a device that waits, and lets it do nothing', async () => {
    const { store } = get();
    const { member, id, session } = await begin(store);
    const guest = await addWaiting(store, member);
    const { credential, device } = guest;
    expect(await store.findDevice(credential)).toEqual(device);
    const waiting = { kind: 'waiting' };
    expect(await store.enter(credential, id, { touch: true })).toEqual(waiting);
    expect(await store.enter(credential, id, { touch: false })).toEqual(waiting);
    expect(await store.enterCall(credential, id, toOpening())).toEqual(waiting);
    expect(await store.readCall(credential, id, 'any', { after: 0 })).toEqual(waiting);
    expect(await store.listCalls(credential, id)).toEqual(waiting);
    expect(await store.requestCancel(credential, id, 'any')).toEqual(waiting);
    expect(await store.listSessions(credential)).toEqual(waiting);
    expect(await store.findServer(credential, session.url)).toEqual(waiting);
    expect(await store.renameSession(credential, id, 'Mine')).toEqual(waiting);
    expect(await store.readActivity(credential, id, { after: 0, limit: 9 })).toEqual({ ...waiting, entries: [] });
    expect(await store.removeSession(credential, id)).toEqual(waiting);
    expect(await store.listDevices(credential)).toEqual(waiting);
    expect(await store.openPairing(credential, randomUUID(), MINUTE_MS)).toBe('waiting');
    expect(await store.admitDevice(credential, device.id)).toBe('waiting');
    expect(await store.removeDevice(credential, member.device.id)).toBe('waiting');
    expect((await enterOk(store, member, id)).session.name).toBe(session.name);
    expect((await devicesOf(store, member)).devices.map(({ membership }) => membership).sort()).toEqual(['member', 'waiting']);
  });

  it('makes it a member when a member lets it in, and nobody else', async () => {
    const { store } = get();
    const { member, id } = await begin(store);
    const guest = await addWaiting(store, member);
    const stranger = await addMember(store);
    expect(await store.admitDevice(stranger.credential, guest.device.id)).toBe('absent');
    expect(await store.admitDevice({ ...member.credential, tokenHash: 'unknown' }, guest.device.id)).toBe('unauthorized');
    expect(await store.admitDevice(member.credential, 'nobody')).toBe('absent');
    expect(await store.admitDevice(member.credential, guest.device.id)).toBe('admitted');
    expect(await store.admitDevice(member.credential, guest.device.id)).toBe('admitted');
    expect((await enterOk(store, guest, id)).device).toEqual({ ...guest.device, membership: 'member' });
    expect(await store.removeDevice(guest.credential, member.device.id)).toBe('removed');
  });

  it('forgets a device that nobody lets in within the hour, and one that is refused at once', async () => {
    const { store, advance } = get();
    const member = await addMember(store);
    const [refused, forgotten] = [await addWaiting(store, member), await addWaiting(store, member)];
    expect(await store.removeDevice(member.credential, refused.device.id)).toBe('removed');
    expect(await store.findDevice(refused.credential)).toBeUndefined();
    await advance(59 * MINUTE_MS);
    expect(await store.findDevice(forgotten.credential)).toEqual(forgotten.device);
    await advance(2 * MINUTE_MS);
    expect(await store.findDevice(forgotten.credential)).toBeUndefined();
    expect(await store.admitDevice(member.credential, forgotten.device.id)).toBe('absent');
  });

  it('ends the workspace with its last member: sessions, secrets, and whoever waits', async () => {
    const { store } = get();
    const { member, id, session } = await begin(store);
    const guest = await addWaiting(store, member);
    await store.saveServerSecrets(session, 0, { headers: { a: 'b' } });
    await store.enterCall(member.credential, id, toOpening());
    expect(await store.removeDevice(member.credential, member.device.id)).toBe('ended');
    expect(await store.loadSession(id)).toBeUndefined();
    expect(await store.findDevice(guest.credential)).toBeUndefined();
    await store.registerDevice(member.device, member.credential);
    expect(await store.enter(member.credential, id, { touch: true })).toEqual({ kind: 'absent' });
    expect(await store.findServer(member.credential, session.url)).toMatchObject({ secrets: {}, secretsVersion: 0 });
  });

  it('lets a device that waits withdraw, and makes its token worth nothing', async () => {
    const { store } = get();
    const member = await addMember(store);
    const [guest, other] = [await addWaiting(store, member), await addWaiting(store, member)];
    expect(await store.removeDevice(guest.credential, other.device.id)).toBe('waiting');
    expect(await store.removeDevice(guest.credential, 'nobody')).toBe('waiting');
    expect(await store.removeDevice(guest.credential, guest.device.id)).toBe('removed');
    expect(await store.findDevice(guest.credential)).toBeUndefined();
    expect(await store.removeDevice(guest.credential, guest.device.id)).toBe('unauthorized');
    expect(await store.admitDevice(member.credential, guest.device.id)).toBe('absent');
    const { devices } = await devicesOf(store, member);
    expect(devices.map(({ id }) => id).sort()).toEqual([member.device.id, other.device.id].sort());
  });

  it('ends a pairing with the device that opened it, and no other', async () => {
    const { store } = get();
    const first = await addMember(store);
    const [second, third] = [await addMember(store, first), await addMember(store, first)];
    const [ended, kept, last] = [randomUUID(), randomUUID(), randomUUID()];
    await store.openPairing(second.credential, ended, 2 * MINUTE_MS);
    expect(await store.removeDevice(first.credential, second.device.id)).toBe('removed');
    expect(await store.takePairing(ended)).toEqual({ kind: 'absent' });
    await store.openPairing(first.credential, kept, 2 * MINUTE_MS);
    expect(await store.removeDevice(first.credential, third.device.id)).toBe('removed');
    expect(await store.takePairing(kept)).toMatchObject({ kind: 'taken' });
    await store.openPairing(first.credential, last, 2 * MINUTE_MS);
    expect(await store.removeDevice(first.credential, first.device.id)).toBe('ended');
    expect(await store.takePairing(last)).toEqual({ kind: 'absent' });
  });

  it('takes a pairing once, within its time', async () => {
    const { store, advance } = get();
    const { credential } = await addMember(store);
    const { workspaceId } = credential;
    const [first, second, third] = [randomUUID(), randomUUID(), randomUUID()];
    expect(await store.openPairing(credential, first, 2 * MINUTE_MS)).toBe('opened');
    const taken = await Promise.all([store.takePairing(first), store.takePairing(first), store.takePairing(first)]);
    expect(taken.map(({ kind }) => kind).sort()).toEqual(['absent', 'absent', 'taken']);
    expect(taken.find(({ kind }) => kind === 'taken')).toEqual({ kind: 'taken', workspaceId });
    await store.openPairing(credential, second, 2 * MINUTE_MS);
    await store.openPairing(credential, third, 2 * MINUTE_MS);
    expect(await store.takePairing(second)).toEqual({ kind: 'absent' });
    await advance(3 * MINUTE_MS);
    expect(await store.takePairing(third)).toEqual({ kind: 'absent' });
    expect(await store.openPairing({ ...credential, tokenHash: 'unknown' }, randomUUID(), 1000)).toBe('unauthorized');
  });

  it('lets nobody go on guessing codes', async () => {
    const { store, advance } = get();
    await advance(2 * MINUTE_MS);
    const { credential } = await addMember(store);
    const code = randomUUID();
    await store.openPairing(credential, code, 2 * MINUTE_MS);
    for (let miss = 0; miss < MAX_PAIRING_MISSES; miss++) expect(await store.takePairing(`wrong-${miss}`)).toEqual({ kind: 'absent' });
    expect(await store.takePairing('wrong')).toEqual({ kind: 'limited' });
    expect(await store.takePairing(code)).toEqual({ kind: 'limited' });
    await advance(MINUTE_MS + 1000);
    expect(await store.takePairing(code)).toMatchObject({ kind: 'taken' });
  });
}
