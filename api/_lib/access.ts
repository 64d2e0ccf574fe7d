/**
 * Owns who may ask: device tokens (minting, reading, hashing) and who may register a device.
 * A token is `mooring_<workspace>_<secret>`; the workspace in it is a claim that the store checks against the device's record.
 */
import { createHash, randomBytes, timingSafeEqual } from 'node:crypto';
import type { Health } from '../../shared/contract.ts';
import { AppError } from '../../shared/errors.ts';
import type { RegisterDevice } from '../../shared/requests.ts';
import type { Settings } from './settings.ts';
import type { Credential } from './store/device-registry.ts';

const TOKEN = /^mooring_([A-Za-z0-9-]{16,40})_([A-Za-z0-9_-]{43})$/;

/** Returns a new id: 128 random bits as 32 hex digits. An identifier, never a credential. */
export const mintId = (): string => randomBytes(16).toString('hex');

/** Returns a new device token of a workspace: 256 random bits behind a prefix that secret scanners can know. */
export const mintToken = (workspaceId: string): string => `mooring_${workspaceId}_${randomBytes(32).toString('base64url')}`;

/**
 * Returns what a device shows with its token. The store knows its hash alone; the token itself opens the device's share of the workspace's
 * keys while its request lasts, and is not kept anywhere.
 *
 * A fast hash is right here: 256 random bits can't be guessed, whatever the hash.
 */
export const toCredential = (token: string, workspaceId: string): Credential => ({
  tokenHash: createHash('sha256').update(`mooring-device-v1\0${token}`).digest('base64url'),
  workspaceId,
  token,
});

export const unauthorized = (): AppError =>
  new AppError('UNAUTHORIZED', 'Send a device token as `Authorization: Bearer …`. The one sent, if any, is not known here.');

/**
 * Reads the bearer token of a request.
 *
 * @throws AppError UNAUTHORIZED, the same for a missing and a malformed token as the store's answer to an unknown one.
 */
export function readCredential(authorization: string | undefined): Credential {
  const token = authorization?.match(/^Bearer +(\S+) *$/i)?.[1];
  const workspaceId = token?.match(TOKEN)?.[1];
  if (token === undefined || workspaceId === undefined) throw unauthorized();
  return toCredential(token, workspaceId);
}

/** Tells who may register a device at this backend. */
export function judgeAccess(settings: Pick<Settings, 'hosted' | 'isPublic' | 'accessCode'>): Health['access'] {
  if (settings.accessCode !== undefined) return 'code';
  return settings.hosted && !settings.isPublic ? 'closed' : 'open';
}

/** @throws AppError when this registration is not allowed. */
export function checkRegistration(settings: Settings, request: RegisterDevice): void {
  const access = judgeAccess(settings);
  if (access === 'closed')
    throw new AppError('REGISTRATION_CLOSED', 'This backend is on the internet and has no access code, so it registers no devices.', {
      hint: 'Set MOORING_ACCESS_CODE to a code that your people know, or MOORING_PUBLIC=1 to let everybody in, and deploy again.',
    });
  if (access === 'open' || settings.accessCode === undefined) return;
  if (request.accessCode === undefined || request.accessCode === '')
    throw new AppError('ACCESS_CODE_REQUIRED', 'Enter the access code of this backend in the settings.');
  if (!isSame(request.accessCode, settings.accessCode))
    throw new AppError('ACCESS_CODE_WRONG', 'The access code is not the one that this backend was set up with.');
}

function isSame(given: string, expected: string): boolean {
  const digest = (value: string) => createHash('sha256').update(value).digest();
  return timingSafeEqual(digest(given), digest(expected));
}
