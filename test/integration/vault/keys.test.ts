/**
 * Proves on real records what becomes of sealed ones: moved to another place, of a key that is gone, while the keys change, and in the hands of
 * somebody who has all of storage and the environment.
 */
import { beforeEach, describe, expect, it } from 'vitest';
import { toPublicKey } from '../../../api/_lib/vault/device-key.ts';
import { openKeyring, openScope } from '../../../api/_lib/vault/keyring.ts';
import { RegisteredDevice } from '../../../shared/contract.ts';
import { startInProcess } from '../../support/api-client.ts';
import { addDevice, failure, type SessionUser, takeExchanges, textResult, useSession } from '../../support/fault-session.ts';
import { type Kv, startKv } from '../../support/kv.ts';
import { type ScriptedServer, startScriptedServer } from '../../support/scripted-server.ts';

type Api = Awaited<ReturnType<typeof startInProcess>>;
let kv: Kv;
let server: ScriptedServer;
let api: Api;
let laptop: RegisteredDevice;
beforeEach(async () => {
  [kv, server] = await Promise.all([startKv(), startScriptedServer()]);
  api = await startInProcess(kv.env);
  laptop = RegisteredDevice.parse((await api.ask('POST', '/devices', { body: { name: 'Laptop' } })).body);
});

const UNREADABLE = { status: 409, body: { code: 'SECRETS_UNREADABLE' } };
const connect = async (by: Api = api): Promise<SessionUser> =>
  useSession(by, laptop.token, (await by.connect(laptop.token, server.url)).id);
const show = (id: string, by: Api = api) => by.ask('GET', `/sessions/${id}`, { token: laptop.token });
const get = async (...command: string[]): Promise<string> => String(await kv.redis.command(...command));
const hget = (key: string, field: string): Promise<string> => get('HGET', key, field);
const put = (key: string, field: string, value: string) => kv.redis.command('HSET', key, field, value);
const sessionOf = (user: SessionUser): string => `mooring:session:${user.id}`;
const deviceKeys = async (): Promise<string[]> =>
  (await kv.redis.keys()).map(({ key }) => key).filter((key) => key.startsWith('mooring:device:'));

describe('a sealed record', () => {
  it.each(['facts', 'server'])('that was moved from one session to another (%s) is refused there, and the other goes on', async (field) => {
    const [one, two] = [await connect(), await connect()];
    await put(sessionOf(one), field, await hget(sessionOf(two), field));
    expect(await show(one.id)).toMatchObject(UNREADABLE);
    expect(await one.ask({ key: 'moved-record' })).toMatchObject(failure('SECRETS_UNREADABLE'));
    expect(await two.ask()).toMatchObject({ result: {} });
    const { sessions } = (await api.ask('GET', '/sessions', { token: laptop.token })).body as { sessions: { id: string }[] };
    expect(sessions.map(({ id }) => id)).toEqual([two.id]);
    expect(server.ran('tools/call')).toBe(1);
    // It can still be ended.
    expect((await api.ask('DELETE', `/sessions/${one.id}`, { token: laptop.token })).status).toBe(204);
  });

  it('of a call that was moved to another call is refused', async () => {
    const user = await connect();
    for (const key of ['first-call', 'second-call']) await user.ask({ key });
    await api.backend.settled();
    await put(`mooring:call:${user.id}:first-call`, 'response', await hget(`mooring:call:${user.id}:second-call`, 'response'));
    expect(await user.look('first-call')).toMatchObject({ code: 'SECRETS_UNREADABLE' });
    expect(await user.look('second-call')).toMatchObject({ response: { result: {} } });
  });

  it('of what makes a server let us in goes to no other server', async () => {
    const other = await startScriptedServer();
    const body = { headers: { 'x-api-key': 'for-one-server-only' } };
    const user = await connect();
    await api.ask('PATCH', `/sessions/${user.id}`, { token: laptop.token, body });
    const [mine = ''] = (await kv.redis.keys()).map(({ key }) => key).filter((key) => key.startsWith('mooring:secrets:'));
    const theirs = useSession(api, laptop.token, (await api.connect(laptop.token, other.url, { headers: { a: 'b' } })).id);
    const [their = ''] = (await kv.redis.keys()).map(({ key }) => key).filter((key) => key.startsWith('mooring:secrets:') && key !== mine);
    await put(their, 'text', await hget(mine, 'text'));
    expect(await show(theirs.id)).toMatchObject({ body: { status: 'authorization-required', headerNames: [] } });
    expect(await theirs.ask({ key: 'swapped-secrets' })).toMatchObject(failure('SECRETS_UNREADABLE'));
    expect(other.ran('tools/call')).toBe(0);
    await expect.poll(() => theirs.look('swapped-secrets')).toMatchObject({ state: 'failed' });
    // New ones set it going again, and the other session never noticed.
    const again = await api.ask('PATCH', `/sessions/${theirs.id}`, { token: laptop.token, body: { headers: { a: 'b' } } });
    expect(again).toMatchObject({ status: 200, body: { status: 'live', headerNames: ['a'] } });
    expect(await theirs.ask()).toMatchObject({ result: {} });
    expect(await user.ask()).toMatchObject({ result: {} });
  });
});

describe('a key that is gone', () => {
  it('takes one session with it when it was that session’s alone: the others go on, and it can be connected anew', async () => {
    const [lost, kept] = [await connect(), await connect()];
    const foreign = (await hget(sessionOf(lost), 'facts')).replace(/"v1\.1\./, '"v1.7.');
    await put(sessionOf(lost), 'facts', foreign);
    const elsewhere = await startInProcess(kv.env);
    for (const by of [api, elsewhere]) expect(await show(lost.id, by)).toMatchObject(UNREADABLE);
    expect(await useSession(elsewhere, laptop.token, lost.id).ask({ key: 'lost-session' })).toMatchObject(failure('SECRETS_UNREADABLE'));
    expect(await useSession(elsewhere, laptop.token, kept.id).ask()).toMatchObject({ result: {} });
    expect(await (await connect(elsewhere)).ask()).toMatchObject({ result: {} });
    expect(server.ran('tools/call')).toBe(2);
  });

  it('of a whole workspace is told as such, to that workspace alone', async () => {
    const user = await connect();
    const stranger = await api.register('Stranger');
    const theirs = useSession(api, stranger, (await api.connect(stranger, server.url)).id);
    await put(`mooring:workspace:${laptop.workspaceId}:keys`, 'ring', 'v1.1.x.y');
    expect(await show(user.id)).toMatchObject(UNREADABLE);
    expect(await theirs.ask()).toMatchObject({ result: {} });
  });
});

describe('a rotation', () => {
  const removePhone = async (by: Api): Promise<void> => {
    const { body } = await by.ask('GET', '/devices', { token: laptop.token });
    const phone = (body as { devices: { id: string; name: string }[] }).devices.find(({ name }) => name === 'Phone');
    expect((await by.ask('DELETE', `/devices/${phone?.id}`, { token: laptop.token })).status).toBe(204);
  };

  it('in the middle of a call on another instance loses nothing: the result is read on both', async () => {
    const elsewhere = await startInProcess(kv.env);
    const user = await connect();
    await addDevice(api, laptop.token, 'Phone');
    const next = takeExchanges(server);
    const asked = user.ask({ key: 'while-rotating' });
    const exchange = await next();
    await removePhone(elsewhere);
    exchange.result(textResult('done'));
    expect(await asked).toMatchObject({ result: textResult('done') });
    await api.backend.settled();
    for (const by of [api, elsewhere]) {
      const there = useSession(by, laptop.token, user.id);
      expect(await there.look('while-rotating')).toMatchObject({ state: 'done', response: { result: textResult('done') } });
    }
  });

  it('shuts out who was removed, whatever of storage and keys it kept, from all that is sealed afterwards', async () => {
    const phone = await addDevice(api, laptop.token, 'Phone');
    const before = await connect();
    const keysOf = async (token: string) => {
      const publicKey = toPublicKey(token);
      for (const key of await deviceKeys())
        if ((await hget(key, 'publicKey')) === publicKey) return { id: await hget(key, 'id'), share: await hget(key, 'share') };
      throw new Error('no such device');
    };
    const ringKey = `mooring:workspace:${laptop.workspaceId}:keys`;
    const urlOf = async (user: SessionUser): Promise<string> => (JSON.parse(await hget(sessionOf(user), 'facts')) as { url: string }).url;
    const kept = await keysOf(phone);
    const keyring = openKeyring(kept.share, await hget(ringKey, 'ring'), phone, { workspaceId: laptop.workspaceId, deviceId: kept.id });
    const openUrl = async (user: SessionUser): Promise<string> => openScope(keyring, 'session', user.id).open('url', await urlOf(user));
    expect(await openUrl(before)).toBe(server.url);
    await removePhone(api);
    const after = await connect();
    await expect(openUrl(after)).rejects.toMatchObject({ code: 'SECRETS_UNREADABLE' });
    expect(await before.ask()).toMatchObject({ result: {} });
    expect(await after.ask()).toMatchObject({ result: {} });
    const fresh = await keysOf(laptop.token);
    const owner = { workspaceId: laptop.workspaceId, deviceId: fresh.id };
    const ring = await hget(ringKey, 'ring');
    expect(() => openKeyring(fresh.share, ring, phone, owner)).toThrow(expect.objectContaining({ code: 'SECRETS_UNREADABLE' }));
    expect(openKeyring(fresh.share, ring, laptop.token, owner).generation).toBe(2);
  });
});

it('storage and environment together open nothing: no value of either is a token that the keys were wrapped for', async () => {
  const user = await connect();
  await api.ask('PATCH', `/sessions/${user.id}`, { token: laptop.token, body: { headers: { 'x-api-key': 'stolen?' } } });
  await addDevice(api, laptop.token, 'Phone');
  await user.ask({ key: 'before-the-theft' });
  await api.backend.settled();
  const dump = await kv.redis.dump();
  const parts = new Set(
    [...dump.split(/[\s"\\,[\]{}]+/), ...dump.split(/[^\w-]+/), ...Object.values(kv.env)].filter((part) => part !== ''),
  );
  expect(parts.size).toBeGreaterThan(100);
  const ring = await hget(`mooring:workspace:${laptop.workspaceId}:keys`, 'ring');
  let tried = 0;
  for (const key of await deviceKeys()) {
    const [share, deviceId] = [await hget(key, 'share'), await hget(key, 'id')];
    const owner = { workspaceId: laptop.workspaceId, deviceId };
    const tokens = [...parts].flatMap((part) => [part, `mooring_${laptop.workspaceId}_${part}`]);
    for (const token of tokens) {
      tried++;
      expect(() => openKeyring(share, ring, token, owner)).toThrow(expect.objectContaining({ code: 'SECRETS_UNREADABLE' }));
    }
    if (deviceId === laptop.deviceId) expect(openKeyring(share, ring, laptop.token, owner).generation).toBe(1);
  }
  expect(tried).toBeGreaterThan(500);
});
