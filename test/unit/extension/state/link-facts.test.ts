/** What is told of a link from outside before it is opened. */
import { describe, expect, it } from 'vitest';
import { describeLink } from '../../../../extension/state/link-facts.ts';

describe('a link', () => {
  it('to a public page over https has nothing to warn of', () => {
    expect(describeLink('https://example.com/a?b=c#d')).toEqual({ href: 'https://example.com/a?b=c#d', host: 'example.com', warnings: [] });
  });

  it.each([
    ['https://аррӏе.com/', 'xn--80ak6aa92e.com', /other letters/],
    ['https://www.xn--80ak6aa92e.com/', 'www.xn--80ak6aa92e.com', /other letters/],
    ['https://bank.com@evil.example.com/', 'evil.example.com', /before the @ is no address: this leads to evil\.example\.com/],
    ['https://bank.com:login@evil.example.com:8443/', 'evil.example.com:8443', /leads to evil\.example\.com:8443/],
    ['http://example.com/', 'example.com', /not encrypted/],
    ['http://127.0.0.1:8787/api', '127.0.0.1:8787', /your own network/],
    ['http://2130706433/', '127.0.0.1', /your own network/],
    ['https://192.168.1.1/reboot', '192.168.1.1', /your own network/],
    ['https://[::1]:3000/', '[::1]:3000', /your own network/],
    ['https://[::ffff:10.0.0.1]/', '[::ffff:a00:1]', /your own network/],
    ['https://[fd00::1]/', '[fd00::1]', /your own network/],
    ['http://localhost/', 'localhost', /your own network/],
    ['https://printer.local/', 'printer.local', /your own network/],
    ['https://intranet/', 'intranet', /your own network/],
  ])('%s leads to %s, with a warning', (uri, host, warning) => {
    const facts = describeLink(uri);
    expect(facts?.host).toBe(host);
    expect(facts?.warnings).toEqual([expect.stringMatching(warning)]);
  });

  it.each([
    ...[
      'javascript:alert(1)',
      'JAVASCRIPT:alert(1)',
      ' javascript:alert(1)',
      'java\nscript:alert(1)',
      'data:text/html,x',
      'file:///etc/passwd',
    ],
    ...[
      'vbscript:x',
      'blob:https://example.com/1',
      'chrome://settings',
      'chrome-extension://abc/x.html',
      'moz-extension://abc/',
      'about:blank',
    ],
    ...[
      'view-source:https://example.com',
      'mailto:a@example.com',
      'ftp://example.com/',
      '//example.com',
      'https://',
      'https:example.com',
      '',
    ],
  ])('that is no web page is none: %j', (uri) => {
    expect(describeLink(uri)).toBeUndefined();
  });
});
