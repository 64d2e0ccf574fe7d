/** Proves what the relay makes of a server that answers wrongly, late or not at all: no call runs twice, no answer reaches another's call. */
import { subscribe } from 'node:diagnostics_channel';
import { beforeEach, describe, expect, it } from 'vitest';
import { type RpcMessage, rpcError } from '../../support/scripted-server.ts';
import { failedWith, openScriptedSession, type ScriptedSession } from './scripted-session.ts';

let session: ScriptedSession;
beforeEach(async () => {
  session = await openScriptedSession();
});

const act = { name: 'act', arguments: {} };
const call = () => session.ask('tools/call', act);
const done = { body: { id: 1, result: { content: [{ type: 'text', text: 'done' }] } } };

describe('an answer', () => {
  it('arrives as the server sent it, members that nobody knows included', async () => {
    const result = { content: [], _meta: { 'x/y': 1 }, é: ['\u2028', null, 1e21] };
    session.server.on('tools/call', (exchange) => exchange.result(result));
    expect(await call()).toMatchObject({ status: 200, body: { jsonrpc: '2.0', id: 1, result } });
  });

  it('to another request is dropped, and the call reported as unknown', async () => {
    session.server.on('tools/call', (exchange) => exchange.result({ content: [] }, 'm:somebody-else:1'));
    expect(await call()).toMatchObject(failedWith('CALL_OUTCOME_UNKNOWN'));
    expect(session.server.ran('tools/call')).toBe(1);
  });

  it('with the bare id of the client is no answer', async () => {
    session.server.on('tools/call', (exchange) => exchange.result({ content: [] }, 1));
    expect(await call()).toMatchObject(failedWith('CALL_OUTCOME_UNKNOWN'));
  });

  it('to another request on the same stream is passed over', async () => {
    session.server.on('tools/call', (exchange) => {
      exchange.event({ id: 'm:somebody-else:1', result: { content: [{ type: 'text', text: 'not yours' }] } });
      exchange.event({ id: exchange.message.id ?? null, result: { content: [{ type: 'text', text: 'done' }] } });
      exchange.end();
    });
    expect(await call()).toMatchObject(done);
  });

  it('that comes twice counts once', async () => {
    session.server.on('tools/call', (exchange) => {
      const { id = null } = exchange.message;
      exchange.event({ id, result: { content: [{ type: 'text', text: 'done' }] } });
      exchange.event({ id, result: { content: [{ type: 'text', text: 'again' }] } });
      exchange.end();
    });
    expect(await call()).toMatchObject(done);
    session.server.on('tools/call', (exchange) => {
      const answer = (text: string) => ({ jsonrpc: '2.0', id: exchange.message.id, result: { content: [{ type: 'text', text }] } });
      exchange.send(200, [answer('done'), answer('again')]);
    });
    expect(await call()).toMatchObject(done);
    await expect.poll(async () => JSON.stringify(await session.activity()).split('"done"').length).toBe(3);
    expect(JSON.stringify(await session.activity())).not.toContain('again');
  });

  it('in an array is found, with what else is in it', async () => {
    session.server.on('tools/call', (exchange) => {
      const log = { jsonrpc: '2.0', method: 'notifications/message', params: { level: 'info', data: 'on the way' } };
      exchange.send(200, [log, { jsonrpc: '2.0', id: exchange.message.id, result: { content: [] } }]);
    });
    const stream = await session.follow({ id: 'a', method: 'tools/call', params: act });
    expect(await stream.next()).toMatchObject({ method: 'notifications/message', params: { data: 'on the way' } });
    expect(await stream.next()).toMatchObject({ id: 'a', result: { content: [] } });
    expect(await stream.next()).toBeUndefined();
  });

  it.each<[string, string, string | object]>([
    ['HTML', 'text/html', '<html>Welcome</html>'],
    ['text that calls itself JSON', 'application/json', '{"jsonrpc":'],
    ['JSON that is no JSON-RPC', 'application/json', { hello: 'world' }],
    ['nothing', 'application/json', ''],
    ['JSON 10,000 levels deep', 'application/json', `{"jsonrpc":"2.0","id":1,"result":${'{"a":'.repeat(10_000)}1${'}'.repeat(10_000)}}`],
    ['an event that is no JSON', 'text/event-stream', 'data: Welcome\n\n'],
    ['an event 10,000 levels deep', 'text/event-stream', `data: ${'['.repeat(10_000)}${']'.repeat(10_000)}\n\n`],
  ])('that is %s leaves the outcome of a call unknown, and a list without one', async (_name, mediaType, body) => {
    for (const method of ['tools/call', 'tools/list']) session.server.on(method, (exchange) => exchange.send(200, body, mediaType));
    expect(await call()).toMatchObject(failedWith('CALL_OUTCOME_UNKNOWN'));
    expect(session.server.ran('tools/call')).toBe(1);
    expect(await session.ask('tools/list')).toMatchObject({
      body: { id: 1, error: { data: { code: expect.stringMatching(/^SERVER_/) } } },
    });
    expect(session.server.ran('tools/list')).toBe(3);
  });
});

describe('a refusal', () => {
  it.each([500, 502, 503])('%i leaves a call unknown after one execution; a list is asked for three times', async (status) => {
    for (const method of ['tools/call', 'tools/list'])
      session.server.on(method, (exchange) => exchange.send(status, 'Oh no', 'text/plain'));
    expect(await call()).toMatchObject(failedWith('CALL_OUTCOME_UNKNOWN'));
    expect(session.server.ran('tools/call')).toBe(1);
    expect(await session.ask('tools/list')).toMatchObject(failedWith('SERVER_FAILED'));
    expect(session.server.ran('tools/list')).toBe(3);
    await expect.poll(() => session.marks()).toEqual(['connected', 'outcome-unknown', 'server-unreachable']);
  });

  it('of a list once is not noticed', async () => {
    session.server.on('tools/list', (exchange) => {
      session.server.on('tools/list');
      exchange.send(503);
    });
    expect(await session.ask('tools/list')).toMatchObject({ body: { result: { tools: [{ name: 'act' }] } } });
    expect(session.server.ran('tools/list')).toBe(2);
  });

  it.each<[number, RpcMessage]>([
    [400, rpcError(-32602, 'Invalid params: `session` must be a valid session name')],
    [400, rpcError(-32602, 'The counter is uninitialized: call reset first')],
    [400, rpcError(-32600, 'Too long')],
    [404, rpcError(-32601, 'Method not found')],
    [200, rpcError(-32603, 'Session not found', undefined)],
  ])('%i with an ordinary error of the protocol is passed on: %j', async (status, error) => {
    if (status === 404) session = await openScriptedSession({ sessions: false });
    session.server.on('tools/call', (exchange) => exchange.send(status, { ...error, id: exchange.message.id }));
    expect(await call()).toMatchObject({ status, body: { id: 1, error: error.error } });
    expect([session.server.ran('tools/call'), session.server.handshakes()]).toEqual([1, 1]);
  });

  it('401 asks for sign-in, 403 is told as such; nothing ran', async () => {
    session.server.on('tools/call', (exchange) => exchange.send(401));
    // A reply that takes its time has begun as a stream already.
    const status = expect.toBeOneOf([422, 200]);
    expect(await call()).toMatchObject({ status, ...failedWith('SERVER_SIGN_IN_REQUIRED') });
    session.server.on('tools/call', (exchange) => exchange.send(403));
    expect(await call()).toMatchObject({ status, ...failedWith('SERVER_REFUSED') });
    expect(session.server.ran('tools/call')).toBe(2);
  });

  it('429 is told as a failure of the server and not repeated', async () => {
    session.server.on('tools/call', (exchange) => exchange.send(429, 'slow down', 'text/plain'));
    expect(await call()).toMatchObject(failedWith('SERVER_FAILED'));
    expect(session.server.ran('tools/call')).toBe(1);
  });
});

describe('a connection', () => {
  /** Ends the server and lets the backend notice that the connections it kept are gone. */
  async function shutServer(): Promise<void> {
    await session.server.shut();
    expect(await session.ask('tools/list')).toMatchObject(failedWith('SERVER_UNREACHABLE'));
  }

  it('that breaks after the request leaves a call unknown and is never repeated', async () => {
    session.server.on('tools/call', (exchange) => exchange.reset());
    expect(await call()).toMatchObject(failedWith('CALL_OUTCOME_UNKNOWN'));
    expect(session.server.ran('tools/call')).toBe(1);
    await expect.poll(() => session.marks()).toEqual(['connected', 'outcome-unknown']);
  });

  it('that breaks under a list is made anew', async () => {
    session.server.on('tools/list', (exchange) => {
      session.server.on('tools/list');
      exchange.reset();
    });
    expect(await session.ask('tools/list')).toMatchObject({ body: { result: { tools: [{ name: 'act' }] } } });
  });

  it('that is refused is tried once more: a server that comes back gets the call once', async () => {
    await shutServer();
    const refused = new Promise((resolve) => subscribe('undici:client:connectError', resolve));
    const pending = call();
    await refused;
    await session.server.reopen();
    expect(await pending).toMatchObject(done);
    expect(session.server.ran('tools/call')).toBe(1);
  });

  it('that stays refused is told as unreachable, and nothing ran', async () => {
    await shutServer();
    expect(await call()).toMatchObject(failedWith('SERVER_UNREACHABLE'));
    await session.server.reopen();
    expect(session.server.ran('tools/call')).toBe(0);
    expect(await call()).toMatchObject(done);
  });
});
