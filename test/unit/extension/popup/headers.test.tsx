// @vitest-environment-options { "settings": { "fetch": { "disableSameOriginPolicy": true } } }
/** Proves headers for servers in the popup: typed masked, sent once, kept nowhere in the browser, replaced and forgotten. */
import { fireEvent, render, screen, waitFor } from '@testing-library/preact';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { fakeBrowser } from 'wxt/testing/fake-browser';
import { saveSettings } from '../../../../extension/platform/stored.ts';
import { connectDraft } from '../../../../extension/state/connect-form.ts';
import { refreshAll } from '../../../../extension/state/sessions.ts';
import { openStored } from '../../../../extension/state/stored-state.ts';
import { Popup } from '../../../../extension/ui/popup/popup.tsx';
import { emptySurface } from '../../../support/empty-surface.ts';
import { aSession, openScriptedBackend, problem, type ScriptedBackend } from '../../../support/scripted-backend.ts';

const SECRET = 'canary-of-a-header';

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

async function open(): Promise<void> {
  stop = await openStored();
  render(<Popup />);
  await refreshAll();
}
const button = (name: string | RegExp) => screen.findByRole('button', { name });
const click = async (name: string | RegExp) => fireEvent.click(await button(name));
const enter = async (label: string, value: string) => fireEvent.input(await screen.findByLabelText(label), { target: { value } });
const submit = (label: string) => fireEvent.submit(screen.getByLabelText<HTMLInputElement>(label).form as HTMLFormElement);
const pasteInto = async (label: string, text: string) => {
  const clipboardData = { getData: () => text };
  return fireEvent.paste(await screen.findByLabelText(label), { clipboardData });
};
const bodies = (method: string) => served.requests.filter((request) => request.method === method).map(({ body }) => body);
const kept = async () => JSON.stringify([await fakeBrowser.storage.local.get(null), await fakeBrowser.storage.session.get(null)]);

async function openConnect(): Promise<void> {
  await open();
  await enter('Address of an MCP server', 'https://mcp.acme.dev/mcp');
  await click('headers, transport…');
  await click('Add a header');
}
const ADDRESS = 'Address of an MCP server';

describe('connecting with headers', () => {
  it('sends them once and keeps them nowhere', async () => {
    await openConnect();
    await enter('Name of header 1', 'X-Api-Key');
    await enter('Value of header 1', SECRET);
    submit(ADDRESS);
    await waitFor(() =>
      expect(bodies('POST')).toContainEqual({ url: 'https://mcp.acme.dev/mcp', transport: 'auto', headers: { 'X-Api-Key': SECRET } }),
    );
    await waitFor(() => expect(connectDraft.value.headers).toEqual([]));
    expect(await kept()).not.toContain(SECRET);
    expect(document.body.innerHTML).not.toContain(SECRET);
  });

  it('masks a value until it is looked at, and again when it is left', async () => {
    await openConnect();
    await enter('Value of header 1', SECRET);
    const value = screen.getByLabelText<HTMLInputElement>('Value of header 1');
    expect(value.type).toBe('password');
    await click('Show the value of header 1');
    await waitFor(() => expect(value.type).toBe('text'));
    fireEvent.focusOut(value, { relatedTarget: screen.getByLabelText(ADDRESS) });
    await waitFor(() => expect(value.type).toBe('password'));
  });

  it('splits what is pasted, and leaves a bare key to the field', async () => {
    await openConnect();
    expect(await pasteInto('Value of header 1', 'sk-1234:abc')).toBe(true);
    expect(await pasteInto('Name of header 1', `Authorization: Bearer ${SECRET}\nX-Org: acme`)).toBe(false);
    expect((await screen.findByLabelText<HTMLInputElement>('Name of header 2')).value).toBe('X-Org');
    submit(ADDRESS);
    await waitFor(() =>
      expect(bodies('POST')).toContainEqual(expect.objectContaining({ headers: { Authorization: `Bearer ${SECRET}`, 'X-Org': 'acme' } })),
    );
  });

  it('tells what is wrong with one, and asks nobody', async () => {
    await openConnect();
    await enter('Name of header 1', 'Mcp-Session-Id');
    await enter('Value of header 1', SECRET);
    submit(ADDRESS);
    expect((await screen.findByRole('alert')).textContent).toContain('MCP sets it for each message');
    expect(screen.getByLabelText('Name of header 1').getAttribute('aria-invalid')).toBe('true');
    expect(bodies('POST')).not.toContainEqual(expect.objectContaining({ url: expect.anything() }));
  });

  it('keeps what was typed when the server is not there, for the next try', async () => {
    await openConnect();
    served.answer('POST /api/sessions', problem('SERVER_UNREACHABLE'));
    await enter('Name of header 1', 'X-Api-Key');
    await enter('Value of header 1', SECRET);
    submit(ADDRESS);
    await button('Try again');
    served.answer('POST /api/sessions', undefined);
    await click('Try again');
    await waitFor(() => expect(bodies('POST').filter((body) => JSON.stringify(body).includes(SECRET))).toHaveLength(2));
  });
});

describe('the headers of a session', () => {
  async function openHeaders(headerNames: string[]): Promise<string> {
    const session = aSession({ name: 'Acme', headerNames });
    served.sessions.set(session.id, session);
    await open();
    await click('Actions for Acme');
    fireEvent.click(await screen.findByRole('menuitem', { name: /^Headers…/ }));
    await screen.findByRole('form', { name: 'Headers of Acme' });
    return session.id;
  }

  it('are told by their names, and replaced as a whole', async () => {
    await openHeaders(['x-api-key']);
    expect(screen.getByText('x-api-key')).toBeTruthy();
    expect(screen.getByLabelText<HTMLInputElement>('Value of header 1').value).toBe('');
    submit('Value of header 1');
    expect(await screen.findByText('Enter the value of x-api-key.')).toBeTruthy();
    await enter('Value of header 1', SECRET);
    submit('Value of header 1');
    await waitFor(() => expect(bodies('PATCH')).toEqual([{ headers: { 'x-api-key': SECRET } }]));
    await waitFor(() => expect(screen.queryByRole('form', { name: 'Headers of Acme' })).toBeNull());
    expect(await kept()).not.toContain(SECRET);
  });

  it('are forgotten with one click', async () => {
    await openHeaders(['x-api-key']);
    await click('Forget them');
    await waitFor(() => expect(bodies('PATCH')).toEqual([{ headers: {} }]));
  });

  it('that the backend refuses stay in the form, with the reason', async () => {
    const id = await openHeaders([]);
    served.answer(`PATCH /api/sessions/${id}`, problem('HEADERS_INVALID', 'The header x cannot be set.'));
    await enter('Name of header 1', 'X');
    await enter('Value of header 1', SECRET);
    submit('Value of header 1');
    expect(await screen.findByText('A header cannot be sent to the server.')).toBeTruthy();
    expect(screen.getByLabelText<HTMLInputElement>('Value of header 1').value).toBe(SECRET);
    fireEvent.keyDown(screen.getByLabelText('Value of header 1'), { key: 'Escape' });
    await waitFor(() => expect(screen.queryByRole('form', { name: 'Headers of Acme' })).toBeNull());
  });
});
