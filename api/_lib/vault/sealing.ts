/**
 * Owns sealed text: AES-256-GCM, bound to what it belongs to and what it is for, so that nothing can be moved to another place and still be
 * opened. `v1.<generation of the key>.<iv>.<ciphertext and tag>`, binary parts in base64url. Whose keys these are is keyring.ts.
 */
import { createCipheriv, createDecipheriv, createHmac, randomBytes } from 'node:crypto';
import { AppError } from '../../../shared/errors.ts';

const VERSION = 'v1';
const ALGORITHM = 'aes-256-gcm';
const IV_BYTES = 12;
const TAG_BYTES = 16;

/** A key with its number among those of the workspace. */
export type SealingKey = { generation: number; key: Buffer };
/** What a text belongs to and what it is for, in parts that cannot run into each other. */
export type Binding = readonly string[];

/** What was sealed cannot be opened: its key is gone, or it was put in a place that it does not belong to. */
export const unreadable = (): AppError =>
  new AppError('SECRETS_UNREADABLE', 'What was sealed for this session cannot be opened any more: its key is gone. Other sessions go on.', {
    hint: 'Reconnect to the server, and sign in or set its headers again.',
  });

const toAad = (generation: number, binding: Binding): Buffer => Buffer.from(JSON.stringify([VERSION, generation, ...binding]));

function sealWith(iv: Buffer, text: string, { generation, key }: SealingKey, binding: Binding): string {
  const cipher = createCipheriv(ALGORITHM, key, iv, { authTagLength: TAG_BYTES }).setAAD(toAad(generation, binding));
  const sealed = Buffer.concat([cipher.update(text, 'utf8'), cipher.final(), cipher.getAuthTag()]);
  return `${VERSION}.${generation}.${iv.toString('base64url')}.${sealed.toString('base64url')}`;
}

export const seal = (text: string, key: SealingKey, binding: Binding): string => sealWith(randomBytes(IV_BYTES), text, key, binding);

/**
 * Seals such that the same text is the same again: where storage has to know it again without reading it.
 *
 * The IV is a keyed hash of what is sealed, so one key never uses an IV for two texts. Whoever sees two equal seals knows that they are equal.
 */
export function sealAlike(text: string, key: SealingKey, binding: Binding): string {
  const iv = createHmac('sha256', key.key).update(toAad(key.generation, binding)).update('\0').update(text).digest().subarray(0, IV_BYTES);
  return sealWith(iv, text, key, binding);
}

/** Returns the generation of the key that a text was sealed with; undefined when it is no sealed text. */
export function generationOf(sealed: string): number | undefined {
  const generation = /^v1\.(\d{1,9})\./.exec(sealed)?.[1];
  return generation === undefined ? undefined : Number(generation);
}

/** @throws AppError SECRETS_UNREADABLE */
export function open(sealed: string, key: SealingKey, binding: Binding): string {
  const [, , iv = '', body = ''] = sealed.split('.', 4);
  const bytes = Buffer.from(body, 'base64url');
  if (bytes.length < TAG_BYTES) throw unreadable();
  try {
    const decipher = createDecipheriv(ALGORITHM, key.key, Buffer.from(iv, 'base64url'), { authTagLength: TAG_BYTES });
    decipher.setAAD(toAad(key.generation, binding)).setAuthTag(bytes.subarray(-TAG_BYTES));
    return decipher.update(bytes.subarray(0, -TAG_BYTES), undefined, 'utf8') + decipher.final('utf8');
  } catch {
    // The reason is worth nothing to anybody but who tries.
    throw unreadable();
  }
}
