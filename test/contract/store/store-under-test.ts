/** Owns what the contract needs of a store besides the contract itself, and the records that its tests begin with. */
import { randomUUID } from 'node:crypto';
import { expect } from 'vitest';
import type {
  Credential,
  DeviceRecord,
  Entered,
  ServerSession,
  SessionRecord,
  Store,
  StoredSession,
} from '../../../api/_lib/store/store.ts';
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

/** Registers a device; with another one given, in the same workspace. */
export async function addMember(store: Store, other?: Member, createdAt = '2026-01-02T03:04:05.000Z'): Promise<Member> {
  const workspaceId = other?.credential.workspaceId ?? `ws-${randomUUID()}`;
  const credential = { tokenHash: `hash-${randomUUID()}`, workspaceId };
  const device = { id: `device-${randomUUID()}`, workspaceId, name: 'Laptop', createdAt };
  await store.registerDevice(device, credential);
  return { credential, device };
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
