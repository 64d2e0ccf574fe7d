/**
 * Owns the official reference server as tests need it: on this machine only, over either transport, started again on the same port,
 * and with everything that reaches it on record. What tells is request-tap.ts.
 */
import { type Sample, startSample } from '../../api/_local/sample.ts';
import { createRequestRecord, type Seen } from './request-record.ts';
import type { TapMessage } from './request-tap.ts';
import { learnSecret } from './secrets.ts';

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

  const hear = (current: number, message: TapMessage): void => {
    record.add(current, message);
    if ('serverSession' in message) learnSecret('server session', message.serverSession);
    if ('url' in message) learnSecret('server session', new URL(message.url, 'http://server').searchParams.get('sessionId'));
  };
  const launch = (port: number): Promise<Sample> => {
    const current = ++processes;
    return startSample({ transport, port, preload: TAP, onMessage: (message) => hear(current, message as TapMessage) });
  };
  let sample = await launch(wantedPort);
  const { port, url } = sample;

  /** Waits until everything that the tap has seen so far has come over the channel. */
  const flush = async (): Promise<void> => {
    const { process: server, ended } = sample.child;
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
  const stop = async (): Promise<void> => {
    await flush();
    await sample.child.end('SIGKILL');
  };

  return {
    port,
    url,
    async seen() {
      await flush();
      return record.read();
    },
    stop,
    async restart() {
      await stop();
      sample = await launch(port);
    },
    output: () => sample.child.output(),
  };
}
