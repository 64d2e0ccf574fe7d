/** The composition root: builds the backend's parts from settings, once an instance. No logic here. */
import { SESSION_TTL_SECONDS } from '../../shared/limits.ts';
import { openGate } from './allowances/gate.ts';
import { openOriginGuard } from './allowances/origin-guard.ts';
import { createApp } from './app.ts';
import { createBackgroundWork } from './background-work.ts';
import { openDeviceWatch } from './device-watch.ts';
import { openEgress } from './egress/egress.ts';
import { proveWalls } from './egress/walls.ts';
import { createLog } from './log.ts';
import { createLiveSessions } from './relay/live-session.ts';
import { createRelay } from './relay/relay.ts';
import type { Settings } from './settings.ts';
import type { Store } from './store/store.ts';
import { sealStore } from './vault/seal-store.ts';

export type Backend = {
  /** @param clientAddress IP address of the client; clients without one share a rate limit. */
  fetch(request: Request, clientAddress?: string): Response | Promise<Response>;
  /** Resolves when no work goes on in the background. */
  settled(): Promise<void>;
  close(): Promise<void>;
};

/** A tool may think for minutes before its first byte, and a stream may be silent for as long as its session lives. Cancel is the user's. */
const SERVER_TIMEOUTS = { connectMs: 10_000, headersMs: 300_000, idleMs: SESSION_TTL_SECONDS * 1000 };

/** After the answer that is on its way: writing to a pipe waits for its reader's system call, every time. */
const toStandardOutput = (line: string): void => void setImmediate(() => process.stdout.write(line));

/**
 * @param writeLog Takes each line of the log.
 * @throws AppError when the embedded store's file cannot be used, or when a hosted backend could reach what it must not.
 */
export async function composeBackend(settings: Settings, writeLog: (line: string) => void = toStandardOutput): Promise<Backend> {
  const log = createLog(writeLog);
  const work = createBackgroundWork(log);
  const { addressPolicy: policy, hosted, storage } = settings;
  const [inner] = await Promise.all([openStore(settings), hosted && proveWalls(policy)]);
  const store = sealStore(inner, { ttlSeconds: settings.sessionTtlSeconds });
  const egress = openEgress({ policy, timeouts: SERVER_TIMEOUTS, ...(hosted && { guard: openOriginGuard() }) });
  const gate = openGate({ hosted, kv: storage.kind === 'kv' ? storage : undefined });
  const sessions = createLiveSessions({ store, work });
  const relay = createRelay({ store, egress, work, maxDurationMs: settings.maxDurationMs }, sessions);
  const deviceWatch = openDeviceWatch(store);
  const app = createApp({ settings, store, egress, work, log, sessions, relay, deviceWatch, gate });
  return {
    fetch: (request, clientAddress) => app.fetch(request, { clientAddress }),
    settled: () => work.settled(),
    async close() {
      deviceWatch.close();
      sessions.dropAll();
      await work.settled();
      await egress.close();
      await store.close();
    },
  };
}

/** Each store is loaded only where it is used: the other one would only slow a cold start down. */
async function openStore(settings: Settings): Promise<Store> {
  const { storage, sessionTtlSeconds: ttlSeconds, hosted } = settings;
  if (storage.kind === 'kv') {
    const { openKvStore } = await import('./store/kv.ts');
    return openKvStore({ url: storage.url, token: storage.token, ttlSeconds });
  }
  const { openEmbeddedStore } = await import('./store/embedded.ts');
  return openEmbeddedStore({ ttlSeconds, hosted, ...(storage.file !== undefined && { file: storage.file }) });
}
