/** Proves what becomes of a sign-in whose token is renewed while something breaks: one renewal, no call twice, no renewal for ever, clear words. */
import { expect, it } from 'vitest';
import type { Authorization, SignInBegun } from '../../shared/sign-in-contract.ts';
import { type ApiClient, clientOf, startInProcess } from '../support/api-client.ts';
import { type AuthorizationServer, startAuthorizationServer } from '../support/authorization-server.ts';
import { startKv } from '../support/kv.ts';
import { startBackend } from '../support/processes.ts';
import { type ProtectedServer, startProtectedServer } from '../support/protected-server.ts';
import { browse, REDIRECT_URI } from '../support/sign-in-browser.ts';

type World = { as: AuthorizationServer; server: ProtectedServer };

async function startWorld(): Promise<World> {
  const as = await startAuthorizationServer();
  return { as, server: await startProtectedServer(as.check, as.issuer) };
}

async function signIn(api: ApiClient, token: string, { server }: World): Promise<string> {
  const { id } = await api.connect(token, server.url);
  const { body } = await api.ask('POST', `/sessions/${id}/sign-in`, { token, body: { redirectUri: REDIRECT_URI } });
  const returned = await browse((body as SignInBegun).authorizationUrl);
  const ended = await api.ask('POST', `/sessions/${id}/authorization`, { token, body: returned });
  expect(ended).toMatchObject({ status: 200, body: { status: 'live' } });
  return id;
}

const call = (api: ApiClient, token: string, id: string) =>
  api.rpc(token, id, { id: 1, method: 'tools/call', params: { name: 'read', arguments: {} } });
const RAN = { result: { content: [{ text: 'ran read' }] } };
const refreshes = ({ as }: World) => as.tokenRequests.filter((request) => request.get('grant_type') === 'refresh_token').length;
const show = async (api: ApiClient, token: string, id: string) =>
  (await api.ask('GET', `/sessions/${id}/authorization`, { token })).body as Authorization;

it('a token that is refused in two sessions, on two instances at once: one renews it for all', async () => {
  const world = await startWorld();
  const { as, server } = world;
  const kv = await startKv();
  const [first, second] = [await startInProcess(kv.env), await startInProcess(kv.env)];
  const token = await first.register();
  const id = await signIn(first, token, world);
  const { id: other } = await second.connect(token, server.url);
  // Both instances have met both sessions.
  for (const api of [first, second]) for (const one of [id, other]) expect((await call(api, token, one)).body).toMatchObject(RAN);
  const before = server.authorizations.length;
  server.expire();
  const gate = Promise.withResolvers<void>();
  as.hold('/token', gate.promise);
  const calls = [first, second].flatMap((api) => [id, other].map((one) => call(api, token, one)));
  // All four have been refused before the renewal is answered.
  await expect.poll(() => server.authorizations.length).toBe(before + 4);
  await expect.poll(() => refreshes(world)).toBe(1);
  gate.resolve();
  for (const { body } of await Promise.all(calls)) expect(body).toMatchObject(RAN);
  expect(refreshes(world)).toBe(1);
  expect(server.ran()).toBe(8);
  expect(await show(second, token, id)).toMatchObject({ state: 'signed-in', refreshes: true });
});

it('a token that is renewed for a session which ends meanwhile: the new one is there for the others of the server', async () => {
  const world = await startWorld();
  const { as, server } = world;
  const kv = await startKv();
  const [first, second] = [await startInProcess(kv.env), await startInProcess(kv.env)];
  const token = await first.register();
  const id = await signIn(first, token, world);
  const { id: other } = await second.connect(token, server.url);
  server.expire();
  const gate = Promise.withResolvers<void>();
  as.hold('/token', gate.promise);
  const dying = call(first, token, id);
  await expect.poll(() => refreshes(world)).toBe(1);
  expect(await second.ask('DELETE', `/sessions/${id}`, { token })).toMatchObject({ status: 204 });
  gate.resolve();
  await dying;
  expect((await call(second, token, other)).body).toMatchObject(RAN);
  expect(await show(second, token, other)).toMatchObject({ state: 'signed-in', refreshes: true });
  expect(refreshes(world)).toBe(1);
  expect(server.ran()).toBe(1);
});

it('a token whose renewal is lost is not sent again, and the user is asked to sign in again', async () => {
  const world = await startWorld();
  const { as, server } = world;
  const kv = await startKv();
  const [first, second] = [await startInProcess(kv.env), await startInProcess(kv.env)];
  const token = await first.register();
  const id = await signIn(first, token, world);
  server.expire();
  as.fail('/token', 'lose');
  const lost = { error: { data: { code: 'SERVER_SIGN_IN_REQUIRED', detail: expect.stringContaining('lost before its answer') } } };
  expect((await call(first, token, id)).body).toMatchObject(lost);
  as.fail('/token', undefined);
  for (const api of [first, second, first]) {
    const { body } = await call(api, token, id);
    expect(body).toMatchObject({ error: { data: { code: 'SERVER_SIGN_IN_REQUIRED' } } });
  }
  expect(refreshes(world)).toBe(1);
  expect(server.ran()).toBe(0);
  const { state, steps } = await show(second, token, id);
  expect(state).toBe('required');
  expect(steps.findLast(({ step }) => step === 'refresh')).toMatchObject({ ok: false, detail: expect.stringContaining('Sign in again.') });
});

it('a token whose renewing instance is killed is not sent again, and the others say so', { timeout: 90_000 }, async () => {
  const world = await startWorld();
  const { as, server } = world;
  const kv = await startKv();
  const [doomed, other] = await Promise.all([startBackend(kv.env), startBackend(kv.env)]);
  const [first, second] = [clientOf(doomed.url), clientOf(other.url)];
  const token = await first.register();
  const id = await signIn(first, token, world);
  server.expire();
  const gate = Promise.withResolvers<void>();
  as.hold('/token', gate.promise);
  const dying = call(first, token, id).catch(() => undefined);
  await expect.poll(() => refreshes(world)).toBe(1);
  await doomed.kill();
  await dying;
  gate.resolve();
  const lost = { error: { data: { code: 'SERVER_SIGN_IN_REQUIRED', detail: expect.stringContaining('the answer was lost') } } };
  expect((await call(second, token, id)).body).toMatchObject(lost);
  expect(refreshes(world)).toBe(1);
  expect(server.ran()).toBe(0);
});
