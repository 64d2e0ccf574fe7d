/**
 * Owns the programs that the tests need and npm does not bring: two browsers and Redis.
 * On Debian, as root, it installs what is missing; elsewhere it says what to install.
 */
import { spawnSync } from 'node:child_process';
import { accessSync, constants, readFileSync } from 'node:fs';
import { delimiter, join } from 'node:path';

export type SystemProgram = 'chromium' | 'firefox' | 'redis';

type Facts = { variable: string; names: readonly string[]; paths: readonly string[]; debianPackage: string };

const PROGRAMS: Record<SystemProgram, Facts> = {
  chromium: {
    variable: 'CHROMIUM_BIN',
    names: ['chromium', 'chromium-browser', 'google-chrome-stable', 'google-chrome'],
    paths: ['/Applications/Chromium.app/Contents/MacOS/Chromium', '/Applications/Google Chrome.app/Contents/MacOS/Google Chrome'],
    debianPackage: 'chromium',
  },
  firefox: {
    variable: 'FIREFOX_BIN',
    names: ['firefox-esr', 'firefox'],
    paths: ['/Applications/Firefox.app/Contents/MacOS/firefox'],
    debianPackage: 'firefox-esr',
  },
  redis: {
    variable: 'REDIS_BIN',
    names: ['redis-server', 'valkey-server'],
    paths: [],
    debianPackage: 'redis-server',
  },
};
const ALL = Object.keys(PROGRAMS) as SystemProgram[];

/** Returns the path of a program; undefined when it is not installed. Its environment variable goes before everything else. */
export function findProgram(program: SystemProgram, env: NodeJS.ProcessEnv = process.env): string | undefined {
  const { variable, names, paths } = PROGRAMS[program];
  const named = env[variable];
  if (named !== undefined && named !== '') return isExecutable(named) ? named : undefined;
  const folders = (env['PATH'] ?? '').split(delimiter).filter((folder) => folder !== '');
  return [...folders.flatMap((folder) => names.map((name) => join(folder, name))), ...paths].find(isExecutable);
}

/**
 * Returns the path of a program.
 *
 * @throws Error that says what to install.
 */
export function requireProgram(program: SystemProgram): string {
  const path = findProgram(program);
  if (path === undefined) throw new Error(describeMissing([program]));
  return path;
}

/**
 * Makes sure that every program is there.
 *
 * @returns The variables that name them, for the processes that run the tests.
 * @throws Error, one line, that says what to install.
 */
export function prepareSystem(): Record<string, string> {
  const missing = ALL.filter((program) => findProgram(program) === undefined && !process.env[PROGRAMS[program].variable]);
  if (missing.length > 0 && canInstall()) install(missing.map((program) => PROGRAMS[program].debianPackage));
  const stillMissing = ALL.filter((program) => findProgram(program) === undefined);
  if (stillMissing.length > 0) throw new Error(describeMissing(stillMissing));
  return Object.fromEntries(ALL.map((program) => [PROGRAMS[program].variable, requireProgram(program)]));
}

function describeMissing(programs: readonly SystemProgram[]): string {
  const named = programs.map((program) => {
    const { variable, debianPackage } = PROGRAMS[program];
    return `${program} (Debian: ${debianPackage}; or its path in ${variable})`;
  });
  return `The tests need what is not installed here: ${named.join(', ')}.`;
}

const isExecutable = (path: string): boolean => {
  try {
    accessSync(path, constants.X_OK);
    return true;
  } catch {
    return false;
  }
};

function canInstall(): boolean {
  if (process.getuid?.() !== 0) return false;
  try {
    return /^ID=debian$/m.test(readFileSync('/etc/os-release', 'utf8'));
  } catch {
    return false;
  }
}

function install(packages: readonly string[]): void {
  const env = { ...process.env, DEBIAN_FRONTEND: 'noninteractive' };
  for (const args of [['update'], ['install', '--yes', '--no-install-recommends', ...packages]]) {
    process.stdout.write(`apt-get ${args.join(' ')}\n`);
    const { status } = spawnSync('apt-get', args, { env, stdio: ['ignore', 'ignore', 'inherit'] });
    if (status !== 0) throw new Error(`apt-get ${args.join(' ')} failed with exit code ${status}.`);
  }
}
