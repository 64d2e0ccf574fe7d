/** Which servers the operator lets the backend reach: how the lists are read, and what they say of every way to name a server. */
import { describe, expect, it } from 'vitest';
import { type AddressPolicy, judgeAddress, judgeUrl } from '../../../../api/_lib/egress/address-policy.ts';
import { isServerAllowed, parseServerList } from '../../../../api/_lib/egress/server-rules.ts';

function listOf(value: string) {
  const list = parseServerList('X', value);
  if ('problems' in list) throw new Error(list.problems.join());
  return list.patterns;
}
const rulesOf = (allow: string, deny = '') => ({ allow: listOf(allow), deny: listOf(deny) });

describe('a list of servers', () => {
  it.each(['https://a.com', 'a.com/mcp', '*', '*.', 'a.*.com', 'a.com:0', 'a.com:x', 'a@b.com', 'a b', '::1', 'a.com:99999'])(
    'takes no %j, and names it',
    (entry) => {
      expect(parseServerList('MOORING_SERVERS_DENY', `good.com, ${entry}`)).toEqual({
        problems: [expect.stringMatching(/^MOORING_SERVERS_DENY must be .*none of them\.$/)],
      });
    },
  );
  it('is empty where nothing is set', () => {
    expect([listOf(''), parseServerList('X', undefined)]).toEqual([[], { patterns: [] }]);
  });

  it.each<[string, string, number, boolean]>([
    ['a.com', 'a.com', 443, true],
    ['a.com', 'a.com', 8443, true],
    ['a.com', 'a.com.', 443, true],
    ['A.com.', 'a.com', 443, true],
    ['a.com', 'b.a.com', 443, false],
    ['a.com', 'evil-a.com', 443, false],
    ['*.a.com', 'b.a.com', 443, true],
    ['*.a.com', 'c.b.a.com', 443, true],
    ['*.a.com', 'a.com', 443, false],
    ['*.a.com', 'evila.com', 443, false],
    ['a.com:8443', 'a.com', 8443, true],
    ['a.com:8443', 'a.com', 443, false],
    ['bücher.example', 'xn--bcher-kva.example', 443, true],
    ['10.0.0.5', '10.0.0.5', 80, true],
    ['[fd12::1]:3000', 'fd12::1', 3000, true],
    ['b.com, a.com', 'a.com', 443, true],
  ])('%s names %s on port %i: %j', (list, host, port, isNamed) => {
    expect(isServerAllowed(rulesOf(list), host, port)).toBe(isNamed);
    expect(isServerAllowed(rulesOf('', list), host, port)).toBe(!isNamed);
    // Denied is denied.
    if (isNamed) expect(isServerAllowed(rulesOf(list, list), host, port)).toBe(false);
  });
});

describe.each<[string, AddressPolicy]>([
  ['local', { kind: 'local' }],
  ['hosted', { kind: 'hosted', allow: [] }],
  ['hosted, everything private allowed', { kind: 'hosted', allow: ['*'] }],
])('a backend that is %s', (_, base) => {
  it('reaches what is allowed alone, by every spelling', () => {
    const policy = { ...base, servers: rulesOf('mcp.example.com, *.trusted.org') };
    const judged = (url: string) => judgeUrl(url, policy);
    for (const url of ['https://mcp.example.com/mcp', 'https://MCP.example.com/', 'https://as.trusted.org/token'])
      expect(judged(url)).toEqual({ kind: 'allowed' });
    for (const url of ['https://other.example.com/', 'https://trusted.org/', 'https://1.1.1.1/'])
      expect(judged(url)).toEqual({ kind: 'forbidden', reason: 'unlisted' });
  });
  it('does not reach what is denied, by name or by the address that a name resolves to', () => {
    const policy = { ...base, servers: rulesOf('', 'bad.example.com, 1.2.3.4') };
    expect(judgeUrl('https://bad.example.com/', policy)).toEqual({ kind: 'forbidden', reason: 'unlisted' });
    expect(judgeUrl('https://16909060/', policy)).toEqual({ kind: 'forbidden', reason: 'unlisted' });
    expect(judgeUrl('https://good.example.com/', policy)).toEqual({ kind: 'allowed' });
    expect(judgeAddress('1.2.3.4', 443, policy, 'good.example.com')).toEqual({ kind: 'forbidden', reason: 'address' });
    expect(judgeAddress('1.2.3.5', 443, policy, 'good.example.com')).toEqual({ kind: 'allowed' });
  });
});
