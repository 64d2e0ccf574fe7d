/** Proves that ids survive the way to the server and back exactly, and never meet those of another connection. */
import { describe, expect, it } from 'vitest';
import {
  decodeClientId,
  decodeServerId,
  encodeClientId,
  encodeServerId,
  toClientMessage,
  toServerNotification,
  toServerRequest,
} from '../../../../api/_lib/relay/ids.ts';
import { parseMessage } from '../../../../shared/json-rpc.ts';

const IDS = [
  0,
  1,
  -1,
  1.5,
  1e21,
  Number.MAX_SAFE_INTEGER,
  '',
  '0',
  '1',
  'a:b:c',
  'm:x:1',
  's:1:1',
  '"quoted"',
  '\\',
  '\n\r\t\0',
  'é😀\u2028\u2029',
  '\ud800',
  'null',
  '{"a":1}',
  '#',
  'x'.repeat(1000),
];
const CONNECTIONS = ['8190fc85-b6e4-4eff-a02a-4745179ec229', '', 'a'];

const toClient = (message: Record<string, unknown>, epoch = 1) => {
  const parsed = parseMessage({ jsonrpc: '2.0', ...message });
  if (!parsed) throw new Error('not a message');
  return toClientMessage(parsed, epoch);
};

describe('an id', () => {
  it.each(IDS)('of a client comes back as it was: %j', (id) => {
    for (const connection of CONNECTIONS) {
      const encoded = encodeClientId(connection, id);
      expect(decodeClientId(encoded)).toEqual({ connection, id });
      // Through JSON, as it travels.
      expect(decodeClientId(JSON.parse(JSON.stringify(encoded)))).toEqual({ connection, id });
    }
  });

  it.each(IDS)('of the server comes back as it was, with its epoch: %j', (id) => {
    for (const epoch of [1, 2, 2 ** 47]) expect(decodeServerId(encodeServerId(epoch, id, 'c1'))).toEqual({ epoch, origin: 'c1', id });
  });

  it('is equal to no other: neither of another connection, nor of another type, nor of the other side', () => {
    const encoded = CONNECTIONS.flatMap((connection) => IDS.map((id) => encodeClientId(connection, id)));
    const ofServer = [1, 11].flatMap((epoch) => IDS.map((id) => encodeServerId(epoch, id)));
    const all = [...encoded, ...ofServer];
    expect(new Set(all).size).toBe(all.length);
    for (const id of encoded) expect(decodeServerId(id)).toBeUndefined();
    for (const id of ofServer) expect(decodeClientId(id)).toBeUndefined();
  });

  it.each([
    undefined,
    null,
    0,
    1,
    '',
    'm:',
    'm:x',
    'm:x:',
    'm:x:y',
    'm:x:null',
    'm:x:{}',
    'm:x:[1]',
    'm:x:true',
    'm:x:1#2',
    'x:m:1',
    's:a:1',
    {},
    [],
  ])('that we did not make is known as such: %j', (id) => {
    expect(decodeClientId(id)).toBeUndefined();
    expect(decodeServerId(id)).toBeUndefined();
  });
});

describe('a message to the server', () => {
  it('has its id and its progress token rewritten, everything else kept, and the original left alone', () => {
    const request = {
      jsonrpc: '2.0' as const,
      id: 1,
      method: 'tools/call',
      params: { name: 'x', arguments: { progressToken: 1, id: 1 }, _meta: { progressToken: 1, 'x/y': true } },
      extra: 'kept',
    };
    const before = structuredClone(request);
    expect(toServerRequest(request, 'c')).toEqual({
      ...request,
      id: 'm:c:1',
      params: { ...request.params, _meta: { progressToken: 'm:c:1', 'x/y': true } },
    });
    expect(request).toEqual(before);
  });

  it('without a token gets none', () => {
    expect(toServerRequest({ jsonrpc: '2.0', id: 'a', method: 'ping' }, 'c')).toEqual({ jsonrpc: '2.0', id: 'm:c:"a"', method: 'ping' });
    const bad = { jsonrpc: '2.0' as const, id: 1, method: 'x', params: { _meta: { progressToken: { a: 1 } } } };
    expect(toServerRequest(bad, 'c').params).toEqual(bad.params);
  });

  it('that cancels names the request by the id that the server knows', () => {
    const cancelled = { jsonrpc: '2.0' as const, method: 'notifications/cancelled', params: { requestId: 3, reason: 'enough' } };
    expect(toServerNotification(cancelled, 'c')).toEqual({ ...cancelled, params: { requestId: 'm:c:3', reason: 'enough' } });
  });

  it.each([
    { method: 'notifications/cancelled' },
    { method: 'notifications/cancelled', params: { requestId: null } },
    { method: 'notifications/roots/list_changed', params: { requestId: 3 } },
    // The answer to a progress token that the server chose.
    { method: 'notifications/progress', params: { progressToken: 3, progress: 1 } },
  ])('that names nothing of the client is passed on as it is: %j', (message) => {
    const notification = { jsonrpc: '2.0' as const, ...message };
    expect(toServerNotification(notification, 'c')).toEqual(notification);
  });
});

describe('a message to a client', () => {
  it('that answers has the id of the client again', () => {
    expect(toClient({ id: 'm:c:"a:b"', result: { x: 1 } })).toEqual({ jsonrpc: '2.0', id: 'a:b', result: { x: 1 } });
    expect(toClient({ id: 'm:c:7', error: { code: 1, message: 'x' } })).toEqual({
      jsonrpc: '2.0',
      id: 7,
      error: { code: 1, message: 'x' },
    });
    expect(toClient({ id: 'foreign', result: {} })).toEqual({ jsonrpc: '2.0', id: 'foreign', result: {} });
  });

  it('that asks has an id that names the server session which asked', () => {
    expect(toClient({ id: 0, method: 'roots/list' }, 4)).toEqual({ jsonrpc: '2.0', id: 's:4::0', method: 'roots/list' });
  });

  it('that tells of progress has the token of the client again', () => {
    expect(toClient({ method: 'notifications/progress', params: { progressToken: 'm:c:0', progress: 1 } })).toMatchObject({
      params: { progressToken: 0, progress: 1 },
    });
    expect(toClient({ method: 'notifications/progress', params: { progressToken: 'other', progress: 1 } })).toMatchObject({
      params: { progressToken: 'other' },
    });
  });

  it('that cancels a question names it as the client knows it', () => {
    expect(toClient({ method: 'notifications/cancelled', params: { requestId: 5 } }, 2)).toMatchObject({ params: { requestId: 's:2::5' } });
  });

  it('of a subscription names it as the client knows it', () => {
    const key = 'io.modelcontextprotocol/subscriptionId';
    const message = { method: 'notifications/resources/updated', params: { uri: 'x://a', _meta: { [key]: 'm:c:"listen:1"', other: 1 } } };
    expect(toClient(message)).toMatchObject({ params: { uri: 'x://a', _meta: { [key]: 'listen:1', other: 1 } } });
  });

  it.each([
    { method: 'notifications/tools/list_changed' },
    { method: 'notifications/message', params: { level: 'info', data: { requestId: 1 } } },
  ])('of any other kind is as the server sent it: %j', (message) => {
    expect(toClient(message)).toEqual({ jsonrpc: '2.0', ...message });
  });
});
