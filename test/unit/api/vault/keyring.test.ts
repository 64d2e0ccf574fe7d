/** Sealed text and the keys of a workspace: what opens what, and what never does. */
import { randomBytes } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { toPublicKey } from '../../../../api/_lib/vault/device-key.ts';
import {
  createKeyring,
  type Keyring,
  openKeyring,
  openScope,
  rotate,
  toIndex,
  toRing,
  toShare,
} from '../../../../api/_lib/vault/keyring.ts';
import { open, seal, sealAlike } from '../../../../api/_lib/vault/sealing.ts';

const UNREADABLE = expect.objectContaining({ name: 'AppError', code: 'SECRETS_UNREADABLE' });
const KEY = { generation: 1, key: randomBytes(32) };
const BINDING = ['session', 'a', 'url'];
const TEXT = 'https://mcp.example.com/mcp?key=é';

describe('sealed text', () => {
  it('opens with its key in its place, and says nothing of its content', () => {
    for (const text of ['', TEXT, 'x'.repeat(100_000)]) {
      const sealed = seal(text, KEY, BINDING);
      expect(sealed).toMatch(/^v1\.1\.[\w-]{16}\.[\w-]+$/);
      expect(open(sealed, KEY, BINDING)).toBe(text);
    }
  });
  it('is another each time, or the same each time where it has to be found again', () => {
    expect(seal(TEXT, KEY, BINDING)).not.toBe(seal(TEXT, KEY, BINDING));
    const alike = sealAlike(TEXT, KEY, BINDING);
    expect(sealAlike(TEXT, KEY, BINDING)).toBe(alike);
    expect(open(alike, KEY, BINDING)).toBe(TEXT);
    for (const other of [sealAlike(`${TEXT}.`, KEY, BINDING), sealAlike(TEXT, KEY, ['session', 'b', 'url'])])
      expect(other.split('.')[2]).not.toBe(alike.split('.')[2]);
  });
  it.each([
    ['another session', KEY, ['session', 'b', 'url']],
    ['another purpose', KEY, ['session', 'a', 'server-session']],
    ['parts that only read alike', KEY, ['session', 'a","url']],
    ['another generation', { ...KEY, generation: 2 }, BINDING],
    ['another key', { ...KEY, key: randomBytes(32) }, BINDING],
  ])('does not open for %s', (_what, key, binding) => {
    expect(() => open(seal(TEXT, KEY, BINDING), key, binding)).toThrow(UNREADABLE);
  });
  it('does not open when any bit of it was changed, or a part is missing', () => {
    const sealed = seal(TEXT, KEY, BINDING);
    const [, , iv = '', body = ''] = sealed.split('.');
    for (let at = 0; at < Buffer.from(body, 'base64url').length * 8; at++) {
      const bytes = Buffer.from(body, 'base64url');
      bytes[at >> 3] = (bytes[at >> 3] ?? 0) ^ (1 << (at & 7));
      expect(() => open(`v1.1.${iv}.${bytes.toString('base64url')}`, KEY, BINDING)).toThrow(UNREADABLE);
    }
    for (const broken of ['', 'v1', 'v1.1', `v1.1.${iv}`, `v1.1.${iv}.`, `v1.1..${body}`, `v1.1.${iv}.${body.slice(0, 30)}`, TEXT])
      expect(() => open(broken, KEY, BINDING)).toThrow(UNREADABLE);
  });
});

const owner = (deviceId: string) => ({ workspaceId: 'ws', deviceId });
const give = (keyring: Keyring, token: string, deviceId = 'd'): { share: string; ring: string } => ({
  share: toShare(keyring, toPublicKey(token), deviceId),
  ring: toRing(keyring),
});
const take = ({ share, ring }: { share: string; ring: string }, token: string, deviceId = 'd') =>
  openKeyring(share, ring, token, owner(deviceId));

describe('the keys of a workspace', () => {
  it('are opened by the token that they were wrapped for, and by no other', () => {
    const keyring = createKeyring('ws');
    const given = give(keyring, 'token-a');
    expect(take(given, 'token-a')).toEqual(keyring);
    expect(() => take(given, 'token-b')).toThrow(UNREADABLE);
    expect(() => take(given, 'token-a', 'e')).toThrow(UNREADABLE);
    expect(() => openKeyring(given.share, given.ring, 'token-a', { workspaceId: 'other', deviceId: 'd' })).toThrow(UNREADABLE);
  });
  it.each([
    ['', ''],
    ['1', ''],
    ['1.x.v1.1.y.z', 'v1.1.y.z'],
    ['x'.repeat(500), ''],
  ])('are not there in a broken share: %j', (share, ring) => {
    expect(() => take({ share, ring }, 'token-a')).toThrow(UNREADABLE);
  });
  it('are as different for each device as for each workspace', () => {
    const keyring = createKeyring('ws');
    expect(give(keyring, 'a').share).not.toBe(give(keyring, 'a').share);
    expect(createKeyring('ws')).not.toEqual(keyring);
  });

  it('open after a rotation what was sealed before it, and whoever is left out opens nothing that comes after', () => {
    const first = createKeyring('ws');
    const before = openScope(first, 'session', 'a').seal('url', TEXT);
    const left = take(give(first, 'left'), 'left');
    const second = take(give(rotate(first), 'stays'), 'stays');
    const after = openScope(second, 'session', 'a').seal('url', TEXT);
    expect(openScope(second, 'session', 'a').open('url', before)).toBe(TEXT);
    expect(openScope(second, 'session', 'a').open('url', after)).toBe(TEXT);
    expect(openScope(left, 'session', 'a').open('url', before)).toBe(TEXT);
    expect(() => openScope(left, 'session', 'a').open('url', after)).toThrow(UNREADABLE);
    const relabelled = after.replace(/^v1\.2\./, 'v1.1.');
    expect(() => openScope(left, 'session', 'a').open('url', relabelled)).toThrow(UNREADABLE);
    expect(() => take({ share: give(first, 'left').share, ring: toRing(second) }, 'left')).toThrow(UNREADABLE);
  });
  it('are kept through eight rotations', () => {
    let keyring = createKeyring('ws');
    const sealed = openScope(keyring, 'session', 'a').seal('url', TEXT);
    for (let times = 0; times < 8; times++) keyring = take(give(rotate(keyring), 'a'), 'a');
    expect(openScope(keyring, 'session', 'a').open('url', sealed)).toBe(TEXT);
    keyring = take(give(rotate(keyring), 'a'), 'a');
    expect(() => openScope(keyring, 'session', 'a').open('url', sealed)).toThrow(UNREADABLE);
    expect(keyring.keys.size).toBe(9);
  });
  it('name a thing the same through all generations, and differently for each workspace', () => {
    const keyring = createKeyring('ws');
    expect(toIndex(rotate(keyring), 'server', TEXT)).toBe(toIndex(keyring, 'server', TEXT));
    expect(toIndex(createKeyring('ws'), 'server', TEXT)).not.toBe(toIndex(keyring, 'server', TEXT));
    expect(toIndex(keyring, 'server', TEXT)).not.toContain(TEXT);
  });
  it('find again what was sealed alike under any of them', () => {
    const keyring = createKeyring('ws');
    const old = openScope(keyring, 'session', 'a').sealAlike('subscription', TEXT);
    const newer = openScope(rotate(rotate(keyring)), 'session', 'a');
    expect(newer.sealAlikes('subscription', TEXT)).toHaveLength(3);
    expect(newer.sealAlikes('subscription', TEXT)[0]).toBe(newer.sealAlike('subscription', TEXT));
    expect(newer.sealAlikes('subscription', TEXT)).toContain(old);
  });
});
