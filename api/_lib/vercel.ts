/**
 * Owns what Vercel imports: the fetch handler, composed once per instance at its first request.
 * The same parts on this machine are api/_local/server.ts.
 */
import { AppError } from '../../shared/errors.ts';
import { type Backend, composeBackend } from './compose.ts';
import { problemResponse } from './http/problem.ts';
import { readSettings, SettingsError } from './settings.ts';

/** Vercel overwrites this header, so a client can't choose it; elsewhere it could. Source: Vercel docs, Request headers. */
const readClientAddress = (request: Request): string | undefined => request.headers.get('x-forwarded-for')?.split(',', 1)[0]?.trim();

let composing: Promise<Backend> | undefined;

// An instance is given 500 ms: streams end, and calls that go on are left to others. Source: Vercel docs, Functions > Graceful shutdown.
process.once('SIGTERM', () => {
  const closed = composing?.then((backend) => backend.close()) ?? Promise.resolve();
  void closed.catch(() => {}).finally(() => process.exit(0));
});

export default {
  async fetch(request: Request): Promise<Response> {
    try {
      composing ??= composeBackend(readSettings(process.env));
      return (await composing).fetch(request, readClientAddress(request));
    } catch (error) {
      composing = undefined;
      if (!(error instanceof SettingsError)) throw error;
      // It names variables and never their values, so whoever deployed it may read it where they look first.
      return problemResponse(new AppError('INTERNAL', error.message, { hint: 'Correct the environment variables and deploy again.' }));
    }
  },
};
