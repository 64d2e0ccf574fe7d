/**
 * Measures a cold start: from starting the backend's process to the first tool result in a session that an earlier process made, KV.
 * And counts the handshakes that the server saw meanwhile.
 */
import { once } from 'node:events';
import { startChild } from '../../api/_local/children.ts';
import { startEverything } from '../support/everything.ts';
import { openHttpCaller, openMcpCaller } from './mcp-caller.ts';
import type { Row } from './report.ts';
import { toSpread } from './spread.ts';
import { startDevice, startKvProcess } from './surroundings.ts';

const STARTS = 15;
/** The least that a process can do: start Node, listen, answer. */
const BARE_NODE = `require('node:http').createServer((_, response) => response.end('{}'))
  .listen(0, '127.0.0.1', function () { console.log(this.address().port) })`;

/** Returns both rows. */
export async function measureColdStart(): Promise<Row[]> {
  const everything = await startEverything();
  const { backend, ...device } = await startDevice(await startKvProcess());
  const { id } = await device.createSession(everything.url);
  const first = device.openCaller(id);
  await first.initialize();
  await first.callEcho();
  await first.close();
  const direct = openMcpCaller(everything.url);
  await direct.initialize();

  const { handshakes: handshakesBefore } = await everything.seen();
  const cold: number[] = [];
  const bare: number[] = [];
  const warm: number[] = [];
  for (let start = 0; start < STARTS; start++) {
    await backend.kill();
    const startedAt = performance.now();
    await backend.restart();
    const caller = device.openCaller(id);
    await caller.callEcho();
    cold.push(performance.now() - startedAt);
    await caller.close();
    bare.push(await startBareNode());
    warm.push(await direct.callEcho());
  }
  const { handshakes } = await everything.seen();
  await direct.close();
  await backend.kill();
  await everything.stop();
  const spread = toSpread(cold);
  const bareSpread = toSpread(bare);
  return [
    {
      name: 'cold-start',
      what: 'cold start: process start to first tool result, KV, session kept',
      unit: 'ms',
      value: spread.median,
      spread,
      direct: { what: 'the call at a warm server', value: toSpread(warm).median, spread: toSpread(warm) },
      goal: 250,
      note: `Node that only listens and answers takes ${bareSpread.median.toFixed(0)} ms of it (p10–p90 ${bareSpread.p10.toFixed(0)}–${bareSpread.p90.toFixed(0)}).`,
    },
    {
      name: 'handshakes',
      what: `handshakes at the server in ${STARTS} cold starts`,
      unit: 'handshakes',
      value: handshakes - handshakesBefore,
      goal: 0,
    },
  ];
}

async function startBareNode(): Promise<number> {
  const startedAt = performance.now();
  const child = startChild({ args: ['-e', BARE_NODE] });
  const http = openHttpCaller(`http://127.0.0.1:${await child.firstLine}`);
  await http.send('GET', '/');
  const durationMs = performance.now() - startedAt;
  await http.close();
  child.process.kill('SIGKILL');
  await once(child.process, 'close');
  return durationMs;
}
