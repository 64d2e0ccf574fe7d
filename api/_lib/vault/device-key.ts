/**
 * Owns the key pair of a device, made from its token: what is wrapped for the public key opens only while somebody shows the token. The
 * token is in the device's own storage and in its requests, nowhere else.
 */
import { createPrivateKey, createPublicKey, diffieHellman, generateKeyPairSync, hkdfSync, type KeyObject } from 'node:crypto';
import { open, seal } from './sealing.ts';

/** Everything of a PKCS #8 (RFC 5958) and of an SPKI (RFC 5280) X25519 key but the 32 bytes. Source: RFC 8410, section 7. */
const PRIVATE_PREFIX = Buffer.from('302e020100300506032b656e04220420', 'hex');
const PUBLIC_PREFIX = Buffer.from('302a300506032b656e032100', 'hex');
const KEY_BYTES = 32;

const derive = (secret: Buffer | string, salt: Buffer | string, info: string): Buffer =>
  Buffer.from(hkdfSync('sha256', secret, salt, info, KEY_BYTES));

function toPrivateKey(token: string): KeyObject {
  const seed = derive(token, '', 'mooring device key v1');
  return createPrivateKey({ key: Buffer.concat([PRIVATE_PREFIX, seed]), format: 'der', type: 'pkcs8' });
}

const toBytes = (key: KeyObject): Buffer => key.export({ format: 'der', type: 'spki' }).subarray(-KEY_BYTES);
const fromBytes = (bytes: Buffer): KeyObject =>
  createPublicKey({ key: Buffer.concat([PUBLIC_PREFIX, bytes]), format: 'der', type: 'spki' });

/** Returns the public key of the device that has this token. */
export const toPublicKey = (token: string): string => toBytes(createPublicKey(toPrivateKey(token))).toString('base64url');

/** For whom a key is wrapped. */
export type ShareOwner = { workspaceId: string; deviceId: string };

const toBinding = ({ workspaceId, deviceId }: ShareOwner) => ['share', workspaceId, deviceId];

/** Wraps bytes for a device: with a key pair of this once, whose private half is thrown away. `<public key of this once>.<sealed text>` */
export function wrap(bytes: Buffer, generation: number, publicKey: string, owner: ShareOwner): string {
  const once = generateKeyPairSync('x25519');
  const oncePublic = toBytes(once.publicKey);
  const theirs = Buffer.from(publicKey, 'base64url');
  const shared = diffieHellman({ privateKey: once.privateKey, publicKey: fromBytes(theirs) });
  const key = derive(shared, Buffer.concat([oncePublic, theirs]), 'mooring share v1');
  return `${oncePublic.toString('base64url')}.${seal(bytes.toString('base64url'), { generation, key }, toBinding(owner))}`;
}

/** @throws when the share is not one for this token: whatever the crypto throws, or AppError SECRETS_UNREADABLE. */
export function unwrap(share: string, generation: number, token: string, owner: ShareOwner): Buffer {
  const dot = share.indexOf('.');
  const oncePublic = Buffer.from(share.slice(0, dot), 'base64url');
  const privateKey = toPrivateKey(token);
  const shared = diffieHellman({ privateKey, publicKey: fromBytes(oncePublic) });
  const key = derive(shared, Buffer.concat([oncePublic, toBytes(createPublicKey(privateKey))]), 'mooring share v1');
  return Buffer.from(open(share.slice(dot + 1), { generation, key }, toBinding(owner)), 'base64url');
}
