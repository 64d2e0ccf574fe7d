/**
 * Owns `npm test`: makes sure that everything needed is there, builds once, runs every test, counts.
 * The last line is the outcome: `N passed, N failed`. Which tests exist is test/vitest.config.ts.
 */

import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { buildExtension } from '../api/_local/build-extension.ts';
import { bundleBackend } from '../api/_local/bundle.ts';
import { countOutcome } from './support/outcome.ts';
import { prepareSystem } from './support/system.ts';

const VITEST = fileURLToPath(new URL('../node_modules/vitest/vitest.mjs', import.meta.url));
const CONFIG = fileURLToPath(new URL('vitest.config.ts', import.meta.url));
const PROJECT_FOLDER = fileURLToPath(new URL('..', import.meta.url));

process.exitCode = await run();

async function run(): Promise<number> {
  let programs: Record<string, string>;
  try {
    programs = prepareSystem();
  } catch (error) {
    process.stderr.write(`${error instanceof Error ? error.message : error}\n`);
    return 1;
  }
  const folder = mkdtempSync(join(tmpdir(), 'mooring-test-'));
  const reportFile = join(folder, 'report.json');
  process.env['MOORING_BUILDS'] = folder;
  try {
    await bundleBackend();
    await buildExtension('chrome');
    await buildExtension('firefox');
    const args = ['run', '--config', CONFIG, '--reporter=default', '--reporter=json', `--outputFile.json=${reportFile}`];
    const { status } = spawnSync(process.execPath, [VITEST, ...args, ...process.argv.slice(2)], {
      cwd: PROJECT_FOLDER,
      env: { ...process.env, ...programs },
      stdio: 'inherit',
    });
    const outcome = countOutcome(readReport(reportFile), status);
    for (const remark of outcome.remarks) process.stdout.write(`${remark}\n`);
    process.stdout.write(`${outcome.passed} passed, ${outcome.failed} failed\n`);
    return outcome.failed === 0 ? 0 : 1;
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

function readReport(file: string): unknown {
  try {
    return JSON.parse(readFileSync(file, 'utf8'));
  } catch {
    return undefined;
  }
}
