/** Proves how a forgotten server session is replaced: once, with what it knew, by whoever holds the lock, and never for one call twice. */
import { describe, expect, it } from 'vitest';
import { readCredential } from '../../../api/_lib/access.ts';
import { openKvStore } from '../../../api/_lib/store/kv.ts';
import { sealStore } from '../../../api/_lib/vault/seal-store.ts';
import { startInProcess } from '../../support/api-client.ts';
import { KV_TOKEN, startKv } from '../../support/kv.ts';
import { type Exchange, rpcError, startScriptedServer } from '../../support/scripted-server.ts';
import { failedWith, openScriptedSession, toScriptedSession } from './scripted-session.ts';

const act = { name: 'act', arguments: {} };
const done = { body: { id: 1, result: { content: [{ type: 'text', text: 'done' }] } } };

describe('a server that has forgotten its session', () => {
  it.each<[number, unknown]>([
    [404, rpcError(-32001, 'Session not found')],
    [404, ''],
    [404, '<html>Not Found</html>'],
    [400, rpcError(-32000, 'Bad Request: No valid session ID provided')],
    [400, rpcError(-32000, 'Bad Request: Server not initialized')],
    [400, rpcError(-32600, 'Bad Request: Missing session ID')],
    [400, 'Invalid session ID'],
  ])('and answers %i %j gets one handshake and the call once more', async (status, body) => {
    const session = await openScriptedSession();
    session.server.refuseLost(status, body);
    session.server.forget();
    expect(await session.ask('tools/call', act)).toMatchObject(done);
    expect([session.server.handshakes(), session.server.ran('tools/call')]).toEqual([2, 1]);
    expect(session.server.received.filter(({ method }) => method === 'tools/call').map(({ serverSession }) => serverSession)).toEqual([
      'server-session-1',
      'server-session-2',
    ]);
    await expect.poll(() => session.marks()).toEqual(['connected', 'server-session-renewed']);
    expect(await session.epochFacts()).toEqual({ renewals: 1, coldStarts: 0 });
  });

  it('and forgets the new one at once gets no third: the failure is told', async () => {
    const session = await openScriptedSession();
    session.server.on('notifications/initialized', (exchange) => {
      session.server.forget();
      exchange.send(202);
    });
    session.server.forget();
    expect(await session.ask('tools/call', act)).toMatchObject(failedWith('SERVER_FAILED'));
    expect([session.server.handshakes(), session.server.ran('tools/call')]).toEqual([2, 0]);
  });

  it('is told log level and subscriptions again, exactly those that it had accepted', async () => {
    const session = await openScriptedSession();
    await session.ask('logging/setLevel', { level: 'debug' });
    await session.ask('logging/setLevel', { level: 'warning' });
    for (const uri of ['x://a', 'x://b', 'x://ü?q="1"']) await session.ask('resources/subscribe', { uri });
    await session.ask('resources/unsubscribe', { uri: 'x://a' });
    session.server.on('resources/subscribe', (exchange) => exchange.send(200, rpcError(-32602, 'No such resource', exchange.message.id)));
    await session.ask('resources/subscribe', { uri: 'x://refused' });
    session.server.on('resources/subscribe');
    // What a call changed is stored after its answer.
    await expect.poll(async () => (await session.activity()).length).toBe(15);
    const before = session.server.received.length;
    session.server.forget();
    expect(await session.ask('tools/call', act)).toMatchObject(done);
    const told = session.server.received.slice(before).map(({ method, params }) => [method, params?.['level'] ?? params?.['uri']]);
    expect(told.slice(0, 3)).toEqual([
      ['tools/call', undefined],
      ['initialize', undefined],
      ['notifications/initialized', undefined],
    ]);
    expect(told.slice(3, -1).sort()).toEqual(
      [
        ['logging/setLevel', 'warning'],
        ['resources/subscribe', 'x://b'],
        ['resources/subscribe', 'x://ü?q="1"'],
      ].sort(),
    );
    expect(told.at(-1)).toEqual(['tools/call', undefined]);
    await expect
      .poll(async () => (await session.activity()).find((entry) => entry.kind === 'mark' && entry.mark === 'server-session-renewed'))
      .toMatchObject({ subscriptionsRestored: 2 });
  });

  it('and cannot shake hands any more is told as it is; nothing ran', async () => {
    const session = await openScriptedSession();
    session.server.forget();
    session.server.on('initialize', (exchange) => exchange.send(503));
    expect(await session.ask('tools/call', act)).toMatchObject(failedWith('SERVER_FAILED'));
    session.server.on('initialize', (exchange) => exchange.reset());
    expect(await session.ask('tools/call', act)).toMatchObject(failedWith('SERVER_UNREACHABLE'));
    session.server.on('initialize', (exchange) => exchange.send(401));
    expect(await session.ask('tools/call', act)).toMatchObject(failedWith('SERVER_SIGN_IN_REQUIRED'));
    session.server.on('initialize');
    expect(await session.ask('tools/call', act)).toMatchObject(done);
    expect(session.server.ran('tools/call')).toBe(1);
  });

  it('gets one handshake for many calls at once', async () => {
    const session = await openScriptedSession();
    session.server.forget();
    const answers = await Promise.all(Array.from({ length: 20 }, () => session.ask('tools/call', act)));
    for (const answer of answers) expect(answer).toMatchObject(done);
    expect([session.server.handshakes(), session.server.ran('tools/call')]).toEqual([2, 20]);
  });

  it('gets a notification again, but no cancellation: what it would cancel is gone', async () => {
    const session = await openScriptedSession();
    session.server.forget();
    expect(await session.tell({ method: 'notifications/roots/list_changed' })).toMatchObject({ status: 202 });
    expect(session.server.received.filter(({ method }) => method === 'notifications/roots/list_changed')).toHaveLength(2);
    session.server.forget();
    expect(await session.tell({ method: 'notifications/cancelled', params: { requestId: 1 } })).toMatchObject({ status: 202 });
    expect(session.server.received.filter(({ method }) => method === 'notifications/cancelled')).toHaveLength(1);
    expect(session.server.handshakes()).toBe(3);
  });
});

describe('a question of the server', () => {
  it('takes one answer; a second one is dropped', async () => {
    const session = await openScriptedSession();
    const asked = Promise.withResolvers<Exchange>();
    session.server.on('tools/call', asked.resolve);
    const stream = await session.follow({ id: 1, method: 'tools/call', params: act });
    const exchange = await asked.promise;
    exchange.event({ id: 0, method: 'elicitation/create', params: { message: 'Sure?' } });
    const question = await stream.next();
    expect(question?.id).toEqual(expect.any(String));
    const id = question?.id ?? null;
    expect(await session.tell({ id, result: { action: 'accept' } })).toMatchObject({ status: 202 });
    expect(await session.tell({ id, result: { action: 'cancel' } })).toMatchObject({ status: 202 });
    expect(session.server.received.filter(({ method }) => method === undefined)).toMatchObject([{ id: 0, result: { action: 'accept' } }]);
    exchange.event({ id: exchange.message.id ?? null, result: { content: [] } });
    exchange.end();
    expect(await stream.next()).toMatchObject({ id: 1, result: { content: [] } });
  });

  it('can be answered again when the answer did not get through', async () => {
    const session = await openScriptedSession();
    const asked = Promise.withResolvers<Exchange>();
    session.server.on('tools/call', asked.resolve);
    const stream = await session.follow({ id: 1, method: 'tools/call', params: act });
    const exchange = await asked.promise;
    exchange.event({ id: 0, method: 'elicitation/create', params: { message: 'Sure?' } });
    const id = (await stream.next())?.id ?? null;
    session.server.on('answer', (answer) => answer.send(503));
    expect(await session.tell({ id, result: { action: 'accept' } })).toMatchObject({
      body: { error: { data: { code: 'SERVER_FAILED' } } },
    });
    session.server.on('answer');
    expect(await session.tell({ id, result: { action: 'accept' } })).toMatchObject({ status: 202 });
    expect(session.server.received.filter(({ method }) => method === undefined)).toHaveLength(2);
    exchange.end();
    await stream.cancel();
  });

  it('of a forgotten server session is not answered in the new one', async () => {
    const session = await openScriptedSession();
    const asked = Promise.withResolvers<Exchange>();
    session.server.on('tools/call', asked.resolve);
    const stream = await session.follow({ id: 1, method: 'tools/call', params: act });
    const exchange = await asked.promise;
    exchange.event({ id: 0, method: 'elicitation/create', params: { message: 'Before' } });
    const before = await stream.next();
    session.server.on('tools/call');
    session.server.forget();
    expect(await session.ask('tools/call', act, { id: 2 })).toMatchObject({ body: { id: 2, result: {} } });
    // The old stream still lives at the server: what it asks now is asked by the old server session, too.
    exchange.event({ id: 1, method: 'elicitation/create', params: { message: 'After' } });
    const after = await stream.next();
    expect(after).toMatchObject({ params: { message: 'After' } });
    for (const question of [before, after])
      expect(await session.tell({ id: question?.id ?? null, result: { action: 'accept' } })).toMatchObject({ status: 202 });
    expect(session.server.received.filter(({ method }) => method === undefined)).toEqual([]);
    expect(await session.tell({ id: 'invented', result: {} })).toMatchObject({
      status: 400,
      body: { error: { data: { code: 'MESSAGE_INVALID' } } },
    });
    exchange.end();
    await stream.cancel();
  });
});

describe('with several instances on one KV', () => {
  it('twenty that find the same dead server session make one new one', async () => {
    const [kv, server] = await Promise.all([startKv(), startScriptedServer()]);
    const instances = await Promise.all(Array.from({ length: 20 }, () => startInProcess(kv.env)));
    const [first] = instances;
    if (!first) throw new Error('no instance');
    const token = await first.register();
    const { id } = await first.connect(token, server.url);
    server.forget();
    const sessions = instances.map((api) => toScriptedSession(server, api, token, id));
    const answers = await Promise.all(sessions.map((session) => session.ask('tools/call', act)));
    for (const answer of answers) expect(answer).toMatchObject(done);
    expect([server.handshakes(), server.ran('tools/call')]).toEqual([2, 20]);
    const [session] = sessions;
    await expect.poll(() => session?.epochFacts()).toEqual({ renewals: 1, coldStarts: 19 });
  });

  it('a holder of the lock that was paused for too long overwrites nothing', async () => {
    const [kv, server] = await Promise.all([startKv(), startScriptedServer()]);
    const [paused, other] = await Promise.all([startInProcess(kv.env), startInProcess(kv.env)]);
    const token = await paused.register();
    const { id } = await paused.connect(token, server.url);
    server.forget();
    const atHandshake = Promise.withResolvers<Exchange>();
    server.on('initialize', atHandshake.resolve);
    const late = toScriptedSession(server, paused, token, id).ask('tools/call', act, { id: 'late' });
    const exchange = await atHandshake.promise;
    server.on('initialize');
    // Its lock runs out while its handshake hangs; somebody else goes on.
    await kv.redis.command('DEL', `mooring:lock:${id}`);
    expect(await toScriptedSession(server, other, token, id).ask('tools/call', act)).toMatchObject(done);
    exchange.behave();
    expect(await late).toMatchObject({ body: { id: 'late', result: {} } });
    const store = sealStore(openKvStore({ url: kv.front.url, token: KV_TOKEN, ttlSeconds: 1800 }));
    const entered = await store.enter(readCredential(`Bearer ${token}`), id, { touch: false });
    expect(entered).toMatchObject({ session: { epoch: 2, renewals: 1, serverSession: { id: 'server-session-2' } } });
    expect([server.handshakes(), server.ran('tools/call')]).toEqual([3, 2]);
    // Nobody would know of the surplus one: it is ended.
    await expect.poll(() => server.sessions()).toEqual(['server-session-2']);
  });
});
