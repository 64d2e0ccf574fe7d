/**
 * Measures what the relay adds to a tool call: calls one after the other, in short blocks that take turns between the server itself and
 * the sessions before it, so that whatever else the machine does meets all of them alike. The goals are held against that.
 *
 * In a block without Mooring, client and server do nothing but wait for each other, and both processes stay awake; a relayed call finds
 * the server asleep. So the same is measured a second time with lanes that take turns at every call: what a call at its own pace pays.
 */
import { startEverything } from '../support/everything.ts';
import { type McpCaller, openMcpCaller } from './mcp-caller.ts';
import type { Row } from './report.ts';
import { medianOf, toSpread } from './spread.ts';
import { makeEmbeddedFile, registerDevice, startKvProcess, startMinimalProcess, startQuietBackend } from './surroundings.ts';

const WARM_UP_CALLS = 400;
const BLOCKS = 30;
const CALLS_A_BLOCK = 20;
const TURNS = 400;

type Lane = { name: 'direct' | 'embedded' | 'kv'; caller: McpCaller; times: number[]; blockMedians: number[]; turnTimes: number[] };

const GOALS = { embedded: 1.0, kv: 2.0 } as const;
const STORES = { embedded: 'embedded store (file)', kv: 'KV (Redis behind REST)' } as const;

/** Returns the rows for the minimal server, which the goals are held against, and for the reference server. */
export async function measureRelayAdded(): Promise<Row[]> {
  const devices = {
    embedded: await registerDevice(await startQuietBackend(await makeEmbeddedFile())),
    kv: await registerDevice(await startQuietBackend(await startKvProcess())),
  };
  const everything = await startEverything();
  const servers = [
    { suffix: '', words: 'minimal server', url: await startMinimalProcess() },
    { suffix: '-everything', words: 'server-everything', url: everything.url },
  ];
  const rows: Row[] = [];
  for (const { suffix, words, url } of servers) {
    const lanes: Lane[] = [toLane('direct', openMcpCaller(url))];
    for (const name of ['embedded', 'kv'] as const) {
      const device = devices[name];
      const { id } = await device.createSession(url);
      lanes.push(toLane(name, device.openCaller(id)));
    }
    await compareBlocks(lanes);
    await compareTurns(lanes);
    rows.push(...toRows(lanes, suffix, words));
    for (const { caller } of lanes) await caller.close();
  }
  for (const { backend } of Object.values(devices)) await backend.end();
  await everything.stop();
  return rows;
}

const toLane = (name: Lane['name'], caller: McpCaller): Lane => ({ name, caller, times: [], blockMedians: [], turnTimes: [] });

async function compareBlocks(lanes: Lane[]): Promise<void> {
  for (const { caller } of lanes) {
    await caller.initialize();
    for (let call = 0; call < WARM_UP_CALLS; call++) await caller.callEcho();
  }
  for (let block = 0; block < BLOCKS; block++) {
    // Another one begins each time: what follows what must not favour one of them.
    for (let turn = 0; turn < lanes.length; turn++) {
      const lane = lanes[(block + turn) % lanes.length];
      if (lane === undefined) continue;
      const times: number[] = [];
      for (let call = 0; call < CALLS_A_BLOCK; call++) times.push(await lane.caller.callEcho());
      lane.times.push(...times);
      lane.blockMedians.push(medianOf(times));
    }
  }
}

async function compareTurns(lanes: Lane[]): Promise<void> {
  for (let turn = 0; turn < TURNS; turn++) {
    for (const { caller, turnTimes } of lanes) turnTimes.push(await caller.callEcho());
  }
}

/** What is added is the difference of the medians of neighbouring blocks. */
function toRows(lanes: readonly Lane[], suffix: string, words: string): Row[] {
  const direct = lanes.find(({ name }) => name === 'direct');
  if (direct === undefined) return [];
  return lanes.flatMap(({ name, times, blockMedians, turnTimes }): Row[] => {
    if (name === 'direct') return [];
    const paced = toSpread(turnTimes.map((time, turn) => time - (direct.turnTimes[turn] ?? Number.NaN)));
    const added = toSpread(blockMedians.map((median, block) => median - (direct.blockMedians[block] ?? Number.NaN)));
    return [
      {
        name: `relay-${name}${suffix}`,
        what: `added to a tool call, ${STORES[name]}, ${words}`,
        unit: 'ms',
        value: added.median,
        spread: added,
        direct: { what: `the call itself, ${words}`, value: medianOf(direct.times), spread: toSpread(direct.times) },
        goal: GOALS[name],
        note: `a relayed call takes ${medianOf(times).toFixed(2)} ms in all; ${times.length} calls each in ${BLOCKS} blocks that take turns, one call at a time.`,
      },
      {
        name: `relay-${name}${suffix}-turns`,
        what: '  the same where direct and relayed calls take turns',
        unit: 'ms',
        value: paced.median,
        spread: paced,
        direct: { what: 'the call itself', value: medianOf(direct.turnTimes), spread: toSpread(direct.turnTimes) },
      },
    ];
  });
}
