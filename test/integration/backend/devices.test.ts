/** Proves how devices join a workspace, what they may do before they are let in, and what becomes of one that is removed. */
import { beforeEach, describe, expect, it } from 'vitest';
import { Pairing, RegisteredDevice } from '../../../shared/contract.ts';
import { startInProcess } from '../../support/api-client.ts';
import { startScriptedServer } from '../../support/scripted-server.ts';

const CALL = { id: 1, method: 'tools/call', params: { name: 'act', arguments: {} } };

type Api = Awaited<ReturnType<typeof startInProcess>>;
let api: Api;
let token: string;
beforeEach(async () => {
  api = await startInProcess();
  token = await api.register('Laptop');
});

type DeviceView = { id: string; name: string; membership: string; check?: string; current: boolean };
const devices = async (by: string): Promise<DeviceView[]> =>
  ((await api.ask('GET', '/devices', { token: by })).body as { devices: DeviceView[] }).devices;
const showCode = async (by: string): Promise<string> => Pairing.parse((await api.ask('POST', '/pairings', { token: by })).body).code;
const join = (pairingCode: string, name = 'Phone') => api.ask('POST', '/devices', { body: { name, pairingCode } });
const joined = async (by = token): Promise<RegisteredDevice> => RegisteredDevice.parse((await join(await showCode(by))).body);
const admit = (id: string, by = token) => api.ask('POST', `/devices/${id}/admission`, { token: by });
const remove = (id: string, by = token) => api.ask('DELETE', `/devices/${id}`, { token: by });
const connect = async (by = token): Promise<string> => (await api.connect(by, (await startScriptedServer()).url)).id;

describe('a pairing code', () => {
  it('has eight symbols without vowels, and two minutes', async () => {
    const { status, body } = await api.ask('POST', '/pairings', { token });
    const { code, expiresAt } = Pairing.parse(body);
    expect(status).toBe(201);
    expect(code).toMatch(/^[BCDFGHJKLMNPQRSTVWXZ]{8}$/);
    expect(Math.abs(Date.parse(expiresAt) - Date.now() - 120_000)).toBeLessThan(10_000);
  });

  it('is read however people write it, and used once', async () => {
    const code = await showCode(token);
    const written = ` ${code.slice(0, 4).toLowerCase()}-${code.slice(4)} `;
    expect((await join(written)).status).toBe(201);
    expect(await join(code)).toMatchObject({ status: 403, body: { code: 'PAIRING_CODE_WRONG' } });
  });

  it('is replaced by a newer one', async () => {
    const older = await showCode(token);
    const newer = await showCode(token);
    expect(await join(older)).toMatchObject({ status: 403, body: { code: 'PAIRING_CODE_WRONG' } });
    expect((await join(newer)).status).toBe(201);
  });

  it('is worth nothing once the device that showed it is removed', async () => {
    const phone = await joined();
    await admit(phone.deviceId);
    const code = await showCode(phone.token);
    await remove(phone.deviceId);
    expect(await join(code)).toMatchObject({ status: 403, body: { code: 'PAIRING_CODE_WRONG' } });
    expect((await join(await showCode(token))).status).toBe(201);
  });

  it.each(['', 'BCDF', 'AAAAAAAA', 'BCDFGHJKL', 'BCDFGHJ1'])('is none: %j', async (code) => {
    expect(await join(code)).toMatchObject({ status: 403, body: { code: 'PAIRING_CODE_WRONG' } });
  });

  it('is no way round the access code for who has none', async () => {
    const closed = await startInProcess({ MOORING_ACCESS_CODE: 'correct horse' });
    expect(await closed.ask('POST', '/devices', { body: { name: 'x', pairingCode: 'BCDFGHJK' } })).toMatchObject({ status: 403 });
    const { body } = await closed.ask('POST', '/devices', { body: { name: 'x', accessCode: 'correct horse' } });
    const { code } = Pairing.parse((await closed.ask('POST', '/pairings', { token: RegisteredDevice.parse(body).token })).body);
    expect(await closed.ask('POST', '/devices', { body: { name: 'y', pairingCode: code } })).toMatchObject({
      status: 201,
      body: { membership: 'waiting' },
    });
  });
});

describe('a device that waits', () => {
  it('is seen by the members with the digits that it shows itself', async () => {
    const phone = await joined();
    expect(phone).toMatchObject({ membership: 'waiting', check: expect.stringMatching(/^\d{4}$/) });
    const [laptop, waiting] = await devices(token);
    expect(laptop).toMatchObject({ name: 'Laptop', membership: 'member', current: true });
    expect(laptop).not.toHaveProperty('check');
    expect(waiting).toMatchObject({ id: phone.deviceId, name: 'Phone', membership: 'waiting', check: phone.check, current: false });
  });

  it('may do nothing, whatever it asks for', async () => {
    const id = await connect();
    const { token: phone, deviceId } = await joined();
    const asked = await Promise.all([
      api.ask('GET', '/devices', { token: phone }),
      api.ask('GET', '/sessions', { token: phone }),
      api.ask('POST', '/sessions', { token: phone, body: { url: 'https://mcp.example.com/mcp' } }),
      ...['', '/activity', '/calls', '/calls/any-key-at-all'].map((more) => api.ask('GET', `/sessions/${id}${more}`, { token: phone })),
      api.ask('PATCH', `/sessions/${id}`, { token: phone, body: { name: 'Mine' } }),
      api.ask('DELETE', `/sessions/${id}`, { token: phone }),
      api.ask('POST', '/pairings', { token: phone }),
      admit(deviceId, phone),
      remove((await devices(token))[0]?.id ?? '', phone),
    ]);
    for (const answer of asked) expect(answer).toMatchObject({ status: 403, body: { code: 'DEVICE_WAITING' } });
    const waiting = { status: 403, body: { error: { data: { code: 'DEVICE_WAITING' } } } };
    expect(await api.rpc(phone, id, CALL)).toMatchObject(waiting);
    expect(await api.ask('GET', `/mcp/${id}`, { token: phone, headers: { accept: 'text/event-stream' } })).toMatchObject(waiting);
  });

  it('uses the sessions of the workspace as soon as it is let in', async () => {
    const id = await connect();
    const phone = await joined();
    expect((await admit(phone.deviceId)).status).toBe(204);
    expect((await api.rpc(phone.token, id, CALL)).body).toMatchObject({ result: {} });
    expect((await api.rpc(token, id, { ...CALL, id: 2 })).body).toMatchObject({ result: {} });
    const own = await connect(phone.token);
    expect((await api.rpc(token, own, CALL)).body).toMatchObject({ result: {} });
    expect((await devices(phone.token)).map(({ membership }) => membership)).toEqual(['member', 'member']);
  });

  it('that is refused is not known any more', async () => {
    const phone = await joined();
    expect((await remove(phone.deviceId)).status).toBe(204);
    expect(await api.ask('GET', '/devices', { token: phone.token })).toMatchObject({ status: 401, body: { code: 'UNAUTHORIZED' } });
    expect(await admit(phone.deviceId)).toMatchObject({ status: 404, body: { code: 'DEVICE_NOT_FOUND' } });
  });

  it('withdraws by itself, and is not known any more', async () => {
    const [phone, other] = [await joined(), await joined()];
    expect(await remove(other.deviceId, phone.token)).toMatchObject({ status: 403, body: { code: 'DEVICE_WAITING' } });
    expect((await remove(phone.deviceId, phone.token)).status).toBe(204);
    expect(await api.ask('GET', '/devices', { token: phone.token })).toMatchObject({ status: 401 });
    expect((await devices(token)).map(({ id }) => id)).not.toContain(phone.deviceId);
    expect(await admit(phone.deviceId)).toMatchObject({ status: 404 });
  });

  it('that was let in while it withdrew is out, and what comes is not for it', async () => {
    const phone = await joined();
    const outcomes = await Promise.all([admit(phone.deviceId), remove(phone.deviceId, phone.token)]);
    expect(outcomes[1]?.status).toBe(204);
    expect(await api.ask('GET', '/devices', { token: phone.token })).toMatchObject({ status: 401 });
    expect((await api.rpc(token, await connect(), CALL)).body).toMatchObject({ result: {} });
  });

  it('is let in by a member of its workspace alone', async () => {
    const phone = await joined();
    const stranger = await api.register('Stranger');
    expect(await admit(phone.deviceId, stranger)).toMatchObject({ status: 404 });
    expect(await admit(phone.deviceId, phone.token)).toMatchObject({ status: 403, body: { code: 'DEVICE_WAITING' } });
  });
});

describe('a device that is removed', () => {
  it('is out at once, and the others go on with what was there before and what comes', async () => {
    const id = await connect();
    const phone = await joined();
    await admit(phone.deviceId);
    await api.rpc(phone.token, id, CALL);
    expect((await remove(phone.deviceId)).status).toBe(204);
    // In memory a token that is not known may be one of before a restart: the session is what is not there.
    expect(await api.rpc(phone.token, id, CALL)).toMatchObject({ body: { error: { data: { code: 'SESSION_NOT_FOUND' } } } });
    expect(await api.ask('GET', '/sessions', { token: phone.token })).toMatchObject({ status: 401 });
    expect((await api.rpc(token, id, { ...CALL, id: 2 })).body).toMatchObject({ result: {} });
    await api.backend.settled();
    const { entries } = (await api.ask('GET', `/sessions/${id}/activity`, { token })).body as { entries: { message?: unknown }[] };
    expect(entries.filter(({ message }) => message !== undefined).length).toBeGreaterThan(1);
  });

  it('removes itself, and with the last one the workspace ends: its sessions, and those of their servers', async () => {
    const server = await startScriptedServer();
    const { id } = await api.connect(token, server.url);
    const phone = await joined();
    await admit(phone.deviceId);
    const [laptop] = await devices(phone.token);
    expect((await remove(laptop?.id ?? '')).status).toBe(204);
    expect((await api.rpc(phone.token, id, CALL)).body).toMatchObject({ result: {} });
    expect((await remove(phone.deviceId, phone.token)).status).toBe(204);
    await api.backend.settled();
    expect(server.sessions()).toEqual([]);
    expect(await api.ask('GET', '/sessions', { token: phone.token })).toMatchObject({ status: 401 });
  });

  it('does not come between others that are let in or removed at the same time', async () => {
    const id = await connect();
    const [one, two, three] = [await joined(), await joined(), await joined()];
    await admit(one.deviceId);
    await admit(two.deviceId);
    const outcomes = await Promise.all([remove(one.deviceId), remove(two.deviceId), admit(three.deviceId)]);
    expect(outcomes.map(({ status }) => status)).toEqual([204, 204, 204]);
    expect((await api.rpc(three.token, id, CALL)).body).toMatchObject({ result: {} });
    expect((await api.rpc(token, id, { ...CALL, id: 2 })).body).toMatchObject({ result: {} });
    expect((await devices(token)).map(({ membership }) => membership)).toEqual(['member', 'member']);
  });
});
