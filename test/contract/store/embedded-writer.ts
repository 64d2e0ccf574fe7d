/** A process that writes to the embedded store, says what, and then ends or waits to be killed. Started by embedded.test.ts. */
import { randomUUID } from 'node:crypto';
import { openEmbeddedStore } from '../../../api/_lib/store/embedded.ts';
import { AppError } from '../../../shared/errors.ts';

const [, , file, then] = process.argv;
if (file === undefined) throw new Error('Name the file.');
const COUNT = 200;

const store = openEmbeddedStore({ file, ttlSeconds: 1800, hosted: false });
const workspaceId = `ws-${process.pid}`;
const credential = { tokenHash: `hash-${process.pid}`, workspaceId, token: '' };
const device = {
  id: `device-${process.pid}`,
  workspaceId,
  name: 'Writer',
  createdAt: new Date().toISOString(),
  membership: 'member' as const,
};
const id = `session-${process.pid}`;
await store.registerDevice(device, credential);
await store.createSession(
  { id, workspaceId, name: 'Written', url: 'http://x/', transport: 'sse', revision: 'stateful', createdAt: device.createdAt },
  { protocolVersion: '2025-11-25', greeting: {} },
  [{ kind: 'mark', at: device.createdAt, mark: 'connected' }],
);
for (let at = 0; at < COUNT; at++) {
  const entry = await store.enter(credential, id, { touch: true });
  if (entry.kind !== 'ok') throw new AppError('INTERNAL', `not entered: ${entry.kind}`);
  await store.settle(id, { id: randomUUID(), activity: [{ kind: 'mark', at: device.createdAt, mark: 'cold-start' }], coldStarts: 1 });
}
const call = { method: 'tools/call', exchange: 'x-1', requestId: '1', bodyHash: 'hash', owner: 'writer', leaseMs: 600_000, ready: true };
for (const key of ['left', 'done']) await store.enterCall(credential, id, { ...call, key });
const end = { key: 'done', owner: 'writer', state: 'done', response: '{}' } as const;
await store.settle(id, { id: randomUUID(), activity: [], settledCalls: [end] });
process.stdout.write(`${JSON.stringify({ member: { credential, device }, id, count: COUNT })}\n`);
// Long enough to be killed, and not left behind for ever by a test that crashed.
if (then === 'hang') setTimeout(() => process.exit(1), 60_000);
else await store.close();
