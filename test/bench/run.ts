/**
 * `npm run bench`: measures what the project promises in numbers, prints the table, and with `--json FILE` writes it as data.
 * `--only NAME` (several times, if wanted) measures one part. It needs what the tests need: Redis and Chromium.
 */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { cpus, loadavg, tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { buildExtension } from '../../api/_local/build-extension.ts';
import { bundleBackend } from '../../api/_local/bundle.ts';
import { endEverything } from '../support/at-end.ts';
import { prepareSystem } from '../support/system.ts';
import { measureActivityScroll } from './activity-scroll.ts';
import { measureBundleSizes } from './bundle-sizes.ts';
import { measureColdStart } from './cold-start.ts';
import { measureConnect } from './connect.ts';
import { measureFrames } from './frames.ts';
import { measureKvRequests } from './kv-requests.ts';
import { measureLargePayloads } from './large-payloads.ts';
import { measureLoad } from './load.ts';
import { measureLongLists } from './long-lists.ts';
import { measureMemory } from './memory.ts';
import { measurePopupPaint } from './popup-paint.ts';
import { measureRelayAdded } from './relay-added.ts';
import { formatTable, type Machine, type Row, toJson } from './report.ts';

const MEASUREMENTS = {
  relay: { measure: measureRelayAdded, builds: 'backend' },
  'kv-requests': { measure: measureKvRequests, builds: 'backend' },
  'cold-start': { measure: measureColdStart, builds: 'backend' },
  connect: { measure: measureConnect, builds: 'backend' },
  popup: { measure: measurePopupPaint, builds: 'both' },
  frames: { measure: measureFrames, builds: 'both' },
  payloads: { measure: measureLargePayloads, builds: 'both' },
  lists: { measure: measureLongLists, builds: 'both' },
  activity: { measure: measureActivityScroll, builds: 'both' },
  size: { measure: measureBundleSizes, builds: 'extension' },
  memory: { measure: measureMemory, builds: 'backend' },
  load: { measure: measureLoad, builds: 'backend' },
} as const satisfies Record<string, { measure: () => Row[] | Promise<Row[]>; builds: 'backend' | 'extension' | 'both' }>;
type Name = keyof typeof MEASUREMENTS;
const NAMES = Object.keys(MEASUREMENTS) as Name[];

process.exitCode = await run();

async function run(): Promise<number> {
  const { values } = parseArgs({ options: { json: { type: 'string' }, only: { type: 'string', multiple: true } } });
  const unknown = values.only?.filter((name) => !NAMES.includes(name as Name)) ?? [];
  if (unknown.length > 0) {
    process.stderr.write(`There is no measurement ${unknown.join(', ')}; there are ${NAMES.join(', ')}.\n`);
    return 1;
  }
  const chosen = NAMES.filter((name) => values.only?.includes(name) ?? true);
  // A build of its own: what else is built meanwhile changes nothing that is measured.
  const builds = mkdtempSync(join(tmpdir(), 'mooring-bench-'));
  try {
    Object.assign(process.env, prepareSystem(), { MOORING_BUILDS: builds });
    const { rows, machine } = await measureAll(chosen);
    process.stdout.write(formatTable(rows, machine));
    if (values.json !== undefined) writeFileSync(values.json, toJson(rows, machine));
    return 0;
  } catch (error) {
    process.stderr.write(`The benchmark stopped: ${error instanceof Error ? error.message : error}\n`);
    return 1;
  } finally {
    await endEverything();
    rmSync(builds, { recursive: true, force: true });
  }
}

/** Numbers that miss their goal are told in the table; only a measurement that fails is an error. */
async function measureAll(names: readonly Name[]): Promise<{ rows: Row[]; machine: Machine }> {
  const builds = new Set(names.map((name) => MEASUREMENTS[name].builds));
  if (builds.has('backend') || builds.has('both')) await bundleBackend();
  if (builds.has('extension') || builds.has('both')) await buildExtension('chrome');
  const [loadAtStart = 0] = loadavg();
  const rows: Row[] = [];
  for (const name of names) {
    process.stderr.write(`measuring ${name} …\n`);
    rows.push(...(await MEASUREMENTS[name].measure()));
    await endEverything();
  }
  const [loadAtEnd = 0] = loadavg();
  const [cpu] = cpus();
  return { rows, machine: { node: process.version, cores: cpus().length, cpu: cpu?.model.trim() ?? 'unknown', loadAtStart, loadAtEnd } };
}
