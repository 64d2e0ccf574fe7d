/** Owns backends that are made for faults: with the time of a function, or with timers that run faster. */
import { Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { createAdaptorServer } from '@hono/node-server';
import { composeBackend } from '../../api/_lib/compose.ts';
import { readSettings } from '../../api/_lib/settings.ts';
import { listen } from '../../api/_local/listen.ts';
import { endLater } from './at-end.ts';
import { type BackendProcess, startBackend } from './processes.ts';

export type TimedBackend = {
  readonly url: string;
  /** How often a client came back with `Last-Event-ID`. */
  resumed(): number;
};

/** Serves a backend in this process whose function calls may last this long, ms. */
export async function serveTimed(env: Record<string, string>, maxDurationMs: number): Promise<TimedBackend> {
  const backend = await composeBackend({ ...readSettings(env), maxDurationMs }, () => {});
  let resumed = 0;
  const server = createAdaptorServer({
    overrideGlobalObjects: false,
    fetch: (request) => {
      if (request.headers.has('last-event-id')) resumed++;
      return backend.fetch(request);
    },
  });
  if (!(server instanceof Server)) throw new TypeError('The adaptor made no HTTP/1.1 server.');
  await listen(server, { host: '127.0.0.1', port: 0 });
  endLater(async () => {
    server.close();
    server.closeAllConnections();
    await backend.close();
  });
  return { url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`, resumed: () => resumed };
}

/** Starts a backend as a process whose timers run a hundred times as fast. Times of `AbortSignal` and of storage stay as they are. */
export function startFastBackend(env: Record<string, string>): Promise<BackendProcess> {
  const faster = ['setTimeout', 'setInterval'].map(
    (name) => `{const{${name}:f}=globalThis;globalThis.${name}=(g,ms,...a)=>f(g,ms/100,...a)}`,
  );
  return startBackend({ ...env, NODE_OPTIONS: `--import=data:text/javascript,${faster.join('')}` });
}
