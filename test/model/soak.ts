/**
 * `npm run soak -- --minutes N --seed S`: random walks as long as wanted, each with the next seed, on both stores in turn. Prints each seed;
 * `--store kv|embedded` takes one store, `--count N` a number of walks. What must hold is in test/support/model-walk.ts.
 */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { bundleBackend } from '../../api/_local/bundle.ts';
import { endEverything } from '../support/at-end.ts';
import { walk } from '../support/model-walk.ts';
import { openWorld, type StoreKind } from '../support/model-world.ts';

const { values } = parseArgs({
  options: {
    minutes: { type: 'string', default: '1' },
    seed: { type: 'string', default: String(Date.now() % 1_000_000) },
    count: { type: 'string', default: 'Infinity' },
    store: { type: 'string' },
  },
});
const until = performance.now() + Number(values.minutes) * 60_000;
const kinds: readonly StoreKind[] = values.store === 'kv' || values.store === 'embedded' ? [values.store] : ['kv', 'embedded'];
const builds = mkdtempSync(join(tmpdir(), 'mooring-soak-'));
process.env['MOORING_BUILDS'] = builds;
let seed = Number(values.seed);
let walks = 0;
let executions = 0;
try {
  await bundleBackend();
  const worlds = [];
  for (const kind of kinds) worlds.push(await openWorld(kind));
  for (; performance.now() < until && walks < Number(values.count); seed++)
    for (const world of worlds) {
      const report = await walk(world, seed);
      walks++;
      executions += report.executions;
      process.stdout.write(`seed ${seed} ${world.kind}: ${JSON.stringify(report)}\n`);
    }
} catch (error) {
  process.stderr.write(`${error instanceof Error ? error.message : error}\n`);
  process.exitCode = 1;
} finally {
  process.stdout.write(`${walks} walks, ${executions} executions, last seed ${seed}\n`);
  await endEverything();
  rmSync(builds, { recursive: true, force: true });
}
process.exit();
