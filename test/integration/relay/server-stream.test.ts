/** Proves how the stream is kept on which a Streamable HTTP server speaks on its own: one per session, for all clients, while anybody listens. */
import { beforeEach, describe, expect, it } from 'vitest';
import { MAX_LISTENERS } from '../../../api/_lib/limits.ts';
import { type Exchange, rpcError } from '../../support/scripted-server.ts';
import { openScriptedSession, type ScriptedSession } from './scripted-session.ts';

let session: ScriptedSession;
beforeEach(async () => {
  session = await openScriptedSession();
});

const act = { name: 'act', arguments: {} };
const news = (data: string) => ({ method: 'notifications/message', params: { level: 'info', data } });

/** Returns the server's end of the next stream that is opened. */
function nextStream(): Promise<Exchange> {
  return new Promise((resolve) => {
    session.server.on('GET', (exchange) => {
      // A second one on the same session is refused, as the SDK's servers do.
      session.server.on('GET', (second) => second.send(409, rpcError(-32000, 'Conflict: Only one SSE stream is allowed per session')));
      resolve(exchange);
    });
  });
}

describe('the stream of the server', () => {
  it('is one for all that listen, and each gets every message', async () => {
    const opened = nextStream();
    const listeners = await Promise.all([session.listen(), session.listen(), session.listen()]);
    const stream = await opened;
    stream.event(news('one'));
    stream.event(news('two'));
    for (const listener of listeners) {
      expect(await listener.next()).toMatchObject(news('one'));
      expect(await listener.next()).toMatchObject(news('two'));
    }
    expect(session.server.listened).toHaveLength(1);
    await Promise.all(listeners.map((listener) => listener.cancel()));
    // Nobody listens any more: after a while it is closed.
    await stream.closed;
  });

  it('is opened anew when the server ends it', async () => {
    const opened = nextStream();
    const listener = await session.listen();
    (await opened).event(news('before'));
    expect(await listener.next()).toMatchObject(news('before'));
    const again = nextStream();
    (await opened).end();
    (await again).event(news('after'));
    expect(await listener.next()).toMatchObject(news('after'));
    await listener.cancel();
  });

  it('is waited for while another instance has it (409)', async () => {
    const free = Promise.withResolvers<Exchange>();
    let refused = 0;
    session.server.on('GET', (exchange) => {
      if (++refused <= 2) exchange.send(409, rpcError(-32000, 'Conflict: Only one SSE stream is allowed per session'));
      else free.resolve(exchange);
    });
    const listener = await session.listen();
    (await free.promise).event(news('my turn'));
    expect(await listener.next()).toMatchObject(news('my turn'));
    expect([session.server.listened.length, session.server.handshakes()]).toEqual([3, 1]);
    await listener.cancel();
  });

  it('is not asked for again where there is none (405), and later clients are told so', async () => {
    const listener = await session.listen();
    await expect.poll(() => session.server.listened.length).toBe(1);
    await expect.poll(async () => (await session.api.open('GET', `/mcp/${session.id}`, { token: session.token })).status).toBe(405);
    await listener.cancel();
    expect([session.server.listened.length, session.server.handshakes()]).toEqual([1, 1]);
  });

  it('that is not found (404) costs a living server session nothing', async () => {
    session.server.on('GET', (exchange) => exchange.send(404, 'Cannot GET /mcp', 'text/html'));
    const listener = await session.listen();
    await expect.poll(async () => (await session.api.open('GET', `/mcp/${session.id}`, { token: session.token })).status).toBe(405);
    await listener.cancel();
    expect([session.server.handshakes(), session.server.ran('ping'), session.server.sessions()]).toEqual([1, 1, ['server-session-1']]);
  });

  it('that finds the server session forgotten makes a new one, and is opened in it', async () => {
    session.server.forget();
    session.server.on('GET', (exchange) => {
      if (exchange.headers['mcp-session-id'] === 'server-session-1') exchange.send(404, rpcError(-32001, 'Session not found'));
      else exchange.event(news('new'));
    });
    const listener = await session.listen();
    expect(await listener.next()).toMatchObject(news('new'));
    expect(session.server.handshakes()).toBe(2);
    await listener.cancel();
  });

  it('brings progress to the call that it belongs to, and to nobody else', async () => {
    const opened = nextStream();
    const [mine, others] = [await session.shakeHands(), await session.shakeHands()];
    const listener = await session.listen({ connection: others });
    const stream = await opened;
    const taken = new Promise<Exchange>((resolve) => session.server.on('tools/call', resolve));
    const call = session.follow({ id: 0, method: 'tools/call', params: { ...act, _meta: { progressToken: 0 } } }, { connection: mine });
    const exchange = await taken;
    const token = (exchange.message.params?.['_meta'] as { progressToken?: string } | undefined)?.progressToken;
    stream.event({ method: 'notifications/progress', params: { progressToken: token, progress: 1 } });
    stream.event(news('for all'));
    const answer = await call;
    expect(await answer.next()).toMatchObject({ method: 'notifications/progress', params: { progressToken: 0, progress: 1 } });
    expect(await listener.next()).toMatchObject(news('for all'));
    exchange.result({ content: [] });
    expect(await answer.next()).toMatchObject({ id: 0, result: { content: [] } });
    await listener.cancel();
  });

  it('ends for all that listen when the session is ended', async () => {
    const opened = nextStream();
    const listener = await session.listen();
    const stream = await opened;
    expect((await session.api.ask('DELETE', `/sessions/${session.id}`, { token: session.token })).status).toBe(204);
    expect(await listener.next()).toBeUndefined();
    await stream.closed;
    expect(session.server.sessions()).toEqual([]);
  });

  it('keeps what comes while nobody listens for whoever comes next', async () => {
    const opened = nextStream();
    const first = await session.listen();
    const stream = await opened;
    await first.cancel();
    stream.event(news('missed'));
    await expect.poll(async () => JSON.stringify(await session.activity()), { timeout: 5000 }).toContain('missed');
    const second = await session.listen();
    expect(await second.next()).toMatchObject(news('missed'));
    await second.cancel();
  });

  it('has a limit for those that listen, and says so; who leaves makes room', async () => {
    const opened = nextStream();
    const listeners = await Promise.all(Array.from({ length: MAX_LISTENERS }, () => session.listen()));
    const ask = () => session.api.open('GET', `/mcp/${session.id}`, { token: session.token });
    const refused = await ask();
    expect([refused.status, await refused.json()]).toMatchObject([429, { error: { data: { code: 'RATE_LIMITED' } } }]);
    await listeners[0]?.cancel();
    const welcome = await ask();
    expect(welcome.status).toBe(200);
    (await opened).event(news('to all of them'));
    expect(await listeners.at(-1)?.next()).toMatchObject(news('to all of them'));
    await Promise.all([welcome.body?.cancel(), ...listeners.slice(1).map((listener) => listener.cancel())]);
  });
});
