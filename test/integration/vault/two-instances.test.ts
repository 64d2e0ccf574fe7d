/**
 * Proves that an instance whose keys are older than what another one has sealed since throws nothing away: it says that it cannot read it now,
 * or finds the newer keys by a device that it serves.
 */
import { beforeEach, expect, it } from 'vitest';
import { mintId, mintToken, toCredential } from '../../../api/_lib/access.ts';
import { changeServerSecrets } from '../../../api/_lib/relay/server-secrets.ts';
import type { Credential } from '../../../api/_lib/store/device-registry.ts';
import { openEmbeddedStore } from '../../../api/_lib/store/embedded.ts';
import type { Store, StoredSession } from '../../../api/_lib/store/store.ts';
import { sealStore } from '../../../api/_lib/vault/seal-store.ts';

const GREETING = { protocolVersion: '2025-11-25', greeting: { serverInfo: { name: 'one', version: '1' } } };
const NEWER = { oauth: { grant: { accessToken: 'newer' } } };
let here: Store;
let there: Store;
let laptop: Credential;
let session: StoredSession;

async function register(workspaceId: string, membership: 'member' | 'waiting'): Promise<{ id: string; credential: Credential }> {
  const credential = toCredential(mintToken(workspaceId), workspaceId);
  const id = mintId();
  await there.registerDevice({ id, workspaceId, name: 'A', createdAt: new Date().toISOString(), membership }, credential);
  return { id, credential };
}

/** A session that this instance serves, whose keys changed since: the other instance has removed a device, and sealed its secrets anew. */
beforeEach(async () => {
  const inner = openEmbeddedStore({ ttlSeconds: 1800, hosted: false });
  [here, there] = [sealStore(inner), sealStore(inner)];
  const workspaceId = mintId();
  laptop = (await register(workspaceId, 'member')).credential;
  const phone = await register(workspaceId, 'waiting');
  expect(await there.admitDevice(laptop, phone.id)).toBe('admitted');
  await there.findServer(laptop, 'https://one.example/mcp');
  const record = { id: mintId(), workspaceId, name: 'One', url: 'https://one.example/mcp', createdAt: new Date().toISOString() };
  await there.createSession({ ...record, transport: 'streamable-http', revision: 'stateful' }, GREETING, []);
  const entered = await here.enter(laptop, record.id, { touch: true });
  if (entered.kind !== 'ok') throw new Error(entered.kind);
  session = entered.session;
  expect(await there.removeDevice(laptop, phone.id)).toBe('removed');
  const current = await there.enter(laptop, session.id, { touch: true });
  if (current.kind !== 'ok') throw new Error(current.kind);
  await changeServerSecrets(there, current.session, () => NEWER);
});

const secretsNow = async () => {
  const entry = await there.enter(laptop, session.id, { touch: false });
  return entry.kind === 'ok' ? entry.session.secrets : entry.kind;
};

it('what was sealed with newer keys is not taken for lost, and not written over', async () => {
  await expect(here.loadSession(session.id)).rejects.toMatchObject({ code: 'RECOVERY_BUSY' });
  await expect(changeServerSecrets(here, session, (secrets) => ({ ...secrets, headers: { a: 'b' } }))).rejects.toMatchObject({
    code: 'RECOVERY_BUSY',
  });
  expect(await secretsNow()).toEqual(NEWER);
});

it('a device that is looked at while it has streams brings the newer keys with it', async () => {
  expect(await here.findDevice(laptop)).toMatchObject({ membership: 'member' });
  expect(await here.loadSession(session.id)).toMatchObject({ secrets: NEWER, awaitsSignIn: false });
  await changeServerSecrets(here, session, (secrets) => ({ ...secrets, headers: { a: 'b' } }));
  expect(await secretsNow()).toEqual({ ...NEWER, headers: { a: 'b' } });
});
