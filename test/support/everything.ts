/**
 * Owns the official reference server as tests need it: on this machine only, over either transport, started again on the same port,
 * and with everything that reaches it on record. What tells is request-tap.ts.
 */
import { createRequire } from 'node:module';
import { type Child, startChild } from '../../api/_local/children.ts';
import { createRequestRecord, type Seen } from './request-record.ts';
import type { TapMessage } from './request-tap.ts';

const SERVER = createRequire(import.meta.url).resolve('@modelcontextprotocol/server-everything/dist/index.js');
const LOOPBACK = new URL('../../api/_local/loopback.ts', import.meta.url).href;
const TAP = new URL('request-tap.ts', import.meta.url).href;

export type Everything = {
  readonly url: string;
  readonly port: number;
  /** Everything that has reached the server when this is called. */
  seen(): Promise<Seen>;
  /** Ends the process with SIGKILL: its sessions are gone. */
  stop(): Promise<void>;
  /** Ends the process if it runs, and starts another one on the same port. */
  restart(): Promise<void>;
  output(): string;
};

/** Starts the server on 127.0.0.1, on a free port unless one is given. */
export async function startEverything(transport: 'streamable-http' | 'sse' = 'streamable-http', wantedPort = 0): Promise<Everything> {
  const record = createRequestRecord();
  let processes = 0;
  let flushes = 0;
  let child: Child;
  let port = wantedPort;

  const launch = async (): Promise<void> => {
    const current = ++processes;
    child = startChild({
      args: ['--import', LOOPBACK, '--import', TAP, SERVER, transport === 'sse' ? 'sse' : 'streamableHttp'],
      env: { ...process.env, PORT: String(port) },
      channel: true,
    });
    child.process.on('message', (message) => record.add(current, message as TapMessage));
    port = await awaitPort(child);
  };
  const flush = async (): Promise<void> => {
    const { process: server, ended } = child;
    if (!server.connected) return;
    const wanted = ++flushes;
    const flushed = Promise.withResolvers<void>();
    const listen = (message: unknown): void => {
      const told = message as TapMessage;
      if (told.kind === 'flushed' && told.flush === wanted) flushed.resolve();
    };
    server.on('message', listen);
    server.send({ flush: wanted }, () => undefined);
    await Promise.race([flushed.promise, ended]);
    server.off('message', listen);
  };
  await launch();

  return {
    port,
    url: `http://127.0.0.1:${port}/${transport === 'sse' ? 'sse' : 'mcp'}`,
    async seen() {
      await flush();
      return record.read();
    },
    async stop() {
      await flush();
      await child.end('SIGKILL');
    },
    async restart() {
      await flush();
      await child.end('SIGKILL');
      await launch();
    },
    output: () => child.output(),
  };
}

/** Resolves with the port once the server listens. */
async function awaitPort(child: Child): Promise<number> {
  const listening = new Promise<number>((resolve) => {
    child.process.on('message', (message) => {
      const told = message as TapMessage;
      if (told.kind === 'listening') resolve(told.port);
    });
  });
  const failed = child.ended.then(() => Promise.reject(new Error(`The server ended before it listened:\n${child.output()}`)));
  failed.catch(() => undefined);
  return await Promise.race([listening, failed]);
}
