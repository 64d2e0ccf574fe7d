/** Owns the world of the model test: two processes of the backend on one store, a server, and the faults that can be asked for. */
import { mkdtemp, rename, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { endLater } from './at-end.ts';
import { startKv } from './kv.ts';
import type { Fault } from './kv-rest.ts';
import { type ModelServer, startModelServer } from './model-server.ts';
import { type BackendProcess, startBackend } from './processes.ts';

export type StoreKind = 'kv' | 'embedded';

export type World = {
  readonly kind: StoreKind;
  readonly backends: readonly BackendProcess[];
  readonly server: ModelServer;
  /** Lets time pass for all that is stored. */
  passTime(ms: number): Promise<void>;
  /** Has storage fail from now on, for some requests or until `mendStorage`. */
  breakStorage(fault: Fault, times: number): void;
  mendStorage(): void;
  /** Names of what is stored without an end of life. */
  immortal(): Promise<string[]>;
};

export async function openWorld(kind: StoreKind): Promise<World> {
  const server = await startModelServer();
  return kind === 'kv' ? openKvWorld(server) : openEmbeddedWorld(server);
}

async function openKvWorld(server: ModelServer): Promise<World> {
  const kv = await startKv();
  const backends = await Promise.all([startBackend(kv.env), startBackend(kv.env)]);
  return {
    kind: 'kv',
    backends,
    server,
    passTime: (ms) => kv.redis.moveClock(ms),
    breakStorage: (fault, times) => kv.front.setFault(fault, times),
    mendStorage: () => kv.front.clearFault(),
    immortal: async () => (await kv.redis.keys()).filter(({ ttlMs }) => ttlMs <= 0).map(({ key }) => key),
  };
}

/** Two processes share a file; its time is a number in another file that both add to theirs. */
async function openEmbeddedWorld(server: ModelServer): Promise<World> {
  const folder = await mkdtemp(join(tmpdir(), 'mooring-model-'));
  endLater(() => rm(folder, { recursive: true, force: true }));
  const [file, clock] = [join(folder, 'mooring.db'), join(folder, 'clock')];
  await writeFile(clock, '0');
  let passedMs = 0;
  const later = `import{readFileSync}from'node:fs';const{now}=Date;Date.now=()=>now()+Number(readFileSync('${clock}'))`;
  const env = { MOORING_DATA: file, NODE_OPTIONS: `--import=data:text/javascript,${encodeURIComponent(later)}` };
  const backends = [await startBackend(env), await startBackend(env)];
  const locker = new DatabaseSync(file);
  endLater(async () => locker.close());
  let isLocked = false;
  const mendStorage = (): void => {
    if (isLocked) locker.exec('ROLLBACK');
    isLocked = false;
  };
  return {
    kind: 'embedded',
    backends,
    server,
    async passTime(ms) {
      passedMs += ms;
      // In one step: a process that reads in the middle would live in the past for a moment.
      await writeFile(`${clock}.next`, String(passedMs));
      await rename(`${clock}.next`, clock);
    },
    // Somebody else holds the file: what a slow disk or a backup looks like.
    breakStorage() {
      try {
        if (!isLocked) locker.exec('BEGIN IMMEDIATE');
        isLocked = true;
      } catch {
        // A process writes at this moment: no fault this time.
      }
    },
    mendStorage,
    immortal: async () => [],
  };
}
