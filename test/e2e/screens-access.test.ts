/**
 * Looks at the screens of devices, headers and sign-in in both browsers, light and dark, narrow and wide. The backend is scripted: it is in
 * states here, with texts, that a real one comes to only in long ways. That these come about is proved in the other files.
 */
import { beforeAll, describe, expect, it } from 'vitest';
import type { Device, Session } from '../../shared/contract.ts';
import type { Authorization } from '../../shared/sign-in-contract.ts';
import { endLater } from '../support/at-end.ts';
import { type BrowserKind, type ExtensionBrowserProcess, openBrowser } from '../support/browsers.ts';
import { openPanelPage } from '../support/panel-page.ts';
import { openFreshPopup, type PopupPage } from '../support/popup-page.ts';
import { aSession, json, openScriptedBackend, problem, type ScriptedBackend, silence } from '../support/scripted-backend.ts';
import { shoot, type Watch, watch } from '../support/surfaces-look.ts';

const POPUP = { widths: [320, 380], height: 600 };
const PANEL = { widths: [320, 460, 800], height: 800 };
const LONG = `A device whose owner gave it a name that is far too long ${'and longer '.repeat(4)}`.trim();
const STRANGE = 'خادم\u202e txt.exe';
const at = (minutes: number): string => new Date(Date.now() - minutes * 60_000).toISOString();

describe.each<BrowserKind>(['chromium', 'firefox'])('%s', (kind) => {
  let served: ScriptedBackend;
  let extension: ExtensionBrowserProcess;

  beforeAll(async () => {
    [served, extension] = await Promise.all([openScriptedBackend(), openBrowser(kind)]);
    endLater(() => served.close());
  });

  const device = (name: string, more: Partial<Device> = {}): Device => ({
    id: name,
    name,
    createdAt: at(9999),
    lastSeenAt: at(3000),
    current: false,
    membership: 'member',
    ...more,
  });
  const laptop = device('Chrome on Linux', { current: true });
  const serveDevices = (...devices: Device[]) => served.answer('GET /api/devices', json(200, { devices }));
  const serveSessions = (...sessions: Session[]) => {
    served.sessions.clear();
    for (const session of sessions) served.sessions.set(session.id, session);
  };
  const credential = (more: object = {}) => ({ backendUrl: served.url, deviceId: 'd', workspaceId: 'w', token: 't', ...more });
  const signInPath = (session: Session) => `POST /api/sessions/${session.id}/sign-in`;

  type Watched = { popup: PopupPage; watched: Watch };
  async function open(more: Record<string, unknown> = {}): Promise<Watched> {
    const popup = await openFreshPopup(extension, served.url, { credentials: [credential()], ...more });
    return { popup, watched: await watch(extension, popup) };
  }
  async function openSettings(more: Record<string, unknown> = {}): Promise<Watched> {
    const opened = await open(more);
    await opened.popup.click('button', 'Settings');
    await opened.popup.see('Devices');
    return opened;
  }
  async function look({ popup, watched }: Watched, name: string): Promise<void> {
    await popup.page.evaluate(
      `document.querySelector('.pairing, .join-form, .devices .notice, .sign-in, .headers-form')?.scrollIntoView()`,
    );
    expect(await shoot(extension, popup, `popup-${name}`, POPUP)).toEqual([]);
    expect(await watched.problems()).toEqual([]);
  }

  it('devices: many, a code, one that is over, one that waits', async () => {
    serveSessions();
    serveDevices(laptop, device(LONG), device(STRANGE), device('Firefox on macOS', { lastSeenAt: at(2) }));
    served.answer('POST /api/pairings', json(201, { code: 'BCDFGHJK', expiresAt: new Date(Date.now() + 120_000).toISOString() }));
    const opened = await openSettings();
    const { popup } = opened;
    await popup.see('Firefox on macOS');
    await look(opened, 'devices');
    await popup.click('button', /^Remove Firefox/);
    await popup.see('It loses access');
    await look(opened, 'device-removing');
    await popup.click('button', 'Keep');
    await popup.click('button', 'Add a device…');
    await popup.find('img', /^Code /);
    await look(opened, 'pairing-code');
    served.answer('POST /api/pairings', json(201, { code: 'LMNPQRST', expiresAt: new Date(Date.now() + 500).toISOString() }));
    await popup.click('button', 'New code');
    await popup.see('This code is over.');
    await look(opened, 'pairing-over');
    await popup.click('button', 'Close');
    serveDevices(laptop, device(LONG, { membership: 'waiting', check: '4821' }));
    await popup.click('button', 'Back to the sessions');
    await popup.click('button', 'Settings');
    await popup.see('A device asks to be let in');
    await look(opened, 'device-waits');
    served.answer('GET /api/devices', problem('STORAGE_UNAVAILABLE'));
    await popup.click('button', 'Back to the sessions');
    await popup.click('button', 'Settings');
    await popup.see('Storage is not answering.');
    await look(opened, 'devices-failed');
    await popup.page.close();
  });

  it('joining: the form, a wrong code, the wait, the refusal, the joined list, removed from it', async () => {
    serveSessions(aSession({ name: 'Notes' }));
    serveDevices(laptop);
    const opened = await openSettings();
    const { popup } = opened;
    await popup.click('button', 'Join another device’s list…');
    await look(opened, 'join-form');
    served.answer('POST /api/devices', problem('PAIRING_CODE_WRONG', 'The code is wrong, was used, or is over.'));
    await popup.type('Code of the other device', 'BCDFGHJK');
    await popup.press('Enter');
    await popup.see('This code is wrong, used or over.');
    await look(opened, 'join-wrong');
    await popup.page.close();
    served.answer('POST /api/devices', undefined);

    const joining = credential({ workspaceId: 'theirs', token: 'new', check: '4821', isRefused: false });
    served.answer('GET /api/devices', problem('DEVICE_WAITING'));
    const waiting = await open({ joining });
    await waiting.popup.see('Waiting to be let in');
    await look(waiting, 'join-waiting');
    await waiting.popup.page.close();
    const refused = await open({ joining: { ...joining, isRefused: true } });
    await refused.popup.see('did not let this browser in');
    await look(refused, 'join-refused');
    await refused.popup.page.close();

    serveDevices(laptop, device('Firefox on macOS'));
    const own = { deviceId: 'd0', workspaceId: 'own', token: 'own' };
    const joined = await openSettings({ credentials: [credential({ own })] });
    await joined.popup.see('This list belongs to another device.');
    await look(joined, 'joined');
    await joined.popup.click('button', 'Back to the sessions');
    served.answer('GET /api/sessions', problem('UNAUTHORIZED'));
    await joined.popup.page.reload({ waitUntil: [] });
    await joined.popup.see('This browser was removed from the list.');
    await look(joined, 'removed');
    served.answer('GET /api/sessions', undefined);
    await joined.popup.page.close();
  });

  it('headers: when connecting, a bad one, those of a session', async () => {
    serveSessions(aSession({ name: 'Notes', headerNames: ['authorization', 'x-a-header-with-quite-a-long-name-of-its-own'] }));
    const opened = await open();
    const { popup } = opened;
    await popup.find('listitem', /Notes/);
    await popup.click('button', 'headers, transport…');
    await popup.click('button', 'Add a header');
    await popup.type('Name of header 1', 'X-Api-Key');
    await popup.type('Value of header 1', 'a-secret-key');
    await popup.click('button', 'Add a header');
    await look(opened, 'headers');
    await popup.type('Name of header 2', 'Mcp-Session-Id');
    await popup.type('Value of header 2', 'x');
    await popup.enterAddress('https://mcp.example.com/mcp');
    await popup.see('MCP sets it for each message');
    await look(opened, 'headers-bad');
    await popup.click('button', 'headers, transport…');
    await popup.chooseFromMenu('Notes', /^Headers…/);
    await popup.see('Kept for this server');
    await look(opened, 'session-headers');
    await popup.page.close();
  });

  it('sign-in: asked, where it leads, another script, the window, failed', async () => {
    const waiting = aSession({ name: 'Acme', status: 'authorization-required' });
    serveSessions(waiting, aSession({ name: LONG, status: 'authorization-required', signedIn: true }));
    served.answer(signInPath(waiting), silence);
    const opened = await open();
    const { popup } = opened;
    await popup.click('button', 'Sign in to Acme');
    await popup.see('Asking the server where to sign in');
    await look(opened, 'sign-in-asking');
    await popup.click('button', 'Cancel');
    const begun = {
      authorizationUrl: 'https://login.acme.dev/authorize?state=s',
      issuer: 'https://login.acme.dev',
      scopes: ['read', 'write:all', 'https://acme.dev/scopes/with/a/long/address/of/its/own', STRANGE],
      resource: 'https://mcp.acme.dev/a/rather/long/path/to/mcp',
    };
    served.answer(signInPath(waiting), json(200, begun));
    await popup.click('button', 'Sign in to Acme');
    await popup.see('Sign in at');
    await look(opened, 'sign-in-consent');
    await popup.click('button', 'Cancel');
    const lookalike = { ...begun, authorizationUrl: 'https://аcme.dev/authorize?state=s', scopes: [] };
    served.answer(signInPath(waiting), json(200, lookalike));
    await popup.click('button', 'Sign in to Acme');
    await popup.see('another script');
    await look(opened, 'sign-in-lookalike');
    await popup.click('button', 'Cancel');
    served.answer(signInPath(waiting), problem('SIGN_IN_FAILED', 'login.acme.dev registers no clients: 403 invalid_client_metadata.'));
    await popup.click('button', 'Sign in to Acme');
    await popup.see('The sign-in did not work.');
    await popup.page.evaluate(`document.querySelector('.own-client').open = true`);
    await look(opened, 'sign-in-failed');
    await popup.page.close();
    const signIns = [{ sessionId: waiting.id, phase: 'window', at: at(0) }];
    const away = await open({ signIns });
    await away.popup.see('Sign in in the window');
    await look(away, 'sign-in-window');
    await away.popup.page.close();
  });

  it('the Session room: signed in, failed, plain', async () => {
    const session = aSession({
      name: 'Acme',
      signedIn: true,
      headerNames: ['x-api-key'],
      coldStarts: 3,
      renewals: 1,
      server: { name: 'acme-mcp', title: 'Acme Documents', version: '3.1.4' },
      capabilities: { tools: { listChanged: true }, resources: { subscribe: true }, logging: {}, 'x-own': {} },
      instructions: `Use search first. ${STRANGE}\n${'Then read what was found. '.repeat(30)}`,
    });
    serveSessions(session);
    const authorization: Authorization = {
      state: 'signed-in',
      issuer: 'https://login.acme.dev',
      resource: 'https://mcp.acme.dev/mcp',
      clientId: 'client-0123456789abcdef0123456789abcdef',
      registration: 'dynamic',
      scopes: ['read', 'write:all'],
      expiresAt: new Date(Date.now() + 3_540_000).toISOString(),
      refreshes: true,
      steps: [
        { at: at(3), step: 'challenge', ok: true, url: 'https://mcp.acme.dev/mcp', detail: 'The server asks for sign-in.' },
        {
          at: at(3),
          step: 'resource-metadata',
          ok: true,
          url: 'https://mcp.acme.dev/.well-known/oauth-protected-resource/mcp',
          detail: 'It names https://login.acme.dev.',
        },
        { at: at(2), step: 'registration', ok: true, url: 'https://login.acme.dev/register', detail: 'Registered as client-0123….' },
        { at: at(1), step: 'token', ok: true, url: 'https://login.acme.dev/token', detail: 'A token for an hour, with a way to renew it.' },
      ],
    };
    const path = `GET /api/sessions/${session.id}/authorization`;
    served.answer(path, json(200, authorization));
    served.answer('POST /api/mcp/', problem('SERVER_UNREACHABLE'));
    const popup = await openFreshPopup(extension, served.url, { credentials: [credential()] });
    await popup.find('listitem', /Acme/);
    const panel = await openPanelPage(extension);
    await panel.openRoom('Session');
    const watched = await watch(extension, panel);
    const lookAt = async (name: string): Promise<void> => {
      expect(await shoot(extension, panel, `panel-${name}`, PANEL)).toEqual([]);
      expect(await watched.problems()).toEqual([]);
      await panel.page.setViewport({ width: 460, height: PANEL.height });
    };
    await panel.see('A token for an hour');
    await lookAt('session');
    await panel.page.evaluate(`document.querySelector('.session-room').scrollTop = 9999`);
    await lookAt('session-end');
    served.answer(
      path,
      json(200, {
        ...authorization,
        state: 'required',
        steps: [
          ...authorization.steps.slice(0, 2),
          {
            at: at(0),
            step: 'registration',
            ok: false,
            url: 'https://login.acme.dev/register',
            detail: 'login.acme.dev does not register Mooring.',
            answer: `403 invalid_client_metadata: ${STRANGE} clients are registered by hand only`,
          },
        ],
      }),
    );
    served.sessions.set(session.id, { ...session, status: 'authorization-required', instructions: '' });
    await panel.page.reload({ waitUntil: [] });
    await panel.see('registers no clients by itself');
    await lookAt('session-failed');
    served.sessions.set(session.id, { ...session, signedIn: false, headerNames: [], capabilities: {} });
    served.answer(path, json(200, { state: 'none', scopes: [], refreshes: false, steps: [] }));
    await panel.page.reload({ waitUntil: [] });
    await panel.see('used without a sign-in');
    await lookAt('session-plain');
    await Promise.all([popup.page.close(), panel.page.close()]);
  });
});
