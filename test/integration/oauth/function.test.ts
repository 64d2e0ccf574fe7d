/**
 * Proves devices and sign-in through the function as it is built for Vercel: by every way to become a client, with instances that are killed
 * in the midst of it and start cold. MOORING_FUNCTION names the file of another build, as the one that `vercel build` makes.
 */
import { createServer } from 'node:https';
import type { AddressInfo } from 'node:net';
import { Agent, fetch as fetchOver } from 'undici';
import { beforeAll, describe, expect, it } from 'vitest';
import { functionBundle } from '../../../api/_local/build-folders.ts';
import { listen } from '../../../api/_local/listen.ts';
import { DeviceList, Pairing, RegisteredDevice, type Session } from '../../../shared/contract.ts';
import type { Authorization, SignInBegun } from '../../../shared/sign-in-contract.ts';
import { type ApiClient, clientOf } from '../../support/api-client.ts';
import { endLater } from '../../support/at-end.ts';
import { type AuthorizationServer, startAuthorizationServer } from '../../support/authorization-server.ts';
import { startKv } from '../../support/kv.ts';
import { type BackendProcess, startBackend } from '../../support/processes.ts';
import { type ProtectedServer, startProtectedServer } from '../../support/protected-server.ts';
import { browse, REDIRECT_URI } from '../../support/sign-in-browser.ts';
import { makeSelfSigned } from '../egress/self-signed.ts';

const HOST = 'mooring.example.com';
const ACCESS_CODE = 'rope, tide and lantern';
const CLIENT = { id: 'by-hand', secret: 'a secret of the client' };
const HOSTING = new URL('../../support/function-host.ts', import.meta.url).pathname;

const { key, cert } = makeSelfSigned(HOST);
/** What the internet has and this machine does not: a name for the backend, and somebody who vouches for its certificate. */
const INTERNET = `
  import dns from 'node:dns';
  import { syncBuiltinESMExports } from 'node:module';
  import tls from 'node:tls';
  const { lookup } = dns;
  dns.lookup = (name, ...rest) => lookup(name === '${HOST}' ? '127.0.0.1' : name, ...rest);
  syncBuiltinESMExports();
  tls.setDefaultCACertificates([...tls.getCACertificates('default'), ${JSON.stringify(cert)}]);`;

let first: BackendProcess;
let second: BackendProcess;
let api: ApiClient;
let other: ApiClient;
let as: AuthorizationServer;
let server: ProtectedServer;
/** Paths that were asked for at the public address, over TLS. */
const asked: string[] = [];
/** Whether the public address lets nobody in, as a protected deployment. */
let isProtected = false;

beforeAll(async () => {
  const kv = await startKv();
  const front = createServer({ key, cert }, async (request, response) => {
    if (isProtected) return void response.writeHead(401).end();
    asked.push(request.url ?? '');
    // A platform asks whatever instance there is.
    const answer = await fetch(`${first.url}${request.url}`).catch(() => fetch(`${second.url}${request.url}`));
    response.writeHead(answer.status, Object.fromEntries(answer.headers)).end(await answer.text());
  });
  await listen(front, { host: '127.0.0.1', port: 0 });
  endLater(async () => {
    front.closeAllConnections();
    front.close();
  });
  const { port } = front.address() as AddressInfo;
  // The authorization server reads the document over TLS, as any other would.
  const dispatcher = new Agent({
    connect: { ca: cert, lookup: (_name, _options, found) => found(null, [{ address: '127.0.0.1', family: 4 }]) },
  });
  endLater(() => dispatcher.close());
  as = await startAuthorizationServer({
    features: { clientIdMetadataDocument: { enabled: true, ack: 'draft-02' } },
    configuration: { fetch: (url: URL, init: object) => fetchOver(url, { ...init, dispatcher }) },
    clients: [
      {
        client_id: CLIENT.id,
        client_secret: CLIENT.secret,
        redirect_uris: [REDIRECT_URI],
        token_endpoint_auth_method: 'client_secret_basic',
        grant_types: ['authorization_code', 'refresh_token'],
      },
    ],
  });
  server = await startProtectedServer(as.check, as.issuer);
  const reachable = [as.issuer, server.url, `https://${HOST}:${port}`].map((url) => new URL(url).host);
  const env = {
    ...kv.env,
    VERCEL: '1',
    VERCEL_ENV: 'production',
    VERCEL_PROJECT_PRODUCTION_URL: `${HOST}:${port}`,
    MOORING_ACCESS_CODE: ACCESS_CODE,
    MOORING_ALLOW_PRIVATE: reachable.join(','),
    NODE_OPTIONS: `--import=data:text/javascript,${encodeURIComponent(INTERNET)}`,
  };
  const program = [HOSTING, process.env['MOORING_FUNCTION'] ?? functionBundle()];
  [first, second] = await Promise.all([startBackend(env, program), startBackend(env, program)]);
  [api, other] = [clientOf(first.url), clientOf(second.url)];
});

async function register(name: string, more: object = {}): Promise<RegisteredDevice> {
  const { body } = await api.ask('POST', '/devices', { body: { name, accessCode: ACCESS_CODE, ...more } });
  return RegisteredDevice.parse(body);
}
const read = { id: 1, method: 'tools/call', params: { name: 'read', arguments: {} } };
const RAN = { result: { content: [{ text: 'ran read' }] } };
const refreshes = (): number => as.tokenRequests.filter((request) => request.get('grant_type') === 'refresh_token').length;
const countOf = (line: string): number => as.asked.filter((one) => one === line).length;

describe.each<[NonNullable<Authorization['registration']>, object]>([
  ['dynamic', {}],
  ['metadata-document', {}],
  ['by-hand', { client: CLIENT }],
])('a sign-in of a client that is known by way of %s', (registration, more) => {
  it('outlives its instances, is renewed once, and ends everywhere', async () => {
    isProtected = registration === 'dynamic';
    const { token } = await register('Laptop');
    const created = await api.ask('POST', '/sessions', { token, body: { url: server.url } });
    expect(created.status).toBe(202);
    const { id } = created.body as Session;
    const before = { ran: server.ran(), refreshes: refreshes(), registered: countOf('POST /register'), revoked: countOf('POST /revoke') };

    const begun = await api.ask('POST', `/sessions/${id}/sign-in`, { token, body: { redirectUri: REDIRECT_URI, ...more } });
    expect(begun).toMatchObject({ status: 200, body: { issuer: as.issuer, resource: server.url } });
    // The instance that began it is gone when the browser comes back, and the one that ends it has never heard of it.
    await first.kill();
    const returned = await browse((begun.body as SignInBegun).authorizationUrl);
    const ended = await other.ask('POST', `/sessions/${id}/authorization`, { token, body: returned });
    expect(ended).toMatchObject({ status: 200, body: { status: 'live', signedIn: true, server: { name: 'protected' } } });
    await first.restart();
    expect((await api.rpc(token, id, read)).body).toMatchObject(RAN);
    const shown = (await api.ask('GET', `/sessions/${id}/authorization`, { token })).body;
    expect(shown).toMatchObject({ state: 'signed-in', registration, refreshes: true });
    expect(countOf('POST /register')).toBe(before.registered + (registration === 'dynamic' ? 1 : 0));

    await second.restart();
    server.expire();
    expect((await other.rpc(token, id, read)).body).toMatchObject(RAN);
    expect((await api.rpc(token, id, read)).body).toMatchObject(RAN);
    expect(refreshes()).toBe(before.refreshes + 1);

    expect((await api.ask('DELETE', `/sessions/${id}/authorization`, { token })).status).toBe(204);
    await expect.poll(() => countOf('POST /revoke')).toBeGreaterThan(before.revoked);
    await second.restart();
    for (const one of [api, other])
      expect((await one.rpc(token, id, read)).body).toMatchObject({ error: { data: { code: 'SERVER_SIGN_IN_REQUIRED' } } });
    expect(server.ran()).toBe(before.ran + 3);
  });
});

it('the document that says who we are was read over TLS, by the backend itself and by the authorization server', () => {
  expect(asked).toEqual(['/api/oauth/client-metadata.json', '/api/oauth/client-metadata.json']);
});

it('a device is paired and removed across instances that start cold', async () => {
  const laptop = await register('Laptop');
  const { code } = Pairing.parse((await api.ask('POST', '/pairings', { token: laptop.token })).body);
  await first.kill();
  const added = await other.ask('POST', '/devices', { body: { name: 'Phone', pairingCode: code } });
  expect(added).toMatchObject({ status: 201, body: { membership: 'waiting' } });
  const phone = RegisteredDevice.parse(added.body);
  await first.restart();
  await second.restart();
  expect((await api.ask('GET', '/sessions', { token: phone.token })).status).toBe(403);
  expect((await api.ask('POST', `/devices/${phone.deviceId}/admission`, { token: laptop.token })).status).toBeLessThan(300);
  expect((await other.ask('GET', '/sessions', { token: phone.token })).status).toBe(200);
  const { devices } = DeviceList.parse((await other.ask('GET', '/devices', { token: phone.token })).body);
  expect(devices.map(({ name }) => name).sort()).toEqual(['Laptop', 'Phone']);
  expect((await other.ask('DELETE', `/devices/${phone.deviceId}`, { token: laptop.token })).status).toBe(204);
  for (const one of [api, other]) expect((await one.ask('GET', '/sessions', { token: phone.token })).status).toBe(401);
});

it('who does not know the access code registers nothing', async () => {
  for (const more of [{}, { accessCode: 'rope, tide and candle' }])
    expect((await api.ask('POST', '/devices', { body: { name: 'Stranger', ...more } })).status).toBe(403);
});
