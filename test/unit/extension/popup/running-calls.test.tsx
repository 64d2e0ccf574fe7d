// @vitest-environment-options { "settings": { "fetch": { "disableSameOriginPolicy": true } } }
/** Proves what the popup shows of calls that run, how they are cancelled there, and how it shows what may be out of date. */
import { cleanup, fireEvent, render, screen, waitFor } from '@testing-library/preact';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { fakeBrowser } from 'wxt/testing/fake-browser';
import { saveSettings } from '../../../../extension/platform/stored.ts';
import { backendState, listingError } from '../../../../extension/state/backend-state.ts';
import { keepCallsFresh } from '../../../../extension/state/call-freshness.ts';
import { cancelling } from '../../../../extension/state/call-reading.ts';
import { now } from '../../../../extension/state/clock.ts';
import { runningCalls } from '../../../../extension/state/running-calls.ts';
import { isFresh, refreshAll, sessionErrors } from '../../../../extension/state/sessions.ts';
import { openStored, stored } from '../../../../extension/state/stored-state.ts';
import { clockTime } from '../../../../extension/state/time-left.ts';
import { Popup } from '../../../../extension/ui/popup/popup.tsx';
import type { Call, Session } from '../../../../shared/contract.ts';
import { aSession, json, openScriptedBackend, problem, type ScriptedBackend } from '../../../support/scripted-backend.ts';

let served: ScriptedBackend;
const stops: (() => void)[] = [];

beforeEach(async () => {
  fakeBrowser.reset();
  served = await openScriptedBackend();
  await saveSettings({ backendUrl: served.url });
});
afterEach(async () => {
  cleanup();
  for (const stop of stops.splice(0)) stop();
  stored.value = undefined;
  backendState.value = { kind: 'checking' };
  listingError.value = undefined;
  sessionErrors.value = new Map();
  runningCalls.value = new Map();
  cancelling.value = new Map();
  isFresh.value = false;
  await served.close();
});

const aCall = (patch: Partial<Call> = {}): Call => ({
  key: 'key-of-call',
  method: 'tools/call',
  label: 'slow',
  device: 'Laptop',
  state: 'sent',
  startedAt: new Date().toISOString(),
  progress: { progress: 3, total: 10 },
  cancelRequested: false,
  ...patch,
});

function serve(calls: Call[], running = calls.length): Session {
  const session = aSession({ running });
  served.sessions.set(session.id, session);
  list(session, calls);
  return session;
}
const list = (session: Session, calls: Call[]) => served.answer(`GET /api/sessions/${session.id}/calls`, json(200, { calls }));

async function open(): Promise<void> {
  stops.push(await openStored());
  render(<Popup />);
  await refreshAll();
  await waitFor(() => expect(stored.value?.sessions).not.toEqual([]));
  stops.push(keepCallsFresh());
}
/** Lets the popup's clock go on, as it does once a second. */
const tick = (seconds = 1) => {
  now.value += seconds * 1000;
};

describe('calls that run', () => {
  it('are below their session, with progress and device', async () => {
    const { label: _, ...listing } = aCall({ key: 'key-list', method: 'tools/list' });
    serve([aCall(), aCall({ key: 'key-ended', state: 'done', label: 'ended' }), listing]);
    await open();
    expect(await screen.findByText('slow')).toBeTruthy();
    expect(screen.getByText('Laptop')).toBeTruthy();
    expect(screen.getByText(/3 of 10/)).toBeTruthy();
    expect(screen.getByLabelText('Progress of slow').getAttribute('value')).toBe('3');
    expect(screen.getAllByRole('button', { name: /^Cancel/ })).toHaveLength(1);
  });

  it('are read again while they run, and go when they have ended', async () => {
    const session = serve([aCall()]);
    await open();
    await screen.findByText(/3 of 10/);
    list(session, [aCall({ progress: { progress: 4, total: 10 } })]);
    tick();
    await screen.findByText(/4 of 10/);
    list(session, []);
    served.sessions.set(session.id, { ...session, running: 0 });
    tick();
    await waitFor(() => expect(screen.queryByText('slow')).toBeNull());
    await waitFor(() => expect(stored.value?.sessions[0]?.running).toBe(0));
    const asked = served.requests.length;
    tick();
    expect(served.requests).toHaveLength(asked);
  });

  it('are cancelled by their key', async () => {
    const session = serve([aCall()]);
    await open();
    served.answer(`DELETE /api/sessions/${session.id}/calls/key-of-call`, (response) => {
      list(session, []);
      json(202, aCall({ cancelRequested: true }))(response);
    });
    fireEvent.click(await screen.findByRole('button', { name: 'Cancel slow' }));
    await waitFor(() => expect(screen.queryByText('slow')).toBeNull());
    expect(served.requests.filter(({ method }) => method === 'DELETE')).toHaveLength(1);
  });

  it('say that they could not be cancelled', async () => {
    const session = serve([aCall()]);
    await open();
    served.answer(`DELETE /api/sessions/${session.id}/calls/`, problem('STORAGE_UNAVAILABLE'));
    fireEvent.click(await screen.findByRole('button', { name: 'Cancel slow' }));
    expect(await screen.findByText('Could not be cancelled. Storage is not answering.')).toBeTruthy();
  });

  it('stay as they were last known while storage does not answer, and come back by themselves', async () => {
    const session = serve([aCall()]);
    await open();
    await screen.findByText(/3 of 10/);
    served.answer(`GET /api/sessions/${session.id}/calls`, problem('STORAGE_UNAVAILABLE'));
    tick();
    expect(await screen.findByText(/^As of \d+:\d\d [AP]M\. The calls go on at the backend\.$/)).toBeTruthy();
    expect(screen.getByText(/3 of 10/)).toBeTruthy();
    list(session, [aCall({ progress: { progress: 5, total: 10 } })]);
    tick(5);
    await screen.findByText(/5 of 10/);
    expect(screen.queryByText(/^As of/)).toBeNull();
  });
});

describe('a list that may be out of date', () => {
  it('says how old it is, until the backend is back', async () => {
    serve([]);
    await open();
    expect(screen.queryByText(/^as of/)).toBeNull();
    served.answer('GET /api/sessions', problem('STORAGE_UNAVAILABLE'));
    await refreshAll();
    const listedAt = Date.parse(stored.value?.listed?.at ?? '');
    expect(await screen.findByText(`as of ${clockTime(listedAt)}`)).toBeTruthy();
    expect(stored.value?.sessions).toHaveLength(1);
    served.answer('GET /api/sessions', undefined);
    await refreshAll();
    await waitFor(() => expect(screen.queryByText(/^as of/)).toBeNull());
  });
});
