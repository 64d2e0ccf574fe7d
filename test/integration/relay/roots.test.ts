/** Proves that the gateway tells a server the roots of its session, that users change them, and that a client with roots of its own is asked instead. */
import { beforeEach, expect, it } from 'vitest';
import type { Session } from '../../../shared/contract.ts';
import { startInProcess } from '../../support/api-client.ts';
import { startEverything } from '../../support/everything.ts';
import type { Exchange, RpcMessage } from '../../support/scripted-server.ts';
import { openScriptedSession, type ScriptedSession } from './scripted-session.ts';

const ROOTS = [{ uri: 'file:///srv/project', name: 'Project' }, { uri: 'file:///C:/data' }];
const CALL = { id: 'call', method: 'tools/call', params: { name: 'act', arguments: {} } };

let session: ScriptedSession;
beforeEach(async () => {
  session = await openScriptedSession();
});

const save = (roots: unknown, to = session.id) => session.api.ask('PATCH', `/sessions/${to}`, { token: session.token, body: { roots } });
const answers = (): RpcMessage[] => session.server.received.filter(({ method }) => method === undefined);
async function askForRoots(connection?: string): Promise<Exchange> {
  const asked = Promise.withResolvers<Exchange>();
  session.server.on('tools/call', (exchange) => {
    exchange.event({ id: 3, method: 'roots/list' });
    asked.resolve(exchange);
  });
  void session.follow(CALL, connection === undefined ? {} : { connection });
  return asked.promise;
}

it('answers with none before the user has named some, at once and though nobody listens', async () => {
  const { end } = await askForRoots();
  await expect.poll(answers, { timeout: 5000 }).toMatchObject([{ id: 3, result: { roots: [] } }]);
  end();
});

it('answers with those of the session, and tells the server when they change', async () => {
  const saved = await save(ROOTS);
  expect(saved).toMatchObject({ status: 200, body: { roots: ROOTS } });
  await expect
    .poll(() => session.server.received.map(({ method }) => method), { timeout: 5000 })
    .toContain('notifications/roots/list_changed');
  const { end } = await askForRoots();
  await expect.poll(answers, { timeout: 5000 }).toMatchObject([{ id: 3, result: { roots: ROOTS } }]);
  end();
  const entries = await expect.poll(() =>
    session.activity().then((all) => all.flatMap((entry) => (entry.kind === 'message' ? (entry.method ?? []) : []))),
  );
  await entries.toContain('roots/list');
});

it('keeps the roots of two sessions apart, and gives a new one those that were saved last', async () => {
  const other = await session.api.connect(session.token, session.server.url);
  await save(ROOTS);
  await save([ROOTS[1]], other.id);
  const roots = async (id: string) => ((await session.api.ask('GET', `/sessions/${id}`, { token: session.token })).body as Session).roots;
  expect([await roots(session.id), await roots(other.id)]).toEqual([ROOTS, [ROOTS[1]]]);
  expect((await session.api.connect(session.token, session.server.url)).roots).toEqual([ROOTS[1]]);
  await save([]);
  expect(await roots(session.id)).toEqual([]);
});

it('asks a client that has roots of its own', async () => {
  const connection = await session.shakeHands({ roots: {} });
  const asked = Promise.withResolvers<Exchange>();
  session.server.on('tools/call', (exchange) => {
    exchange.event({ id: 4, method: 'roots/list' });
    asked.resolve(exchange);
  });
  const stream = await session.follow(CALL, { connection });
  const question = await stream.next();
  expect(question).toMatchObject({ method: 'roots/list' });
  await session.tell({ id: question?.id ?? null, result: { roots: [{ uri: 'file:///own' }] } }, connection);
  expect(answers()).toMatchObject([{ id: 4, result: { roots: [{ uri: 'file:///own' }] } }]);
  (await asked.promise).end();
  await stream.cancel();
});

it.each([[[{ uri: 'https://example.com' }]], [[{ uri: 'project' }]], ['file:///x'], [Array.from({ length: 33 }, () => ROOTS[1])]])(
  'takes no roots that are none: %j',
  async (roots) => {
    expect(await save(roots)).toMatchObject({ status: 400, body: { code: 'BODY_INVALID' } });
  },
);

it('are what the reference server lists', async () => {
  const [api, server] = await Promise.all([startInProcess(), startEverything()]);
  const token = await api.register();
  const { id } = await api.connect(token, server.url);
  // It asks on its own stream, which is open while a client listens.
  const listener = await api.open('GET', `/mcp/${id}`, { token, headers: { accept: 'text/event-stream' } });
  await api.ask('PATCH', `/sessions/${id}`, { token, body: { roots: ROOTS } });
  const listed = () =>
    api.rpc(token, id, { id: crypto.randomUUID(), method: 'tools/call', params: { name: 'get-roots-list', arguments: {} } });
  await expect.poll(async () => JSON.stringify((await listed()).body), { timeout: 10_000 }).toContain('file:///srv/project');
  await listener.body?.cancel();
});
