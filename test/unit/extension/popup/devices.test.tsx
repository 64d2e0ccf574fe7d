// @vitest-environment-options { "settings": { "fetch": { "disableSameOriginPolicy": true } } }
/** Proves both sides of pairing in the popup: showing a code and letting in, entering one and waiting, leaving and being removed. */
import { cleanup, fireEvent, render, screen, waitFor, within } from '@testing-library/preact';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { fakeBrowser } from 'wxt/testing/fake-browser';
import { changeSessions, loadStored, saveSettings } from '../../../../extension/platform/stored.ts';
import { enterJoined } from '../../../../extension/platform/stored-joining.ts';
import { loadCredential, saveCredential } from '../../../../extension/platform/stored-lists.ts';
import { backendState, listingError } from '../../../../extension/state/backend-state.ts';
import { now } from '../../../../extension/state/clock.ts';
import { devices, devicesError } from '../../../../extension/state/devices.ts';
import { keepFresh } from '../../../../extension/state/freshness.ts';
import { joinForm } from '../../../../extension/state/joining.ts';
import { toStoredSession } from '../../../../extension/state/merge-sessions.ts';
import { pairingState } from '../../../../extension/state/pairing.ts';
import { isFresh, refreshAll } from '../../../../extension/state/sessions.ts';
import { openStored, stored } from '../../../../extension/state/stored-state.ts';
import { closeSettings } from '../../../../extension/ui/popup/open-settings.ts';
import { Popup } from '../../../../extension/ui/popup/popup.tsx';
import type { Device } from '../../../../shared/contract.ts';
import { aSession, json, openScriptedBackend, problem, type ScriptedBackend } from '../../../support/scripted-backend.ts';

let served: ScriptedBackend;
let stops: (() => void)[];

beforeEach(async () => {
  fakeBrowser.reset();
  served = await openScriptedBackend();
  stops = [];
  await saveSettings({ backendUrl: served.url });
});
afterEach(async () => {
  cleanup();
  for (const stop of stops) stop();
  stored.value = undefined;
  backendState.value = { kind: 'checking' };
  listingError.value = undefined;
  devices.value = undefined;
  devicesError.value = undefined;
  pairingState.value = { kind: 'none' };
  joinForm.value = { kind: 'idle' };
  isFresh.value = false;
  now.value = Date.now();
  closeSettings();
  await served.close();
});

const at = new Date().toISOString();
const device = (id: string, more: Partial<Device> = {}): Device => ({
  id,
  name: id,
  createdAt: '2026-11-01T09:00:00.000Z',
  lastSeenAt: at,
  current: id === 'Laptop',
  membership: 'member',
  ...more,
});
const serveDevices = (...list: Device[]) => served.answer('GET /api/devices', json(200, { devices: list }));
const inSeconds = (seconds: number) => new Date(Date.now() + seconds * 1000).toISOString();
const own = () => saveCredential({ backendUrl: served.url, deviceId: 'd', workspaceId: 'own', token: 'own-token' });
const asked = (route: string) => served.requests.filter(({ method, path }) => `${method} ${path}` === route);

async function openPopup(): Promise<void> {
  stops.push(await openStored());
  render(<Popup />);
  stops.push(keepFresh());
  await refreshAll();
}
async function openSettings(): Promise<void> {
  await openPopup();
  fireEvent.click(screen.getByRole('button', { name: 'Settings' }));
  await screen.findByRole('heading', { name: 'Devices' });
}
const click = async (name: string | RegExp) => fireEvent.click(await screen.findByRole('button', { name }));

describe('adding a device', () => {
  it('shows the code in groups, counts down, and makes a new one', async () => {
    serveDevices(device('Laptop'));
    served.answer('POST /api/pairings', json(201, { code: 'BCDFGHJK', expiresAt: inSeconds(120) }));
    now.value = Date.now();
    await openSettings();
    await click('Add a device…');
    expect(await screen.findByRole('img', { name: 'Code B C D F, G H J K' })).toBeTruthy();
    expect(screen.getByText(/Holds for (2:00|1:59)/)).toBeTruthy();
    now.value = Date.now() + 121_000;
    expect(await screen.findByText('This code is over.')).toBeTruthy();
    served.answer('POST /api/pairings', json(201, { code: 'LMNPQRST', expiresAt: inSeconds(300) }));
    await click('New code');
    expect(await screen.findByRole('img', { name: 'Code L M N P, Q R S T' })).toBeTruthy();
  });

  it('shows the code again when the popup was closed meanwhile, and never writes it to disk', async () => {
    serveDevices(device('Laptop'));
    served.answer('POST /api/pairings', json(201, { code: 'BCDFGHJK', expiresAt: inSeconds(120) }));
    await openSettings();
    await click('Add a device…');
    await screen.findByRole('img', { name: /^Code B C D F/ });
    expect(JSON.stringify(await fakeBrowser.storage.local.get(null))).not.toContain('BCDFGHJK');
    cleanup();
    closeSettings();
    pairingState.value = { kind: 'none' };
    await openSettings();
    expect(await screen.findByRole('img', { name: /^Code B C D F/ })).toBeTruthy();
    expect(asked('POST /api/pairings')).toHaveLength(1);
  });

  it('puts the code away when a device has come with it', async () => {
    serveDevices(device('Laptop'));
    served.answer('POST /api/pairings', json(201, { code: 'BCDFGHJK', expiresAt: inSeconds(120) }));
    await openSettings();
    await click('Add a device…');
    await screen.findByRole('img', { name: /^Code B C D F/ });
    serveDevices(device('Laptop'), device('Phone', { membership: 'waiting', check: '4821', createdAt: inSeconds(1) }));
    expect(await screen.findByText('A device asks to be let in', undefined, { timeout: 4000 })).toBeTruthy();
    expect(screen.queryByRole('img', { name: /^Code B C D F/ })).toBeNull();
  });

  it('names the one that waits, with its digits, and lets it in', async () => {
    serveDevices(device('Laptop'), device('Phone', { membership: 'waiting', check: '4821' }));
    served.answer('POST /api/devices/Phone/admission', (response) => {
      serveDevices(device('Laptop'), device('Phone'));
      response.writeHead(204).end();
    });
    await openSettings();
    expect(await screen.findByText('A device asks to be let in')).toBeTruthy();
    expect(screen.getByRole('img', { name: '4 8 2 1' })).toBeTruthy();
    await click('Let it in');
    await waitFor(() => expect(screen.queryByText('A device asks to be let in')).toBeNull());
    expect(within(screen.getByRole('list')).getByText('Phone')).toBeTruthy();
  });

  it('refuses a stranger', async () => {
    serveDevices(device('Laptop'), device('Stranger', { membership: 'waiting', check: '0007' }));
    served.answer('DELETE /api/devices/Stranger', (response) => {
      serveDevices(device('Laptop'));
      response.writeHead(204).end();
    });
    await openSettings();
    await click('Refuse');
    await waitFor(() => expect(screen.queryByText('A device asks to be let in')).toBeNull());
    expect(asked('POST /api/devices/Stranger/admission')).toHaveLength(0);
  });
});

describe('joining another device’s list', () => {
  const joined = { deviceId: 'new', workspaceId: 'theirs', token: 'new-token', membership: 'waiting', check: '4821' };
  const openForm = async () => {
    await openSettings();
    await click('Join another device’s list…');
    return screen.findByLabelText<HTMLInputElement>('Code of the other device');
  };
  const submit = (field: HTMLInputElement, code: string) => {
    fireEvent.input(field, { target: { value: code } });
    fireEvent.submit(field.form as HTMLFormElement);
  };
  /** The backend of the two workspaces, told apart by the token. */
  const serveBoth = (isIn: () => boolean) => {
    const mine = aSession({ name: 'Mine' });
    const theirs = aSession({ name: 'Theirs' });
    const isNew = () => served.requests.at(-1)?.headers.authorization === 'Bearer new-token';
    const unlessWaiting = (body: unknown) => (isNew() && !isIn() ? problem('DEVICE_WAITING') : json(200, body));
    served.answer('GET /api/sessions', (response) => unlessWaiting({ sessions: [isNew() ? theirs : mine] })(response));
    served.answer('GET /api/devices', (response) => unlessWaiting({ devices: [device('Laptop')] })(response));
    served.answer('POST /api/devices', json(201, joined));
    return { mine, theirs };
  };

  it('says what it means before anything is asked', async () => {
    await own();
    const { mine } = serveBoth(() => false);
    await changeSessions(() => [toStoredSession(mine, served.url, 'auto', 'own')]);
    await openForm();
    expect(screen.getByText('You are joining a list that belongs to another device.')).toBeTruthy();
    expect(screen.getByText(/Your own list, with its session, is kept apart/)).toBeTruthy();
    expect(asked('POST /api/devices')).toHaveLength(0);
  });

  it('waits with the digits, goes on with its own list meanwhile, becomes a member by itself, and can go back', async () => {
    await own();
    let isIn = false;
    serveBoth(() => isIn);
    submit(await openForm(), ' bcdf-ghjk ');
    expect(await screen.findByText('Waiting to be let in')).toBeTruthy();
    expect(asked('POST /api/devices').at(-1)?.body).toMatchObject({ pairingCode: 'BCDFGHJK' });
    expect(screen.getByRole('img', { name: '4 8 2 1' })).toBeTruthy();
    expect((await loadCredential(served.url))?.token).toBe('own-token');
    await click('Back to the sessions');
    expect(await screen.findByText('Waiting to be let in')).toBeTruthy();
    expect(await screen.findByText('Mine')).toBeTruthy();

    isIn = true;
    expect(await screen.findByText('Theirs', undefined, { timeout: 4000 })).toBeTruthy();
    expect(screen.queryByText('Mine')).toBeNull();
    expect(screen.queryByText('Waiting to be let in')).toBeNull();

    served.answer('DELETE /api/devices/Laptop', (response) => response.writeHead(204).end());
    await click('Settings');
    expect(await screen.findByText('This list belongs to another device.')).toBeTruthy();
    await click('Leave and go back to your own list');
    await waitFor(async () => expect((await loadCredential(served.url))?.token).toBe('own-token'));
    await click('Back to the sessions');
    expect(await screen.findByLabelText('live')).toBeTruthy();
    expect((await loadStored()).sessions.find(({ name }) => name === 'Mine')?.ended).toBeUndefined();
    expect((await loadStored()).sessions.find(({ name }) => name === 'Theirs')?.ended?.code).toBe('UNAUTHORIZED');
  });

  it('tells that it was refused, and that nothing changed', async () => {
    await own();
    serveBoth(() => false);
    served.answer('GET /api/devices', problem('UNAUTHORIZED'));
    submit(await openForm(), 'BCDFGHJK');
    expect(await screen.findByText('The other device did not let this browser in.')).toBeTruthy();
    await click('OK');
    await waitFor(async () => expect((await loadStored()).joining).toBeUndefined());
    expect((await loadCredential(served.url))?.token).toBe('own-token');
  });

  it('stops waiting at the backend too, and nothing changed', async () => {
    await own();
    serveBoth(() => false);
    served.answer('DELETE /api/devices/new', (response) => response.writeHead(204).end());
    submit(await openForm(), 'BCDFGHJK');
    await click('Stop waiting');
    await waitFor(() => expect(asked('DELETE /api/devices/new')).toMatchObject([{ headers: { authorization: 'Bearer new-token' } }]));
    expect((await loadStored()).joining).toBeUndefined();
    expect((await loadCredential(served.url))?.token).toBe('own-token');
    await waitFor(() => expect(screen.queryByText('Waiting to be let in')).toBeNull());
  });

  it.each([
    ['a wrong code', problem('PAIRING_CODE_WRONG'), 'BCDFGHJK', 'This code is wrong, used or over.'],
    ['its own code', json(201, { ...joined, workspaceId: 'own' }), 'BCDFGHJK', /^This browser is in that list already/],
    ['no code', problem('INTERNAL'), ' - ', 'Enter the code that the other device shows.'],
  ])('explains %s', async (_, reply, code, sentence) => {
    await own();
    serveBoth(() => false);
    served.answer('POST /api/devices', reply);
    submit(await openForm(), code);
    expect(await screen.findByText(sentence)).toBeTruthy();
    expect((await loadStored()).joining).toBeUndefined();
  });

  it('does not wait in a list that it is in', async () => {
    await own();
    serveBoth(() => false);
    served.answer('POST /api/devices', json(201, { ...joined, workspaceId: 'own' }));
    submit(await openForm(), 'BCDFGHJK');
    await waitFor(() => expect(asked('DELETE /api/devices/new')).toMatchObject([{ headers: { authorization: 'Bearer new-token' } }]));
  });
});

describe('a browser that was removed', () => {
  const refuse = () => {
    served.answer('GET /api/sessions', problem('UNAUTHORIZED'));
    served.answer('GET /api/devices', problem('UNAUTHORIZED'));
  };

  it('keeps what it was shown, marked, and begins a new list only when asked', async () => {
    await own();
    await changeSessions(() => [toStoredSession(aSession({ name: 'Notes' }), served.url, 'auto', 'own')]);
    refuse();
    await openPopup();
    expect(await screen.findByText('The backend no longer knows this browser.')).toBeTruthy();
    expect(screen.getByText('Notes')).toBeTruthy();
    expect(screen.getByText('No access any more · last known just now')).toBeTruthy();
    served.answer('GET /api/sessions', json(200, { sessions: [] }));
    await click('Register again');
    expect(await screen.findByText(/^Access ended just now · settings kept/)).toBeTruthy();
    expect(screen.getByRole('button', { name: 'Reconnect Notes' })).toBeTruthy();
  });

  it('from a list that it had joined goes back to its own', async () => {
    await own();
    await enterJoined({ backendUrl: served.url, deviceId: 'n', workspaceId: 'theirs', token: 't', check: '1', isRefused: false });
    const mine = aSession({ name: 'Mine' });
    await changeSessions(() => [
      toStoredSession(mine, served.url, 'auto', 'own'),
      toStoredSession(aSession({ name: 'Theirs' }), served.url, 'auto', 'theirs'),
    ]);
    refuse();
    await openPopup();
    expect(await screen.findByText('This browser was removed from the list.')).toBeTruthy();
    expect(screen.getByText('Theirs')).toBeTruthy();
    served.answer('GET /api/sessions', json(200, { sessions: [mine] }));
    await click('Go back to your own list');
    expect(await screen.findByText('Mine')).toBeTruthy();
    expect(asked('POST /api/devices')).toHaveLength(0);
    expect(await screen.findByRole('button', { name: 'Reconnect Theirs' })).toBeTruthy();
  });
});
