// @vitest-environment-options { "settings": { "fetch": { "disableSameOriginPolicy": true } } }
/** Proves the popup's settings: the check that explains what is wrong, saving, going to another backend and back, and the devices. */
import { fireEvent, render, screen, waitFor, within } from '@testing-library/preact';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { fakeBrowser } from 'wxt/testing/fake-browser';
import { changeSessions, loadStored, saveSettings } from '../../../../extension/platform/stored.ts';
import { saveCredential } from '../../../../extension/platform/stored-lists.ts';
import { devices } from '../../../../extension/state/devices.ts';
import { toStoredSession } from '../../../../extension/state/merge-sessions.ts';
import { refreshAll } from '../../../../extension/state/sessions.ts';
import { openStored } from '../../../../extension/state/stored-state.ts';
import { Popup } from '../../../../extension/ui/popup/popup.tsx';
import { emptySurface } from '../../../support/empty-surface.ts';
import { aSession, html, json, openScriptedBackend, problem, type ScriptedBackend } from '../../../support/scripted-backend.ts';

let served: ScriptedBackend;
let other: ScriptedBackend;
let stop: () => void;

beforeEach(async () => {
  fakeBrowser.reset();
  served = await openScriptedBackend();
  other = await openScriptedBackend();
  await saveSettings({ backendUrl: served.url });
});
afterEach(async () => {
  stop?.();
  emptySurface();
  devices.value = undefined;
  await Promise.all([served.close(), other.close()]);
});

async function openSettings(): Promise<void> {
  stop = await openStored();
  render(<Popup />);
  await refreshAll();
  fireEvent.click(screen.getByRole('button', { name: 'Settings' }));
  await screen.findByRole('heading', { name: 'Settings' });
}
const enter = (label: string, value: string) => fireEvent.input(screen.getByLabelText(label), { target: { value } });
const click = (name: string) => fireEvent.click(screen.getByRole('button', { name }));
const isBack = () => waitFor(() => expect(screen.getByRole('heading', { name: 'Mooring' })).toBeTruthy());

describe('the check of an address', () => {
  it.each([
    ['a fine backend', () => undefined, 'This backend is fine.'],
    ['one that keeps nothing', () => Object.assign(other.health.storage, { persistent: false }), 'It works, but sessions are not kept.'],
    ['one that cannot write', () => Object.assign(other.health.storage, { writable: false }), 'Storage is not answering.'],
    ['one that asks for a code', () => Object.assign(other.health, { access: 'code' }), 'This backend asks for an access code.'],
    ['one that lets nobody in', () => Object.assign(other.health, { access: 'closed' }), 'This backend lets nobody in.'],
    ['a web site', () => other.answer('GET', html(200)), 'This address is not a Mooring backend.'],
    ['nothing', () => other.close(), 'The backend is not answering.'],
  ])('explains %s and saves nothing', async (_, prepare, sentence) => {
    await prepare();
    await openSettings();
    enter('Backend', other.url);
    click('Check');
    expect(await screen.findByText(sentence)).toBeTruthy();
    expect((await loadStored()).settings.backendUrl).toBe(served.url);
  });

  it('says what is wrong with what was typed', async () => {
    await openSettings();
    enter('Backend', 'http://backend.acme.dev');
    click('Check');
    expect(await screen.findByText(/^Use https:\/\/ for a backend that is not on this computer/)).toBeTruthy();
  });
});

describe('saving', () => {
  it('uses the backend at once, with code and name', async () => {
    await openSettings();
    enter('Backend', `${other.url}/api/`);
    enter('Access code', ' sesame ');
    enter('Name of this device', 'Laptop');
    click('Save');
    await isBack();
    expect((await loadStored()).settings).toEqual({ backendUrl: other.url, deviceName: 'Laptop', accessCode: 'sesame' });
    expect(other.requests.find(({ path }) => path === '/api/devices')?.body).toEqual({ name: 'Laptop', accessCode: 'sesame' });
  });

  it('stays and tells when the code is wrong', async () => {
    other.answer('POST /api/devices', problem('ACCESS_CODE_WRONG'));
    await openSettings();
    enter('Backend', other.url);
    enter('Access code', 'guess');
    click('Save');
    expect(await screen.findByText('The access code is wrong.')).toBeTruthy();
    other.answer('POST /api/devices', undefined);
    enter('Access code', 'sesame');
    await waitFor(() => expect(screen.queryByText('The access code is wrong.')).toBeNull());
    click('Save');
    await isBack();
  });

  it('keeps token and sessions of the backend before, for the way back', async () => {
    const session = aSession({ name: 'Docs search' });
    served.sessions.set(session.id, session);
    await saveCredential({ backendUrl: served.url, deviceId: 'd', workspaceId: 'w', token: 'first' });
    await changeSessions(() => [toStoredSession(session, served.url, 'auto')]);
    await openSettings();
    enter('Backend', other.url);
    click('Save');
    await isBack();
    expect(screen.queryByText('Docs search')).toBeNull();
    click('Settings');
    await screen.findByRole('heading', { name: 'Settings' });
    enter('Backend', served.url);
    click('Save');
    await isBack();
    expect(screen.getByText('Docs search')).toBeTruthy();
    expect(served.requests.at(-1)?.headers.authorization).toBe('Bearer first');
    expect(served.requests.some(({ method, path }) => method === 'POST' && path === '/api/devices')).toBe(false);
  });

  it('is left out by Escape', async () => {
    await openSettings();
    enter('Backend', other.url);
    fireEvent.keyDown(screen.getByLabelText('Backend'), { key: 'Escape' });
    await isBack();
    expect((await loadStored()).settings.backendUrl).toBe(served.url);
  });
});

describe('devices', () => {
  const at = new Date().toISOString();
  const device = (id: string, name: string, current: boolean) => ({
    id,
    name,
    createdAt: at,
    lastSeenAt: at,
    current,
    membership: 'member' as const,
  });

  it('are listed, and one loses its access only after a second click', async () => {
    served.answer('GET /api/devices', json(200, { devices: [device('a', 'Laptop', true), device('b', 'Old phone', false)] }));
    served.answer('DELETE /api/devices/b', (response) => {
      served.answer('GET /api/devices', json(200, { devices: [device('a', 'Laptop', true)] }));
      response.writeHead(204).end();
    });
    await openSettings();
    const list = await screen.findByRole('list');
    expect(within(list).getByText('This device')).toBeTruthy();
    fireEvent.click(within(list).getByRole('button', { name: 'Remove Old phone' }));
    expect(served.requests.some(({ method }) => method === 'DELETE')).toBe(false);
    fireEvent.click(await within(list).findByRole('button', { name: 'Remove' }));
    await waitFor(() => expect(screen.queryByText('Old phone')).toBeNull());
    expect(screen.getByText('Laptop')).toBeTruthy();
  });

  it('that cannot be listed are told of', async () => {
    served.answer('GET /api/devices', problem('STORAGE_UNAVAILABLE'));
    await openSettings();
    expect(await screen.findByText('Storage is not answering.')).toBeTruthy();
  });
});
