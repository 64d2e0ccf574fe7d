/** Proves how MOORING_ALLOW_PRIVATE is read. What the list then allows is in address-policy.test.ts. */
import { describe, expect, it } from 'vitest';
import { parseAllowPrivate } from '../../../../api/_lib/egress/address-policy.ts';

describe('MOORING_ALLOW_PRIVATE', () => {
  it.each([
    [undefined, []],
    ['', []],
    ['0', []],
    ['1', ['*']],
    ['10.0.0.5:8000', ['10.0.0.5:8000']],
    [' NAS.lan:80 , [FD12::0001]:443 ', ['nas.lan:80', 'fd12::1:443']],
    ['0x7f.1:9', ['127.0.0.1:9']],
  ])('reads %j as %j', (value, allow) => {
    expect(parseAllowPrivate(value)).toEqual({ allow });
  });

  it('reports each entry that is none', () => {
    const bad = ['nas', 'nas:', ':80', 'http://nas:80', 'nas:80/x', 'a@nas:80', 'nas:0', 'nas:99999', '*', 'true', '', 'a b:1'];
    const parsed = parseAllowPrivate(`${bad.join(',')},ok:1`);
    expect('problems' in parsed ? parsed.problems.length : 0).toBe(bad.length);
  });

  it('reports an address that is never reached', () => {
    const parsed = parseAllowPrivate('169.254.169.254:80,[fe80::1]:80');
    expect('problems' in parsed ? parsed.problems : []).toEqual([
      'MOORING_ALLOW_PRIVATE names 169.254.169.254:80, an address that is never reached (link-local, metadata, multicast or reserved).',
      'MOORING_ALLOW_PRIVATE names [fe80::1]:80, an address that is never reached (link-local, metadata, multicast or reserved).',
    ]);
  });
});
