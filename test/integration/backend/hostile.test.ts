/** Proves that what a hostile client or server sends takes nothing with it: no end of a call, no memory, no secret into the log. */
import { beforeEach, describe, expect, it } from 'vitest';
import { startInProcess } from '../../support/api-client.ts';
import type { Exchange } from '../../support/scripted-server.ts';
import { failedWith, openScriptedSession, type ScriptedSession } from '../relay/scripted-session.ts';

const CONNECTION = '00000000-0000-4000-8000-000000000001';
let session: ScriptedSession;
beforeEach(async () => {
  session = await openScriptedSession();
});

/** States of all calls, newest first. */
const states = async (): Promise<string[]> => {
  const { body } = await session.api.ask('GET', `/sessions/${session.id}/calls`, { token: session.token });
  return (body as { calls: { state: string }[] }).calls.map(({ state }) => state);
};

describe('a text that is too long to be kept', () => {
  it.each([
    ['id of a request', { id: 'x'.repeat(1100), method: 'tools/call' }],
    ['method of a request', { id: 1, method: 'x'.repeat(600_000) }],
    ['method of a notification', { method: 'x'.repeat(600_000) }],
    ['id of an answer', { id: `s:1::"${'x'.repeat(3000)}"`, result: {} }],
  ])('is refused as the %s', async (_what, message) => {
    expect(await session.tell(message)).toMatchObject({ status: 400, body: { id: null, error: { data: { code: 'MESSAGE_INVALID' } } } });
    expect(session.server.received.filter(({ method = '' }) => method.startsWith('x'))).toEqual([]);
  });

  it.each([
    ['resources/subscribe', { uri: 'x'.repeat(600_000) }],
    ['logging/setLevel', { level: 'x'.repeat(600_000) }],
  ])('passes with %s, and the call ends in the ledger', async (method, params) => {
    expect(await session.ask(method, params)).toMatchObject({ status: 200, body: { result: {} } });
    await expect.poll(states).toEqual(['done']);
  });

  it.each([
    ['method', { method: 'x'.repeat(600_000) }],
    ['id', { id: 'x'.repeat(600_000), method: 'roots/list' }],
  ])('as the %s of a message of the server ends its call, in the ledger too', async (_what, message) => {
    session.server.on('tools/call', (exchange) => {
      exchange.event(message);
      exchange.event({ id: exchange.message.id ?? null, result: {} });
      exchange.end();
    });
    expect(await session.ask('tools/call', {})).toMatchObject(failedWith('CALL_OUTCOME_UNKNOWN'));
    await expect.poll(states).toEqual(['unknown']);
  });
});

it('an event without an end is read up to the limit, also where the stream could be taken up again', async () => {
  const chunk = `data: ${'x'.repeat(1_000_000)}\n`;
  session.server.on('tools/call', (exchange) => {
    exchange.raw('id: 1\n');
    for (let megabytes = 0; megabytes < 70; megabytes++) exchange.raw(chunk);
  });
  expect(await session.ask('tools/call', {})).toMatchObject(failedWith('SERVER_RESPONSE_TOO_LARGE'));
  expect(session.server.listened).toEqual([]);
});

it.each<[string, () => Promise<unknown>]>([
  ['DELETE', () => session.api.ask('DELETE', `/sessions/${session.id}/calls/held-call`, { token: session.token })],
  ['notifications/cancelled', () => session.tell({ method: 'notifications/cancelled', params: { requestId: 1 } }, CONNECTION)],
])('%s ends a call at once, also where the server does not take the cancellation', async (_what, cancel) => {
  const { promise: taken, resolve } = Promise.withResolvers<Exchange>();
  const { promise: told, resolve: tell } = Promise.withResolvers<Exchange>();
  session.server.on('tools/call', resolve);
  session.server.on('notifications/cancelled', tell);
  const key: Record<string, string> = _what === 'DELETE' ? { 'idempotency-key': 'held-call' } : { 'mcp-session-id': CONNECTION };
  const answer = session.api.rpc(session.token, session.id, { id: 1, method: 'tools/call' }, key);
  await taken;
  const cancelling = cancel();
  const exchange = await told;
  await answer;
  await expect.poll(states).toEqual(['failed']);
  exchange.send(202);
  expect(await cancelling).toMatchObject({ status: 202 });
});

it('what could not be read as JSON is quoted nowhere', async () => {
  const api = await startInProcess();
  const answer = await api.ask('POST', '/devices', { text: '{"name":"x","accessCode": open-sesame}' });
  expect(answer).toMatchObject({ status: 400, body: { code: 'JSON_MALFORMED' } });
  expect(api.logged()).toContain('JSON_MALFORMED');
  expect(JSON.stringify(answer.body) + api.logged()).not.toContain('sesame');
});

it('a client that leaves before its answer leaves no request open, and its call goes on', async () => {
  const { promise: taken, resolve } = Promise.withResolvers<Exchange>();
  session.server.on('tools/call', resolve);
  const leaving = new AbortController();
  const asked = session.api.open('POST', `/mcp/${session.id}`, {
    token: session.token,
    headers: { accept: 'application/json', 'idempotency-key': 'left-call' },
    body: { jsonrpc: '2.0', id: 1, method: 'tools/call' },
    signal: leaving.signal,
  });
  const exchange = await taken;
  leaving.abort();
  expect((await asked).status).toBe(499);
  exchange.behave();
  await expect.poll(states).toEqual(['done']);
});
