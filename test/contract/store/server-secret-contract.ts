/** Owns what every store promises about the secrets of servers, and about sessions that wait until their server lets them in. */
import { randomUUID } from 'node:crypto';
import { expect, it } from 'vitest';
import { UNCONNECTED } from '../../../api/_lib/store/store.ts';
import {
  addMember,
  begin,
  DAY_MS,
  enterOk,
  MINUTE_MS,
  NEWER_SERVER_SESSION,
  SERVER_SESSION,
  type StoreUnderTest,
  toRecord,
} from './store-under-test.ts';

const URL = 'https://mcp.example.com/mcp';
const SECRETS = { headers: { 'x-api-key': 'k é' }, oauth: { tokens: { access: 'a' }, list: [1, null] } };

export function testServerSecrets(get: () => StoreUnderTest): void {
  it('are none for a server that nobody kept any for', async () => {
    const { store } = get();
    const { credential, device } = await addMember(store);
    expect(await store.findServer(credential, URL)).toEqual({ kind: 'ok', device, secrets: {}, secretsVersion: 0 });
    expect(await store.findServer({ ...credential, tokenHash: 'unknown' }, URL)).toEqual({ kind: 'unauthorized' });
  });

  it('come with every session of the server in the workspace, and with no other', async () => {
    const { store } = get();
    const { member, session, id } = await begin(store);
    const twin = await store.createSession(toRecord(member), SERVER_SESSION, []);
    const other = await store.createSession(toRecord(member, { url: `${URL}?other` }), SERVER_SESSION, []);
    const stranger = await begin(store);
    expect(await store.saveServerSecrets(session, 0, SECRETS)).toBe('saved');
    for (const one of [id, twin.id]) {
      expect((await enterOk(store, member, one)).session).toMatchObject({ secrets: SECRETS, secretsVersion: 1 });
      expect((await enterOk(store, member, one, true)).session).toMatchObject({ secrets: SECRETS, secretsVersion: 1 });
      expect(await store.loadSession(one)).toMatchObject({ secrets: SECRETS, secretsVersion: 1 });
    }
    expect(await store.loadSession(other.id)).toMatchObject({ secrets: {}, secretsVersion: 0 });
    expect(await store.loadSession(stranger.id)).toMatchObject({ secrets: {}, secretsVersion: 0 });
    expect(await store.findServer(member.credential, URL)).toMatchObject({ secrets: SECRETS, secretsVersion: 1 });
    expect(await store.createSession(toRecord(member), SERVER_SESSION, [])).toMatchObject({ secrets: SECRETS, secretsVersion: 1 });
  });

  it('are replaced as a whole, and only by who knows the present ones', async () => {
    const { store } = get();
    const { session, id } = await begin(store);
    const results = await Promise.all(['a', 'b', 'c'].map((value) => store.saveServerSecrets(session, 0, { headers: { value } })));
    expect(results.sort()).toEqual(['saved', 'superseded', 'superseded']);
    expect(await store.saveServerSecrets(session, 1, { oauth: { token: 't' } })).toBe('saved');
    expect(await store.loadSession(id)).toMatchObject({ secrets: { oauth: { token: 't' } }, secretsVersion: 2 });
    expect(await store.saveServerSecrets(session, 1, SECRETS)).toBe('superseded');
    expect(await store.saveServerSecrets(session, 2, {})).toBe('saved');
    expect((await store.loadSession(id))?.secrets).toEqual({});
    expect(await store.loadServerSecrets(session)).toEqual({ secrets: {}, secretsVersion: 3 });
  });

  it('can be replaced after their session has ended, as long as the workspace is there', async () => {
    const { store, advance } = get();
    const { member, session, id } = await begin(store);
    await store.saveServerSecrets(session, 0, SECRETS);
    await store.removeSession(member.credential, id);
    expect(await store.saveServerSecrets(session, 0, {})).toBe('superseded');
    expect(await store.loadServerSecrets(session)).toEqual({ secrets: SECRETS, secretsVersion: 1 });
    const newer = { oauth: { token: 'newer' } };
    expect(await store.saveServerSecrets(session, 1, newer)).toBe('saved');
    expect(await store.createSession(toRecord(member), SERVER_SESSION, [])).toMatchObject({ secrets: newer, secretsVersion: 2 });
    await advance(29 * DAY_MS);
    expect(await store.findServer(member.credential, URL)).toMatchObject({ secrets: newer, secretsVersion: 2 });
    await store.removeDevice(member.credential, member.device.id);
    expect(await store.saveServerSecrets(session, 2, SECRETS)).toBe('absent');
    expect(await store.loadServerSecrets(session)).toBeUndefined();
  });

  it('outlive their sessions by 30 days from the last use', async () => {
    const { store, advance } = get();
    const { member, session } = await begin(store);
    await store.saveServerSecrets(session, 0, SECRETS);
    await advance(29 * DAY_MS);
    expect(await store.findServer(member.credential, URL)).toMatchObject({ secrets: SECRETS });
    const again = await store.createSession(toRecord(member), SERVER_SESSION, []);
    for (let day = 0; day < 3; day++) {
      await advance(20 * MINUTE_MS);
      await enterOk(store, member, again.id, true);
    }
    await advance(29 * DAY_MS);
    expect(await store.findServer(member.credential, URL)).toMatchObject({ secrets: SECRETS });
    await advance(2 * DAY_MS);
    expect(await store.findServer(member.credential, URL)).toMatchObject({ secrets: {}, secretsVersion: 0 });
  });

  it('let a session wait that no server session was opened for, until one is published', async () => {
    const { store } = get();
    const member = await addMember(store);
    const record = toRecord(member);
    const waiting = await store.createSession(record, undefined, []);
    expect(waiting).toMatchObject({ awaitsSignIn: true, serverSession: UNCONNECTED, epoch: 1, renewals: 0 });
    expect((await enterOk(store, member, record.id, true)).session).toMatchObject({ awaitsSignIn: true, serverSession: UNCONNECTED });
    const fence = await store.acquireLock(record.id, 'a', MINUTE_MS);
    if (!fence) throw new Error('not locked');
    const spoken = { transport: 'sse', revision: 'stateless' } as const;
    expect(await store.publishServerSession(record.id, fence, NEWER_SERVER_SESSION, spoken)).toBe('published');
    const connected = { ...spoken, awaitsSignIn: false, serverSession: NEWER_SERVER_SESSION, epoch: 2, renewals: 0, url: record.url };
    expect(await store.loadSession(record.id)).toMatchObject(connected);
    expect(await store.publishServerSession(record.id, fence, SERVER_SESSION)).toBe('published');
    expect(await store.loadSession(record.id)).toMatchObject({ ...spoken, serverSession: SERVER_SESSION, renewals: 1 });
  });

  it('let a session wait again when its server lets nobody in any more', async () => {
    const { store } = get();
    const { member, id, session } = await begin(store);
    const settle = (awaitsSignIn?: boolean) =>
      store.settle(id, { id: randomUUID(), activity: [], ...(awaitsSignIn !== undefined && { awaitsSignIn }) });
    await settle(true);
    await settle();
    expect((await enterOk(store, member, id)).session).toEqual({ ...session, awaitsSignIn: true, expiresAt: expect.any(String) });
    await settle(false);
    expect((await enterOk(store, member, id)).session).toEqual({ ...session, expiresAt: expect.any(String) });
  });

  it('refuses what is too large to store', async () => {
    const { store } = get();
    const { session, id } = await begin(store);
    await expect(store.saveServerSecrets(session, 0, { headers: { huge: 'x'.repeat(800_000) } })).rejects.toMatchObject({
      code: 'BODY_TOO_LARGE',
    });
    expect((await store.loadSession(id))?.secretsVersion).toBe(0);
  });
}
