/** Proves that of several answers to a question one is sent, and that whoever comes second waits for what becomes of the first. */
import { beforeEach, expect, it } from 'vitest';
import { claimAnswer } from '../../../../api/_lib/relay/answer-claim.ts';
import { openEmbeddedStore } from '../../../../api/_lib/store/embedded.ts';
import type { Store } from '../../../../api/_lib/store/store.ts';

let store: Store;
let nowMs: number;
const sessionId = 'session';
beforeEach(async () => {
  nowMs = Date.now();
  store = openEmbeddedStore({ ttlSeconds: 1800, hosted: false, now: () => nowMs });
  const at = new Date(nowMs).toISOString();
  const record = { id: sessionId, workspaceId: 'ws', name: 'x', url: 'https://mcp.example.com/mcp', createdAt: at };
  await store.createSession(
    { ...record, transport: 'streamable-http', revision: 'stateful' },
    { protocolVersion: '2025-11-25', greeting: {} },
    [],
  );
});

/** Returns a store that tells when somebody was made to wait. */
function watched(): { store: Store; held: Promise<void> } {
  const { promise: held, resolve } = Promise.withResolvers<void>();
  const watching: Store = {
    ...store,
    async claimAnswer(...claim) {
      const claimed = await store.claimAnswer(...claim);
      if (claimed === 'held') resolve();
      return claimed;
    },
  };
  return { store: watching, held };
}

it('lets the first answer count: the second learns so when the first was sent', async () => {
  const first = await claimAnswer(store, sessionId, 'q');
  const { store: watching, held } = watched();
  const second = claimAnswer(watching, sessionId, 'q');
  await held;
  await first?.sent();
  expect(await second).toBeUndefined();
  expect(await claimAnswer(store, sessionId, 'q')).toBeUndefined();
});

it('lets the second answer count when the first could not be sent', async () => {
  const first = await claimAnswer(store, sessionId, 'q');
  const { store: watching, held } = watched();
  const second = claimAnswer(watching, sessionId, 'q');
  await held;
  await first?.failed();
  expect(await second).toBeDefined();
});

it('lets the second answer count when nothing was heard of the first for long', async () => {
  await claimAnswer(store, sessionId, 'q');
  const { store: watching, held } = watched();
  const second = claimAnswer(watching, sessionId, 'q');
  await held;
  nowMs += 60_000;
  expect(await second).toBeDefined();
});
