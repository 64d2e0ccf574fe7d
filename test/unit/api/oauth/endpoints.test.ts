/** Which addresses a sign-in may use, and where the browser may be sent back to. */
import { createHash } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { isOwnRedirectUri, judgeEndpoint, ownRedirectUris } from '../../../../api/_lib/oauth/endpoints.ts';
import { EXTENSION_ID } from '../../../../shared/extension-id.ts';
import { readProjectFile } from '../../conventions/source-files.ts';

const local = { kind: 'local' } as const;
const hosted = { kind: 'hosted', allow: [] } as const;

describe('judgeEndpoint', () => {
  it.each([
    ['https://as.example.com/token', 'allowed', 'allowed'],
    ['https://as.example.com/token?tenant=1', 'allowed', 'allowed'],
    ['http://as.example.com/token', 'forbidden', 'forbidden'],
    ['http://127.0.0.1:9000/token', 'allowed', 'forbidden'],
    ['http://localhost:9000/token', 'allowed', 'forbidden'],
    ['http://[::1]:9000/token', 'allowed', 'forbidden'],
    ['http://localhost.evil.example.com/', 'forbidden', 'forbidden'],
    ['http://192.168.0.1/token', 'forbidden', 'forbidden'],
    ['https://192.168.0.1/token', 'allowed', 'forbidden'],
    ['https://169.254.169.254/', 'forbidden', 'forbidden'],
    ['https://as.example.com:8443/', 'allowed', 'forbidden'],
    ['https://user:secret@as.example.com/', 'forbidden', 'forbidden'],
    ['https://as.example.com/#fragment', 'forbidden', 'forbidden'],
    ['javascript:alert(1)', 'forbidden', 'forbidden'],
    ['data:text/html,x', 'forbidden', 'forbidden'],
    ['file:///etc/passwd', 'forbidden', 'forbidden'],
    ['nonsense', 'forbidden', 'forbidden'],
    [`https://as.example.com/${'a'.repeat(3000)}`, 'forbidden', 'forbidden'],
  ])('%s: local %s, hosted %s', (address, atHome, outside) => {
    expect(judgeEndpoint(address, local).kind).toBe(atHome);
    expect(judgeEndpoint(address, hosted).kind).toBe(outside);
  });
});

describe('isOwnRedirectUri', () => {
  const own = `https://${EXTENSION_ID}.chromiumapp.org/`;
  const firefox = `https://${'0a'.repeat(20)}.extensions.allizom.org/`;
  it.each([own, `${own}callback`, firefox])('takes %s', (address) => {
    expect(isOwnRedirectUri(address, [EXTENSION_ID])).toBe(true);
  });
  it.each([
    'https://evil.example.com/',
    `https://${'a'.repeat(32)}.chromiumapp.org/`,
    own.replace('https', 'http'),
    own.replace('.org/', '.org:8443/'),
    own.replace('.org/', '.org.evil.example.com/'),
    own.replace('.org/', '.org@evil.example.com/'),
    own.replace('https://', 'https://evil.example.com\\@'),
    own.replace('.org/', '.org./'),
    `${own}?next=https://evil.example.com`,
    `${own}#x`,
    `${own}a/../b`,
    own.toUpperCase(),
    own.slice(0, -1),
    `https://${'0a'.repeat(19)}.extensions.allizom.org/`,
    `https://x.${'0a'.repeat(20)}.extensions.allizom.org/`,
    'javascript:alert(1)',
    '',
  ])('refuses %s', (address) => {
    expect(isOwnRedirectUri(address, [EXTENSION_ID])).toBe(false);
  });
  it('takes every address that our own builds have', () => {
    const all = ownRedirectUris([EXTENSION_ID]);
    expect(all).toHaveLength(2);
    for (const address of all) expect(isOwnRedirectUri(address, [EXTENSION_ID])).toBe(true);
    const id = /gecko: \{ id: '([^']+)'/.exec(readProjectFile('wxt.config.ts'))?.[1] ?? '';
    expect(all[1]).toBe(`https://${createHash('sha1').update(id).digest('hex')}.extensions.allizom.org/`);
  });
});
