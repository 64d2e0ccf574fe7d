/** Proves that sessions with the largest greetings do not fill an instance: neither its keys' cache nor what it holds of sessions. */
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { expect, it, onTestFinished } from 'vitest';
import { mintId, mintToken, toCredential } from '../../../api/_lib/access.ts';
import { createBackgroundWork } from '../../../api/_lib/background-work.ts';
import { MAX_OPENED_BYTES } from '../../../api/_lib/limits.ts';
import { createLog } from '../../../api/_lib/log.ts';
import { createLiveSessions } from '../../../api/_lib/relay/live-session.ts';
import { openEmbeddedStore } from '../../../api/_lib/store/embedded.ts';
import { sealStore } from '../../../api/_lib/vault/seal-store.ts';

const SESSIONS = 300;
/** Nearly as much as can be stored once it is sealed. */
const GREETING = { text: 'x'.repeat(500_000) };

function heapBytes(): number {
  setFlagsFromString('--expose-gc');
  (runInNewContext('gc') as () => void)();
  return process.memoryUsage().heapUsed;
}

it('holds no more of hundreds of large sessions than it may', async () => {
  // The embedded store keeps what is stored outside of the heap.
  const store = sealStore(openEmbeddedStore({ ttlSeconds: 1800, hosted: false }));
  const work = createBackgroundWork(createLog(() => {}));
  const sessions = createLiveSessions({ store, work });
  onTestFinished(async () => {
    sessions.dropAll();
    await work.settled();
    await store.close();
  });
  const workspaceId = mintId();
  const credential = toCredential(mintToken(workspaceId), workspaceId);
  const createdAt = new Date().toISOString();
  await store.registerDevice({ id: mintId(), workspaceId, name: 'A', createdAt, membership: 'member' }, credential);
  const before = heapBytes();
  const ids = Array.from({ length: SESSIONS }, mintId);
  for (const id of ids) {
    const record = { id, workspaceId, name: 'Large', url: `https://large.example/${id}`, createdAt };
    const serverSession = { id, protocolVersion: '2025-11-25', greeting: GREETING };
    await store.createSession({ ...record, transport: 'streamable-http', revision: 'stateful' }, serverSession, []);
    const entry = await store.enter(credential, id, { touch: true });
    if (entry.kind === 'ok') sessions.meet(entry.session, { isNew: true });
  }
  await work.settled();
  // What the two hold is mostly the same.
  expect(heapBytes() - before).toBeLessThan(2 * MAX_OPENED_BYTES);
  // What was forgotten is opened again.
  const [first = ''] = ids;
  expect(await store.enter(credential, first, { touch: true })).toMatchObject({
    kind: 'ok',
    session: { serverSession: { id: first, greeting: GREETING } },
  });
});
