/** Measures whether calls leave memory behind: the backend's heap after garbage collection, before and after many calls. */
import { startBackend } from '../support/processes.ts';
import type { Row } from './report.ts';
import { makeEmbeddedFile, registerDevice, startKvProcess, startMinimalProcess } from './surroundings.ts';

const WARM_UP_CALLS = 3000;
const CALLS = 20_000;
/** Clients at a time. */
const PARALLEL = 4;

/** Returns a row for each store. */
export async function measureMemory(): Promise<Row[]> {
  const serverUrl = await startMinimalProcess();
  return [
    await measureStore('memory-embedded', 'embedded store', await makeEmbeddedFile(), serverUrl),
    await measureStore('memory-kv', 'KV', await startKvProcess(), serverUrl),
  ];
}

async function measureStore(name: string, words: string, env: Record<string, string>, serverUrl: string): Promise<Row> {
  const backend = await startBackend({ ...env, NODE_OPTIONS: '--inspect=127.0.0.1:0' });
  const inspector = await openInspector(/ws:\/\/\S+/.exec(backend.output())?.[0]);
  const device = await registerDevice(backend);
  const { id } = await device.createSession(serverUrl);
  const callers = Array.from({ length: PARALLEL }, () => device.openCaller(id));
  const call = async (calls: number): Promise<void> => {
    const share = async (caller: (typeof callers)[number]): Promise<void> => {
      for (let made = 0; made < calls / PARALLEL; made++) await caller.callEcho();
    };
    await Promise.all(callers.map(share));
  };
  for (const caller of callers) await caller.initialize();
  await call(WARM_UP_CALLS);
  const before = await inspector.readHeap();
  await call(CALLS);
  const after = await inspector.readHeap();
  inspector.close();
  for (const caller of callers) await caller.close();
  await backend.kill();
  return {
    name,
    what: `heap that ${CALLS.toLocaleString('en')} calls leave behind, ${words}`,
    unit: 'kB',
    value: (after - before) / 1000,
    goal: 1000,
    note: `${(before / 1e6).toFixed(1)} MB before, ${(after / 1e6).toFixed(1)} MB after, each after garbage collection.`,
  };
}

type Inspector = {
  /**
   * Collects garbage until no more goes, then returns the bytes in use on the heap: what waits to be told of its end (a
   * FinalizationRegistry, as in undici's fetch) goes with the second collection only.
   */
  readHeap(): Promise<number>;
  close(): void;
};

// Source: Chrome DevTools Protocol, HeapProfiler.collectGarbage and Runtime.getHeapUsage.
async function openInspector(url: string | undefined): Promise<Inspector> {
  if (url === undefined) throw new Error('The backend named no inspector.');
  const socket = new WebSocket(url);
  await new Promise((resolve, reject) => {
    socket.addEventListener('open', resolve, { once: true });
    socket.addEventListener('error', reject, { once: true });
  });
  let lastId = 0;
  const ask = (method: string): Promise<{ result?: { usedSize?: number } }> =>
    new Promise((resolve) => {
      const id = ++lastId;
      const listen = ({ data }: MessageEvent): void => {
        const answer = JSON.parse(String(data)) as { id?: number; result?: { usedSize?: number } };
        if (answer.id !== id) return;
        socket.removeEventListener('message', listen);
        resolve(answer);
      };
      socket.addEventListener('message', listen);
      socket.send(JSON.stringify({ id, method }));
    });
  return {
    async readHeap() {
      for (let used = Number.POSITIVE_INFINITY; ; ) {
        await ask('HeapProfiler.collectGarbage');
        const { result } = await ask('Runtime.getHeapUsage');
        if (result?.usedSize === undefined) throw new Error('The inspector told no size of the heap.');
        if (result.usedSize > used * 0.99) return result.usedSize;
        used = result.usedSize;
      }
    },
    close: () => socket.close(),
  };
}
