/** Owns what every store promises about a session: made, entered, listed, renamed, removed. How it ends is session-end-contract.ts. */
import { randomUUID } from 'node:crypto';
import { expect, it } from 'vitest';
import { MAX_QUESTIONS } from '../../../api/_lib/limits.ts';
import {
  addMember,
  begin,
  CONNECTED,
  enterOk,
  MINUTE_MS,
  NEWER_SERVER_SESSION,
  SERVER_SESSION,
  type StoreUnderTest,
  sessionsOf,
  TTL_SECONDS,
  toMessage,
  toRecord,
} from './store-under-test.ts';

const TIME = expect.stringMatching(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/);

export function testSessions(get: () => StoreUnderTest): void {
  it('returns a new session whole, with its end one lifetime after its use', async () => {
    const { store } = get();
    const member = await addMember(store);
    const record = toRecord(member, { name: 'Näme "x"\n', revision: 'stateless', transport: 'sse' });
    const session = await store.createSession(record, SERVER_SESSION, []);
    expect(session).toEqual({
      ...record,
      serverSession: SERVER_SESSION,
      awaitsSignIn: false,
      secrets: {},
      secretsVersion: 0,
      epoch: 1,
      subscriptions: [],
      running: 0,
      questions: [],
      isReachable: true,
      coldStarts: 0,
      renewals: 0,
      lastUsedAt: TIME,
      expiresAt: TIME,
    });
    const lifetimeMs = Date.parse(session.expiresAt) - Date.parse(session.lastUsedAt);
    expect(Math.abs(lifetimeMs - TTL_SECONDS * 1000)).toBeLessThan(1000);
    const entry = await enterOk(store, member, record.id);
    expect(entry).toEqual({ kind: 'ok', device: member.device, session: { ...session, expiresAt: TIME } });
    expect(await store.loadSession(record.id)).toEqual({ ...session, expiresAt: TIME });
  });

  it('stores nothing twice when the same session is made again', async () => {
    const { store } = get();
    const member = await addMember(store);
    const record = toRecord(member);
    const first = await store.createSession(record, SERVER_SESSION, [CONNECTED]);
    const again = await store.createSession(record, NEWER_SERVER_SESSION, [CONNECTED]);
    expect(again).toEqual({ ...first, expiresAt: TIME });
    expect((await store.readActivity(member.credential, record.id, { after: 0, limit: 10 })).entries).toHaveLength(1);
  });

  it('refuses to make a session under an id of another workspace', async () => {
    const { store } = get();
    const { member, id, session } = await begin(store);
    const stranger = await addMember(store);
    await expect(store.createSession(toRecord(stranger, { id }), NEWER_SERVER_SESSION, [])).rejects.toMatchObject({ code: 'INTERNAL' });
    expect((await enterOk(store, member, id)).session.serverSession).toEqual(session.serverSession);
  });

  it('looks to another workspace as if it were not there, and cannot be changed by it', async () => {
    const { store } = get();
    const { member, id, session } = await begin(store);
    const { credential } = await addMember(store);
    expect(await store.enter(credential, id, { touch: true })).toEqual({ kind: 'absent' });
    expect(await store.enter(credential, 'no-such-session', { touch: true })).toEqual({ kind: 'absent' });
    expect(await store.renameSession(credential, id, 'Mine')).toEqual({ kind: 'absent' });
    expect(await store.removeSession(credential, id)).toEqual({ kind: 'absent' });
    expect(await store.readActivity(credential, id, { after: 0, limit: 10 })).toEqual({ kind: 'absent', entries: [] });
    expect(await store.listSessions(credential)).toMatchObject({ kind: 'ok', sessions: [] });
    expect((await enterOk(store, member, id)).session).toEqual({ ...session, expiresAt: TIME });
  });

  it('is not entered with an unknown token, nor with a known one that claims the workspace of the session', async () => {
    const { store } = get();
    const { member, id } = await begin(store);
    const stranger = await addMember(store);
    for (const tokenHash of ['unknown', stranger.credential.tokenHash]) {
      const credential = { ...member.credential, tokenHash };
      expect(await store.enter(credential, id, { touch: true })).toEqual({ kind: 'unauthorized' });
      expect(await store.renameSession(credential, id, 'x')).toEqual({ kind: 'unauthorized' });
      expect(await store.removeSession(credential, id)).toEqual({ kind: 'unauthorized' });
      expect(await store.readActivity(credential, id, { after: 0, limit: 1 })).toEqual({ kind: 'unauthorized', entries: [] });
    }
    await enterOk(store, member, id);
  });

  it('is listed by newest use, in the workspace alone', async () => {
    const { store, advance } = get();
    const { member, id: first } = await begin(store);
    await begin(store);
    await advance(1);
    const second = await store.createSession(toRecord(member), SERVER_SESSION, []);
    await advance(1);
    const third = await store.createSession(toRecord(member), SERVER_SESSION, []);
    const ids = async () => (await sessionsOf(store, member)).map(({ id }) => id);
    expect(await ids()).toEqual([third.id, second.id, first]);
    await advance(1);
    await enterOk(store, member, first, true);
    await advance(1);
    await store.touchSession(second.id);
    await enterOk(store, member, third.id);
    expect(await ids()).toEqual([second.id, first, third.id]);
    expect((await sessionsOf(store, member))[2]).toEqual({ ...third, expiresAt: TIME });
  });

  it('is left out of the list when it has run out, while the others stay', async () => {
    const { store, advance } = get();
    const { member } = await begin(store);
    await advance(20 * MINUTE_MS);
    const stays = await store.createSession(toRecord(member), SERVER_SESSION, []);
    await advance(20 * MINUTE_MS);
    expect((await sessionsOf(store, member)).map(({ id }) => id)).toEqual([stays.id]);
  });

  it('tells its new name at once', async () => {
    const { store } = get();
    const { member, id, session } = await begin(store);
    const renamed = await store.renameSession(member.credential, id, 'New name');
    expect(renamed).toEqual({ kind: 'ok', device: member.device, session: { ...session, name: 'New name', expiresAt: TIME } });
    expect((await enterOk(store, member, id)).session.name).toBe('New name');
  });

  it('remembers the questions that are open, each until it is answered, or all until nobody can answer them', async () => {
    const { store } = get();
    const { id } = await begin(store);
    const tell = (more: { asked?: string; answered?: string }) => store.settle(id, { id: randomUUID(), activity: [], ...more });
    for (const asked of ['s:1::1', 's:1::2', 's:1::2', 's:1::3']) await tell({ asked });
    await tell({ answered: 's:1::2' });
    await tell({ answered: 'never asked' });
    expect((await store.loadSession(id))?.questions).toEqual(['s:1::1', 's:1::3']);
    await tell({ answered: '*' });
    expect((await store.loadSession(id))?.questions).toEqual([]);
    for (let n = 0; n < MAX_QUESTIONS + 5; n++) await tell({ asked: `s:1::${n}` });
    expect((await store.loadSession(id))?.questions).toHaveLength(MAX_QUESTIONS);
  });

  it('remembers whether the server could be reached, until it is told otherwise', async () => {
    const { store } = get();
    const { id } = await begin(store);
    const tell = (more: { isReachable?: boolean }) => store.settle(id, { id: randomUUID(), activity: [], ...more });
    for (const isReachable of [false, true, false]) {
      await tell({ isReachable });
      await tell({});
      expect(await store.loadSession(id)).toMatchObject({ isReachable });
    }
  });

  it('remembers what calls changed', async () => {
    const { store } = get();
    const { member, id, session } = await begin(store);
    await store.settle(id, { id: randomUUID(), activity: [], coldStarts: 1, logLevel: 'debug', subscribed: 'file:///b' });
    await store.settle(id, { id: randomUUID(), activity: [], subscribed: 'file:///a?x=1 é' });
    await store.settle(id, { id: randomUUID(), activity: [], subscribed: 'file:///a?x=1 é' });
    await store.settle(id, { id: randomUUID(), activity: [], subscribed: 'file:///c', coldStarts: 1, logLevel: 'error' });
    await store.settle(id, { id: randomUUID(), activity: [], unsubscribed: 'file:///b' });
    await store.settle(id, { id: randomUUID(), activity: [], coldStarts: 0 });
    expect((await enterOk(store, member, id)).session).toEqual({
      ...session,
      coldStarts: 2,
      logLevel: 'error',
      subscriptions: ['file:///a?x=1 é', 'file:///c'],
      expiresAt: TIME,
    });
  });

  it('is gone for all once removed, and tells what it was', async () => {
    const { store } = get();
    const { member, id, session } = await begin(store);
    const other = await addMember(store, member);
    expect(await store.removeSession(member.credential, id)).toEqual({
      kind: 'ok',
      device: member.device,
      session: { ...session, expiresAt: TIME },
    });
    expect(await store.enter(other.credential, id, { touch: true })).toEqual({ kind: 'absent' });
    expect(await store.removeSession(member.credential, id)).toEqual({ kind: 'absent' });
    expect(await sessionsOf(store, member)).toEqual([]);
    await store.settle(id, { id: randomUUID(), activity: [toMessage('late')], subscribed: 'file:///a' });
    expect(await store.loadSession(id)).toBeUndefined();
  });

  it('refuses a greeting and a name that are too large to store, and stores nothing', async () => {
    const { store } = get();
    const member = await addMember(store);
    const huge = 'x'.repeat(800_000);
    const record = toRecord(member);
    await expect(store.createSession(record, { ...SERVER_SESSION, greeting: { huge } }, [])).rejects.toMatchObject({
      code: 'SERVER_RESPONSE_TOO_LARGE',
    });
    await expect(store.createSession({ ...record, name: huge }, SERVER_SESSION, [])).rejects.toMatchObject({ code: 'BODY_TOO_LARGE' });
    expect(await store.loadSession(record.id)).toBeUndefined();
    const large = { large: 'x'.repeat(500_000) };
    await store.createSession(record, { ...SERVER_SESSION, greeting: large }, []);
    expect((await store.loadSession(record.id))?.serverSession.greeting).toEqual(large);
  });
}
