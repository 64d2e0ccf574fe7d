/** The JSON-RPC envelope. */
import { describe, expect, it } from 'vitest';
import { parseMessage } from '../../../shared/json-rpc.ts';
import { MAX_METHOD_LENGTH, MAX_RPC_ID_LENGTH } from '../../../shared/limits.ts';

describe('parseMessage', () => {
  it.each([
    ['request', { jsonrpc: '2.0', id: 0, method: 'ping' }],
    ['request', { jsonrpc: '2.0', id: '', method: 'tools/call', params: { name: 'echo', _meta: { progressToken: 1 } } }],
    ['notification', { jsonrpc: '2.0', method: 'notifications/initialized' }],
    ['response', { jsonrpc: '2.0', id: 7, result: { anything: [1] } }],
    ['response', { jsonrpc: '2.0', id: null, error: { code: -32700, message: 'Parse error' } }],
    ['response', { jsonrpc: '2.0', error: { code: -32000, message: 'No id' } }],
  ])('reads a %s', (kind, message) => {
    expect(parseMessage(message)).toEqual({ kind, message });
  });
  it('keeps members that it does not know', () => {
    const message = { jsonrpc: '2.0', id: 1, method: 'x', params: { a: { b: 1 } }, extra: true };
    expect(parseMessage(message)?.message).toEqual(message);
  });
  it.each([
    null,
    [],
    'text',
    {},
    { jsonrpc: '1.0', id: 1, method: 'ping' },
    { jsonrpc: '2.0', id: null, method: 'ping' },
    { jsonrpc: '2.0', id: {}, method: 'ping' },
    { jsonrpc: '2.0', id: 1, method: 5 },
    { jsonrpc: '2.0', id: 1, method: 'ping', params: [1] },
    { jsonrpc: '2.0', id: 1, method: 'ping', params: 'text' },
    { jsonrpc: '2.0', id: 1, result: 'text' },
    { jsonrpc: '2.0', id: 1, error: 'text' },
    { jsonrpc: '2.0', id: 1 },
    { jsonrpc: '2.0', id: 'x'.repeat(MAX_RPC_ID_LENGTH + 1), method: 'ping' },
    { jsonrpc: '2.0', method: 'x'.repeat(MAX_METHOD_LENGTH + 1) },
  ])('refuses %j', (value) => {
    expect(parseMessage(value)).toBeUndefined();
  });
});
