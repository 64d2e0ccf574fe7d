// @vitest-environment-options { "settings": { "fetch": { "disableSameOriginPolicy": true } } }
/** Proves what a user can do in the panel, with the real MCP client against a small HTTP server that answers like a backend. */

import type { ServerResponse } from 'node:http';
import { cleanup, fireEvent, render, screen, waitFor } from '@testing-library/preact';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { fakeBrowser } from 'wxt/testing/fake-browser';
import { changeSessions, type StoredSession, saveSelectedSessionId, saveSettings } from '../../../../extension/platform/stored.ts';
import { loadRoom } from '../../../../extension/platform/stored-rooms.ts';
import { backendState, listingError } from '../../../../extension/state/backend-state.ts';
import { toStoredSession } from '../../../../extension/state/merge-sessions.ts';
import { sessionErrors } from '../../../../extension/state/sessions.ts';
import { openStored, stored } from '../../../../extension/state/stored-state.ts';
import { Panel } from '../../../../extension/ui/inspector/panel.tsx';
import { aSession, json, openScriptedBackend, problem, type ScriptedBackend } from '../../../support/scripted-backend.ts';

const ECHO = {
  name: 'echo',
  title: 'Echo Tool',
  annotations: { readOnlyHint: true },
  inputSchema: { type: 'object', properties: { message: { type: 'string' } }, required: ['message'] },
};

let served: ScriptedBackend;
let stop: (() => void) | undefined;

beforeEach(async () => {
  fakeBrowser.reset();
  served = await openScriptedBackend();
  served.answer('GET /api/mcp/', (response) => response.writeHead(405).end());
  served.answer('DELETE /api/mcp/', (response) => response.writeHead(204).end());
  served.answer('POST /api/mcp/', answerMcp);
  await saveSettings({ backendUrl: served.url });
});
afterEach(async () => {
  cleanup();
  stop?.();
  stored.value = undefined;
  backendState.value = { kind: 'checking' };
  listingError.value = undefined;
  sessionErrors.value = new Map();
  await served.close();
});

/** Answers as a server with one tool does. */
function answerMcp(response: ServerResponse): unknown {
  const message = served.requests.at(-1)?.body as { id?: number; method: string; params?: { arguments?: { message?: string } } };
  const result = (value: unknown) => json(200, { jsonrpc: '2.0', id: message.id, result: value })(response);
  switch (message.method) {
    case 'initialize':
      return result({ protocolVersion: '2025-11-25', capabilities: { tools: {} }, serverInfo: { name: 'fixture', version: '1' } });
    case 'tools/list':
      return result({ tools: [ECHO, { name: 'other', inputSchema: { type: 'object' } }] });
    case 'tools/call':
      return result({ content: [{ type: 'text', text: `Echo: ${message.params?.arguments?.message}` }] });
    default:
      return response.writeHead(202).end();
  }
}

const serve = (patch: Parameters<typeof aSession>[0] = {}): StoredSession => {
  const session = aSession(patch);
  served.sessions.set(session.id, session);
  return toStoredSession(session, served.url, 'auto');
};

async function open(...sessions: StoredSession[]): Promise<void> {
  await changeSessions(() => sessions);
  if (sessions[0]) await saveSelectedSessionId(sessions[0].id);
  await reopen();
}
async function reopen(): Promise<void> {
  cleanup();
  stop?.();
  stop = await openStored();
  render(<Panel />);
}
const openTool = async (name: RegExp) => fireEvent.click(await screen.findByRole('option', { name }));
const message = () => screen.findByLabelText<HTMLInputElement>(/^message/);
const typeMessage = async (value: string) => fireEvent.input(await message(), { target: { value } });
const press = (name: string) => fireEvent.click(screen.getByRole('button', { name }));
const calls = () => served.requests.filter(({ body }) => (body as { method?: string } | undefined)?.method === 'tools/call');

describe('the panel', () => {
  it('without a session says how to get one, and asks nobody', async () => {
    await open();
    expect(screen.getByText('No session yet')).toBeTruthy();
    expect(served.requests).toEqual([]);
  });

  it('lists the tools and runs one, once', async () => {
    await open(serve());
    await openTool(/^echo/);
    await typeMessage('hello');
    fireEvent.keyDown(await message(), { key: 'Enter', ctrlKey: true });
    expect(await screen.findByText('Echo: hello')).toBeTruthy();
    expect(screen.getByText('read-only')).toBeTruthy();
    expect(calls()).toHaveLength(1);
    expect(calls()[0]?.headers['idempotency-key']).toMatch(/^[0-9a-f-]{36}$/);
  });

  it('sends nothing that lacks an argument, unless that is wanted', async () => {
    await open(serve());
    await openTool(/^echo/);
    await message();
    press('Run');
    expect(await screen.findByText('Required.')).toBeTruthy();
    expect(calls()).toHaveLength(0);
    press('Run anyway');
    expect(await screen.findByText('Echo: undefined')).toBeTruthy();
  });

  it('remembers tool, arguments and room when it is opened again', async () => {
    const session = serve();
    await open(session);
    await openTool(/^echo/);
    await typeMessage('kept');
    await waitFor(async () => expect(JSON.stringify(await loadRoom(session.id))).toContain('kept'));
    await reopen();
    expect((await message()).value).toBe('kept');
    expect(screen.getByRole('heading', { name: 'echo' })).toBeTruthy();
  });

  it('shows the session that was chosen, and goes over to another', async () => {
    const [first, second] = [serve({ name: 'first' }), serve({ name: 'second' })];
    await open(first, second);
    expect(screen.getByRole('heading', { level: 1 }).textContent).toBe('first');
    press('Switch session');
    fireEvent.click(await screen.findByRole('menuitem', { name: /^second/ }));
    await waitFor(() => expect(screen.getByRole('heading', { level: 1 }).textContent).toBe('second'));
  });
});

describe('a session that is over', () => {
  it('is connected again with one click, and what was typed goes along', async () => {
    const session = serve();
    await open(session);
    await openTool(/^echo/);
    await typeMessage('kept');
    served.sessions.delete(session.id);
    served.answer('POST /api/mcp/', problem('SESSION_NOT_FOUND'));
    press('Run');
    // There is one, and it stays where it is: what failed says only that it did not run.
    const reconnect = await screen.findByRole('button', { name: 'Reconnect' });
    expect(await screen.findByText('The call did not run.')).toBeTruthy();
    expect(screen.getAllByText('The backend no longer has this session.')).toHaveLength(1);
    served.answer('POST /api/mcp/', answerMcp);
    fireEvent.click(reconnect);
    await waitFor(() => expect(screen.queryByRole('button', { name: 'Reconnect' })).toBeNull());
    expect((await message()).value).toBe('kept');
    press('Run');
    expect(await screen.findByText('Echo: kept')).toBeTruthy();
    expect([...served.sessions.values()].map(({ url }) => url)).toEqual([session.url]);
  });
});

describe('the Activity room', () => {
  it('shows what went over, live, and a message when it is opened', async () => {
    const at = new Date().toISOString();
    const base = { kind: 'message', at, bytes: 60, exchange: 'x' };
    const entries = [
      { seq: 1, kind: 'mark', at, mark: 'cold-start', durationMs: 3 },
      {
        ...base,
        seq: 2,
        direction: 'to-server',
        device: 'Laptop',
        method: 'tools/call',
        message: { id: 1, method: 'tools/call', params: { name: 'echo' } },
      },
      { ...base, seq: 3, direction: 'to-client', durationMs: 14, message: { id: 1, result: { secret: 'answer' } } },
    ];
    const session = serve();
    served.answer(`GET /api/sessions/${session.id}/activity?after=0`, json(200, { entries, next: 3 }));
    served.answer(`GET /api/sessions/${session.id}/activity`, json(200, { entries: [], next: 3 }));
    await open(session);
    fireEvent.click(await screen.findByRole('tab', { name: /^Activity/ }));
    const line = await screen.findByRole('button', { name: /tools\/call echo/ });
    expect(screen.getByText('Backend started cold: session rebuilt, same server session')).toBeTruthy();
    fireEvent.click(line);
    expect(await screen.findByText('"answer"')).toBeTruthy();
    fireEvent.keyDown(screen.getByText('"answer"'), { key: 'Escape' });
    expect(screen.queryByText('"answer"')).toBeNull();
  });
});
