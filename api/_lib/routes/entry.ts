/** Owns turning what the store says of a token and a session into what a route goes on with, or the failure that its caller reads. */
import { AppError } from '../../../shared/errors.ts';
import { unauthorized } from '../access.ts';
import type { Settings } from '../settings.ts';
import type { Entry } from '../store/store.ts';

/**
 * Returns the entry when it was granted.
 *
 * @throws AppError UNAUTHORIZED, SESSION_NOT_FOUND (also for another workspace's), SESSION_EXPIRED.
 */
export function requireEntered<E extends Entry>(entry: E, settings: Settings): Extract<E, { kind: 'ok' }> {
  if (entry.kind === 'ok') return entry as Extract<E, { kind: 'ok' }>;
  if (entry.kind === 'unauthorized') throw unauthorized();
  const minutes = Math.round(settings.sessionTtlSeconds / 60);
  if (entry.kind === 'expired')
    throw new AppError('SESSION_EXPIRED', `The session ended: nobody used it for ${minutes} minutes.`, {
      hint: 'Reconnect: its settings are kept on your device.',
    });
  throw new AppError('SESSION_NOT_FOUND', 'The backend does not have this session.', { hint: missingHint(settings) });
}

function missingHint({ hosted, storage }: Settings): string {
  const reconnect = 'Reconnect: its settings are kept on your device.';
  if (storage.kind === 'kv' || storage.file !== undefined) return reconnect;
  const remedy = hosted
    ? 'Set up KV (KV_REST_API_URL and KV_REST_API_TOKEN) so that sessions outlive a cold start.'
    : 'Set MOORING_DATA to a file, or set up KV, so that sessions outlive a restart.';
  return `This backend keeps sessions in memory only and loses them when it starts anew. ${reconnect} ${remedy}`;
}
