/** Proves a sign-in through the HTTP contract, and what calls do with it: against oidc-provider and a server that checks every token. */
import { beforeEach, describe, expect, it, onTestFinished, vi } from 'vitest';
import type { Session } from '../../../shared/contract.ts';
import type { Authorization, SignInBegun } from '../../../shared/sign-in-contract.ts';
import { startInProcess } from '../../support/api-client.ts';
import { type AuthorizationServer, startAuthorizationServer } from '../../support/authorization-server.ts';
import { addDevice } from '../../support/fault-session.ts';
import { type ProtectedServer, startProtectedServer } from '../../support/protected-server.ts';
import { startScriptedServer } from '../../support/scripted-server.ts';
import { browse, REDIRECT_URI } from '../../support/sign-in-browser.ts';

const read = (id: number, name = 'read') => ({ id, method: 'tools/call', params: { name, arguments: {} } });

let api: Awaited<ReturnType<typeof startInProcess>>;
let token: string;
let as: AuthorizationServer;
let server: ProtectedServer;
beforeEach(async () => {
  api = await startInProcess();
  token = await api.register();
  as = await startAuthorizationServer();
  server = await startProtectedServer(as.check, as.issuer);
});

const create = () => api.ask('POST', '/sessions', { token, body: { url: server.url } });
const idOf = ({ body }: { body: unknown }): string => (body as Session).id;
const begin = (id: string, by = token, body: Record<string, unknown> = { redirectUri: REDIRECT_URI }) =>
  api.ask('POST', `/sessions/${id}/sign-in`, { token: by, body });
const end = (id: string, body: unknown, by = token) => api.ask('POST', `/sessions/${id}/authorization`, { token: by, body });
const show = async (id: string) => (await api.ask('GET', `/sessions/${id}/authorization`, { token })).body as Authorization;
const marks = async (id: string) =>
  ((await api.ask('GET', `/sessions/${id}/activity`, { token })).body as { entries: { mark?: string }[] }).entries.flatMap(
    ({ mark }) => mark ?? [],
  );

async function signIn(id: string): Promise<void> {
  const { authorizationUrl } = (await begin(id)).body as SignInBegun;
  const ended = await end(id, await browse(authorizationUrl));
  expect(ended).toMatchObject({ status: 200, body: { status: 'live', signedIn: true } });
}

async function connected(): Promise<string> {
  const id = idOf(await create());
  await signIn(id);
  return id;
}

describe('a sign-in', () => {
  it('connects a session that waits, and every request to its server has the token from then on', async () => {
    const created = await create();
    expect(created).toMatchObject({ status: 202, body: { status: 'authorization-required', signedIn: false } });
    const id = idOf(created);
    expect(await show(id)).toMatchObject({ state: 'required', steps: [] });
    expect((await api.rpc(token, id, read(1))).body).toMatchObject({ error: { data: { code: 'SERVER_SIGN_IN_REQUIRED' } } });

    const begun = await begin(id);
    expect(begun).toMatchObject({
      status: 200,
      body: { issuer: as.issuer, resource: server.url, scopes: ['tools:read', 'offline_access'] },
    });
    expect(await show(id)).toMatchObject({ state: 'begun', issuer: as.issuer, registration: 'dynamic' });
    const returned = await browse((begun.body as SignInBegun).authorizationUrl);
    const before = server.authorizations.length;
    expect(await end(id, returned)).toMatchObject({ status: 200, body: { status: 'live', signedIn: true, server: { name: 'protected' } } });
    expect((await api.rpc(token, id, read(2))).body).toMatchObject({ result: { content: [{ text: 'ran read' }] } });
    expect(server.ran()).toBe(1);
    expect(server.authorizations.slice(before).every((value) => value?.startsWith('Bearer '))).toBe(true);

    const shown = await show(id);
    expect(shown).toMatchObject({ state: 'signed-in', refreshes: true, registration: 'dynamic', resource: server.url });
    expect(shown.steps.map(({ step, ok }) => `${step} ${ok}`)).toEqual([
      'challenge true',
      'resource-metadata true',
      'server-metadata true',
      'registration true',
      'authorization true',
      'authorization true',
      'token true',
    ]);
    await expect.poll(() => marks(id)).toEqual(['sign-in-required', 'sign-in-required', 'signed-in', 'connected']);
    const told = JSON.stringify(shown) + api.logged();
    for (const secret of [returned.code, returned.state, server.authorizations.at(-1)?.slice(7)]) expect(told).not.toContain(secret);
  });

  it('ends once', async () => {
    const id = idOf(await create());
    const returned = await browse(((await begin(id)).body as SignInBegun).authorizationUrl);
    const both = await Promise.all([end(id, returned), end(id, returned)]);
    expect(both.map(({ status }) => status).sort()).toEqual([200, 409]);
    expect(as.tokenRequests).toHaveLength(1);
    expect(await end(id, returned)).toMatchObject({ status: 409, body: { code: 'SIGN_IN_NOT_BEGUN' } });
  });

  it('is not ended with another state, nor twice begun ended with the first', async () => {
    const id = idOf(await create());
    const first = await browse(((await begin(id)).body as SignInBegun).authorizationUrl);
    const second = ((await begin(id)).body as SignInBegun).authorizationUrl;
    expect(await end(id, first)).toMatchObject({ status: 409 });
    expect(await end(id, { ...first, state: 'x' })).toMatchObject({ status: 409 });
    expect(as.tokenRequests).toHaveLength(0);
    expect(await end(id, await browse(second))).toMatchObject({ status: 200 });
  });

  it('is sent to addresses of this extension alone', async () => {
    const id = idOf(await create());
    for (const redirectUri of [
      'https://evil.example.com/',
      `${REDIRECT_URI.slice(0, -1)}.evil.example.com/`,
      `${REDIRECT_URI}?x=1`,
      'nonsense',
    ])
      expect(await begin(id, token, { redirectUri })).toMatchObject({ status: 400, body: { code: 'REDIRECT_URI_FORBIDDEN' } });
    expect(as.asked).toEqual([]);
  });

  it('shows its steps as they happen', async () => {
    const id = idOf(await create());
    const gate = Promise.withResolvers<void>();
    as.hold('/register', gate.promise);
    const beginning = begin(id);
    const steps = async () => (await show(id)).steps.map(({ step }) => step);
    await expect.poll(steps).toEqual(['challenge', 'resource-metadata', 'server-metadata']);
    gate.resolve();
    await beginning;
    expect(await steps()).toEqual(['challenge', 'resource-metadata', 'server-metadata', 'registration', 'authorization']);
  });

  it('is ended by the device that began it, and by no other of the workspace', async () => {
    const phone = await addDevice(api, token, 'Phone');
    const id = idOf(await create());
    const returned = await browse(((await begin(id)).body as SignInBegun).authorizationUrl);
    expect(await end(id, returned, phone)).toMatchObject({ status: 409, body: { code: 'SIGN_IN_NOT_BEGUN' } });
    expect(as.tokenRequests).toHaveLength(0);
    expect(await end(id, returned)).toMatchObject({ status: 200 });
    expect((await api.rpc(phone, id, read(1))).body).toMatchObject({ result: {} });
  });

  it('is begun by two devices at once, and each ends its own', async () => {
    const phone = await addDevice(api, token, 'Phone');
    const id = idOf(await create());
    const mine = await browse(((await begin(id)).body as SignInBegun).authorizationUrl);
    const theirs = await browse(((await begin(id, phone)).body as SignInBegun).authorizationUrl);
    // Whose it is counts as ever.
    expect(await end(id, mine, phone)).toMatchObject({ status: 409, body: { code: 'SIGN_IN_NOT_BEGUN' } });
    expect(await end(id, theirs)).toMatchObject({ status: 409, body: { code: 'SIGN_IN_NOT_BEGUN' } });
    expect(as.tokenRequests).toHaveLength(0);
    expect(await end(id, mine)).toMatchObject({ status: 200, body: { status: 'live' } });
    expect(await end(id, theirs, phone)).toMatchObject({ status: 200, body: { status: 'live' } });
    for (const by of [token, phone]) expect((await api.rpc(by, id, read(1))).body).toMatchObject({ result: {} });
    expect(await end(id, theirs, phone)).toMatchObject({ status: 409 });
  });

  it('that was ended while the server could not be reached connects with the next message', async () => {
    const id = idOf(await create());
    const returned = await browse(((await begin(id)).body as SignInBegun).authorizationUrl);
    server.fail(502);
    expect(await end(id, returned)).toMatchObject({ status: 502, body: { code: 'SERVER_FAILED' } });
    expect((await api.rpc(token, id, read(1))).body).toMatchObject({ error: {} });
    server.fail(undefined);
    expect((await api.rpc(token, id, read(2))).body).toMatchObject({ result: {} });
    expect((await api.ask('GET', `/sessions/${id}`, { token })).body).toMatchObject({ status: 'live', server: { name: 'protected' } });
  });

  it('is without effect at a server that wants none', async () => {
    const open = await startScriptedServer();
    const { id } = await api.connect(token, open.url);
    expect(await begin(id)).toMatchObject({ status: 422, body: { code: 'SIGN_IN_FAILED' } });
    expect(await show(id)).toMatchObject({ state: 'none' });
    expect((await api.rpc(token, id, { id: 1, method: 'tools/call', params: { name: 'act' } })).body).toMatchObject({ result: {} });
  });

  it('serves the next session of the server too', async () => {
    await connected();
    expect(await create()).toMatchObject({ status: 201, body: { status: 'live', signedIn: true } });
  });

  it('that is declined says so', async () => {
    const id = idOf(await create());
    const url = new URL(((await begin(id)).body as SignInBegun).authorizationUrl);
    const declined = { state: url.searchParams.get('state'), iss: as.issuer, error: 'access_denied' };
    expect(await end(id, declined)).toMatchObject({ status: 422, body: { code: 'SIGN_IN_FAILED', detail: 'The sign-in was declined.' } });
    expect(await show(id)).toMatchObject({ state: 'required' });
  });
});

describe('an access token that is about to end', () => {
  it('is renewed before it is used', async () => {
    vi.useFakeTimers({ toFake: ['Date'] });
    onTestFinished(() => void vi.useRealTimers());
    as = await startAuthorizationServer({ accessTokenSeconds: 600 });
    server = await startProtectedServer(as.check, as.issuer);
    const id = await connected();
    vi.setSystemTime(Date.now() + 580_000);
    expect((await api.rpc(token, id, read(1))).body).toMatchObject({ result: {} });
    expect(as.tokenRequests).toHaveLength(1);
    vi.setSystemTime(Date.now() + 15_000);
    const before = server.authorizations.length;
    expect((await api.rpc(token, id, read(2))).body).toMatchObject({ result: {} });
    expect(as.tokenRequests).toHaveLength(2);
    expect(server.authorizations.length).toBe(before + 1);
  });
});

describe('an access token that the server does not take', () => {
  it('is renewed once, and the call runs once', async () => {
    const id = await connected();
    const stale = server.authorizations.at(-1);
    server.expire();
    const answers = await Promise.all([1, 2, 3].map((number) => api.rpc(token, id, read(number))));
    for (const { body } of answers) expect(body).toMatchObject({ result: {} });
    expect(server.ran()).toBe(3);
    expect(as.tokenRequests.map((request) => request.get('grant_type'))).toEqual(['authorization_code', 'refresh_token']);
    expect(server.authorizations.at(-1)).not.toBe(stale);
    await expect.poll(() => marks(id)).toContain('token-refreshed');
    expect(await show(id)).toMatchObject({ state: 'signed-in' });
  });

  it('is renewed when a notification, the stream or a handshake meets it first', async () => {
    const id = await connected();
    server.expire();
    expect((await api.rpc(token, id, { method: 'notifications/roots/list_changed' })).status).toBe(202);
    expect(as.tokenRequests).toHaveLength(2);
    server.expire();
    const stream = await api.open('GET', `/mcp/${id}`, { token, headers: { accept: 'text/event-stream' } });
    await expect.poll(() => as.tokenRequests.length).toBe(3);
    await stream.body?.cancel();
    server.forget();
    expect((await api.rpc(token, id, read(1))).body).toMatchObject({ result: {} });
    expect(as.tokenRequests).toHaveLength(4);
    expect(server.handshakes()).toBe(2);
    expect(server.ran()).toBe(1);
  });

  it('though it was renewed ends the sign-in, and no call renews it again', async () => {
    const id = await connected();
    server.refuseAll(true);
    for (const number of [1, 2, 3])
      expect((await api.rpc(token, id, read(number))).body).toMatchObject({ error: { data: { code: 'SERVER_SIGN_IN_REQUIRED' } } });
    expect(as.tokenRequests).toHaveLength(2);
    expect(server.ran()).toBe(0);
    expect(await show(id)).toMatchObject({ state: 'required' });
    server.refuseAll(false);
    await signIn(id);
    expect((await api.rpc(token, id, read(4))).body).toMatchObject({ result: {} });
  });

  it('and cannot be renewed makes the session wait, and says why', async () => {
    const id = await connected();
    server.expire();
    as.fail('/token', 'lose');
    const { body } = await api.rpc(token, id, read(1));
    expect(body).toMatchObject({ error: { data: { code: 'SERVER_SIGN_IN_REQUIRED', detail: expect.stringContaining('lost') } } });
    as.fail('/token', undefined);
    expect((await api.rpc(token, id, read(2))).body).toMatchObject({ error: {} });
    expect(as.tokenRequests).toHaveLength(2);
    expect((await show(id)).steps.findLast(({ step }) => step === 'refresh')).toMatchObject({ ok: false });
    await signIn(id);
    expect((await api.rpc(token, id, read(3))).body).toMatchObject({ result: {} });
    expect(server.ran()).toBe(1);
  });

  it('while the authorization server is in trouble can be renewed later, three times at most', async () => {
    const id = await connected();
    server.expire();
    as.fail('/token', 503);
    expect((await api.rpc(token, id, read(1))).body).toMatchObject({ error: { data: { code: 'SERVER_FAILED' } } });
    as.fail('/token', undefined);
    expect((await api.rpc(token, id, read(2))).body).toMatchObject({ result: {} });
    server.expire();
    as.fail('/token', 503);
    const codes = [];
    for (const number of [3, 4, 5, 6, 7]) {
      const { body } = await api.rpc(token, id, read(number));
      codes.push((body as { error: { data: { code: string } } }).error.data.code);
    }
    expect(codes).toEqual(['SERVER_FAILED', 'SERVER_FAILED', ...Array(3).fill('SERVER_SIGN_IN_REQUIRED')]);
    expect(as.tokenRequests).toHaveLength(6);
  });

  it('is renewed when a new session is made with it', async () => {
    await connected();
    server.expire();
    expect(await create()).toMatchObject({ status: 201, body: { status: 'live' } });
    expect(as.tokenRequests).toHaveLength(2);
  });
});

describe('more permissions', () => {
  it('are asked for together with what was asked before, and the server session goes on', async () => {
    const id = await connected();
    server.needs('tools:write');
    const { body } = await api.rpc(token, id, read(1, 'write'));
    expect(body).toMatchObject({ error: { data: { code: 'SERVER_SIGN_IN_REQUIRED', detail: expect.stringContaining('tools:write') } } });
    expect((await api.rpc(token, id, read(2))).body).toMatchObject({ result: {} });
    expect(await show(id)).toMatchObject({ state: 'required', scopes: ['tools:write'] });
    const begun = (await begin(id)).body as SignInBegun;
    expect(begun.scopes).toEqual(['tools:read', 'offline_access', 'tools:write']);
    expect(await end(id, await browse(begun.authorizationUrl))).toMatchObject({ status: 200, body: { status: 'live', renewals: 0 } });
    expect((await api.rpc(token, id, read(3, 'write'))).body).toMatchObject({ result: {} });
    expect(await show(id)).toMatchObject({ state: 'signed-in' });
    expect(server.handshakes()).toBe(1);
  });

  it('that were asked for and not granted are not asked for again', async () => {
    const id = await connected();
    server.needs('tools:admin');
    await api.rpc(token, id, read(1, 'write'));
    const begun = (await begin(id)).body as SignInBegun;
    expect(begun.scopes).toContain('tools:admin');
    await end(id, await browse(begun.authorizationUrl));
    const { body } = await api.rpc(token, id, read(2, 'write'));
    expect(body).toMatchObject({ error: { data: { code: 'SERVER_REFUSED' } } });
    expect(await show(id)).toMatchObject({ state: 'signed-in' });
  });
});

describe('a sign-out', () => {
  it('revokes and forgets, and the session waits', async () => {
    const id = await connected();
    const bearer = server.authorizations.at(-1)?.slice(7) ?? '';
    expect((await api.ask('DELETE', `/sessions/${id}/authorization`, { token })).status).toBe(204);
    expect(await as.check(bearer, server.url)).toBeUndefined();
    expect((await api.ask('GET', `/sessions/${id}`, { token })).body).toMatchObject({ status: 'authorization-required', signedIn: false });
    const shown = await show(id);
    expect(shown.steps.filter(({ step }) => step === 'revocation').map(({ ok }) => ok)).toEqual([true, true]);
    expect(shown).not.toHaveProperty('issuer');
    expect((await api.rpc(token, id, read(1))).body).toMatchObject({ error: { data: { code: 'SERVER_SIGN_IN_REQUIRED' } } });
    expect(server.ran()).toBe(0);
    await signIn(id);
    expect((await api.rpc(token, id, read(2))).body).toMatchObject({ result: {} });
  });
});
