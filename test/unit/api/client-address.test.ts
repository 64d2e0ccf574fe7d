/** Whose request it is that proxies pass on: what they vouch for, and nothing that a client says of itself. */
import { describe, expect, it } from 'vitest';
import { parseTrustedProxies, readClientAddress } from '../../../api/_lib/client-address.ts';

function proxiesOf(value: string) {
  const parsed = parseTrustedProxies(value);
  if ('problems' in parsed) throw new Error(parsed.problems.join());
  return parsed.proxies;
}

describe('the address of a client', () => {
  it.each<[string, string | undefined, string | undefined, string | undefined]>([
    ['', '10.0.0.1', '192.0.2.1', '10.0.0.1'],
    ['10.0.0.1', '10.0.0.1', undefined, '10.0.0.1'],
    ['10.0.0.1', '10.0.0.1', '', '10.0.0.1'],
    ['10.0.0.1', '10.0.0.1', '192.0.2.1', '192.0.2.1'],
    ['10.0.0.1', '192.0.2.9', '192.0.2.1', '192.0.2.9'],
    // What stands before the last one is what the client itself sent.
    ['10.0.0.1', '10.0.0.1', '1.1.1.1, 192.0.2.1', '192.0.2.1'],
    ['10.0.0.0/8', '10.0.0.1', '1.1.1.1, 192.0.2.1, 10.9.9.9', '192.0.2.1'],
    ['10.0.0.0/8', '10.0.0.1', '10.1.1.1, 10.9.9.9', '10.1.1.1'],
    ['10.0.0.1', '10.0.0.1', '192.0.2.1, unknown', '10.0.0.1'],
    ['127.0.0.1', '::ffff:127.0.0.1', '192.0.2.1', '192.0.2.1'],
    ['::1, fd00::/8', '::1', '2001:db8::1, fd12::1', '2001:db8::1'],
    ['10.0.0.1', '10.0.0.1', '[2001:db8::1]:4711', '2001:db8::1'],
    ['10.0.0.1', '10.0.0.1', '192.0.2.1:4711', '192.0.2.1'],
    ['10.0.0.1', undefined, '192.0.2.1', undefined],
  ])('behind %j, from %s with %j, is %s', (trusted, connection, forwardedFor, expected) => {
    expect(readClientAddress(connection, forwardedFor, proxiesOf(trusted))).toBe(expected);
  });

  it.each(['nginx', '10.0.0.0/33', '10.0.0', '10.0.0.1;10.0.0.2'])('comes by no proxy that is named %j', (value) => {
    expect(parseTrustedProxies(`127.0.0.1, ${value}`)).toEqual({ problems: [expect.stringContaining(`"${value}"`)] });
  });
});
