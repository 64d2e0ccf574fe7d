/** Owns the proof that the embedded store keeps the contract, and what only a file promises: it survives every end of the process. */

import { spawn } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { once } from 'node:events';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { fileURLToPath } from 'node:url';
import { Worker } from 'node:worker_threads';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { openEmbeddedStore } from '../../../api/_lib/store/embedded.ts';
import type { Store } from '../../../api/_lib/store/store.ts';
import { sealStore } from '../../../api/_lib/vault/seal-store.ts';
import { toLedger, toOpening } from './call-samples.ts';
import { describeStore } from './store-contract.ts';
import {
  addMember,
  begin,
  CONNECTED,
  enterOk,
  type Member,
  MINUTE_MS,
  type StoreUnderTest,
  sessionsOf,
  TTL_SECONDS,
  toMessage,
} from './store-under-test.ts';

let folder: string;
let files = 0;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'mooring-store-'));
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));
const newFile = (): string => join(folder, 'made', `${files++}`, 'mooring.db');

const SWEEP_MS = 61_000;
const TABLES = [
  ...['devices', 'sessions', 'subscriptions', 'activity', 'locks', 'gone', 'calls', 'call_events'],
  ...[
    'settlements',
    'server_messages',
    'additions',
    'server_streams',
    'answers',
    'secrets',
    'workspace_keys',
    'pairings',
    'pairing_misses',
  ],
];

function openWithClock(file?: string, wrap = (store: Store) => store): StoreUnderTest {
  let nowMs = Date.parse('2026-06-01T00:00:00.000Z');
  const store = wrap(openEmbeddedStore({ ...(file !== undefined && { file }), ttlSeconds: TTL_SECONDS, now: () => nowMs, hosted: false }));
  const advance = async (ms: number): Promise<void> => {
    nowMs += ms;
  };
  return {
    store,
    advance,
    age: (_, ms) => advance(ms),
    inspect: file === undefined ? undefined : () => inspectFile(file, store.probe, advance),
    close: () => store.close(),
  };
}

/** Looks into the file after a sweep. Rows without an end of their own belong to a call or a session, and go with it. */
async function inspectFile(file: string, sweep: () => Promise<unknown>, advance: (ms: number) => Promise<void>) {
  await advance(SWEEP_MS);
  await sweep();
  const sql = new DatabaseSync(file, { readOnly: true });
  const names: string[] = [];
  const immortal: string[] = [];
  const ofSession = sql.prepare('SELECT ends_at FROM sessions WHERE id = ?');
  const call = sql.prepare('SELECT ends_at FROM calls WHERE session = ? AND key = ?');
  const ofCall = (row: Record<string, unknown>) => ('key' in row ? call.get(String(row['session']), String(row['key'])) : undefined);
  for (const table of TABLES) {
    const rows = sql.prepare(`SELECT * FROM ${table}`).all();
    for (const row of rows) {
      const name = `${table} ${Object.values(row).slice(0, 2).join(' ')}`;
      names.push(name);
      const owner = 'ends_at' in row ? row : (ofCall(row) ?? ofSession.get(String(row['session'])));
      if (!Number.isSafeInteger(owner?.['ends_at'])) immortal.push(name);
    }
  }
  sql.close();
  return { names, immortal };
}

describeStore('the embedded store in memory', async () => openWithClock(), { inspects: false });
describeStore('the embedded store in a file', async () => openWithClock(newFile()), { inspects: true });
describeStore('the embedded store in a file, sealed', async () => openWithClock(newFile(), sealStore), { inspects: true, seals: true });

const open = (file: string) => openEmbeddedStore({ file, ttlSeconds: TTL_SECONDS, hosted: false });

describe('probe of the embedded store', () => {
  it('says that a file is kept', async () => {
    const store = open(newFile());
    expect(await store.probe()).toEqual({ kind: 'embedded', persistent: true, writable: true });
    await store.close();
  });
  it('says that memory is not kept, and on a hosted backend what to set up', async () => {
    const local = openEmbeddedStore({ ttlSeconds: TTL_SECONDS, hosted: false });
    expect(await local.probe()).toEqual({ kind: 'embedded', persistent: false, writable: true });
    const hosted = openEmbeddedStore({ ttlSeconds: TTL_SECONDS, hosted: true });
    const answer = await hosted.probe();
    expect(answer).toEqual({ kind: 'embedded', persistent: false, writable: true, hint: expect.stringContaining('cold start') });
    expect(answer.hint).toMatch(/KV_REST_API_URL.*KV_REST_API_TOKEN/);
  });
  it('says that it cannot be written while another process holds the file', async () => {
    const file = newFile();
    const store = open(file);
    const other = new DatabaseSync(file);
    other.exec('BEGIN IMMEDIATE');
    expect(await store.probe()).toEqual({
      kind: 'embedded',
      persistent: true,
      writable: false,
      hint: expect.stringContaining('MOORING_DATA'),
    });
    await expect(addMember(store)).rejects.toMatchObject({ code: 'STORAGE_UNAVAILABLE' });
    other.exec('COMMIT');
    expect(await store.probe()).toMatchObject({ writable: true });
    other.close();
    await store.close();
  });
});

describe('a file of the embedded store', () => {
  it('keeps everything when it is closed and opened again', async () => {
    const file = newFile();
    const first = open(file);
    const { member, id, session } = await begin(first);
    await first.settle(id, { id: randomUUID(), activity: [toMessage('x')], coldStarts: 1, logLevel: 'info', subscribed: 'file:///a' });
    await first.acquireLock(id, 'a', 10 * MINUTE_MS);
    await first.close();
    const second = open(file);
    const { session: found } = await enterOk(second, member, id);
    expect(found).toEqual({ ...session, coldStarts: 1, logLevel: 'info', subscriptions: ['file:///a'] });
    expect((await second.readActivity(member.credential, id, { after: 0, limit: 9 })).entries).toEqual([
      { ...CONNECTED, seq: 1 },
      { ...toMessage('x'), seq: 2 },
    ]);
    expect(await second.acquireLock(id, 'b', 1000)).toBeUndefined();
    await second.close();
  });

  it('can be read by its user alone', async () => {
    const file = newFile();
    const store = open(file);
    await begin(store);
    expect(['', '-wal', '-shm'].map((end) => statSync(file + end).mode & 0o777)).toEqual([0o600, 0o600, 0o600]);
    await store.close();
  });

  it('keeps all that a process stored that was killed', async () => {
    const file = newFile();
    const { child, ended, printed } = await startWriter(file, 'hang');
    child.kill('SIGKILL');
    await ended;
    const store = open(file);
    const { member, id, count } = JSON.parse(printed) as { member: Member; id: string; count: number };
    await enterOk(store, member, id);
    const { entries } = await store.readActivity(member.credential, id, { after: 0, limit: 1000 });
    expect(entries.map(({ seq }) => seq)).toEqual(Array.from({ length: count + 1 }, (_, at) => at + 1));
    const ledger = toLedger(store, member, id);
    const opening = toOpening({ key: 'left', owner: 'copy' });
    expect(await ledger.enter(opening)).toMatchObject({ kind: 'running', call: { state: 'sent' } });
    expect(await ledger.enter({ ...opening, key: 'done' })).toMatchObject({ kind: 'settled', response: '{}' });
    await store.close();
  });

  it('lets one of two processes begin a call, and the other see it', async () => {
    const file = newFile();
    const [one, two] = [open(file), open(file)];
    const { member, id } = await begin(one);
    const [ours, theirs] = [toLedger(one, member, id), toLedger(two, member, id)];
    const opening = toOpening();
    const entries = await Promise.all([ours.enter(opening), theirs.enter({ ...opening, owner: 'b' })]);
    expect(entries.map(({ kind }) => kind).sort()).toEqual(['begun', 'running']);
    await ours.end({ key: opening.key, owner: entries[0]?.kind === 'begun' ? 'a' : 'b', state: 'done', response: '{}' });
    expect(await theirs.read(opening.key)).toMatchObject({ result: { response: '{}' } });
    await one.close();
    await two.close();
  });

  it('of the first schema is brought up to date, and loses nothing', async () => {
    const file = newFile();
    mkdirSync(dirname(file), { recursive: true });
    const old = new DatabaseSync(file);
    old.exec(readFileSync(new URL('embedded-schema-1.sql', import.meta.url), 'utf8'));
    const facts = '{"url":"http://x/","transport":"sse","revision":"stateful","createdAt":"2026-01-02T03:04:05.678Z"}';
    const greeting = '{"protocolVersion":"2025-11-25","greeting":{}}';
    const endsAt = Date.now() + 10 * MINUTE_MS;
    old.prepare(`INSERT INTO devices VALUES ('hash', 'device', 'ws', 'Laptop', '2026-01-02T03:04:05.000Z', 1, ?)`).run(endsAt);
    old
      .prepare(`INSERT INTO sessions (id, workspace, name, facts, server_session, used_at, ends_at) VALUES ('s', 'ws', 'Old', ?, ?, 1, ?)`)
      .run(facts, greeting, endsAt);
    old.close();
    const store = open(file);
    const device = {
      id: 'device',
      workspaceId: 'ws',
      name: 'Laptop',
      createdAt: '2026-01-02T03:04:05.000Z',
      membership: 'member' as const,
    };
    const member = { credential: { tokenHash: 'hash', workspaceId: 'ws', token: '' }, device };
    expect(await enterOk(store, member, 's')).toMatchObject({ device, session: { name: 'Old', running: 0, epoch: 1 } });
    expect(await toLedger(store, member, 's').enter(toOpening())).toMatchObject({ kind: 'begun', call: { device: 'Laptop' } });
    expect(await store.addServerMessages('s', 'one', ['x'])).toBe(1);
    await store.close();
    const again = open(file);
    expect(await again.loadSession('s')).toMatchObject({ running: 1 });
    await again.close();
  });

  it('waits for who writes to a new file before it switches to the write-ahead log', async () => {
    const file = newFile();
    mkdirSync(dirname(file), { recursive: true });
    // In a thread of its own, because opening waits without giving way to anything else in this one.
    const writer = new Worker(WRITER, { eval: true, workerData: { file } });
    await once(writer, 'message');
    const store = open(file);
    expect(await store.probe()).toMatchObject({ writable: true });
    await store.close();
    await writer.terminate();
  });

  it('is shared by two processes that write at the same time', async () => {
    const file = newFile();
    const writers = await Promise.all([startWriter(file, 'end'), startWriter(file, 'end')]);
    const store = open(file);
    for (const { printed } of writers) {
      const { member, id, count } = JSON.parse(printed) as { member: Member; id: string; count: number };
      const { entries } = await store.readActivity(member.credential, id, { after: 0, limit: 1000 });
      expect(entries.map(({ seq }) => seq)).toEqual(Array.from({ length: count + 1 }, (_, at) => at + 1));
    }
    const { member, id } = await begin(store);
    const other = open(file);
    expect((await enterOk(other, member, id, true)).session.id).toBe(id);
    expect(await other.acquireLock(id, 'other', 10_000)).toEqual({ owner: 'other', fence: 1 });
    expect(await store.acquireLock(id, 'ours', 10_000)).toBeUndefined();
    await other.close();
    await store.close();
  });

  it('is refused in words when it is no database, a folder, or of a newer version', () => {
    const text = join(folder, 'text.db');
    writeFileSync(text, 'This is a letter, and long enough to be one. '.repeat(20));
    const newer = newFile();
    void open(newer).close();
    const sql = new DatabaseSync(newer);
    sql.exec('PRAGMA user_version = 99');
    sql.close();
    for (const file of [text, folder, newer, join(text, 'below', 'mooring.db')])
      expect(() => open(file)).toThrow(
        expect.objectContaining({ name: 'AppError', code: 'STORAGE_UNAVAILABLE', hint: expect.stringContaining('MOORING_DATA') }),
      );
  });

  it('reads a broken session as absent, and the others as ever', async () => {
    const file = newFile();
    const store = open(file);
    const { member, id } = await begin(store);
    const other = await begin(store);
    const sql = new DatabaseSync(file);
    sql.prepare(`UPDATE sessions SET facts = '{"url":1', epoch = -5 WHERE id = ?`).run(id);
    sql.prepare(`UPDATE activity SET entry = 'x' WHERE session = ?`).run(other.id);
    sql.close();
    expect(await store.enter(member.credential, id, { touch: true })).toEqual({ kind: 'absent' });
    expect(await sessionsOf(store, member)).toEqual([]);
    expect((await store.readActivity(other.member.credential, other.id, { after: 0, limit: 9 })).entries).toEqual([]);
    await enterOk(store, other.member, other.id);
    await store.close();
  });
});

/** Writes to a file without write-ahead log, says so, and goes on writing for 200 ms. */
const WRITER = `
  const { parentPort, workerData } = require('node:worker_threads');
  const { DatabaseSync } = require('node:sqlite');
  const sql = new DatabaseSync(workerData.file);
  sql.exec('CREATE TABLE before (x); BEGIN IMMEDIATE');
  parentPort.postMessage('writing');
  Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 200);
  sql.exec('COMMIT');
  sql.close();
`;

/** Runs embedded-writer.ts in a process of its own until it has printed a line. */
async function startWriter(file: string, then: 'hang' | 'end') {
  const script = fileURLToPath(new URL('embedded-writer.ts', import.meta.url));
  const child = spawn(process.execPath, [script, file, then], { stdio: ['ignore', 'pipe', 'inherit'] });
  const ended = new Promise<number | null>((resolve) => child.once('exit', resolve));
  let printed = '';
  child.stdout.on('data', (chunk: Buffer) => {
    printed += chunk.toString('utf8');
  });
  while (!printed.endsWith('\n') && child.exitCode === null) await Promise.race([once(child.stdout, 'data'), ended]);
  return { child, ended, printed };
}
