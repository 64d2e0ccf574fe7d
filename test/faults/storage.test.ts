/** Proves what becomes of calls while storage loses answers, hangs, refuses, or goes back in time. Executions are counted at the server. */
import { beforeEach, describe, expect, it } from 'vitest';
import { AFTER_LEASE_MS, at, failure, type SharedSession, shareSession, takeExchanges, textResult } from '../support/fault-session.ts';
import { type ScriptedServer, startScriptedServer } from '../support/scripted-server.ts';
import { startScriptedSseServer } from '../support/scripted-server-sse.ts';

const DONE = { id: 1, result: textResult('done') };

let server: ScriptedServer;
let shared: SharedSession;
beforeEach(async () => {
  server = await startScriptedServer();
  shared = await shareSession(server.url, 2);
});

describe('the answer to the request that begins a call is lost', () => {
  it('once: the client library asks again, the same owner goes on, the call runs once', async () => {
    const { kv, users } = shared;
    kv.front.setFault({ kind: 'drop-after' }, 1);
    expect(await at(users, 0).ask({ key: 'begin-lost-once' })).toMatchObject(DONE);
    expect(server.ran('tools/call')).toBe(1);
  });

  it('for good: an outage is told, nothing is sent, and the same act is never said to have failed for sure', async () => {
    const { kv, users } = shared;
    kv.front.setFault({ kind: 'drop-after' }, 2);
    expect(await at(users, 0).ask({ key: 'begin-lost-twice' })).toMatchObject(failure('STORAGE_UNAVAILABLE'));
    await kv.redis.moveClock(AFTER_LEASE_MS);
    expect(await at(users, 1).ask({ key: 'begin-lost-twice' })).toMatchObject(failure('CALL_OUTCOME_UNKNOWN'));
    expect(await at(users, 1).look('begin-lost-twice')).toMatchObject({ state: 'unknown' });
    expect(server.ran('tools/call')).toBe(0);
  });
});

it('the answer to the request that marks a call as sent is lost: it runs once', async () => {
  const sse = await startScriptedSseServer();
  const { kv, users } = await shareSession(sse.url, 2);
  await at(users, 0).ask({ method: 'logging/setLevel', params: { level: 'info' } });
  await at(users, 0).ask({ method: 'ping', params: {} });
  // The second instance has no connection yet: its call begins as pending. The level is restored right before the mark is written.
  sse.on('logging/setLevel', (message, stream) => {
    kv.front.setFault({ kind: 'drop-after' }, 1);
    stream.send({ id: message.id ?? null, result: {} });
  });
  const taken = sse.received.length;
  expect(await at(users, 1).ask({ key: 'mark-is-lost' })).toMatchObject(DONE);
  expect(sse.received.slice(taken).map(({ method }) => method)).toContain('logging/setLevel');
  expect(sse.ran('tools/call')).toBe(1);
});

describe.each([
  ['drops requests', { kind: 'drop-before' }],
  ['hangs', { kind: 'hang' }],
  ['answers 500', { kind: 'status', status: 500 }],
  ['answers 429', { kind: 'status', status: 429 }],
] as const)('storage %s', (_name, fault) => {
  it('before a call begins: 503, nothing is sent, no command is quoted; afterwards the same act runs once', async () => {
    const { kv, users } = shared;
    kv.front.setFault(fault);
    const response = await at(users, 0).open({ key: 'storage-away' });
    expect(response.status).toBe(503);
    const text = await response.text();
    expect(JSON.parse(text)).toMatchObject({ id: 1, ...failure('STORAGE_UNAVAILABLE') });
    expect(text).not.toMatch(/EVAL|mooring:|redis/i);
    expect((await at(users, 0).api.ask('GET', `/sessions/${shared.id}/calls`, { token: shared.token })).status).toBe(503);
    expect((await at(users, 0).api.ask('DELETE', `/sessions/${shared.id}/calls/x`, { token: shared.token })).status).toBe(503);
    expect(server.ran('tools/call')).toBe(0);
    kv.front.clearFault();
    expect(await at(users, 0).ask({ key: 'storage-away' })).toMatchObject(DONE);
    expect(server.ran('tools/call')).toBe(1);
  });

  it('between the request and its answer: the answer is delivered, elsewhere the call is unknown, it ran once', async () => {
    const { kv, users } = shared;
    const next = takeExchanges(server);
    const asked = at(users, 0).ask({ key: 'storage-left' });
    const exchange = await next();
    kv.front.setFault(fault);
    kv.front.resetCounts();
    exchange.result(textResult('done'));
    expect(await asked).toMatchObject(DONE);
    // How it ended was tried to be stored; only a broken connection is asked again, once.
    await expect.poll(() => kv.front.requests()).toBeGreaterThanOrEqual(fault.kind === 'drop-before' ? 2 : 1);
    await kv.redis.moveClock(AFTER_LEASE_MS);
    kv.front.clearFault();
    expect(await at(users, 1).ask({ key: 'storage-left' })).toMatchObject(failure('CALL_OUTCOME_UNKNOWN'));
    expect(server.ran('tools/call')).toBe(1);
  });
});

it('storage that comes back within the lease learns how the call ended', async () => {
  const { kv, users } = shared;
  const next = takeExchanges(server);
  const asked = at(users, 0).ask({ key: 'short-outage' });
  const exchange = await next();
  kv.front.setFault({ kind: 'drop-before' });
  exchange.result(textResult('done'));
  expect(await asked).toMatchObject(DONE);
  kv.front.clearFault();
  await expect.poll(() => at(users, 1).look('short-outage'), { timeout: 10_000 }).toMatchObject({ state: 'done', response: DONE });
  expect(server.ran('tools/call')).toBe(1);
});

it('making a session breaks off in storage: it is there as a whole or not at all, and no server session is left behind', async () => {
  const { kv, users, token } = shared;
  const { api } = at(users, 0);
  const count = async () => ((await api.ask('GET', '/sessions', { token })).body as { sessions: unknown[] }).sessions.length;
  const before = { sessions: await count(), server: server.sessions().length };
  for (const kind of ['drop-before', 'drop-after'] as const) {
    // The first request asks who it is, the second one stores the session.
    server.on('notifications/initialized', (exchange) => {
      kv.front.setFault({ kind });
      exchange.behave();
    });
    expect(await api.ask('POST', '/sessions', { token, body: { url: server.url } })).toMatchObject({ status: 503 });
    kv.front.clearFault();
    await expect.poll(() => server.sessions().length).toBe(before.server);
  }
  const keys = await kv.redis.keys();
  expect(keys.filter(({ ttlMs }) => ttlMs <= 0)).toEqual([]);
  // What was stored without anybody knowing is whole: it can be used, and ended.
  const { sessions } = (await api.ask('GET', '/sessions', { token })).body as { sessions: { id: string; server: { name: string } }[] };
  expect(sessions.length - before.sessions).toBeLessThanOrEqual(1);
  for (const session of sessions) {
    expect(session.server.name).toBe('scripted');
    expect((await api.ask('GET', `/sessions/${session.id}/activity`, { token })).body).toMatchObject({ entries: [{ mark: 'connected' }] });
  }
});

it('storage goes back by a few seconds: every call ends, each runs once, no newer server session is taken back', async () => {
  const { kv, users } = shared;
  const [one, two] = [at(users, 0), at(users, 1)];
  expect(await one.ask({ key: 'before-rollback' })).toMatchObject(DONE);
  await shared.settled();
  const restore = await takeSnapshot(kv.redis.command);
  server.forget();
  expect(await one.ask({ key: 'rolled-back' })).toMatchObject(DONE);
  await shared.settled();
  expect(server.handshakes()).toBe(2);
  await restore();
  for (const [index, user] of [two, one, two, one].entries())
    expect(await user.ask({ key: `after-rollback-${index}` })).toMatchObject(DONE);
  expect(server.ran('tools/call')).toBe(6);
  expect(server.handshakes()).toBeLessThanOrEqual(3);
  expect(await two.ask({ key: 'before-rollback' })).toMatchObject(DONE);
  expect(server.ran('tools/call')).toBe(6);
});

/** Remembers all that is stored; the function that is returned brings it back, as a fail-over to a replica that lags does. */
async function takeSnapshot(command: (...parts: string[]) => Promise<unknown>): Promise<() => Promise<void>> {
  const lua = `local kept = {}
    for _, key in ipairs(redis.call('KEYS', '*')) do redis.call('COPY', key, 'snapshot:' .. key, 'REPLACE') end
    return #kept`;
  await command('EVAL', lua, '0');
  return async () => {
    const back = `for _, key in ipairs(redis.call('KEYS', 'mooring:*')) do redis.call('DEL', key) end
      for _, key in ipairs(redis.call('KEYS', 'snapshot:*')) do redis.call('RENAME', key, string.sub(key, 10)) end
      return 1`;
    await command('EVAL', back, '0');
  };
}
