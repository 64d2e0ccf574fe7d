/**
 * Owns the keys of a workspace: made with its first device, wrapped for each member, replaced when one is removed. Records are sealed with
 * keys that are derived from the newest; older ones stay readable through the ring, which is sealed under the newest.
 */
import { hash, hkdfSync, randomBytes } from 'node:crypto';
import * as z from 'zod/mini';
import { type ShareOwner, unwrap, wrap } from './device-key.ts';
import type { OpenedValues } from './opened-values.ts';
import { type Binding, generationOf, open, type SealingKey, seal, sealAlike, unreadable } from './sealing.ts';

const KEY_BYTES = 32;
/** Older keys that are kept: what was sealed before so many removals, and not written since, is given up. */
const MAX_OLDER_KEYS = 8;

const StoredRing = z.record(z.string().check(z.regex(/^\d{1,9}$/)), z.string());

export type Keyring = {
  readonly workspaceId: string;
  /** Of the newest key. */
  readonly generation: number;
  readonly keys: ReadonlyMap<number, Buffer>;
  /** Stays the same through all generations: for what has to be found again. It opens nothing. */
  readonly index: Buffer;
};

/** What belongs to one record, with keys of its own. */
export type Scope = {
  seal(purpose: string, text: string): string;
  /** Seals a text that comes again and again once for all: it stays the same while it is remembered, and opening it costs nothing. */
  sealOnce(purpose: string, text: string): string;
  /** As `sealAlike` of sealing.ts, with the newest key. */
  sealAlike(purpose: string, text: string): string;
  /** The same as it looks under each key there is, newest first. */
  sealAlikes(purpose: string, text: string): string[];
  /** @throws AppError SECRETS_UNREADABLE */
  open(purpose: string, sealed: string): string;
};

const toRingBinding = (workspaceId: string): Binding => ['ring', workspaceId];

export const createKeyring = (workspaceId: string): Keyring => ({
  workspaceId,
  generation: 1,
  keys: new Map([[1, randomBytes(KEY_BYTES)]]),
  index: randomBytes(KEY_BYTES),
});

/** Returns the keys after somebody was removed: a new one, and those before it as far as they are kept. */
export function rotate({ workspaceId, generation, keys, index }: Keyring): Keyring {
  const older = [...keys].sort(([a], [b]) => b - a).slice(0, MAX_OLDER_KEYS);
  return { workspaceId, generation: generation + 1, keys: new Map([[generation + 1, randomBytes(KEY_BYTES)], ...older]), index };
}

function newestOf({ generation, keys }: Keyring): SealingKey {
  const key = keys.get(generation);
  if (!key) throw unreadable();
  return { generation, key };
}

/** Returns the newest key, and what things are found by, wrapped for a device. */
export function toShare(keyring: Keyring, publicKey: string, deviceId: string): string {
  const { generation, key } = newestOf(keyring);
  const owner = { workspaceId: keyring.workspaceId, deviceId };
  return `${generation}.${wrap(Buffer.concat([key, keyring.index]), generation, publicKey, owner)}`;
}

/** Returns the older keys, sealed. */
export function toRing(keyring: Keyring): string {
  const older = [...keyring.keys].filter(([generation]) => generation !== keyring.generation);
  const text = JSON.stringify(Object.fromEntries(older.map(([generation, key]) => [generation, key.toString('base64url')])));
  return seal(text, newestOf(keyring), toRingBinding(keyring.workspaceId));
}

/** Opens what is kept for a device. @throws AppError SECRETS_UNREADABLE */
export function openKeyring(share: string, ring: string, token: string, owner: ShareOwner): Keyring {
  try {
    const dot = share.indexOf('.');
    const generation = Number(share.slice(0, dot));
    const bytes = unwrap(share.slice(dot + 1), generation, token, owner);
    if (bytes.length !== 2 * KEY_BYTES) throw unreadable();
    const key = bytes.subarray(0, KEY_BYTES);
    const older = StoredRing.parse(JSON.parse(open(ring, { generation, key }, toRingBinding(owner.workspaceId))));
    const keys = new Map<number, Buffer>(Object.entries(older).map(([number, text]) => [Number(number), Buffer.from(text, 'base64url')]));
    return { workspaceId: owner.workspaceId, generation, keys: keys.set(generation, key), index: bytes.subarray(KEY_BYTES) };
  } catch {
    throw unreadable();
  }
}

/** Returns a name that says nothing of what it was made from to anybody without the keys. */
export function toIndex({ index }: Keyring, ...parts: Binding): string {
  // HMAC in short: hashing twice leaves nothing to go on with. The function of that name takes ten times as long, at every call.
  const inner = hash('sha256', Buffer.concat([index, Buffer.from(JSON.stringify(parts))]), 'buffer');
  return hash('sha256', Buffer.concat([index, inner]), 'base64url');
}

/** Opens the keys of a record. @param name Of the record: unique in the workspace. */
export const openScope = (keyring: Keyring, ...name: Binding): Scope => openRememberingScope(keyring, name, undefined);

/** The same, with what is remembered of the record. */
export function openRememberingScope(keyring: Keyring, name: Binding, opened: OpenedValues | undefined): Scope {
  const derived = new Map<number, SealingKey>();
  const keyOf = (generation: number): SealingKey => {
    const known = derived.get(generation);
    if (known) return known;
    const workspaceKey = keyring.keys.get(generation);
    if (!workspaceKey) throw unreadable();
    const info = `mooring record v1 ${JSON.stringify(name)}`;
    const sealingKey = { generation, key: Buffer.from(hkdfSync('sha256', workspaceKey, '', info, KEY_BYTES)) };
    derived.set(generation, sealingKey);
    return sealingKey;
  };
  const bind = (purpose: string): Binding => [keyring.workspaceId, ...name, purpose];
  return {
    sealOnce(purpose, text) {
      const sealAnew = (): string => seal(text, keyOf(keyring.generation), bind(purpose));
      if (opened === undefined) return sealAnew();
      const sealed = opened.once(`sealed ${purpose} ${text}`, '', sealAnew);
      opened.once(`opened ${purpose} ${sealed}`, '', () => text);
      return sealed;
    },
    seal: (purpose, text) => seal(text, keyOf(keyring.generation), bind(purpose)),
    sealAlike: (purpose, text) => sealAlike(text, keyOf(keyring.generation), bind(purpose)),
    sealAlikes: (purpose, text) =>
      [...keyring.keys.keys()].sort((a, b) => b - a).map((generation) => sealAlike(text, keyOf(generation), bind(purpose))),
    open(purpose, sealed) {
      const known = opened?.find(`opened ${purpose} ${sealed}`);
      return typeof known === 'string' ? known : open(sealed, keyOf(generationOf(sealed) ?? 0), bind(purpose));
    },
  };
}
