// @vitest-environment node
/** Proves what extension storage keeps: repair of what is broken, migrations, allow-lists, and no lost update. */
import { beforeEach, describe, expect, it } from 'vitest';
import { fakeBrowser } from 'wxt/testing/fake-browser';
import {
  changeSessions,
  DEFAULT_BACKEND_URL,
  loadStored,
  MAX_RECENT_URLS,
  removeSession,
  type StoredSession,
  saveNewSession,
  saveSelectedSessionId,
  saveSettings,
  toStored,
} from '../../../../extension/platform/stored.ts';
import { onStoredChange } from '../../../../extension/platform/stored-changes.ts';
import { leaveWorkspace, loadCredential, saveCredential } from '../../../../extension/platform/stored-lists.ts';
import { MIGRATIONS, type Migration, migrate } from '../../../../extension/platform/stored-migrations.ts';
import { loadRoom, MAX_ROOM_LENGTH, saveRoom } from '../../../../extension/platform/stored-rooms.ts';

const SESSION: StoredSession = {
  id: 'one',
  backendUrl: 'http://127.0.0.1:8787',
  workspaceId: 'w',
  url: 'http://127.0.0.1:3001/mcp',
  name: 'everything',
  transportChoice: 'auto',
  transport: 'streamable-http',
  revision: 'stateful',
  protocolVersion: '2025-11-25',
  server: { name: 'everything', version: '2.0.0' },
  status: 'live',
  createdAt: '2026-11-23T09:00:00.000Z',
  lastUsedAt: '2026-11-23T09:10:00.000Z',
  expiresAt: '2026-11-23T09:40:00.000Z',
  running: 0,
  questions: 0,
  coldStarts: 1,
  renewals: 0,
  headerNames: ['x-api-key'],
  signedIn: false,
};
const CREDENTIAL = { backendUrl: 'http://127.0.0.1:8787', deviceId: 'd', workspaceId: 'w', token: 't' };
const raw = () => fakeBrowser.storage.local.get(null);

beforeEach(() => fakeBrowser.reset());

describe('reading', () => {
  it('gives defaults when nothing is stored', async () => {
    expect(await loadStored()).toEqual({
      settings: { backendUrl: DEFAULT_BACKEND_URL, deviceName: '', accessCode: '' },
      credentials: [],
      joining: undefined,
      signIns: [],
      sessions: [],
      selectedSessionId: undefined,
      recentUrls: [],
      listed: undefined,
    });
  });

  it.each([
    ['settings that are a list', { settings: [1] }],
    ['sessions that are text', { sessions: 'all of them' }],
    ['credentials that are null', { credentials: null }],
    ['a selection that is a number', { selectedSessionId: 7 }],
    ['recent addresses of wrong kinds', { recentUrls: [1, null, {}] }],
  ])('leaves out %s', (_, broken) => {
    expect(toStored(broken)).toEqual(toStored({}));
  });

  it('keeps the sessions that are whole beside broken ones', () => {
    const { sessions } = toStored({ sessions: [{ id: 'x' }, SESSION, null, { ...SESSION, id: 5 }] });
    expect(sessions).toEqual([SESSION]);
  });

  it('repairs the parts of a session that are not needed to reconnect it', () => {
    const damaged = { ...SESSION, server: 'gone', coldStarts: '1', status: 'novel', transportChoice: 'carrier-pigeon', ended: { code: 1 } };
    expect(toStored({ sessions: [damaged] }).sessions).toEqual([
      { ...SESSION, server: { name: '', version: '' }, coldStarts: 0, status: 'live', transportChoice: 'auto' },
    ]);
  });
});

describe('writing', () => {
  it('stores only what the schema names', async () => {
    await changeSessions(() => [{ ...SESSION, surprise: 'x', server: { ...SESSION.server, icons: [{ src: 'data:,' }] } } as StoredSession]);
    expect((await raw())['sessions']).toEqual([SESSION]);
  });

  it('leaves the other settings when one changes', async () => {
    await saveSettings({ backendUrl: 'https://mooring.example.com' });
    await saveSettings({ accessCode: 'sesame' });
    expect((await loadStored()).settings).toEqual({ backendUrl: 'https://mooring.example.com', deviceName: '', accessCode: 'sesame' });
  });

  it('loses none of many updates at once', async () => {
    const ids = Array.from({ length: 25 }, (_, index) => `session-${index}`);
    await Promise.all([
      ...ids.map((id) => changeSessions((known) => [...known, { ...SESSION, id }])),
      ...ids.map((id) => saveRoom('room', id, id)),
      saveSettings({ deviceName: 'Laptop' }),
      saveCredential(CREDENTIAL),
    ]);
    const stored = await loadStored();
    expect(stored.sessions.map(({ id }) => id).sort()).toEqual([...ids].sort());
    expect(Object.keys(await loadRoom('room')).sort()).toEqual([...ids].sort());
    expect(stored.settings.deviceName).toBe('Laptop');
    expect(stored.credentials).toEqual([CREDENTIAL]);
  });

  it('orders live sessions by use, ended ones after them', async () => {
    const at = (id: string, minute: string, ended?: StoredSession['ended']) => ({
      ...SESSION,
      id,
      lastUsedAt: `2026-11-23T09:${minute}:00.000Z`,
      ...(ended && { ended }),
    });
    const ended = { code: 'SESSION_EXPIRED', at: '2026-11-23T10:00:00.000Z' };
    await changeSessions(() => [at('ended', '50', ended), at('old', '01'), at('new', '20')]);
    expect((await loadStored()).sessions.map(({ id }) => id)).toEqual(['new', 'old', 'ended']);
  });

  it('keeps one credential for each backend', async () => {
    await saveCredential(CREDENTIAL);
    await saveCredential({ ...CREDENTIAL, backendUrl: 'https://b.example.com', token: 'u' });
    await saveCredential({ ...CREDENTIAL, token: 'newer' });
    expect((await loadCredential(CREDENTIAL.backendUrl))?.token).toBe('newer');
    expect((await loadCredential('https://b.example.com'))?.token).toBe('u');
    await leaveWorkspace(CREDENTIAL.backendUrl, '2026-11-23T10:00:00.000Z');
    expect(await loadCredential(CREDENTIAL.backendUrl)).toBeUndefined();
    expect((await loadCredential('https://b.example.com'))?.token).toBe('u');
  });

  it('keeps a new session, its selection and its address in one change', async () => {
    const heard: unknown[] = [];
    const stop = onStoredChange((change) => heard.push(change));
    await saveNewSession(SESSION);
    stop();
    expect(heard).toHaveLength(1);
    const { sessions, selectedSessionId, recentUrls } = await loadStored();
    expect({ sessions, selectedSessionId, recentUrls }).toEqual({
      sessions: [SESSION],
      selectedSessionId: 'one',
      recentUrls: [SESSION.url],
    });
  });

  it('puts an address first among the recent ones, once', async () => {
    const connectTo = (index: number) => saveNewSession({ ...SESSION, id: `session-${index}`, url: `https://${index}.example.com/mcp` });
    for (let index = 0; index < MAX_RECENT_URLS + 3; index++) await connectTo(index);
    await connectTo(8);
    const { recentUrls } = await loadStored();
    expect(recentUrls).toHaveLength(MAX_RECENT_URLS);
    expect(recentUrls[0]).toBe('https://8.example.com/mcp');
    expect(recentUrls.filter((url) => url === 'https://8.example.com/mcp')).toHaveLength(1);
  });

  it('forgets a session with its panel state and its selection', async () => {
    await changeSessions(() => [SESSION]);
    await saveSelectedSessionId('one');
    await saveRoom('one', 'tools', { tool: 'echo' });
    await removeSession('one');
    expect(await raw()).toEqual({ version: MIGRATIONS.length, ...defaults(), sessions: [] });
  });
});

const defaults = () => {
  const { selectedSessionId: _selected, joining: _joining, ...rest } = toStored({});
  return rest;
};

describe('panel state', () => {
  it('goes along to the session that follows', async () => {
    await changeSessions(() => [{ ...SESSION, ended: { code: 'SESSION_EXPIRED', at: SESSION.expiresAt } }]);
    await saveRoom('one', 'tools', { tool: 'echo' });
    await saveNewSession({ ...SESSION, id: 'two' }, 'one');
    expect((await loadStored()).sessions.map(({ id }) => id)).toEqual(['two']);
    expect(await loadRoom('two')).toEqual({ tools: { tool: 'echo' } });
    expect(await loadRoom('one')).toEqual({});
  });

  it('is refused when it is too large, and what was there stays', async () => {
    await saveRoom('one', 'tools', 'small');
    await expect(saveRoom('one', 'log', 'x'.repeat(MAX_ROOM_LENGTH))).rejects.toThrow(RangeError);
    expect(await loadRoom('one')).toEqual({ tools: 'small' });
  });

  it('loses a value that is set to undefined', async () => {
    await saveRoom('one', 'a', 1);
    await saveRoom('one', 'b', 2);
    await saveRoom('one', 'a', undefined);
    expect(await loadRoom('one')).toEqual({ b: 2 });
  });
});

describe('versions', () => {
  const steps: Migration[] = [(old) => ({ ...old, first: true }), ({ first, ...old }) => ({ ...old, second: first })];

  it.each([
    ['no version', {}, { second: true }],
    ['version 1', { version: 1, first: 'kept' }, { version: 1, second: 'kept' }],
    ['the version of this build', { version: 2, second: 'as it is' }, { version: 2, second: 'as it is' }],
    ['a newer version', { version: 9, third: 'unknown' }, { version: 9, third: 'unknown' }],
    ['a version that is none', { version: -3.5 }, { version: -3.5, second: true }],
  ])('migrates %s', (_, stored, expected) => {
    expect(migrate(stored, steps)).toEqual(expected);
  });

  it('writes everything anew with the first change of older storage', async () => {
    await fakeBrowser.storage.local.set({ sessions: [SESSION, 'broken'] });
    await saveSettings({ deviceName: 'Laptop' });
    expect(await raw()).toMatchObject({ version: MIGRATIONS.length, sessions: [SESSION], settings: { deviceName: 'Laptop' } });
  });

  it('leaves what a newer build stored alone', async () => {
    const newer = { version: MIGRATIONS.length + 1, sessions: [{ shape: 'unknown here' }], credentials: [CREDENTIAL] };
    await fakeBrowser.storage.local.set(newer);
    await saveSettings({ deviceName: 'Laptop' });
    expect(await raw()).toEqual({ ...newer, settings: { backendUrl: DEFAULT_BACKEND_URL, deviceName: 'Laptop', accessCode: '' } });
  });
});

describe('changes', () => {
  it('reach every listener, base and rooms told apart', async () => {
    const heard: unknown[] = [];
    const stop = onStoredChange((change) => heard.push(change));
    await saveSettings({ deviceName: 'Laptop' });
    await saveRoom('one', 'tools', 1);
    stop();
    await saveRoom('one', 'tools', 2);
    expect(heard).toEqual([
      { base: true, rooms: [] },
      { base: false, rooms: ['one'] },
    ]);
  });

  it('that change nothing are not written', async () => {
    await changeSessions(() => [SESSION]);
    const heard: unknown[] = [];
    const stop = onStoredChange((change) => heard.push(change));
    await changeSessions((known) => known);
    stop();
    expect(heard).toEqual([]);
  });
});
