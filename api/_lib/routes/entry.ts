/** Owns turning what the store says of a token and a session into what a route goes on with, or the failure that its caller reads. */
import { AppError } from '../../../shared/errors.ts';
import { unauthorized } from '../access.ts';
import type { Settings } from '../settings.ts';
import type { Refused } from '../store/device-registry.ts';
import type { Entry } from '../store/store.ts';

export const waiting = (): AppError =>
  new AppError('DEVICE_WAITING', 'This device waits to be let in. Compare the four digits on the other device, and press “Let in” there.');

/** Returns what a member was given. @throws AppError UNAUTHORIZED, DEVICE_WAITING */
export function requireMember<T extends { kind: 'ok' }>(answer: T | Refused): T {
  if (answer.kind === 'waiting') throw waiting();
  if (answer.kind === 'unauthorized') throw unauthorized();
  return answer as T;
}

/**
 * Returns the entry when it was granted.
 *
 * @throws AppError UNAUTHORIZED, DEVICE_WAITING, SESSION_EXPIRED, or SESSION_NOT_FOUND: also for another workspace's session, and for every token
 *   that a backend without lasting storage does not know.
 */
export function requireEntered<E extends Entry>(entry: E, settings: Settings): Extract<E, { kind: 'ok' }> {
  if (entry.kind === 'ok') return entry as Extract<E, { kind: 'ok' }>;
  if (entry.kind === 'waiting') throw waiting();
  // A memory that begins anew has forgotten devices with their sessions; that is what its users have to read. A token that was never
  // given out gets the same answer, and learns nothing by it.
  if (entry.kind === 'unauthorized' && !isInMemory(settings)) throw unauthorized();
  const minutes = Math.round(settings.sessionTtlSeconds / 60);
  if (entry.kind === 'expired')
    throw new AppError('SESSION_EXPIRED', `The session ended: nobody used it for ${minutes} minutes.`, {
      hint: 'Reconnect: its settings are kept on your device.',
    });
  throw new AppError('SESSION_NOT_FOUND', 'The backend does not have this session.', { hint: missingHint(settings) });
}

const isInMemory = ({ storage }: Settings): boolean => storage.kind === 'embedded' && storage.file === undefined;

function missingHint(settings: Settings): string {
  const reconnect = 'Reconnect: its settings are kept on your device.';
  if (!isInMemory(settings)) return reconnect;
  const remedy = settings.hosted
    ? 'Set up KV (KV_REST_API_URL and KV_REST_API_TOKEN) so that sessions outlive a cold start.'
    : 'Set MOORING_DATA to a file, or set up KV, so that sessions outlive a restart.';
  return `This backend keeps sessions in memory only and loses them when it starts anew. ${reconnect} ${remedy}`;
}
