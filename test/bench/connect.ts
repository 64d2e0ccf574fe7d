/** Measures connecting: `POST /sessions`, then what any client does before it shows tools; beside the same at the server itself. */
import { startEverything } from '../support/everything.ts';
import { openMcpCaller } from './mcp-caller.ts';
import type { Row } from './report.ts';
import { toSpread } from './spread.ts';
import { type BenchDevice, makeEmbeddedFile, registerDevice, startDevice } from './surroundings.ts';

const CONNECTIONS = 25;
const FIRST_CONNECTIONS = 9;

/** Returns the rows for a backend that has connected before, and for one whose first connection it is. */
export async function measureConnect(): Promise<Row[]> {
  const { url, stop } = await startEverything();
  const device = await startDevice(await makeEmbeddedFile());
  for (let warmUp = 0; warmUp < 5; warmUp++) await connect(device, url);
  const relayed: number[] = [];
  const direct: number[] = [];
  for (let connection = 0; connection < CONNECTIONS; connection++) {
    relayed.push(await connect(device, url));
    direct.push(await connectDirectly(url));
  }
  const first: number[] = [];
  for (let connection = 0; connection < FIRST_CONNECTIONS; connection++) {
    await device.backend.restart();
    first.push(await connect(await registerDevice(device.backend), url));
  }
  await device.backend.kill();
  await stop();
  const toDirect = () => ({ what: 'the same at the server', value: toSpread(direct).median, spread: toSpread(direct) });
  return [
    {
      name: 'connect',
      what: 'connect: session made and tools listed, server-everything',
      unit: 'ms',
      value: toSpread(relayed).median,
      spread: toSpread(relayed),
      direct: toDirect(),
      goal: 150,
    },
    {
      name: 'connect-first',
      what: 'the same, first connection of a backend that just started',
      unit: 'ms',
      value: toSpread(first).median,
      spread: toSpread(first),
      direct: toDirect(),
      goal: 150,
      note: 'loads the SDK; without the start of the process.',
    },
  ];
}

async function connect(device: BenchDevice, url: string): Promise<number> {
  const startedAt = performance.now();
  const { id } = await device.createSession(url);
  const caller = device.openCaller(id);
  await caller.initialize();
  await caller.listTools();
  const durationMs = performance.now() - startedAt;
  await caller.close();
  await device.endSession(id);
  return durationMs;
}

async function connectDirectly(url: string): Promise<number> {
  const startedAt = performance.now();
  const caller = openMcpCaller(url);
  await caller.initialize();
  await caller.listTools();
  const durationMs = performance.now() - startedAt;
  await caller.end();
  await caller.close();
  return durationMs;
}
