/**
 * Proves that the search at the end of each of these files (test/support/setup-secrets.ts) has something to find: here a secret of every
 * kind goes its way, with either store, and one that is planted in the browser is found there. The other places are planted in
 * test/integration/support/secret-search.test.ts.
 */
import { randomUUID } from 'node:crypto';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { Pairing, RegisteredDevice } from '../../shared/contract.ts';
import { type ApiClient, clientOf } from '../support/api-client.ts';
import { type BrowserKind, type ExtensionBrowserProcess, makeProfile, openBrowser } from '../support/browsers.ts';
import { type Consent, startConsent } from '../support/consent-window.ts';
import { type Door, startDoor } from '../support/door.ts';
import { startEverything } from '../support/everything.ts';
import { readProfile, SILENT_PAGE } from '../support/extension-storage.ts';
import { type Kv, startKv } from '../support/kv.ts';
import { openPanelPage } from '../support/panel-page.ts';
import { openFreshPopup, type PopupPage } from '../support/popup-page.ts';
import { type BackendProcess, startBackend } from '../support/processes.ts';
import { type ProtectedServer, startProtectedServer } from '../support/protected-server.ts';
import { findSecrets, searchedPlaces } from '../support/secret-search.ts';
import { learnedSecrets, learnSecret, MAY_BE_IN } from '../support/secrets.ts';
import { eventually } from '../support/surfaces.ts';

const ACCESS_CODE = 'canary-access-code-31aa';
const HEADER = 'canary-header-value-90b2';
const KEY = 'canary-key-in-address-7d4e';
const ARGUMENT = 'canary-argument-c01f';
const ANSWER = 'canary-answer-55e0';
const CLIENT = { id: 'by-hand', secret: 'canary-client-secret-e8d3' };

const folder = mkdtempSync(join(tmpdir(), 'mooring-secrets-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const STORES = {
  Redis: async (): Promise<Kv['env']> => (await startKv()).env,
  'a file': async (): Promise<Kv['env']> => ({ MOORING_DATA: join(folder, 'mooring.db') }),
};

describe.each<[BrowserKind, keyof typeof STORES]>([
  ['chromium', 'Redis'],
  ['firefox', 'a file'],
])('in %s, with a backend that stores in %s', (kind, store) => {
  let profile: string;
  let extension: ExtensionBrowserProcess;
  let backend: BackendProcess;
  let api: ApiClient;
  let door: Door;
  let consent: Consent;
  let server: ProtectedServer;
  let popup: PopupPage;

  beforeAll(async () => {
    profile = await makeProfile();
    const [env, everything] = await Promise.all([STORES[store](), startEverything()]);
    [backend, door, extension] = await Promise.all([
      startBackend({ ...env, MOORING_ACCESS_CODE: ACCESS_CODE }),
      startDoor(everything.url),
      openBrowser(kind, { profile }),
    ]);
    api = clientOf(backend.url);
    const page = await extension.openPage(SILENT_PAGE);
    const redirect = await page.evaluate('(globalThis.browser ?? globalThis.chrome).identity.getRedirectURL()');
    await page.close();
    consent = await startConsent({
      clients: [
        {
          client_id: CLIENT.id,
          client_secret: CLIENT.secret,
          redirect_uris: [redirect],
          token_endpoint_auth_method: 'client_secret_basic',
          grant_types: ['authorization_code', 'refresh_token'],
        },
      ],
    });
    server = await startProtectedServer(consent.authority.check, consent.authority.issuer);
    popup = await openFreshPopup(extension, backend.url, {
      settings: { backendUrl: backend.url, deviceName: '', accessCode: ACCESS_CODE },
    });
  });

  const tokenOfBrowser = async (): Promise<string> => (await popup.stored()).credentials?.[0]?.token ?? '';

  it('goes to a server: a header, a key in its address, an argument, and its result back', async () => {
    await popup.click('button', 'headers, transport…');
    await popup.click('button', 'Add a header');
    await popup.type('Name of header 1', 'X-Api-Key');
    await popup.type('Value of header 1', HEADER);
    await popup.connect(`${door.url}?key=${KEY}`);
    const panel = await openPanelPage(extension);
    learnSecret('argument', ARGUMENT);
    await panel.echo(ARGUMENT);
    await panel.page.close();
    expect(door.knocks.at(-1)).toMatchObject({ path: `/mcp?key=${KEY}`, headers: { 'x-api-key': HEADER } });
  });

  it('answers a question, and is told of what fails', async () => {
    const token = await tokenOfBrowser();
    const { id } = (await popup.stored()).sessions?.[0] ?? { id: '' };
    const act = { 'idempotency-key': randomUUID() };
    const call = { method: 'tools/call', params: { name: 'trigger-elicitation-request', arguments: {} } };
    const answered = api.rpc(token, id, { id: 1, ...call }, act);
    const question = await eventually(async () => {
      const { body } = await api.ask('GET', `/sessions/${id}/activity`, { token });
      const { entries } = body as { entries: { method?: string; message?: { id?: string } }[] };
      const asked = entries.find(({ method }) => method === 'elicitation/create');
      expect(asked?.message?.id).toBeTruthy();
      return asked?.message?.id;
    });
    learnSecret('answer to a question', ANSWER);
    await api.rpc(token, id, { id: question, result: { action: 'accept', content: { name: ANSWER, check: true } } });
    expect(JSON.stringify((await answered).body)).toContain(ANSWER);

    const other = { ...call, params: { ...call.params, arguments: { more: ARGUMENT } } };
    expect((await api.rpc(token, id, { id: 2, ...other }, act)).body).toHaveProperty('error');
    door.guard(() => 500);
    expect((await api.rpc(token, id, { id: 3, ...other })).body).toHaveProperty('error');
    door.guard(() => undefined);
    expect((await api.ask('GET', '/sessions', { token: `${token.slice(0, -1)}-` })).status).toBe(401);
  });

  it('lets another device in by a code', async () => {
    await popup.click('button', 'Settings');
    await popup.click('button', 'Add a device…');
    const shown = (await popup.find('img', /^Code /)).replaceAll(/^Code |[ ,]/g, '');
    const register = (pairingCode: string) =>
      api.ask('POST', '/devices', { body: { name: 'Phone', accessCode: ACCESS_CODE, pairingCode } });
    const phone = RegisteredDevice.parse((await register(shown)).body);
    expect((await register(shown)).status).toBeGreaterThanOrEqual(400);
    await popup.click('button', 'Let it in');
    await eventually(async () => expect((await api.ask('GET', '/sessions', { token: phone.token })).status).toBe(200));
    // One that is still open at the end.
    Pairing.parse((await api.ask('POST', '/pairings', { token: await tokenOfBrowser() })).body);
    await popup.click('button', 'Add a device…');
    await popup.find('img', /^Code /);
    await popup.click('button', 'Back to the sessions');
  });

  it('signs in as a client with a secret, over a cold start, renews its access and signs out', async () => {
    await popup.enterAddress(server.url);
    await popup.click('button', /^Sign in to /);
    await popup.click('button', 'Use a client that you registered yourself');
    await popup.type(/^Client ID/, CLIENT.id);
    await popup.type(/^Client secret/, CLIENT.secret);
    await popup.click('button', 'Begin with this client');
    await popup.click('button', 'Continue');
    await consent.window(extension);
    await backend.restart();
    await consent.allow(extension);
    await popup.find('listitem', /^live .* protected v1 /);
    const panel = await openPanelPage(extension);
    await panel.find('option', 'read');
    const renewals = consent.authority.tokenRequests.length;
    server.expire();
    await panel.openTool('read');
    await panel.click('button', 'Run');
    await panel.see('ran read');
    expect(consent.authority.tokenRequests.length).toBe(renewals + 1);
    await panel.openRoom('Session');
    await panel.click('button', 'Sign out');
    await panel.find('button', 'Sign in');
    await eventually(async () => expect(consent.authority.asked).toContain('POST /revoke'));
  });

  it('has sent a secret of every kind, and none is where it must not be', async () => {
    const findings = await findSecrets();
    const kinds = [...new Set(learnedSecrets().values()), ...(store === 'Redis' ? [] : ['storage token'])];
    expect(kinds).toEqual(expect.arrayContaining(Object.keys(MAY_BE_IN)));
    const read = await Promise.all(searchedPlaces().map(async (place) => ({ kind: place.kind, text: await place.read() })));
    const textOf = (wanted: string) => read.flatMap(({ kind: found, text }) => (found === wanted ? [text] : [])).join('\n');
    expect(textOf('store')).toContain('v1.1.');
    expect(textOf('log').split('\n').length).toBeGreaterThan(20);
    expect(textOf('error').split('"code":').length).toBeGreaterThan(3);
    // What may be in the browser is, so that it was looked into.
    for (const text of [await tokenOfBrowser(), ACCESS_CODE, KEY, '"pairing":']) expect(textOf('extension')).toContain(text);
    expect(findings).toEqual([]);
  });

  it.each(['local', 'session'])('would be found in storage.%s', async (area) => {
    const planted = `canary-planted-in-${area}`;
    const set = `(globalThis.browser ?? globalThis.chrome).storage.${area}.set({ planted: '${planted}' })`;
    await popup.page.evaluate(set);
    expect(await findSecrets(new Map([[planted, 'result']]))).toContain(`result ${planted} in extension storage in ${kind}`);
  });

  it('leaves nothing more of them on disk', async () => {
    await extension.close();
    const profileOf = { kind: 'disk', name: 'the profile', read: () => readProfile(profile) } as const;
    expect(profileOf.read()).toContain(KEY);
    expect(await findSecrets(learnedSecrets(), [profileOf])).toEqual([]);
  });
});
