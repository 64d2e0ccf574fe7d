/** Proves the class of every range, at its first and last address and just beside it. */
import { describe, expect, it } from 'vitest';
import { classifyAddress } from '../../../../api/_lib/egress/address-ranges.ts';

describe('an address', () => {
  it.each([
    ['loopback', ['127.0.0.0', '127.0.0.1', '127.1.2.3', '127.255.255.255', '::1']],
    ['private', ['10.0.0.0', '10.255.255.255', '172.16.0.0', '172.31.255.255', '192.168.0.0', '192.168.255.255']],
    ['private', ['100.64.0.0', '100.100.100.199', '100.100.100.201', '100.127.255.255', '198.18.0.0', '198.19.255.255']],
    ['private', ['fc00::', 'fd12:3456::1', 'fdff:ffff::1', 'fd7a:115c:a1e0::1', 'fd00:ec1::254', 'fd20:ce::253']],
    ['public', ['1.1.1.1', '8.8.8.8', '9.255.255.255', '11.0.0.0', '100.63.255.255', '100.128.0.0', '126.255.255.255', '128.0.0.0']],
    ['public', ['168.63.129.15', '168.63.129.17', '169.253.255.255', '169.255.0.0', '172.15.255.255', '172.32.0.0', '192.0.1.0']],
    [
      'public',
      ['192.0.3.0', '192.167.255.255', '192.169.0.0', '198.17.255.255', '198.20.0.0', '198.51.101.0', '203.0.114.0', '223.255.255.255'],
    ],
    [
      'public',
      ['2000::', '2001:200::1', '2606:4700::1111', '2a00:1450:4001::1', '3ffe:ffff::1', '2001:db7:ffff::', '2001:db9::', '2003::'],
    ],
  ])('is %s: %j', (expected, addresses) => {
    expect(addresses.map((address) => [address, classifyAddress(address)])).toEqual(addresses.map((address) => [address, expected]));
  });

  it.each([
    ['unspecified', ['0.0.0.0', '0.0.0.1', '0.255.255.255', '::']],
    ['link-local', ['169.254.0.0', '169.254.169.254', '169.254.170.2', '169.254.170.23', '169.254.255.255', 'fe80::1', 'febf::1']],
    ['metadata elsewhere', ['100.100.100.200', '168.63.129.16', '192.0.0.192', 'fd00:ec2::254', 'fd00:ec2::23', 'fd20:ce::254']],
    ['metadata elsewhere, IPv6', ['fd00:c1::a9fe:a9fe']],
    [
      'reserved for protocols',
      ['192.0.0.0', '192.0.0.8', '192.0.0.255', '192.31.196.1', '192.52.193.1', '192.175.48.1', '2620:4f:8000::1'],
    ],
    ['documentation', ['192.0.2.1', '198.51.100.7', '203.0.113.255', '2001:db8::1', '3fff::1', '3fff:fff::1']],
    ['multicast', ['224.0.0.0', '239.255.255.255', 'ff00::1', 'ff02::1', 'ff0e::1']],
    ['reserved and broadcast', ['240.0.0.0', '254.1.1.1', '255.255.255.255', '4000::1', '8000::1', '::2', '1::1', '5f00::1']],
    ['6to4', ['192.88.99.1', '2002:7f00:1::', '2002:808:808::1']],
    ['Teredo, ORCHID, benchmarking', ['2001::1', '2001:2::1', '2001:10::1', '2001:20::1', '2001:1ff:ffff::1']],
    ['IPv4-compatible', ['::127.0.0.1', '::7f00:1', '::8.8.8.8', '::a9fe:a9fe']],
    ['IPv4-translated', ['::ffff:0:127.0.0.1', '::ffff:0:7f00:1', '::ffff:0:808:808']],
    ['NAT64 to the inside', ['64:ff9b::127.0.0.1', '64:ff9b::10.0.0.1', '64:ff9b::a9fe:a9fe', '64:ff9b:1::1', '64:ff9b:1::808:808']],
    ['discard-only', ['100::1', '100:0:0:1::1']],
    ['site-local', ['fec0::1', 'feff::1']],
    ['with a zone id', ['fe80::1%eth0', '::1%lo', 'fd12::1%1', '2606:4700::1111%0']],
    ['not an address', ['', 'localhost', '127.1', '0x7f.1', '2130706433', '017700000001', '1.1.1.1.', '[::1]', '1.1.1.256', ':::1']],
  ])('is forbidden: %s', (_, addresses) => {
    expect(addresses.filter((address) => classifyAddress(address) !== 'forbidden')).toEqual([]);
  });

  it('that is mapped from IPv4 is what the IPv4 address is', () => {
    const mapped = [
      '::ffff:127.0.0.1',
      '::ffff:7f00:1',
      '::ffff:10.0.0.1',
      '::ffff:a9fe:a9fe',
      '::ffff:6464:64c8',
      '::ffff:8.8.8.8',
      '::ffff:0.0.0.0',
    ];
    expect(mapped.map(classifyAddress)).toEqual(['loopback', 'loopback', 'private', 'forbidden', 'forbidden', 'public', 'forbidden']);
  });

  it('behind NAT64 is private when it leads to a public server', () => {
    expect(classifyAddress('64:ff9b::8.8.8.8')).toBe('private');
  });
});
