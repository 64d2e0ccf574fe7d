// @vitest-environment node
/** Proves that going to another workspace and back, or being put out of one, loses nothing but what is out of reach. */
import { beforeEach, describe, expect, it } from 'vitest';
import { fakeBrowser } from 'wxt/testing/fake-browser';
import { changeSessions, loadStored, type StoredSession } from '../../../../extension/platform/stored.ts';
import { enterJoined, loadJoining, saveJoining } from '../../../../extension/platform/stored-joining.ts';
import { leaveWorkspace, loadCredential, saveCredential } from '../../../../extension/platform/stored-lists.ts';
import { toStoredSession } from '../../../../extension/state/merge-sessions.ts';
import { aSession } from '../../../support/scripted-backend.ts';

const HERE = 'http://127.0.0.1:8787';
const LEFT_AT = '2026-11-23T10:00:00.000Z';
const OWN = { backendUrl: HERE, deviceId: 'd-own', workspaceId: 'own', token: 'token-own' };
const JOINING = { backendUrl: HERE, deviceId: 'd-new', workspaceId: 'theirs', token: 'token-new', check: '4821', isRefused: false };
const session = (name: string, workspaceId: string, backendUrl = HERE): StoredSession =>
  toStoredSession(aSession({ name }), backendUrl, 'auto', workspaceId);
const places = async () =>
  Object.fromEntries((await loadStored()).sessions.map(({ name, workspaceId, ended }) => [name, [workspaceId, ended?.code]]));

beforeEach(() => fakeBrowser.reset());

describe('joining', () => {
  it('keeps the credential and the sessions from before, for the way back', async () => {
    await saveCredential(OWN);
    await changeSessions(() => [session('mine', 'own')]);
    await saveJoining(JOINING);
    await enterJoined(JOINING);
    const { check: _, isRefused: __, ...identity } = JOINING;
    const { backendUrl: ___, ...own } = OWN;
    expect(await loadCredential(HERE)).toEqual({ ...identity, own });
    expect(await loadJoining()).toBeUndefined();
    expect(await places()).toEqual({ mine: ['own', undefined] });
  });

  it('works for a browser that had nothing before', async () => {
    await enterJoined(JOINING);
    expect((await loadCredential(HERE))?.own).toBeUndefined();
  });
});

describe('leaving', () => {
  it('brings the workspace from before back, with its sessions as they were', async () => {
    await saveCredential(OWN);
    await enterJoined(JOINING);
    await changeSessions(() => [session('mine', 'own'), session('theirs', 'theirs'), session('elsewhere', 'w', 'https://b.example.com')]);
    await leaveWorkspace(HERE, LEFT_AT);
    expect(await loadCredential(HERE)).toEqual(OWN);
    expect(await places()).toEqual({ mine: ['own', undefined], theirs: ['own', 'UNAUTHORIZED'], elsewhere: ['w', undefined] });
  });

  it('without one from before keeps the addresses, as ended', async () => {
    await saveCredential(OWN);
    await changeSessions(() => [session('mine', 'own')]);
    await leaveWorkspace(HERE, LEFT_AT);
    expect(await loadCredential(HERE)).toBeUndefined();
    expect((await loadStored()).sessions).toMatchObject([{ name: 'mine', ended: { code: 'UNAUTHORIZED', at: LEFT_AT } }]);
  });

  it('keeps what an earlier end was', async () => {
    await saveCredential(OWN);
    await changeSessions(() => [{ ...session('mine', 'own'), ended: { code: 'SESSION_EXPIRED', at: LEFT_AT } }]);
    await leaveWorkspace(HERE, '2026-11-24T10:00:00.000Z');
    expect((await loadStored()).sessions[0]?.ended).toEqual({ code: 'SESSION_EXPIRED', at: LEFT_AT });
  });
});

describe('a new registration', () => {
  it('takes up what no credential reaches any more, and leaves it to be judged', async () => {
    await saveCredential(OWN);
    await changeSessions(() => [session('mine', 'own')]);
    await saveCredential({ ...OWN, workspaceId: 'new', token: 'u' });
    expect(await places()).toEqual({ mine: ['new', undefined] });
  });
});

describe('storage of version 1', () => {
  it('names the workspace of each session after the credential of its backend', async () => {
    const { workspaceId: _, ...old } = session('mine', '');
    const { workspaceId: __, ...stray } = session('stray', '', 'https://b.example.com');
    await fakeBrowser.storage.local.set({ version: 1, credentials: [OWN], sessions: [old, stray] });
    expect((await loadStored()).sessions.map(({ workspaceId }) => workspaceId)).toEqual(['own', '']);
  });

  it('that is broken is left to be repaired', async () => {
    await fakeBrowser.storage.local.set({ version: 1, credentials: 'x', sessions: [1, null] });
    expect(await loadStored()).toMatchObject({ credentials: [], sessions: [] });
  });
});
