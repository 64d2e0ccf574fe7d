/** Proves what a failed call says, and when it may be repeated. */
import { describe, expect, it } from 'vitest';
import { GatewayError } from '../../../../extension/gateway/gateway-error.ts';
import type { CallFailure } from '../../../../extension/gateway/mcp-connection.ts';
import { failureWords, fromGateway, looksEnded } from '../../../../extension/state/inspector-failure.ts';

const FAILURES: CallFailure[] = [
  { kind: 'protocol', code: -32602, message: 'b is required' },
  { kind: 'mooring', code: 'STORAGE_UNAVAILABLE', detail: 'KV did not answer' },
  { kind: 'network' },
  { kind: 'interrupted' },
  { kind: 'timeout' },
  { kind: 'cancelled' },
  { kind: 'unexpected', message: 'status 302' },
];

describe('the words of a failure', () => {
  it.each(FAILURES)('say what happened and what it means: %j', (failure) => {
    for (const act of ['call', 'read'] as const) {
      const { title, meaning } = failureWords(failure, act);
      expect(title).toMatch(/\.$/);
      expect(meaning.length).toBeGreaterThan(10);
    }
  });

  it.each(['network', 'interrupted', 'timeout'] as const)('offer no repeating of a call that may have run: %s', (kind) => {
    expect(failureWords({ kind }, 'call')).not.toHaveProperty('remedy');
    expect(failureWords({ kind }, 'call').meaning).toContain('may have run');
    expect(failureWords({ kind }, 'read').remedy).toBe('retry');
  });

  it('keep what the server said', () => {
    expect(failureWords({ kind: 'protocol', code: -32602, message: 'b is required' }, 'call')).toMatchObject({
      title: 'The server answered with error -32602.',
      detail: 'b is required',
    });
  });

  it.each([
    ['call', 'The call did not run.'],
    ['read', 'Nothing was read.'],
  ] as const)('leave the way on to the notice above when the session is over: %s', (act, title) => {
    expect(failureWords({ kind: 'mooring', code: 'SESSION_EXPIRED', detail: '' }, act)).toEqual({ title, meaning: 'The session is over.' });
  });
});

describe('a failure', () => {
  it.each([
    [{ kind: 'mooring', code: 'SESSION_EXPIRED', detail: '' }, true],
    [{ kind: 'mooring', code: 'SESSION_NOT_FOUND', detail: '' }, true],
    [{ kind: 'mooring', code: 'STORAGE_UNAVAILABLE', detail: '' }, false],
    [{ kind: 'network' }, false],
  ] as [CallFailure, boolean][])('%j ends the session: %s', (failure, ended) => {
    expect(looksEnded(failure)).toBe(ended);
  });

  it('before the client is open is told in the same way', () => {
    expect(fromGateway(new GatewayError('BACKEND_UNREACHABLE', 'x'))).toEqual({ kind: 'network' });
    expect(fromGateway(new GatewayError('CANCELLED', 'x'))).toEqual({ kind: 'cancelled' });
    expect(fromGateway(new GatewayError('UNAUTHORIZED', 'no', { hint: 'h' }))).toEqual({
      kind: 'mooring',
      code: 'UNAUTHORIZED',
      detail: 'no',
      hint: 'h',
    });
  });
});
