/** Owns what the contract needs of a store besides the contract itself, and the records that its tests begin with. */
import { randomUUID } from 'node:crypto';
import { expect } from 'vitest';
import { mintToken, toCredential } from '../../../api/_lib/access.ts';
import type { Credential, DeviceList, DeviceRecord } from '../../../api/_lib/store/device-registry.ts';
import type { Entered, ServerSession, SessionRecord, Store, StoredSession } from '../../../api/_lib/store/store.ts';
import type { ActivityRecord } from '../../../shared/contract.ts';

export const TTL_SECONDS = 1800;
export const MINUTE_MS = 60_000;
export const DAY_MS = 86_400_000;

export type StoreUnderTest = {
  readonly store: Store;
  /** Lets time pass for all that is stored. */
  advance(ms: number): Promise<void>;
  /** Lets time pass, also for what a store sorts by its own clock, of one session. */
  age(sessionId: string, ms: number): Promise<void>;
  /** Names all that is stored and has not run out; undefined where nobody can look inside. */
  inspect: (() => Promise<{ names: string[]; immortal: string[] }>) | undefined;
  close(): Promise<void>;
};

export type Member = { credential: Credential; device: DeviceRecord };

/** Registers a device that is a member; with another one given, in the same workspace, let in by that one. */
export async function addMember(store: Store, other?: Member, createdAt = '2026-01-02T03:04:05.000Z'): Promise<Member> {
  if (other === undefined) return register(store, `ws-${randomUUID()}`, 'member', createdAt);
  const { credential, device } = await addWaiting(store, other, createdAt);
  expect(await store.admitDevice(other.credential, device.id)).toBe('admitted');
  return { credential, device: { ...device, membership: 'member' } };
}

/** Registers a device that waits for being let into the workspace of another one. */
export const addWaiting = (store: Store, other: Member, createdAt = '2026-01-02T03:04:05.000Z'): Promise<Member> =>
  register(store, other.credential.workspaceId, 'waiting', createdAt);

async function register(store: Store, workspaceId: string, membership: 'member' | 'waiting', createdAt: string): Promise<Member> {
  const credential = toCredential(mintToken(workspaceId), workspaceId);
  const device = { id: `device-${randomUUID()}`, workspaceId, name: 'Laptop', createdAt, membership };
  await store.registerDevice(device, credential);
  return { credential, device };
}

export async function sessionsOf(store: Store, { credential }: Member): Promise<StoredSession[]> {
  const listed = await store.listSessions(credential);
  if (listed.kind !== 'ok') throw new Error(`not listed: ${listed.kind}`);
  return listed.sessions;
}

export async function devicesOf(store: Store, { credential }: Member): Promise<DeviceList> {
  const listed = await store.listDevices(credential);
  if (listed.kind !== 'ok') throw new Error(`not listed: ${listed.kind}`);
  return listed;
}

export const toRecord = ({ credential }: Member, more: Partial<SessionRecord> = {}): SessionRecord => ({
  id: `session-${randomUUID()}`,
  workspaceId: credential.workspaceId,
  name: 'Everything',
  url: 'https://mcp.example.com/mcp',
  transport: 'streamable-http',
  revision: 'stateful',
  createdAt: '2026-01-02T03:04:05.678Z',
  ...more,
});

export const SERVER_SESSION: ServerSession = {
  id: 'server-session-1',
  protocolVersion: '2025-11-25',
  greeting: {
    protocolVersion: '2025-11-25',
    serverInfo: { name: 'everything', version: '1.0' },
    capabilities: {},
    extra: ['é', 1e21, null],
  },
};
export const NEWER_SERVER_SESSION: ServerSession = { protocolVersion: '2025-06-18', greeting: { serverInfo: { name: 'new' } } };

export const toMessage = (method: string, message: unknown = { jsonrpc: '2.0', method }): ActivityRecord => ({
  kind: 'message',
  at: '2026-01-02T03:04:06.000Z',
  direction: 'to-server',
  bytes: 42,
  method,
  message,
});
export const CONNECTED: ActivityRecord = { kind: 'mark', at: '2026-01-02T03:04:05.700Z', mark: 'connected', durationMs: 12.5 };

/** A stored session of a new workspace, with one entry of activity. */
export async function begin(store: Store): Promise<{ member: Member; session: StoredSession; id: string }> {
  const member = await addMember(store);
  const session = await store.createSession(toRecord(member), SERVER_SESSION, [CONNECTED]);
  return { member, session, id: session.id };
}

export async function enterOk(store: Store, { credential }: Member, id: string, touch = false): Promise<Entered> {
  const entry = await store.enter(credential, id, { touch });
  expect(entry.kind).toBe('ok');
  if (entry.kind !== 'ok') throw new Error('not entered');
  return entry;
}
