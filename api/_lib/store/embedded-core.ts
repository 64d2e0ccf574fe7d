/**
 * Owns what all parts of the embedded store share: transactions at one moment, sweeping, and how a device and a session are found.
 * The methods of the store are embedded.ts, embedded-calls.ts, embedded-settle.ts and embedded-server-messages.ts.
 */
import { DEVICE_TTL_SECONDS, MAX_ACTIVITY_ENTRIES, SERVER_SECRETS_TTL_SECONDS, TOMBSTONE_TTL_SECONDS } from '../../../shared/limits.ts';
import { SEEN_EVERY_MS } from '../limits.ts';
import type { Credential, DeviceRecord, Refused } from './device-registry.ts';
import { openDatabase, writeVersion } from './embedded-database.ts';
import { prepareStatements } from './embedded-statements.ts';
import * as codec from './record-codec.ts';
import type { Entry, StoredSession } from './store.ts';

/** How often rows that have run out are removed, ms. They are not seen in between. */
const SWEEP_EVERY_MS = 60_000;
export const DEVICE_TTL_MS = DEVICE_TTL_SECONDS * 1000;
const TOMBSTONE_TTL_MS = TOMBSTONE_TTL_SECONDS * 1000;
export const SECRETS_TTL_MS = SERVER_SECRETS_TTL_SECONDS * 1000;

export type Row = Record<string, unknown>;

export const decodeDeviceRow = (row: Row): DeviceRecord | undefined =>
  codec.decodeDevice({
    id: row['id'],
    workspaceId: String(row['workspace']),
    name: row['name'],
    createdAt: row['created_at'],
    membership: row['membership'],
    publicKey: row['public_key'],
    share: row['share'],
    ring: row['ring'],
    version: row['version'],
  });
export type EmbeddedCore = ReturnType<typeof openCore>;

export function openCore({ file, ttlSeconds, now }: { file?: string; ttlSeconds: number; now: () => number }) {
  const database = openDatabase(file);
  const rows = prepareStatements(database.sql);
  const ttlMs = ttlSeconds * 1000;
  let sweptAt = Number.NEGATIVE_INFINITY;

  /** One method of the store: one transaction at one moment. */
  function transact<T>(work: (nowMs: number) => T): T {
    const nowMs = now();
    return database.transact(() => {
      if (nowMs - sweptAt >= SWEEP_EVERY_MS) sweep(nowMs);
      return work(nowMs);
    });
  }
  function sweep(nowMs: number): void {
    rows.keepGone.run(TOMBSTONE_TTL_MS, nowMs);
    rows.sweepSessions.run(nowMs);
    rows.sweepGone.run(nowMs);
    rows.sweepDevices.run(nowMs);
    rows.sweepCalls.run(nowMs);
    rows.sweepSettlements.run(nowMs);
    rows.sweepAdditions.run(nowMs);
    for (const sweepEnded of [rows.sweepSecrets, rows.sweepKeys, rows.sweepPairings, rows.sweepMisses]) sweepEnded.run(nowMs);
    sweptAt = nowMs;
  }

  function markSeen({ tokenHash, workspaceId }: Credential, nowMs: number): void {
    rows.markSeen.run(nowMs, nowMs + DEVICE_TTL_MS, tokenHash);
    rows.keepKeys.run(nowMs + DEVICE_TTL_MS, workspaceId);
  }
  function findDevice(credential: Credential, nowMs: number): DeviceRecord | undefined {
    const { tokenHash, workspaceId } = credential;
    // The workspace comes from the token and is only a claim until the row says the same.
    const row = rows.findDevice.get(tokenHash, workspaceId, nowMs);
    if (row === undefined) return undefined;
    if (nowMs - Number(row['seen_at']) > SEEN_EVERY_MS) markSeen(credential, nowMs);
    return decodeDeviceRow(row);
  }
  /** Returns the device when it is a member: others may ask for nothing. */
  function findMember(credential: Credential, nowMs: number): { kind: 'ok'; device: DeviceRecord } | Refused {
    const device = findDevice(credential, nowMs);
    if (device === undefined) return { kind: 'unauthorized' };
    return device.membership === 'member' ? { kind: 'ok', device } : { kind: 'waiting' };
  }

  function decodeRow(row: Row, nowMs: number): StoredSession | undefined {
    const id = String(row['id']);
    const secrets = rows.findSecrets.get(String(row['workspace']), String(row['server_key']), nowMs);
    return codec.decodeSession({
      id,
      workspaceId: String(row['workspace']),
      name: row['name'],
      facts: row['facts'],
      spoken: row['spoken'],
      serverSession: row['server_session'],
      awaits: row['awaits'],
      secrets: secrets?.['text'],
      secretsVersion: secrets?.['version'],
      epoch: row['epoch'],
      logLevel: row['log_level'],
      reachable: row['reachable'],
      subscriptions: rows.subscriptions.all(id).map((found) => String(found['uri'])),
      questions: rows.questions.all(id).map((found) => String(found['id'])),
      running: rows.countRunning.get(id)?.['running'],
      coldStarts: row['cold_starts'],
      renewals: row['renewals'],
      usedAtMs: row['used_at'],
      endsAtMs: Number(row['ends_at']),
    });
  }
  /** The row of a session that has not run out. */
  const findLive = (id: string, nowMs: number): Row | undefined => rows.findSession.get(id, nowMs);
  const isLive = (id: string, nowMs: number): boolean => findLive(id, nowMs) !== undefined;
  function load(id: string, nowMs: number): StoredSession | undefined {
    const row = findLive(id, nowMs);
    return row && decodeRow(row, nowMs);
  }

  const endOfUse = (nowMs: number): number => nowMs + ttlMs;
  /** Lets the session's time start again, with its running calls. */
  function touch(id: string, nowMs: number): boolean {
    const touched = rows.touch.run(nowMs, endOfUse(nowMs), id, nowMs).changes > 0;
    if (touched) rows.keepRunning.run(endOfUse(nowMs), id);
    if (touched) rows.keepSecrets.run(nowMs + SECRETS_TTL_MS, id);
    return touched;
  }

  /** Checks the token and the session, does `change` to it, and tells what the session is then. */
  function enter(credential: Credential, id: string, nowMs: number, change?: (device: DeviceRecord) => void): Entry {
    const member = findMember(credential, nowMs);
    if (member.kind !== 'ok') return member;
    const { device } = member;
    const owner = findLive(id, nowMs)?.['workspace'];
    if (owner === undefined) {
      const wasOurs = rows.findGone.get(id, credential.workspaceId, nowMs - TOMBSTONE_TTL_MS, nowMs) !== undefined;
      return { kind: wasOurs ? 'expired' : 'absent' };
    }
    if (owner !== credential.workspaceId) return { kind: 'absent' };
    change?.(device);
    const session = load(id, nowMs);
    return session === undefined ? { kind: 'absent' } : { kind: 'ok', device, session };
  }

  function append(id: string, { texts, dropped }: ReturnType<typeof codec.encodeActivity>): void {
    const count = texts.length + dropped;
    if (count === 0) return;
    const last = Number(rows.countActivity.get(count, id)?.['seq']);
    texts.forEach((text, at) => {
      rows.addActivity.run(id, last - texts.length + at + 1, text);
    });
    rows.capActivity.run(id, last - MAX_ACTIVITY_ENTRIES);
  }

  return {
    ...{ rows, transact, findDevice, findMember, markSeen, decodeRow, findLive, isLive, load, enter, append, endOfUse, touch },
    tryWriting: () => transact(() => writeVersion(database.sql)),
    close: () => database.close(),
  };
}
