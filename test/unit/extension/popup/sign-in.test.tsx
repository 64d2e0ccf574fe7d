// @vitest-environment-options { "settings": { "fetch": { "disableSameOriginPolicy": true } } }
/** Proves a sign-in from the popup: seen before a window opens, going on when the popup closes, and every way in which it ends. */
import { cleanup, fireEvent, render, screen, waitFor } from '@testing-library/preact';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { fakeBrowser } from 'wxt/testing/fake-browser';
import { loadStored, saveSettings } from '../../../../extension/platform/stored.ts';
import { refreshAll } from '../../../../extension/state/sessions.ts';
import { dropSignIn, signInStages } from '../../../../extension/state/sign-in.ts';
import { dropLostSignIns } from '../../../../extension/state/sign-in-window.ts';
import { openStored } from '../../../../extension/state/stored-state.ts';
import { Popup } from '../../../../extension/ui/popup/popup.tsx';
import type { Session } from '../../../../shared/contract.ts';
import type { SignInBegun } from '../../../../shared/sign-in-contract.ts';
import { emptySurface } from '../../../support/empty-surface.ts';
import { type FakeIdentity, fakeIdentity, REDIRECT } from '../../../support/fake-identity.ts';
import { aSession, json, openScriptedBackend, problem, type ScriptedBackend, silence } from '../../../support/scripted-backend.ts';

const BEGUN: SignInBegun = {
  authorizationUrl: 'https://auth.acme.dev/authorize?state=s1',
  issuer: 'https://auth.acme.dev',
  scopes: ['read', 'write:all'],
  resource: 'https://mcp.acme.dev/mcp',
};
const CODE = 'canary-of-a-code';

let served: ScriptedBackend;
let identity: FakeIdentity;
let session: Session;
let stop: () => void;

beforeEach(async () => {
  fakeBrowser.reset();
  identity = fakeIdentity();
  served = await openScriptedBackend();
  await saveSettings({ backendUrl: served.url });
  session = aSession({ name: 'Acme', status: 'authorization-required' });
  served.sessions.set(session.id, session);
  served.answer(`POST /api/sessions/${session.id}/sign-in`, json(200, BEGUN));
  served.answer(`POST /api/sessions/${session.id}/authorization`, json(200, { ...session, status: 'live', signedIn: true }));
});
afterEach(async () => {
  cleanup();
  for (const id of signInStages.peek().keys()) await dropSignIn(id);
  stop?.();
  emptySurface();
  await served.close();
});

async function open(): Promise<void> {
  stop = await openStored();
  render(<Popup />);
  await refreshAll();
}
/** Closes the popup and opens it again: what only the page knew is gone. */
async function reopen(): Promise<void> {
  cleanup();
  stop();
  await open();
}
const click = async (name: string | RegExp) => fireEvent.click(await screen.findByRole('button', { name }));
async function begin(): Promise<void> {
  await open();
  await click('Sign in to Acme');
}
async function openWindow(): Promise<void> {
  await begin();
  await click('Continue');
  await waitFor(() => expect(identity.opened).toHaveLength(1));
}
const outcomes = () => served.requests.filter(({ path }) => path.endsWith('/authorization')).map(({ body }) => body);
const status = async () => (await loadStored()).sessions[0]?.status;

describe('signing in', () => {
  it('shows where it leads and what it allows before anything opens', async () => {
    await begin();
    expect(await screen.findByText('auth.acme.dev')).toBeTruthy();
    expect(screen.getByText('read')).toBeTruthy();
    expect(screen.getByText('write:all')).toBeTruthy();
    expect(screen.getByText('https://mcp.acme.dev/mcp')).toBeTruthy();
    expect(served.requests.find(({ path }) => path.endsWith('/sign-in'))?.body).toEqual({ redirectUri: REDIRECT });
    expect(identity.opened).toEqual([]);
    await click('Cancel');
    await waitFor(() => expect(screen.queryByText('auth.acme.dev')).toBeNull());
    expect(identity.opened).toEqual([]);
  });

  it('connects the session with what came back, and keeps nothing of it', async () => {
    await openWindow();
    expect(identity.opened).toEqual([BEGUN.authorizationUrl]);
    expect(await screen.findByText(/Sign in in the window/)).toBeTruthy();
    served.sessions.set(session.id, { ...session, status: 'live', signedIn: true });
    identity.goBack(`code=${CODE}&state=s1&iss=https%3A%2F%2Fauth.acme.dev`);
    await waitFor(async () => expect(await status()).toBe('live'));
    expect(outcomes()).toEqual([{ code: CODE, state: 's1', iss: 'https://auth.acme.dev' }]);
    await waitFor(() => expect(screen.queryByText(/Sign in in the window/)).toBeNull());
    expect(JSON.stringify(await fakeBrowser.storage.local.get(null))).not.toMatch(new RegExp(`${CODE}|s1`));
  });

  it('goes on when the popup closes', async () => {
    await openWindow();
    await reopen();
    expect(await screen.findByText(/Sign in in the window/)).toBeTruthy();
    cleanup();
    stop();
    identity.goBack(`code=${CODE}&state=s1`);
    await waitFor(async () => expect(await status()).toBe('live'));
    await open();
    expect(screen.queryByText(/Sign in in the window/)).toBeNull();
  });

  it('warns of a name in another script', async () => {
    served.answer(
      `POST /api/sessions/${session.id}/sign-in`,
      json(200, { ...BEGUN, authorizationUrl: 'https://аpple.com/authorize?state=s1' }),
    );
    await begin();
    expect(await screen.findByText('xn--pple-43d.com')).toBeTruthy();
    expect(screen.getByText(/letters of another script/)).toBeTruthy();
  });

  it.each(['javascript:alert(1)', 'http://auth.acme.dev/authorize'])('never opens %s', async (authorizationUrl) => {
    served.answer(`POST /api/sessions/${session.id}/sign-in`, json(200, { ...BEGUN, authorizationUrl }));
    await begin();
    expect(await screen.findByText(/no address that Mooring opens/)).toBeTruthy();
    expect(screen.queryByRole('button', { name: 'Continue' })).toBeNull();
  });

  it('with a client that was registered by hand passes it on and keeps it nowhere', async () => {
    served.answer(`POST /api/sessions/${session.id}/sign-in`, problem('SIGN_IN_FAILED', 'It registers no clients.'));
    await begin();
    expect(await screen.findByText('The sign-in did not work.')).toBeTruthy();
    expect(screen.getByText(REDIRECT)).toBeTruthy();
    served.answer(`POST /api/sessions/${session.id}/sign-in`, json(200, BEGUN));
    fireEvent.input(screen.getByLabelText('Client ID'), { target: { value: ' my-client ' } });
    fireEvent.input(screen.getByLabelText('Client secret'), { target: { value: 'canary-of-a-client' } });
    fireEvent.submit(screen.getByLabelText<HTMLInputElement>('Client ID').form as HTMLFormElement);
    expect(await screen.findByText('auth.acme.dev')).toBeTruthy();
    expect(served.requests.at(-1)?.body).toEqual({ redirectUri: REDIRECT, client: { id: 'my-client', secret: 'canary-of-a-client' } });
    expect(JSON.stringify(await fakeBrowser.storage.local.get(null))).not.toContain('canary-of-a-client');
  });
});

describe('a sign-in that does not work', () => {
  it('because its window was closed says so, also to a popup that opens later', async () => {
    await openWindow();
    identity.close();
    expect(await screen.findByText('The sign-in window closed before it was done.')).toBeTruthy();
    await reopen();
    expect(await screen.findByText('The sign-in window closed before it was done.')).toBeTruthy();
    expect(outcomes()).toEqual([]);
    await click('Sign in');
    expect(await screen.findByText('auth.acme.dev')).toBeTruthy();
  });

  it('because the user refused hands the refusal over, and shows what the backend says', async () => {
    served.answer(`POST /api/sessions/${session.id}/authorization`, problem('SIGN_IN_FAILED', 'access_denied: not today'));
    await openWindow();
    identity.goBack('error=access_denied&error_description=not+today&state=s1');
    expect(await screen.findByText('access_denied: not today')).toBeTruthy();
    expect(outcomes()).toEqual([{ state: 's1', error: 'access_denied', errorDescription: 'not today' }]);
    expect(await status()).toBe('authorization-required');
    await click('Dismiss');
    await waitFor(() => expect(screen.queryByText('access_denied: not today')).toBeNull());
    expect((await loadStored()).signIns).toEqual([]);
  });

  it('because something else came back hands nothing over', async () => {
    await openWindow();
    identity.goBack(`code=${CODE}&state=forged`);
    expect(await screen.findByText(/does not belong to the sign-in/)).toBeTruthy();
    expect(outcomes()).toEqual([]);
  });

  it('because nobody answers can be stopped', async () => {
    served.answer(`POST /api/sessions/${session.id}/sign-in`, silence);
    await begin();
    expect(await screen.findByText(/Asking the server where to sign in/)).toBeTruthy();
    await click('Cancel');
    await waitFor(() => expect(screen.queryByText(/Asking the server/)).toBeNull());
    expect(await screen.findByRole('button', { name: 'Sign in to Acme' })).toBeTruthy();
  });

  it('is put away when its window went with the browser', async () => {
    await openWindow();
    await dropLostSignIns();
    expect((await loadStored()).signIns).toEqual([]);
  });
});
