/** Proves that a device that is removed hears nothing more, on whichever instance it listens, and that what it had begun is not lost to others. */
import { beforeEach, describe, expect, it } from 'vitest';
import { type ApiClient, clientOf } from '../support/api-client.ts';
import { startFastBackend } from '../support/fault-backend.ts';
import {
  addDevice,
  at,
  failure,
  type SessionUser,
  type SharedSession,
  shareSession,
  takeExchanges,
  textResult,
  useSession,
} from '../support/fault-session.ts';
import type { EventReader } from '../support/fault-stream.ts';
import { type ScriptedServer, startScriptedServer } from '../support/scripted-server.ts';

let server: ScriptedServer;
let shared: SharedSession;
let laptop: SessionUser;
beforeEach(async () => {
  server = await startScriptedServer();
  shared = await shareSession(server.url);
  laptop = at(shared.users, 0);
});

const LAST_WORD = failure('UNAUTHORIZED');

async function pair(api: ApiClient): Promise<SessionUser> {
  return useSession(api, await addDevice(laptop.api, shared.token, 'Phone'), shared.id);
}
async function removePhone(): Promise<void> {
  const { body } = await laptop.api.ask('GET', '/devices', { token: shared.token });
  const phone = (body as { devices: { id: string; name: string }[] }).devices.find(({ name }) => name === 'Phone');
  expect((await laptop.api.ask('DELETE', `/devices/${phone?.id}`, { token: shared.token })).status).toBe(204);
}
/** Opens the stream of a call that is under way, and that of the server. */
async function openStreams(phone: SessionUser): Promise<{ calling: EventReader; listening: EventReader; end: () => void }> {
  server.on('GET', (exchange) => exchange.raw(': open\n\n'));
  const next = takeExchanges(server);
  const following = phone.follow({ key: 'removed-device' });
  const exchange = await next();
  return { calling: await following, listening: await phone.listen(), end: () => exchange.result(textResult('done')) };
}

describe('the streams of a device that is removed', () => {
  it.each([
    ['at once where it was removed', async () => laptop.api],
    ['at the next look on another instance', async () => clientOf((await startFastBackend(shared.kv.env)).url)],
  ])('end with a last word: %s', async (_when, openApi) => {
    const phone = await pair(await openApi());
    const { calling, listening, end } = await openStreams(phone);
    await removePhone();
    expect(await calling.rest()).toMatchObject([{ id: 1, ...LAST_WORD }]);
    expect(await listening.rest()).toMatchObject([{ id: null, ...LAST_WORD }]);
    // What it had begun goes on, for the workspace.
    end();
    await expect.poll(() => laptop.look('removed-device')).toMatchObject({ state: 'done', response: { result: textResult('done') } });
    expect(server.ran('tools/call')).toBe(1);
  });

  it('are the only ones that end', async () => {
    const phone = await pair(laptop.api);
    server.on('GET', (exchange) => exchange.raw(': open\n\n'));
    const next = takeExchanges(server);
    const own = laptop.follow({ key: 'own-call' });
    const exchange = await next();
    const theirs = await phone.listen();
    await removePhone();
    await theirs.rest();
    exchange.result(textResult('done'));
    expect(await (await own).rest()).toMatchObject([{ result: textResult('done') }]);
  });
});

it('a device that is removed during its call may begin nothing more, on no instance, with whatever it has in hand', async () => {
  const elsewhere = clientOf((await startFastBackend(shared.kv.env)).url);
  const phone = await pair(laptop.api);
  const there = useSession(elsewhere, phone.token, shared.id);
  const connection = await phone.shakeHands();
  await there.ask({ key: 'before-removal' });
  await removePhone();
  for (const user of [phone, there]) {
    expect((await user.open({ key: 'one-more-call' })).status).toBe(401);
    expect((await user.open({ key: 'before-removal' })).status).toBe(401);
    expect(await user.tell({ method: 'notifications/roots/list_changed' }, connection)).toBe(401);
    expect(
      (
        await user.api.open('GET', `/mcp/${shared.id}`, {
          token: phone.token,
          headers: { accept: 'text/event-stream', 'last-event-id': 'before-removal.1' },
        })
      ).status,
    ).toBe(401);
    expect((await user.api.ask('GET', `/sessions/${shared.id}/calls`, { token: phone.token })).status).toBe(401);
    expect((await user.api.ask('PATCH', `/sessions/${shared.id}`, { token: phone.token, body: { name: 'Mine' } })).status).toBe(401);
  }
  expect(server.ran('tools/call')).toBe(1);
});
