/**
 * Owns the backend as a process of its own, as tests need it: started from its bundle, killed, started again on the same port.
 * That nothing outlives the tests is setup-processes.ts; outside of vitest call `endChildren`.
 */
import { existsSync } from 'node:fs';
import { serverBundle } from '../../api/_local/build-folders.ts';
import { type Child, type Ending, startChild } from '../../api/_local/children.ts';
import { tapArguments, tapBackend } from './tapped-backend.ts';

/** Variables of this machine that would change what a backend under test does. */
const OWN_VARIABLES = /^(MOORING_|KV_|UPSTASH_|SESSION_TTL_SECONDS$|HOST$|PORT$|VERCEL)/;

export type BackendProcess = {
  readonly port: number;
  /** Without a path: `http://127.0.0.1:PORT`. */
  readonly url: string;
  /** Base of the HTTP contract: `…/api`. */
  readonly api: string;
  pid(): number;
  /** What all processes of this backend printed so far, the latest last. */
  output(): string;
  /** Ends the process without a word to it, as a platform does, and waits until it is gone. */
  kill(): Promise<void>;
  /** Asks the process to end, as Ctrl-C does. */
  stop(): Promise<Ending>;
  /** Starts a new process on the same port; ends the running one with SIGKILL first. `env` is added to the first one's. */
  restart(env?: Record<string, string>): Promise<void>;
};

/**
 * Starts a backend on 127.0.0.1 with exactly these variables; without `PORT` on a free port.
 *
 * @param program Another host of the backend than this machine's, with its arguments: function-host.ts.
 */
export async function startBackend(
  env: Record<string, string> = {},
  program: readonly string[] = [serverBundle()],
): Promise<BackendProcess> {
  if (!existsSync(serverBundle())) throw new Error('There is no bundle of the backend: npm run build:api makes it.');
  const inherited = Object.fromEntries(Object.entries(process.env).filter(([name]) => !OWN_VARIABLES.test(name)));
  let added: Record<string, string> = { PORT: '0', ...env };
  let earlierOutput = '';

  const launch = async (): Promise<{ child: Child; port: number }> => {
    const child = startChild({ args: [...tapArguments(), ...program], env: { ...inherited, ...added }, channel: true });
    tapBackend(child, added);
    const line = await child.firstLine;
    const port = /^Mooring backend on http:\S+:(\d+)\/api /.exec(line)?.[1];
    if (port === undefined) throw new Error(`The backend began with an unexpected line: ${line}`);
    return { child, port: Number(port) };
  };
  const first = await launch();
  const { port } = first;
  let { child } = first;

  const url = `http://127.0.0.1:${port}`;
  return {
    port,
    url,
    api: `${url}/api`,
    pid: () => child.process.pid ?? -1,
    output: () => earlierOutput + child.output(),
    kill: async () => void (await child.end('SIGKILL')),
    stop: () => child.end('SIGTERM'),
    async restart(more = {}) {
      await child.end('SIGKILL');
      earlierOutput += child.output();
      added = { ...added, PORT: String(port), ...more };
      ({ child } = await launch());
    },
  };
}
