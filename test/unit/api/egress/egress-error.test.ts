/** Proves how failures are told apart, and what the user reads of each. */
import { errors } from 'undici';
import { describe, expect, it } from 'vitest';
import {
  classifyConnectFailure,
  classifyFailure,
  EgressError,
  type EgressFailure,
  toAppError,
} from '../../../../api/_lib/egress/egress-error.ts';

const coded = (code: string): Error => Object.assign(new Error('x'), { code });
const fetchFailed = (cause: unknown): Error => new TypeError('fetch failed', { cause });

describe('a failure', () => {
  it.each<[string, unknown, EgressFailure, boolean]>([
    ['an unknown name', fetchFailed(coded('ENOTFOUND')), 'name-unknown', false],
    ['a resolver that does not answer', fetchFailed(coded('EAI_AGAIN')), 'name-unknown', false],
    ['a closed port', fetchFailed(coded('ECONNREFUSED')), 'refused', false],
    ['closed ports of all addresses', fetchFailed(new AggregateError([coded('ECONNREFUSED'), coded('ECONNREFUSED')])), 'refused', false],
    ['no connection in time', fetchFailed(new errors.ConnectTimeoutError()), 'timeout', false],
    ['no headers in time', fetchFailed(new errors.HeadersTimeoutError()), 'timeout', true],
    ['silence in the body', new TypeError('terminated', { cause: new errors.BodyTimeoutError() }), 'timeout', true],
    ['a signal that timed out', new DOMException('x', 'TimeoutError'), 'timeout', true],
    ['an abort', new DOMException('x', 'AbortError'), 'aborted', true],
    ['headers without end', fetchFailed(new errors.HeadersOverflowError()), 'too-large', true],
    ['a closed connection', fetchFailed(new errors.SocketError('other side closed')), 'reset', true],
    ['a reset', fetchFailed(coded('ECONNRESET')), 'reset', true],
    ['a body cut off', new TypeError('terminated', { cause: coded('ECONNRESET') }), 'reset', true],
    ['no HTTP', fetchFailed(Object.assign(new errors.HTTPParserError('x'), { code: 'HPE_INVALID_CONSTANT' })), 'reset', true],
    ['nothing known', 'text', 'reset', true],
    ['a code of another world', coded('constructor'), 'reset', true],
  ])('is classified: %s', (_, error, kind, sent) => {
    const failure = classifyFailure(error);
    expect({ kind: failure.kind, sent: failure.sent }).toEqual({ kind, sent });
  });

  it('that was classified stays what it is, however wrapped', () => {
    const known = new EgressError('forbidden-address', { sent: false, reason: 'address' });
    expect(classifyFailure(known)).toBe(known);
    expect(classifyFailure(fetchFailed(fetchFailed(known)))).toBe(known);
  });

  it('whose causes form a ring is classified', () => {
    const ring = new Error('x');
    ring.cause = ring;
    expect(classifyFailure(ring).kind).toBe('reset');
  });

  it('before the connection stands was never sent', () => {
    const rows: [unknown, 'tcp' | 'tls', EgressFailure][] = [
      [coded('ECONNRESET'), 'tcp', 'refused'],
      [coded('EHOSTUNREACH'), 'tcp', 'refused'],
      [coded('ETIMEDOUT'), 'tcp', 'timeout'],
      [new AggregateError([coded('ETIMEDOUT')]), 'tcp', 'timeout'],
      [new errors.ConnectTimeoutError(), 'tls', 'timeout'],
      [coded('ECONNRESET'), 'tls', 'tls'],
      [coded('DEPTH_ZERO_SELF_SIGNED_CERT'), 'tls', 'tls'],
      [coded('ERR_TLS_CERT_ALTNAME_INVALID'), 'tls', 'tls'],
      [coded('ENOTFOUND'), 'tcp', 'name-unknown'],
    ];
    expect(rows.map(([error, phase]) => classifyConnectFailure(error, phase)).map(({ kind, sent }) => [kind, sent])).toEqual(
      rows.map(([, , kind]) => [kind, false]),
    );
  });

  it('by abort carries the name that clients of fetch know', () => {
    expect(new EgressError('aborted', { sent: true }).name).toBe('AbortError');
    expect(new EgressError('reset', { sent: true }).name).toBe('EgressError');
  });
});

describe('what the user reads', () => {
  it.each<[EgressFailure, boolean, string]>([
    ['forbidden-url', false, 'SERVER_ADDRESS_FORBIDDEN'],
    ['forbidden-address', false, 'SERVER_ADDRESS_FORBIDDEN'],
    ['forbidden-redirect', true, 'SERVER_ADDRESS_FORBIDDEN'],
    ['name-unknown', false, 'SERVER_NAME_UNKNOWN'],
    ['refused', false, 'SERVER_UNREACHABLE'],
    ['tls', false, 'SERVER_TLS_FAILED'],
    ['timeout', true, 'SERVER_TIMEOUT'],
    ['timeout', false, 'SERVER_TIMEOUT'],
    ['too-large', true, 'SERVER_RESPONSE_TOO_LARGE'],
    ['reset', true, 'CALL_OUTCOME_UNKNOWN'],
    ['reset', false, 'SERVER_UNREACHABLE'],
    ['aborted', true, 'CALL_OUTCOME_UNKNOWN'],
    ['aborted', false, 'SERVER_UNREACHABLE'],
  ])('of %s (sent: %s) is %s', (kind, sent, code) => {
    const cause = new EgressError(kind, { sent });
    const error = toAppError(cause, 'mcp.example.com');
    expect(error).toMatchObject({ code, cause });
  });

  it('is the same for a name and an address that are forbidden, and never says what a name resolves to', () => {
    const [byName, byAddress] = (['name', 'address'] as const).map((reason) =>
      toAppError(new EgressError('forbidden-address', { sent: false, reason, cause: coded('10.0.0.1') }), 'mcp.example.com'),
    );
    expect(byName?.message).toBe('This backend may not reach mcp.example.com.');
    expect([byAddress?.message, byAddress?.hint]).toEqual([byName?.message, byName?.hint]);
  });

  it('names a scheme and a port, which the user can change', () => {
    const details = (['scheme', 'port'] as const).map(
      (reason) => toAppError(new EgressError('forbidden-url', { sent: false, reason }), 'h').message,
    );
    expect(details).toEqual(['This backend reaches servers over https only.', 'This backend does not reach servers on that port.']);
  });
});
