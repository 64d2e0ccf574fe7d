/** What an instance holds of sessions: as many records as fit, and those that somebody is busy with in any case. */
import { expect, it, onTestFinished } from 'vitest';
import { createBackgroundWork } from '../../../../api/_lib/background-work.ts';
import { createLog } from '../../../../api/_lib/log.ts';
import { type Call, createLiveSessions } from '../../../../api/_lib/relay/live-session.ts';
import { openEmbeddedStore } from '../../../../api/_lib/store/embedded.ts';
import type { StoredSession } from '../../../../api/_lib/store/store.ts';

const LARGE = 'x'.repeat(100_000);

const recordOf = (id: string, greeting: Record<string, unknown>): StoredSession => ({
  ...{ id, workspaceId: 'ws', name: id, url: 'https://one.example/mcp', transport: 'streamable-http', revision: 'stateful' },
  ...{ serverSession: { protocolVersion: '2025-11-25', greeting }, awaitsSignIn: false, secrets: {}, secretsVersion: 0, epoch: 1 },
  ...{ subscriptions: [], questions: [], isReachable: true, running: 0, coldStarts: 0, renewals: 0 },
  ...{ createdAt: '', lastUsedAt: '', expiresAt: new Date(Date.now() + 1_800_000).toISOString() },
});

function openSessions(maxRecordBytes: number) {
  const store = openEmbeddedStore({ ttlSeconds: 1800, hosted: false });
  const sessions = createLiveSessions({ store, work: createBackgroundWork(createLog(() => {})) }, maxRecordBytes);
  onTestFinished(async () => {
    for (const id of ['busy', 'a', 'b', 'c', 'd']) sessions.find(id)?.calls.clear();
    sessions.dropAll();
    await store.close();
  });
  const held = () => ['busy', 'a', 'b', 'c', 'd'].filter((id) => sessions.find(id) !== undefined);
  const meet = (id: string, greeting: Record<string, unknown> = { text: `${LARGE}${id}` }) =>
    sessions.meet(recordOf(id, greeting), { isNew: true });
  return { meet, held };
}

it('drops what was met longest ago where records take more memory than they may, but nothing that is busy', () => {
  const { meet, held } = openSessions(700_000);
  meet('busy').calls.set('call', {} as Call);
  for (const id of ['a', 'b', 'a', 'c']) meet(id);
  expect(held()).toEqual(['busy', 'a', 'c']);
  meet('d');
  expect(held()).toEqual(['busy', 'c', 'd']);
  meet('c', { small: true });
  meet('a');
  expect(held()).toEqual(['busy', 'a', 'c', 'd']);
});

it('holds a record that is too large for all by itself', () => {
  const { meet, held } = openSessions(100);
  meet('a');
  expect(held()).toEqual(['a']);
  meet('b');
  expect(held()).toEqual(['b']);
});
