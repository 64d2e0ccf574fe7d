// @vitest-environment-options { "settings": { "fetch": { "disableSameOriginPolicy": true } } }
/** Proves the Session room: facts, headers by name alone, the sign-in with its steps as they happen, and that text stays text. */
import { cleanup, fireEvent, render, screen, waitFor, within } from '@testing-library/preact';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { fakeBrowser } from 'wxt/testing/fake-browser';
import { changeSessions, saveSelectedSessionId, saveSettings } from '../../../../extension/platform/stored.ts';
import { backendState, listingError } from '../../../../extension/state/backend-state.ts';
import { toStoredSession } from '../../../../extension/state/merge-sessions.ts';
import { sessionErrors } from '../../../../extension/state/sessions.ts';
import { dropSignIn, signInStages } from '../../../../extension/state/sign-in.ts';
import { openStored, stored } from '../../../../extension/state/stored-state.ts';
import { Panel } from '../../../../extension/ui/inspector/panel.tsx';
import type { Session } from '../../../../shared/contract.ts';
import { AppError, toProblem } from '../../../../shared/errors.ts';
import type { Authorization } from '../../../../shared/sign-in-contract.ts';
import { type FakeIdentity, fakeIdentity } from '../../../support/fake-identity.ts';
import { aSession, json, openScriptedBackend, problem, type ScriptedBackend } from '../../../support/scripted-backend.ts';

const NONE: Authorization = { state: 'none', scopes: [], refreshes: false, steps: [] };
const AT = '2026-11-25T10:00:00.000Z';

let served: ScriptedBackend;
let identity: FakeIdentity;
let stop: (() => void) | undefined;

beforeEach(async () => {
  fakeBrowser.reset();
  identity = fakeIdentity();
  served = await openScriptedBackend();
  const data = toProblem(new AppError('SERVER_SIGN_IN_REQUIRED', 'It answers 401.'));
  served.answer('POST /api/mcp/', (response) => {
    const message = served.requests.at(-1)?.body as { id?: number } | undefined;
    json(200, { jsonrpc: '2.0', id: message?.id, error: { code: -32_000, message: data.title, data } })(response);
  });
  served.answer('GET /api/mcp/', (response) => response.writeHead(405).end());
  await saveSettings({ backendUrl: served.url });
});
afterEach(async () => {
  cleanup();
  for (const id of signInStages.peek().keys()) await dropSignIn(id);
  stop?.();
  stored.value = undefined;
  backendState.value = { kind: 'checking' };
  listingError.value = undefined;
  sessionErrors.value = new Map();
  await served.close();
});

const serveAuthorization = ({ id }: Session, authorization: Partial<Authorization> = {}) =>
  served.answer(`GET /api/sessions/${id}/authorization`, json(200, { ...NONE, ...authorization }));

async function openRoom(patch: Partial<Session>, authorization: Partial<Authorization> = {}): Promise<Session> {
  const session = aSession({ name: 'Acme', ...patch });
  served.sessions.set(session.id, session);
  serveAuthorization(session, authorization);
  await changeSessions(() => [toStoredSession(session, served.url, 'auto')]);
  await saveSelectedSessionId(session.id);
  stop = await openStored();
  render(<Panel />);
  fireEvent.click(await screen.findByRole('tab', { name: 'Session' }));
  await screen.findByRole('heading', { name: 'Sign-in' });
  return session;
}
const click = async (name: string | RegExp) => fireEvent.click(await screen.findByRole('button', { name }));
const asked = (method: string, end: string) => served.requests.filter((request) => request.method === method && request.path.endsWith(end));

describe('the Session room', () => {
  it('tells what session and server are, in words', async () => {
    const { id } = await openRoom({
      server: { name: 'acme-mcp', title: 'Acme Documents', version: '3.1.4' },
      capabilities: { tools: { listChanged: true } },
      instructions: 'Use search first.',
      coldStarts: 3,
    });
    for (const text of [
      'Acme Documents',
      'acme-mcp',
      '3.1.4',
      'Streamable HTTP',
      'Stateful, 2025-11-25',
      '3 times: an instance of the backend took it up',
    ])
      expect(await screen.findByText(text)).toBeTruthy();
    expect(await screen.findByText('Tools, tells when its list changes')).toBeTruthy();
    expect(screen.getByText('Use search first.')).toBeTruthy();
    expect(await screen.findByText(`${served.url}/api/mcp/${id}`)).toBeTruthy();
    expect(screen.getByText('This server is used without a sign-in.')).toBeTruthy();
  });

  it('shows what servers say as text', async () => {
    const markup = '<img src=x onerror=alert(1)>';
    await openRoom(
      { server: { name: markup, version: markup }, instructions: markup, capabilities: { [markup]: {} } },
      {
        state: 'required',
        issuer: markup,
        scopes: [markup],
        steps: [{ at: AT, step: 'token', ok: false, url: markup, detail: markup, answer: markup }],
      },
    );
    await waitFor(() => expect(screen.getAllByText(markup).length).toBeGreaterThan(7));
    expect(document.querySelector('.session-room img')).toBeNull();
  });

  it('says what it is not up to date about, and keeps what it knew', async () => {
    const session = await openRoom({ instructions: 'Use search first.' });
    expect(await screen.findByText('Use search first.')).toBeTruthy();
    served.answer(`GET /api/sessions/${session.id}`, problem('STORAGE_UNAVAILABLE'));
    await changeSessions((known) => known.map((other) => ({ ...other, lastUsedAt: new Date().toISOString() })));
    expect(await screen.findByText('Storage is not answering.')).toBeTruthy();
    expect(screen.getByText('Use search first.')).toBeTruthy();
  });

  it('replaces headers, and shows their names alone', async () => {
    const session = await openRoom({ headerNames: ['x-api-key'] });
    expect(await screen.findByText('x-api-key')).toBeTruthy();
    await click('Replace or forget…');
    fireEvent.input(await screen.findByLabelText('Value of header 1'), { target: { value: 'canary' } });
    served.answer(`PATCH /api/sessions/${session.id}`, json(200, { ...session, headerNames: ['x-other-key'] }));
    await click('Save');
    expect(await screen.findByText('x-other-key')).toBeTruthy();
    expect(asked('PATCH', session.id)[0]?.body).toEqual({ headers: { 'x-api-key': 'canary' } });
  });
});

describe('the sign-in in the room', () => {
  const SIGNED_IN: Partial<Authorization> = {
    state: 'signed-in',
    issuer: 'https://auth.acme.dev',
    clientId: 'client-1',
    registration: 'dynamic',
    scopes: ['read'],
    refreshes: true,
    steps: [
      { at: AT, step: 'challenge', ok: true, url: 'https://mcp.acme.dev/mcp', detail: 'The server asks.' },
      { at: AT, step: 'token', ok: true, detail: 'A token for an hour.' },
    ],
  };

  it('tells as whom, what for, until when and how it came about', async () => {
    await openRoom({ signedIn: true }, { ...SIGNED_IN, expiresAt: new Date(Date.now() + 3_590_000).toISOString() });
    for (const text of [
      'https://auth.acme.dev',
      'client-1',
      'registered by Mooring when it signed in',
      'read',
      /^ends in 59 min; it is renewed by itself/,
    ])
      expect(await screen.findByText(text)).toBeTruthy();
    const steps = within(screen.getByRole('list', { name: /^Steps of the sign-in/ })).getAllByRole('listitem');
    expect(steps.map((step) => step.querySelector('b')?.textContent)).toEqual([
      'The server asked for sign-in',
      'Exchange of the code for a token',
    ]);
  });

  it('that failed names the step, the answer and what helps', async () => {
    const failed = {
      at: AT,
      step: 'registration',
      ok: false,
      detail: 'It registers nobody.',
      answer: '403 invalid_client_metadata',
    } as const;
    await openRoom({ status: 'authorization-required' }, { state: 'required', steps: [failed] });
    expect(await screen.findByText('403 invalid_client_metadata')).toBeTruthy();
    expect(screen.getByRole('img', { name: 'failed' })).toBeTruthy();
    expect(screen.getByText(/registers no clients by itself/)).toBeTruthy();
  });

  it('runs from here, its steps shown as they happen', async () => {
    const session = await openRoom({ status: 'authorization-required' }, { state: 'required' });
    const begun = {
      authorizationUrl: 'https://auth.acme.dev/authorize?state=s1',
      issuer: 'https://auth.acme.dev',
      scopes: [],
      resource: 'r',
    };
    served.answer(`POST /api/sessions/${session.id}/sign-in`, json(200, begun));
    await click('Sign in');
    await click('Continue');
    expect(await screen.findByText(/Sign in in the window/)).toBeTruthy();
    serveAuthorization(session, {
      state: 'begun',
      steps: [{ at: AT, step: 'authorization', ok: true, detail: 'The browser was sent off.' }],
    });
    expect(await screen.findByText('The browser was sent off.', undefined, { timeout: 3000 })).toBeTruthy();
    const live = { ...session, status: 'live', signedIn: true } as const;
    served.sessions.set(session.id, live);
    served.answer(`POST /api/sessions/${session.id}/authorization`, json(200, live));
    serveAuthorization(session, SIGNED_IN);
    identity.goBack('code=c&state=s1');
    expect(await screen.findByText('Signed in.')).toBeTruthy();
    expect(await screen.findByText('A token for an hour.')).toBeTruthy();
  });

  it('is begun from a room that the server refuses', async () => {
    const session = await openRoom({ status: 'authorization-required' }, { state: 'required' });
    served.answer(`POST /api/sessions/${session.id}/sign-in`, problem('SIGN_IN_FAILED', 'It does not say where.'));
    fireEvent.click(screen.getByRole('tab', { name: /^Tools/ }));
    await click('Sign in');
    expect(await screen.findByText('It does not say where.')).toBeTruthy();
    expect(screen.getByRole('tab', { name: 'Session' }).getAttribute('aria-selected')).toBe('true');
  });

  it('ends with Sign out', async () => {
    const session = await openRoom({ signedIn: true }, SIGNED_IN);
    served.answer(`DELETE /api/sessions/${session.id}/authorization`, (response) => {
      served.sessions.set(session.id, { ...session, status: 'authorization-required', signedIn: false });
      serveAuthorization(session, { state: 'required' });
      response.writeHead(204).end();
    });
    await click('Sign out');
    expect(await screen.findByText('The server asks for sign-in.')).toBeTruthy();
    expect(asked('DELETE', '/authorization')).toHaveLength(1);
  });
});
