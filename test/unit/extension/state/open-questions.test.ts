/** Proves that a waiting question shows on the toolbar button, also while no window is open, and that an outage takes nothing back. */
import { beforeEach, expect, it, vi } from 'vitest';
import { changeSessions, type StoredSession, saveSettings } from '../../../../extension/platform/stored.ts';
import { browser } from '../../../../extension/platform/web-extension.ts';
import { toStoredSession } from '../../../../extension/state/merge-sessions.ts';
import { askForQuestions, countQuestions, showQuestions } from '../../../../extension/state/open-questions.ts';
import { aSession } from '../../../support/scripted-backend.ts';

const BACKEND = 'http://127.0.0.1:1';
const stored = (questions: number, more: Partial<StoredSession> = {}): StoredSession => ({
  ...toStoredSession(aSession({ questions }), BACKEND, 'auto'),
  ...more,
});
let badge: string | undefined;
beforeEach(() => {
  badge = undefined;
  const action = {
    setBadgeText: async ({ text }: { text: string }) => {
      badge = text;
    },
    setTitle: async () => {},
  };
  vi.spyOn(browser, 'action', 'get').mockReturnValue(action as unknown as typeof browser.action);
});

it('counts the questions of sessions that are alive', () => {
  const now = Date.now();
  const ended = { ended: { code: 'SESSION_EXPIRED', at: new Date(now).toISOString() } };
  expect(countQuestions([stored(2), stored(1), stored(4, ended), stored(8, { expiresAt: new Date(now - 1).toISOString() })], now)).toBe(3);
});

it('shows their number, and nothing where there is none', async () => {
  await changeSessions(() => [stored(1), stored(2)]);
  await showQuestions();
  expect(badge).toBe('3');
  await changeSessions(() => [stored(0)]);
  await showQuestions();
  expect(badge).toBe('');
});

it('leaves the badge as it was while the backend does not answer', async () => {
  await saveSettings({ backendUrl: BACKEND });
  await changeSessions(() => [stored(1)]);
  await askForQuestions();
  expect(badge).toBe('1');
});
