/** Owns starting the official reference server, held to this machine: the sample of `npm start`, and what tests talk to. */
import { createRequire } from 'node:module';
import { type Child, describeEnding, startChild } from './children.ts';

const SERVER = createRequire(import.meta.url).resolve('@modelcontextprotocol/server-everything/dist/index.js');
const LOOPBACK = new URL('loopback.ts', import.meta.url).href;

export type SampleOptions = {
  transport?: 'streamable-http' | 'sse';
  /** 0 takes any free port. */
  port: number;
  logFile?: string;
  /** Module that is loaded into the process before the server. */
  preload?: string;
  /** Takes what a preload sends over the channel, from the first message on. */
  onMessage?: (message: unknown) => void;
};

export type Sample = { child: Child; port: number; url: string };

/**
 * Starts the reference server on 127.0.0.1 and waits until it listens.
 *
 * @throws Error with the server's output when it ends before.
 */
export async function startSample({
  transport = 'streamable-http',
  port: wanted,
  logFile,
  preload,
  onMessage,
}: SampleOptions): Promise<Sample> {
  const preloads = [LOOPBACK, ...(preload === undefined ? [] : [preload])].flatMap((module) => ['--import', module]);
  const child = startChild({
    args: [...preloads, SERVER, transport === 'sse' ? 'sse' : 'streamableHttp'],
    env: { ...process.env, PORT: String(wanted) },
    channel: true,
    ...(logFile !== undefined && { logFile }),
  });
  const port = await new Promise<number>((resolve, reject) => {
    child.process.on('message', (message) => {
      const listening = readListening(message);
      if (listening === undefined) onMessage?.(message);
      else resolve(listening);
    });
    void child.ended.then((ending) => reject(new Error(`The reference server ${describeEnding(ending)}:\n${child.output()}`)));
  });
  return { child, port, url: `http://127.0.0.1:${port}/${transport === 'sse' ? 'sse' : 'mcp'}` };
}

/** Returns the port that loopback.ts tells. */
function readListening(message: unknown): number | undefined {
  if (typeof message !== 'object' || message === null || !('kind' in message) || message.kind !== 'listening') return undefined;
  return 'port' in message && typeof message.port === 'number' ? message.port : undefined;
}
