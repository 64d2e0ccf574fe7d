/**
 * Owns the code that one device shows and another enters: its symbols, how people write it, the hash that alone is stored, and the digits
 * by which people see that both devices mean each other. Who may do what with it is routes/devices.ts.
 */
import { createHash, randomInt, scrypt } from 'node:crypto';
import { promisify } from 'node:util';
import { PAIRING_CODE_SYMBOLS } from '../../shared/limits.ts';
import type { Settings } from './settings.ts';

/** No vowels, so no words; nothing that looks like something else. Source: RFC 8628, section 6.1. */
const SYMBOLS = 'BCDFGHJKLMNPQRSTVWXZ';
const CODE = new RegExp(`^[${SYMBOLS}]{${PAIRING_CODE_SYMBOLS}}$`);
/**
 * Slow on purpose: 20^8 codes could be searched for a fast hash in a stolen dump while a code is open; at 16 MB and some 30 ms each they
 * can't. Whoever guesses at the front door meets the limits long before.
 */
const HASHING = { N: 16_384, r: 8, p: 1 };

const slowHash = promisify<string, string, number, typeof HASHING, Buffer>(scrypt);

export const mintPairingCode = (): string =>
  Array.from({ length: PAIRING_CODE_SYMBOLS }, () => SYMBOLS[randomInt(SYMBOLS.length)]).join('');

/** Returns the code that somebody typed, with whatever spaces, dashes and case; undefined when it can be none. */
export function parsePairingCode(typed: string): string | undefined {
  const code = typed.replace(/[\s\u2010-\u2015_-]/g, '').toUpperCase();
  return CODE.test(code) ? code : undefined;
}

/** Returns what is stored of a code. The token of the storage is part of it: a dump alone can't even be guessed at. */
export async function hashPairingCode(code: string, { storage }: Pick<Settings, 'storage'>): Promise<string> {
  const pepper = storage.kind === 'kv' ? storage.token : '';
  return (await slowHash(code, `mooring-pairing-v1\0${pepper}`, 32, HASHING)).toString('base64url');
}

/** Returns four digits that both sides see while a device waits: a stranger who was faster with the code shows others. */
export const toCheck = (deviceId: string): string =>
  String(createHash('sha256').update(`mooring-check-v1\0${deviceId}`).digest().readUInt32BE() % 10_000).padStart(4, '0');
