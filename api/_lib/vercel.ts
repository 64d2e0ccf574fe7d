/**
 * Owns what Vercel imports: the fetch handler, composed once per instance at its first request.
 * The same parts on this machine are api/_local/server.ts.
 */
import { composeBackend } from './compose.ts';
import { readSettings } from './settings.ts';

let backend: ReturnType<typeof composeBackend> | undefined;

export default {
  fetch(request: Request): Response | Promise<Response> {
    backend ??= composeBackend(readSettings(process.env));
    return backend.fetch(request);
  },
};
