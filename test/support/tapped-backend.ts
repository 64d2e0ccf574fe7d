/** Owns what is heard of backends under test while secrets are watched: their errors, their logs, their files. What tells is backend-tap.ts. */
import { existsSync, readFileSync } from 'node:fs';
import type { Child } from '../../api/_local/children.ts';
import type { BackendTapMessage } from './backend-tap.ts';
import { isWatching, searchLater } from './secret-search.ts';
import { learnSecret } from './secrets.ts';

const TAP = new URL('backend-tap.ts', import.meta.url).href;
/** No backend under test prints so much; where the beginning of a log was let go it could not be searched. */
const MAX_LOG_LENGTH = 500_000;

/** What Node is started with, so that a backend is heard. */
export const tapArguments = (): string[] => (isWatching() ? ['--import', TAP] : []);

/** Has everything searched that comes of this process: what it answers as errors, what it prints, what it stores in a file. */
export function tapBackend(child: Child, env: Readonly<Record<string, string>>): void {
  if (!isWatching()) return;
  const name = `backend ${child.process.pid}`;
  const errors: string[] = [];
  let flushes = 0;
  let flushed: (flush: number) => void = () => {};
  child.process.on('message', (message: BackendTapMessage) => {
    if (message.kind === 'error') errors.push(message.text);
    else if (message.kind === 'secret') learnSecret(message.of, message.value);
    else flushed(message.flush);
  });
  /** Waits until everything that was seen so far has come over the channel. */
  const flush = async (): Promise<void> => {
    if (!child.process.connected) return;
    const wanted = ++flushes;
    const done = Promise.withResolvers<void>();
    flushed = (heard) => heard === wanted && done.resolve();
    child.process.send({ flush: wanted }, () => undefined);
    await Promise.race([done.promise, child.ended]);
  };
  learnSecret('access code', env['MOORING_ACCESS_CODE']);
  searchLater({
    kind: 'error',
    name: `an error of ${name}`,
    async read() {
      await flush();
      return errors.join('\n');
    },
  });
  searchLater({
    kind: 'log',
    name: `the log of ${name}`,
    read() {
      if (child.output().length > MAX_LOG_LENGTH) throw new Error(`The log of ${name} is too long to be searched.`);
      return child.output();
    },
  });
  const { MOORING_DATA: file } = env;
  if (file === undefined) return;
  // With the write-ahead log, which also has what was replaced since.
  const files = [file, `${file}-wal`, `${file}-shm`];
  const read = (): string =>
    files
      .filter((path) => existsSync(path))
      .map((path) => readFileSync(path, 'latin1'))
      .join('\n');
  searchLater({ kind: 'store', name: `the file of ${name}`, read });
}
