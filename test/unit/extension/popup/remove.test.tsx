/** Proves that an ended session leaves the popup's list at once, and comes back whole when that is undone. */
import { cleanup, fireEvent, render, screen, waitFor } from '@testing-library/preact';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { fakeBrowser } from 'wxt/testing/fake-browser';
import {
  changeSessions,
  loadStored,
  type StoredSession,
  saveSelectedSessionId,
  saveSettings,
} from '../../../../extension/platform/stored.ts';
import { loadRoom, saveRoom } from '../../../../extension/platform/stored-rooms.ts';
import { toStoredSession } from '../../../../extension/state/merge-sessions.ts';
import { confirmation } from '../../../../extension/state/popup-foot.ts';
import { openStored, stored } from '../../../../extension/state/stored-state.ts';
import { Popup } from '../../../../extension/ui/popup/popup.tsx';
import { aSession } from '../../../support/scripted-backend.ts';

const BACKEND = 'https://mooring.example.com';
let stop: () => void;

const ended = (name: string): StoredSession => ({
  ...toStoredSession(aSession({ name }), BACKEND, 'sse'),
  ended: { code: 'SESSION_EXPIRED', at: new Date().toISOString() },
});
const over = ended('billing-dev');

beforeEach(async () => {
  fakeBrowser.reset();
  await saveSettings({ backendUrl: BACKEND });
  await changeSessions(() => [over, ended('notes')]);
  await saveSelectedSessionId(over.id);
  await saveRoom(over.id, 'inspector', { room: 'activity' });
  stop = await openStored();
  render(<Popup />);
});
afterEach(() => {
  cleanup();
  stop();
  stored.value = undefined;
  confirmation.value = undefined;
});

const row = (name: string) => screen.getByRole('button', { name: new RegExp(`${name}.*Expired`) });
const removed = () => screen.findByText('billing-dev was removed.', { selector: '.clip' });

describe('an ended session', () => {
  it('leaves the list without a question, and the focus stays in it', async () => {
    row('billing-dev').focus();
    fireEvent.keyDown(row('billing-dev'), { key: 'Delete' });
    await removed();
    await waitFor(async () => expect((await loadStored()).sessions.map(({ name }) => name)).toEqual(['notes']));
    expect(await loadRoom(over.id)).toEqual({});
    expect(document.activeElement).toBe(row('notes'));
  });

  it.each([
    ['the button', () => fireEvent.click(screen.getByRole('button', { name: 'Undo' }))],
    ['Ctrl+Z', () => fireEvent.keyDown(row('notes'), { key: 'z', ctrlKey: true })],
  ])('comes back with its panel state by %s', async (_, undo) => {
    const before = await loadStored();
    fireEvent.click(screen.getByRole('button', { name: 'Actions for billing-dev' }));
    fireEvent.click(await screen.findByRole('menuitem', { name: 'Remove from the list' }));
    await removed();
    undo();
    await screen.findByText('billing-dev is back in the list.', { selector: '.clip' });
    expect(await loadStored()).toEqual(before);
    expect(await loadRoom(over.id)).toEqual({ inspector: { room: 'activity' } });
    expect(screen.queryByRole('button', { name: 'Undo' })).toBeNull();
  });

  it('stays away while what is typed is taken back', async () => {
    fireEvent.keyDown(row('billing-dev'), { key: 'Delete' });
    await removed();
    fireEvent.keyDown(screen.getByLabelText('Address of an MCP server'), { key: 'z', ctrlKey: true });
    expect(screen.getByRole('button', { name: 'Undo' })).toBeTruthy();
  });
});
