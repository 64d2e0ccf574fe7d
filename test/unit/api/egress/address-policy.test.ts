/** Proves the verdicts, row by row: what a hosted and a local backend may reach, in every spelling. */
import { describe, expect, it } from 'vitest';
import { type AddressPolicy, judgeAddress, judgeUrl, parseAllowPrivate } from '../../../../api/_lib/egress/address-policy.ts';

const LOCAL: AddressPolicy = { kind: 'local' };
const HOSTED: AddressPolicy = { kind: 'hosted', allow: [] };
const hostedWith = (value: string): AddressPolicy => {
  const parsed = parseAllowPrivate(value);
  if ('problems' in parsed) throw new Error(parsed.problems.join());
  return { kind: 'hosted', allow: parsed.allow };
};

const reasonOf = (url: string | URL, policy: AddressPolicy): string => {
  const verdict = judgeUrl(url, policy);
  return verdict.kind === 'allowed' ? 'allowed' : verdict.reason;
};
const words = (text: string): string[] => text.split(' ');
const judgeAll = (urls: string[], policy: AddressPolicy) => urls.map((url) => [url, reasonOf(url, policy)]);
const all = (urls: string[], reason: string) => urls.map((url) => [url, reason]);

const LOOPBACK_SPELLINGS = words(
  '127.0.0.1 127.1 127.0.1 0177.0.0.1 0x7f.0.0.1 0x7f000001 2130706433 017700000001 127.0.0.1. %31%32%37.0.0.1 ' +
    '１２７.０.０.１ 127。0。0。1 ①②⑦.⓪.⓪.① [::1] [0:0:0:0:0:0:0:1] [::ffff:127.0.0.1] [::ffff:7f00:1]',
).map((host) => `https://${host}/mcp`);

const NEVER = words(
  '169.254.169.254 2852039166 0xa9fea9fe 0251.0376.0251.0376 169.254.43518 [::ffff:169.254.169.254] [::ffff:a9fe:a9fe] ' +
    '169.254.170.2 100.100.100.200 192.0.0.192 168.63.129.16 [fd00:ec2::254] [fd20:ce::254] [fd00:c1::a9fe:a9fe] ' +
    '0.0.0.0 0 [::] 224.0.0.1 [ff02::1] 255.255.255.255 240.0.0.1 [fe80::1] [fec0::1] ' +
    '192.0.2.1 198.51.100.1 203.0.113.1 [2001:db8::1] [3fff::1] [2001::1] [2001:2::1] [2001:10::1] [2002:7f00:1::] ' +
    '[::127.0.0.1] [::7f00:1] [::ffff:0:7f00:1] [64:ff9b::7f00:1] [64:ff9b::a9fe:a9fe] [64:ff9b:1::1]',
).map((host) => `https://${host}/mcp`);

const METADATA_NAMES = words(
  'metadata.google.internal METADATA.google.internal. x.metadata.google.internal metadata.goog instance-data.ec2.internal metadata.tencentyun.com',
).map((host) => `https://${host}/`);

describe('a hosted backend', () => {
  it('reaches public servers over https on their own port', () => {
    const urls = [
      'https://mcp.example.com/mcp',
      'https://mcp.example.com:443/',
      'https://1.1.1.1/',
      'https://[2606:4700::1111]/',
      'https://bücher.de/mcp',
    ];
    expect(judgeAll(urls, HOSTED)).toEqual(all(urls, 'allowed'));
    expect(reasonOf(new URL('https://mcp.example.com/mcp?x=1#y'), HOSTED)).toBe('allowed');
  });

  it('refuses loopback in every spelling, and what looks like an address in names', () => {
    expect(judgeAll(LOOPBACK_SPELLINGS, HOSTED)).toEqual(all(LOOPBACK_SPELLINGS, 'address'));
  });

  it('refuses private networks', () => {
    const hosts = words('10.0.0.1 172.16.0.1 192.168.1.1 100.64.0.1 198.18.0.1 [fc00::1] [fd12::1] [64:ff9b::808:808] 3232235777');
    const urls = hosts.map((host) => `https://${host}/`);
    expect(judgeAll(urls, HOSTED)).toEqual(all(urls, 'address'));
  });

  it('refuses names that no public server has', () => {
    const hosts = words('localhost localhost. LOCALHOST a.localhost intranet printer.local db.internal nas.lan nas.home x.home.arpa');
    hosts.push('dc.corp', 'x.onion', 'x.test', 'x.invalid', 'x.example', 'x.alt', 'x.consul', 'example.com.', 'example..com', 'a.b.local');
    const urls = hosts.map((host) => `https://${host}/mcp`);
    expect(judgeAll(urls, HOSTED)).toEqual(all(urls, 'name'));
  });

  it('refuses other schemes, and plain http', () => {
    const urls = words(
      'http://mcp.example.com/ ftp://example.com/ file:///etc/passwd gopher://example.com/ data:text/plain,x ' + 'ws://example.com/',
    );
    urls.push('javascript:alert(1)', 'blob:https://example.com/1');
    expect(judgeAll(urls, HOSTED)).toEqual(all(urls, 'scheme'));
  });

  it('refuses other ports', () => {
    const urls = [
      'https://mcp.example.com:8443/',
      'https://mcp.example.com:22/',
      'https://mcp.example.com:80/',
      'https://1.1.1.1:8080/',
      'https://a.example.com:0/',
    ];
    expect(judgeAll(urls, HOSTED)).toEqual(all(urls, 'port'));
  });

  it('judges the port of an address too', () => {
    expect(judgeAddress('1.1.1.1', 443, HOSTED)).toEqual({ kind: 'allowed' });
    expect(judgeAddress('1.1.1.1', 25, HOSTED)).toEqual({ kind: 'forbidden', reason: 'port' });
    expect(judgeAddress('127.0.0.1', 443, HOSTED, 'mcp.example.com')).toEqual({ kind: 'forbidden', reason: 'address' });
  });
});

describe('a hosted backend with an allow list', () => {
  const policy = hostedWith('10.0.0.5:8000, Host.Docker.Internal:8080,[fd12::1]:9000,127.0.0.1:80,mcp.example.com:8443');

  it('reaches what the list names, over http as well, and nothing beside it', () => {
    const allowed = [
      'http://10.0.0.5:8000/mcp',
      'http://host.docker.internal:8080/',
      'https://[fd12::1]:9000/',
      'http://127.1/',
      'https://mcp.example.com:8443/',
    ];
    expect(judgeAll(allowed, policy)).toEqual(all(allowed, 'allowed'));
    const refused = [
      ['http://10.0.0.5:8001/', 'address'],
      ['http://10.0.0.6:8000/', 'address'],
      ['http://host.docker.internal:8081/', 'name'],
      ['http://127.0.0.1:443/', 'address'],
      ['https://mcp.example.com:8444/', 'port'],
    ];
    expect(
      judgeAll(
        refused.map(([url]) => String(url)),
        policy,
      ),
    ).toEqual(refused);
  });

  it('lets a listed name resolve to a private address, on its port alone', () => {
    expect(judgeAddress('192.168.65.2', 8080, policy, 'host.docker.internal').kind).toBe('allowed');
    expect(judgeAddress('192.168.65.2', 8081, policy, 'host.docker.internal').kind).toBe('forbidden');
    expect(judgeAddress('192.168.65.2', 8080, policy, 'other.example.com').kind).toBe('forbidden');
  });

  it('never lets a listed name resolve to metadata', () => {
    for (const ip of ['169.254.169.254', 'fd00:ec2::254', '0.0.0.0', '::ffff:a9fe:a9fe', 'fe80::1'])
      expect(judgeAddress(ip, 8080, policy, 'host.docker.internal').kind).toBe('forbidden');
  });
});

describe.each([
  ['a local backend', LOCAL],
  ['a hosted backend that allows everything private', hostedWith('1')],
])('%s', (_, policy) => {
  it('reaches this machine and private networks, on any port, over http', () => {
    const urls = words(
      'http://localhost:3000/mcp http://127.0.0.1:1234/ http://[::1]:8080/ http://10.1.2.3/ http://192.168.1.5:8123/ ' + 'http://nas/',
    );
    urls.push(
      'http://[fd12::1]:8/mcp',
      'http://100.64.1.1:3000/',
      'http://printer.local/',
      'https://mcp.example.com:8443/',
      'http://1.1.1.1/',
    );
    expect(judgeAll(urls, policy)).toEqual(all(urls, 'allowed'));
    expect(judgeAll(LOOPBACK_SPELLINGS, policy)).toEqual(all(LOOPBACK_SPELLINGS, 'allowed'));
  });
});

describe.each([
  ['hosted', HOSTED],
  ['hosted, everything private allowed', hostedWith('1')],
  ['hosted, one name allowed', hostedWith('metadata.google.internal:443,x.example.com:443')],
  ['local', LOCAL],
])('a backend that is %s', (_, policy) => {
  it('never reaches metadata, link-local, multicast, reserved or unspecified addresses', () => {
    expect(judgeAll(NEVER, policy)).toEqual(all(NEVER, 'address'));
    for (const ip of ['169.254.169.254', '168.63.129.16', '0.0.0.0', '::', 'ff02::1', 'fe80::1%eth0', '::7f00:1', '', 'x'])
      expect(judgeAddress(ip, 443, policy, 'x.example.com')).toEqual({ kind: 'forbidden', reason: 'address' });
  });

  it('never reaches a metadata service by name', () => {
    expect(judgeAll(METADATA_NAMES, policy)).toEqual(all(METADATA_NAMES, 'name'));
  });

  it('refuses what is no clean URL', () => {
    const urls = [
      '',
      'x',
      '//mcp.example.com/',
      'https://',
      'https://a b.com/',
      'https://a.com/\n',
      'https:\\\\a.com\\',
      'https://a.com/\u0000',
      'https://a.com:99999/',
    ];
    urls.push(
      'https://user@a.com/',
      'https://user:secret@a.com/',
      'https://a.com@127.0.0.1/',
      `https://a.com/${'x'.repeat(2048)}`,
      'https://[fe80::1%25eth0]/',
    );
    urls.push('https://1.2.3.256/', 'https://[::1/');
    expect(judgeAll(urls, policy)).toEqual(all(urls, 'malformed'));
  });

  it('refuses ports that belong to other protocols', () => {
    const urls = ['https://mcp.example.com:25/', 'https://mcp.example.com:6000/', 'https://mcp.example.com:0/'];
    expect(judgeAll(urls, policy)).toEqual(all(urls, 'port'));
  });
});

describe.each([
  ['a local backend', LOCAL],
  ['a hosted backend that allows everything private', hostedWith('1')],
  ['a hosted backend that allows one by name', hostedWith('nas.example.com:443,10.1.2.3:443')],
])('%s, for what a server on the internet names,', (_, everywhere) => {
  const policy: AddressPolicy = { ...everywhere, onlyOutside: true };

  it('reaches the internet alone, by address and by name', () => {
    const urls = words(
      'https://127.0.0.1/ https://[::1]/ https://10.1.2.3/ https://192.168.1.5/ https://[fd12::1]/ https://[::ffff:10.1.2.3]/ https://100.64.1.1/',
    );
    expect(judgeAll(urls, policy)).toEqual(all(urls, 'address'));
    const names = words('https://localhost/ https://nas/ https://printer.local/ https://as.internal/');
    expect(judgeAll(names, policy)).toEqual(all(names, 'name'));
    const outside = words('https://as.example.com/ https://1.1.1.1/ https://[2606:4700::1111]/');
    expect(judgeAll(outside, policy)).toEqual(all(outside, 'allowed'));
    for (const ip of ['127.0.0.1', '::1', '10.1.2.3', '192.168.1.5', 'fd12::1', '::ffff:10.1.2.3', '64:ff9b::a01:203'])
      expect(judgeAddress(ip, 443, policy, 'nas.example.com')).toEqual({ kind: 'forbidden', reason: 'address' });
    for (const ip of ['1.1.1.1', '2606:4700::1111']) expect(judgeAddress(ip, 443, policy, 'as.example.com').kind).toBe('allowed');
  });
});

it('reaches by a gateway to IPv4 and by a local proxy what is on the internet', () => {
  for (const ip of ['64:ff9b::101:101', '198.18.0.7'])
    expect(judgeAddress(ip, 443, { ...LOCAL, onlyOutside: true }, 'as.example.com').kind).toBe('allowed');
});
