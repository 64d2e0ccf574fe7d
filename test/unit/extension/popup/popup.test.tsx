// @vitest-environment-options { "settings": { "fetch": { "disableSameOriginPolicy": true } } }
/** Proves what a user can do in the popup, against a small real HTTP server that answers like a backend. */
import { fireEvent, render, screen, waitFor, within } from '@testing-library/preact';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { fakeBrowser } from 'wxt/testing/fake-browser';
import { changeSessions, loadStored, type StoredSession, saveSettings } from '../../../../extension/platform/stored.ts';
import { saveRoom } from '../../../../extension/platform/stored-rooms.ts';
import { toStoredSession } from '../../../../extension/state/merge-sessions.ts';
import { refreshAll } from '../../../../extension/state/sessions.ts';
import { openStored } from '../../../../extension/state/stored-state.ts';
import { Popup } from '../../../../extension/ui/popup/popup.tsx';
import { emptySurface } from '../../../support/empty-surface.ts';
import { aSession, openScriptedBackend, problem, type ScriptedBackend, silence } from '../../../support/scripted-backend.ts';

let served: ScriptedBackend;
let stop: () => void;

beforeEach(async () => {
  fakeBrowser.reset();
  served = await openScriptedBackend();
  await saveSettings({ backendUrl: served.url });
});
afterEach(async () => {
  stop?.();
  emptySurface();
  await served.close();
});

/** Opens the popup as its entrypoint does, without asking the backend. */
async function open(): Promise<void> {
  stop = await openStored();
  render(<Popup />);
}
async function openAndAsk(): Promise<void> {
  await open();
  await refreshAll();
}
const serve = (patch: Parameters<typeof aSession>[0] = {}) => {
  const session = aSession(patch);
  served.sessions.set(session.id, session);
  return session;
};
const keep = (...sessions: StoredSession[]) => changeSessions(() => sessions);
const ended = (patch: Partial<StoredSession> = {}): StoredSession => ({
  ...toStoredSession(aSession({ name: 'billing-dev' }), served.url, 'sse'),
  ended: { code: 'SESSION_EXPIRED', at: new Date().toISOString() },
  ...patch,
});
const address = () => screen.getByLabelText<HTMLInputElement>('Address of an MCP server');
const button = (name: string | RegExp) => screen.getByRole('button', { name });
const type = (input: HTMLElement, value: string) => fireEvent.input(input, { target: { value } });
const submit = () => fireEvent.submit(address().closest('form') as HTMLFormElement);
const rowNames = () => screen.queryAllByRole('listitem').map((row) => row.querySelector('bdi')?.textContent);
const chooseFromMenu = async (name: string, item: RegExp) => {
  fireEvent.click(button(`Actions for ${name}`));
  fireEvent.click(await screen.findByRole('menuitem', { name: item }));
};

describe('opening', () => {
  it('draws the stored sessions before the backend has said anything', async () => {
    served.answer('GET', silence);
    await keep(toStoredSession(aSession({ name: 'Docs search' }), served.url, 'auto'));
    await open();
    expect(rowNames()).toEqual(['Docs search']);
    expect(screen.getByLabelText('not checked yet')).toBeTruthy();
    expect(served.requests).toEqual([]);
  });

  it('says what this is and takes an address when there is nothing yet', async () => {
    await openAndAsk();
    expect(screen.getByText(/Paste the address of an MCP server/)).toBeTruthy();
    expect(document.activeElement).toBe(address());
    expect(screen.getByRole('button', { name: 'Saved in KV' })).toBeTruthy();
  });

  it('says how to start a backend when there is none', async () => {
    await served.close();
    await openAndAsk();
    expect(await screen.findByText('Start a backend first')).toBeTruthy();
    expect(button('npm start')).toBeTruthy();
  });

  it('keeps showing sessions while the backend is away, and says that', async () => {
    await keep(toStoredSession(aSession({ name: 'Docs search' }), served.url, 'auto'));
    await served.close();
    await openAndAsk();
    expect(await screen.findByText('The backend is not answering.')).toBeTruthy();
    expect(rowNames()).toEqual(['Docs search']);
  });

  it('takes an outage of storage for an outage: nothing is ended', async () => {
    await keep(toStoredSession(aSession({ name: 'Docs search' }), served.url, 'auto'));
    served.answer('GET /api/sessions', problem('STORAGE_UNAVAILABLE'));
    await openAndAsk();
    expect(await screen.findByText('Storage is not answering.')).toBeTruthy();
    expect((await loadStored()).sessions[0]?.ended).toBeUndefined();
    served.answer('GET /api/sessions', undefined);
    serve({ ...(await loadStored()).sessions[0] });
    fireEvent.click(button('Try again'));
    await waitFor(() => expect(screen.getByLabelText('live')).toBeTruthy());
    expect(screen.queryByText('Storage is not answering.')).toBeNull();
  });

  it('shows names of servers as text', async () => {
    serve({ name: '<img src=x onerror=alert(1)>', server: { name: '<b>bold</b>', version: '1' } });
    await openAndAsk();
    await waitFor(() => expect(rowNames()).toEqual(['<img src=x onerror=alert(1)>']));
    expect(document.querySelector('li img, li b')).toBeNull();
  });
});

describe('connecting', () => {
  it('adds the session, selects it and empties the box', async () => {
    await openAndAsk();
    type(address(), '127.0.0.1:3001/mcp');
    submit();
    await waitFor(() => expect(rowNames()).toEqual(['everything']));
    expect(served.requests.find(({ method, path }) => method === 'POST' && path === '/api/sessions')?.body).toEqual({
      url: 'http://127.0.0.1:3001/mcp',
      transport: 'auto',
    });
    const { selectedSessionId, sessions, recentUrls } = await loadStored();
    expect(selectedSessionId).toBe(sessions[0]?.id);
    expect(recentUrls).toEqual(['http://127.0.0.1:3001/mcp']);
    await waitFor(() => expect(address().value).toBe(''));
    expect(screen.getByText('Connected to everything.')).toBeTruthy();
  });

  it('passes the transport and the name on', async () => {
    await openAndAsk();
    fireEvent.click(button('headers, transport…'));
    fireEvent.change(await screen.findByLabelText('Transport'), { target: { value: 'sse' } });
    type(await screen.findByLabelText('Name'), ' Mine ');
    type(address(), 'https://mcp.acme.dev/sse');
    submit();
    await waitFor(() => expect(rowNames()).toEqual(['Mine']));
    expect(served.requests.find(({ method, path }) => method === 'POST' && path === '/api/sessions')?.body).toEqual({
      url: 'https://mcp.acme.dev/sse',
      transport: 'sse',
      name: 'Mine',
    });
  });

  it('tells what is wrong with an address without asking anybody', async () => {
    await open();
    type(address(), 'ftp://acme.dev');
    submit();
    await waitFor(() => expect(address().getAttribute('aria-invalid')).toBe('true'));
    expect(screen.getByText('The address must begin with https:// or http://.')).toBeTruthy();
    expect(served.requests).toEqual([]);
    type(address(), 'https://acme.dev');
    await waitFor(() => expect(address().getAttribute('aria-invalid')).toBeNull());
  });

  it('is stopped by Cancel, and what was typed stays', async () => {
    await openAndAsk();
    const reached = new Promise<void>((resolve) => served.answer('POST /api/sessions', () => resolve()));
    type(address(), 'https://slow.acme.dev/mcp');
    submit();
    await reached;
    fireEvent.click(button('Cancel'));
    await waitFor(() => expect(button('Connect')).toBeTruthy());
    expect(address().value).toBe('https://slow.acme.dev/mcp');
    expect(screen.queryByRole('alert')).toBeNull();
  });

  it('shows why it failed and goes on with the button', async () => {
    await openAndAsk();
    served.answer('POST /api/sessions', problem('SERVER_UNREACHABLE', 'connect ECONNREFUSED'));
    type(address(), 'http://127.0.0.1:9/mcp');
    submit();
    const alert = await screen.findByRole('alert');
    expect(within(alert).getByText('The server cannot be reached.')).toBeTruthy();
    expect(within(alert).getByText('connect ECONNREFUSED')).toBeTruthy();
    served.answer('POST /api/sessions', undefined);
    fireEvent.click(within(alert).getByRole('button', { name: 'Try again' }));
    await waitFor(() => expect(rowNames()).toEqual(['everything']));
    expect(screen.queryByRole('alert')).toBeNull();
  });
});

describe('a session', () => {
  it('that has ended is reconnected with its settings and its panel state', async () => {
    const over = ended();
    await keep(over);
    await saveRoom(over.id, 'tools', { tool: 'echo' });
    await openAndAsk();
    fireEvent.click(button('Reconnect billing-dev'));
    await waitFor(async () => expect((await loadStored()).sessions.map(({ id }) => id)).not.toContain(over.id));
    expect(served.requests.find(({ method, path }) => method === 'POST' && path === '/api/sessions')?.body).toEqual({
      url: over.url,
      transport: 'sse',
      name: 'billing-dev',
    });
    const [now] = (await loadStored()).sessions;
    expect(now).toMatchObject({ name: 'billing-dev', transportChoice: 'sse' });
    expect(now?.ended).toBeUndefined();
    const room = await fakeBrowser.storage.local.get(`room:${now?.id}`);
    expect(Object.values(room)).toEqual([{ tools: { tool: 'echo' } }]);
  });

  it('that could not be reconnected stays, with the reason', async () => {
    const over = ended();
    await keep(over);
    await openAndAsk();
    served.answer('POST /api/sessions', problem('SERVER_TIMEOUT'));
    fireEvent.click(button('Reconnect billing-dev'));
    expect(await screen.findByText('The server did not answer in time.')).toBeTruthy();
    expect((await loadStored()).sessions).toEqual([{ ...over, workspaceId: 'workspace-1' }]);
  });

  it('that the backend lost is shown as ended', async () => {
    await keep(toStoredSession(aSession({ name: 'Docs search' }), served.url, 'auto'));
    await openAndAsk();
    await waitFor(() => expect(screen.getByText(/^Lost by the backend just now/)).toBeTruthy());
    expect(button('Reconnect Docs search')).toBeTruthy();
  });

  it('is renamed in place', async () => {
    const { id } = serve({ name: 'Old' });
    await openAndAsk();
    await chooseFromMenu('Old', /^Rename/);
    const input = await screen.findByLabelText('New name');
    type(input, 'New');
    fireEvent.submit(input.closest('form') as HTMLFormElement);
    await waitFor(() => expect(rowNames()).toEqual(['New']));
    expect(served.sessions.get(id)?.name).toBe('New');
  });

  it('keeps its name after Escape', async () => {
    serve({ name: 'Old' });
    await openAndAsk();
    await chooseFromMenu('Old', /^Rename/);
    const input = await screen.findByLabelText('New name');
    type(input, 'New');
    fireEvent.keyDown(input, { key: 'Escape' });
    await waitFor(() => expect(rowNames()).toEqual(['Old']));
    expect(served.requests.some(({ method }) => method === 'PATCH')).toBe(false);
  });

  it('is ended only after the question was answered', async () => {
    serve({ name: 'Docs search' });
    await openAndAsk();
    await chooseFromMenu('Docs search', /^End the session/);
    const question = await screen.findByRole('group', { name: 'End this session?' });
    expect(document.activeElement?.textContent).toBe('Keep it');
    expect(served.requests.some(({ method }) => method === 'DELETE')).toBe(false);
    fireEvent.click(within(question).getByRole('button', { name: 'End session' }));
    await waitFor(() => expect(screen.queryAllByRole('listitem')).toEqual([]));
    expect(served.sessions.size).toBe(0);
    expect((await loadStored()).sessions).toEqual([]);
  });

  it('that could not be ended stays, with the reason', async () => {
    serve({ name: 'Docs search' });
    await openAndAsk();
    served.answer('DELETE', problem('STORAGE_UNAVAILABLE'));
    await chooseFromMenu('Docs search', /^End the session/);
    fireEvent.click(await screen.findByRole('button', { name: 'End session' }));
    expect(await screen.findByText('Storage is not answering.')).toBeTruthy();
    expect(rowNames()).toEqual(['Docs search']);
  });
});

describe('many sessions', () => {
  const fill = (count: number) => {
    for (let index = 0; index < count; index++)
      serve({ name: `Server ${index}`, lastUsedAt: new Date(Date.now() - index * 1000).toISOString() });
  };

  it('get a filter, which small lists do without', async () => {
    fill(8);
    await openAndAsk();
    await waitFor(() => expect(rowNames()).toHaveLength(8));
    expect(screen.queryByLabelText('Filter sessions')).toBeNull();
    fill(60);
    await refreshAll();
    await waitFor(() => expect(rowNames()).toHaveLength(68));
    type(await screen.findByLabelText('Filter sessions', {}, { timeout: 5000 }), 'server 42');
    await waitFor(() => expect(rowNames()).toEqual(['Server 42']));
    type(screen.getByLabelText('Filter sessions'), 'nothing like it');
    await waitFor(() => expect(screen.getByText('No session matches')).toBeTruthy());
  });

  it('are one stop for the Tab key, and the arrows move among them', async () => {
    fill(3);
    await openAndAsk();
    await waitFor(() => expect(rowNames()).toHaveLength(3));
    const rows = () => [...document.querySelectorAll<HTMLElement>('.session-open')];
    expect(rows().map(({ tabIndex }) => tabIndex)).toEqual([0, -1, -1]);
    rows()[0]?.focus();
    for (const [key, expected] of [
      ['ArrowDown', 1],
      ['ArrowDown', 2],
      ['ArrowDown', 2],
      ['Home', 0],
      ['ArrowUp', 0],
      ['End', 2],
    ] as const) {
      fireEvent.keyDown(document.activeElement as HTMLElement, { key });
      expect(document.activeElement).toBe(rows()[expected]);
    }
    await waitFor(() => expect(rows().map(({ tabIndex }) => tabIndex)).toEqual([-1, -1, 0]));
  });
});
