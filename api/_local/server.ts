/**
 * Owns the backend as a process on this machine: it listens, says where, and ends without cutting an answer off.
 *
 * It runs as the bundle api/_build/server.js. The same backend on Vercel is api/_lib/vercel.ts.
 * `--next-free-port` takes the next free port where the wanted one is taken.
 */
import { Server } from 'node:http';
import { createAdaptorServer } from '@hono/node-server';
import { AppError } from '../../shared/errors.ts';
import { readClientAddress } from '../_lib/client-address.ts';
import { type Backend, composeBackend } from '../_lib/compose.ts';
import { readSettings, type Settings, SettingsError } from '../_lib/settings.ts';
import { watchAnswers } from './drain.ts';
import { isPortTaken, listen } from './listen.ts';
import { provideRequestContext } from './request-context.ts';

/** How long answers that are under way may take once the process is told to end, ms. Ctrl-C must not feel stuck. */
const MAX_DRAIN_MS = 5000;

const nextFreePort = process.argv.includes('--next-free-port');
const settings = readSettingsOrExit();
const contexts = provideRequestContext();
const backend = await composeOrExit(settings);
const server = createAdaptorServer({
  // Replacing the global Request and Response would reach into libraries that share this process.
  overrideGlobalObjects: false,
  fetch: (request, { incoming }) =>
    isOurs(request)
      ? contexts.run(() => backend.fetch(request, clientOf(request, incoming.socket.remoteAddress)))
      : new Response('Not found\n', { status: 404 }),
});
if (!(server instanceof Server)) throw new TypeError('The adaptor made no HTTP/1.1 server.');
const answersSent = watchAnswers(server);
const port = await listenOrExit(server);
process.stdout.write(`Mooring backend on http://${toUrlHost(settings.host)}:${port}/api (storage: ${describeStorage(settings)})\n`);

let isEnding = false;
const end = async (): Promise<void> => {
  // Asked twice: at once.
  if (isEnding) process.exit(1);
  isEnding = true;
  server.close();
  const done = Promise.all([answersSent(), contexts.settled()]).then(() => backend.settled());
  const { promise: bound, resolve } = Promise.withResolvers<void>();
  setTimeout(resolve, MAX_DRAIN_MS);
  await Promise.race([done, bound]);
  // Streams end by themselves, and calls that go on are left to others.
  await backend.close();
  server.closeAllConnections();
  process.exit(0);
};
process.on('SIGINT', end);
process.on('SIGTERM', end);
// Whoever started it with a channel is gone and can't end it any more.
process.on('disconnect', end);

function clientOf(request: Request, connection: string | undefined): string | undefined {
  return readClientAddress(connection, request.headers.get('x-forwarded-for') ?? undefined, settings.trustedProxies);
}

function isOurs(request: Request): boolean {
  const { pathname } = new URL(request.url);
  return pathname === '/api' || pathname.startsWith('/api/');
}

function readSettingsOrExit(): Settings {
  try {
    return readSettings(process.env);
  } catch (error) {
    if (!(error instanceof SettingsError)) throw error;
    process.stderr.write(`${error.message}\n`);
    process.exit(1);
  }
}

async function composeOrExit(from: Settings): Promise<Backend> {
  try {
    return await composeBackend(from);
  } catch (error) {
    if (!(error instanceof AppError)) throw error;
    process.stderr.write(`${[error.message, error.hint].filter((text) => text !== undefined).join(' ')}\n`);
    process.exit(1);
  }
}

async function listenOrExit(target: Server): Promise<number> {
  const { host, port: wanted } = settings;
  try {
    return await listen(target, { host, port: wanted, nextFreePort });
  } catch (error) {
    const reason = isPortTaken(error)
      ? `Port ${wanted} on ${host} is taken. End what listens there, or set PORT to another one.`
      : `The backend can't listen on ${host}, port ${wanted}: ${error instanceof Error ? error.message : error}`;
    process.stderr.write(`${reason}\n`);
    process.exit(1);
  }
}

function toUrlHost(host: string): string {
  return host.includes(':') ? `[${host}]` : host;
}

function describeStorage({ storage }: Settings): string {
  if (storage.kind === 'kv') return 'KV';
  return storage.file === undefined ? 'embedded, in memory: sessions end with this process' : `embedded, ${storage.file}`;
}
