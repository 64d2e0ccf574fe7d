/**
 * Owns processes that this one starts: their output, and that none outlives it.
 * What they are and in which order they start is the callers' matter (start.ts; tests).
 */
import { type ChildProcess, spawn } from 'node:child_process';
import { createWriteStream } from 'node:fs';
import { createInterface } from 'node:readline';

/** Characters of output that are kept for whoever asks. */
const MAX_OUTPUT_LENGTH = 512_000;
/** How long a child may take over ending by itself, ms. Longer than the backend lets its last answers take. */
const MAX_END_MS = 8000;

export type Ending = { code: number | null; signal: NodeJS.Signals | null; error?: Error };

export type ChildOptions = {
  command?: string;
  args: readonly string[];
  env?: NodeJS.ProcessEnv;
  /** File that takes everything the child prints. */
  logFile?: string;
  /** Opens a channel for `process.send`; Node programs only. */
  channel?: boolean;
};

export type Child = {
  readonly process: ChildProcess;
  /** The last of what it printed on both outputs. */
  output(): string;
  /** Resolves with the first line on standard output; rejects when it ends without one. */
  readonly firstLine: Promise<string>;
  /** Resolves when it has ended, for whatever reason. Never rejects. */
  readonly ended: Promise<Ending>;
  /** Ends it: asks first unless the signal is SIGKILL, and does not wait for ever. */
  end(signal?: NodeJS.Signals): Promise<Ending>;
};

const running = new Set<Child>();

// The last resort, when the process ends without having ended them.
process.on('exit', () => {
  for (const child of running) child.process.kill('SIGKILL');
});

/** Starts a process, by default a Node program under this same Node. */
export function startChild({ command = process.execPath, args, env = process.env, logFile, channel = false }: ChildOptions): Child {
  const started = spawn(command, args, { env, stdio: ['ignore', 'pipe', 'pipe', ...(channel ? (['ipc'] as const) : [])] });
  started.channel?.unref();
  let output = '';
  const log = logFile === undefined ? undefined : createWriteStream(logFile, { flags: 'w' });
  for (const stream of [started.stdout, started.stderr]) {
    stream?.setEncoding('utf8').on('data', (text: string) => {
      output = (output + text).slice(-MAX_OUTPUT_LENGTH);
      log?.write(text);
    });
  }
  const ended = new Promise<Ending>((resolve) => {
    started.once('error', (error) => resolve({ code: null, signal: null, error }));
    started.once('close', (code, signal) => resolve({ code, signal }));
  });
  const firstLine = new Promise<string>((resolve, reject) => {
    if (started.stdout !== null) createInterface(started.stdout).once('line', resolve);
    void ended.then((ending) => reject(new Error(`${describeEnding(ending)} before it was ready:\n${output}`)));
  });
  // A caller that does not need the line must not be ended by its absence.
  firstLine.catch(() => undefined);
  const child: Child = {
    process: started,
    output: () => output,
    firstLine,
    ended,
    async end(signal = 'SIGTERM') {
      started.kill(signal);
      const lastResort = setTimeout(() => started.kill('SIGKILL'), MAX_END_MS);
      const ending = await ended;
      clearTimeout(lastResort);
      return ending;
    },
  };
  running.add(child);
  void ended.then(() => {
    running.delete(child);
    log?.end();
  });
  return child;
}

/** Ends every process that was started here and still runs. */
export async function endChildren(): Promise<void> {
  await Promise.all([...running].map((child) => child.end()));
}

/** Says in words how a process ended, as the end of a sentence. */
export function describeEnding({ code, signal, error }: Ending): string {
  if (error !== undefined) return `could not start (${error.message})`;
  return signal === null ? `ended with exit code ${code}` : `was ended by ${signal}`;
}
