/**
 * Owns a real redis-server for tests: starting it on a free port of this machine, looking into it, moving its clock, ending it.
 * It keeps nothing on disk. The REST front that the backend talks to is kv-rest.ts.
 */
import { type ChildProcess, spawn } from 'node:child_process';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { RedisConnection, toPlain } from './resp.ts';

type StoredKey = {
  key: string;
  /** Time left, ms; -1 for a key that never ends. */
  ttlMs: number;
};

export type RedisServer = {
  readonly url: string;
  readonly port: number;
  /** Runs one command; a refusal throws. */
  command(...command: string[]): Promise<unknown>;
  /** Every key with its time left, sorted by name. */
  keys(): Promise<StoredKey[]>;
  /** All that is stored as one text: to search it for what must not be there. */
  dump(): Promise<string>;
  /** Lets `ms` pass for everything that expires; what had less time left is gone. Redis's own TIME stays as it is. */
  moveClock(ms: number): Promise<void>;
  flush(): Promise<void>;
  close(): Promise<void>;
};

// KEYS blocks Redis, which is what makes the listing one moment; no test stores more than some thousands of keys.
const LIST_KEYS = `
local listed = {}
for _, key in ipairs(redis.call('KEYS', '*')) do
  listed[#listed + 1] = {key, redis.call('PTTL', key)}
end
return listed`;

const MOVE_CLOCK = `
for _, key in ipairs(redis.call('KEYS', '*')) do
  local left = redis.call('PTTL', key)
  if left >= 0 then
    if left - ARGV[1] <= 0 then redis.call('DEL', key) else redis.call('PEXPIRE', key, left - ARGV[1]) end
  end
end
return redis.status_reply('OK')`;

const READ_BY_TYPE: Record<string, (key: string) => string[]> = {
  string: (key) => ['GET', key],
  hash: (key) => ['HGETALL', key],
  list: (key) => ['LRANGE', key, '0', '-1'],
  set: (key) => ['SMEMBERS', key],
  zset: (key) => ['ZRANGE', key, '0', '-1', 'WITHSCORES'],
};

const START_ATTEMPTS = 5;
const START_TIMEOUT_MS = 10_000;

/**
 * Starts a redis-server on 127.0.0.1 with nothing in it. The environment variable REDIS_SERVER_BIN names another program than `redis-server`.
 *
 * @throws Error when the program is missing or ends at once.
 */
export async function startRedis(): Promise<RedisServer> {
  const { REDIS_SERVER_BIN: binary = 'redis-server' } = process.env;
  let failure: unknown;
  // Between finding a free port and taking it, another process may take it.
  for (let attempt = 0; attempt < START_ATTEMPTS; attempt++) {
    const port = await findFreePort();
    try {
      return await inspect(await launch(binary, port), port);
    } catch (error) {
      failure = error;
    }
  }
  throw new Error(`redis-server did not start: ${failure instanceof Error ? failure.message : String(failure)}`);
}

async function inspect(child: ChildProcess, port: number): Promise<RedisServer> {
  const url = `redis://127.0.0.1:${port}`;
  const connection = new RedisConnection(url);
  await connection.ask('PING');
  const command = async (...parts: string[]): Promise<unknown> => toPlain(await connection.ask(...parts));
  const keys = async (): Promise<StoredKey[]> => {
    const listed = (await command('EVAL', LIST_KEYS, '0')) as [string, number][];
    return listed.map(([key, ttlMs]) => ({ key, ttlMs })).sort((a, b) => (a.key < b.key ? -1 : 1));
  };
  return {
    url,
    port,
    command,
    keys,
    async dump() {
      const lines: string[] = [];
      for (const { key } of await keys()) {
        const type = String(await command('TYPE', key));
        const read = READ_BY_TYPE[type];
        if (read !== undefined) lines.push(`${key} ${JSON.stringify(await command(...read(key)))}`);
        // It ended since it was listed.
        else if (type !== 'none') throw new Error(`What a ${type} of Redis holds is not known here.`);
      }
      return lines.join('\n');
    },
    async moveClock(ms) {
      await command('EVAL', MOVE_CLOCK, '0', String(ms));
    },
    async flush() {
      await command('FLUSHALL');
    },
    async close() {
      connection.close();
      await end(child);
    },
  };
}

function launch(binary: string, port: number): Promise<ChildProcess> {
  const settings = ['--port', String(port), '--bind', '127.0.0.1', '--save', '', '--appendonly', 'no', '--dir', tmpdir()];
  const child = spawn(binary, settings, { stdio: ['ignore', 'pipe', 'pipe'] });
  // A test run that crashes must not leave a server behind.
  const endWithUs = (): void => void child.kill('SIGKILL');
  process.once('exit', endWithUs);
  child.once('exit', () => process.off('exit', endWithUs));
  return new Promise((resolve, reject) => {
    let printed = '';
    const deadline = setTimeout(() => fail(`no sign of life in ${START_TIMEOUT_MS} ms`), START_TIMEOUT_MS);
    const fail = (reason: string): void => {
      clearTimeout(deadline);
      child.kill('SIGKILL');
      reject(new Error(`${reason}\n${printed}`));
    };
    const onExit = (code: number | null): void => fail(`ended with ${code}`);
    child.once('error', (error) => fail(error.message));
    child.once('exit', onExit);
    const onOutput = (chunk: Buffer): void => {
      printed += chunk.toString('utf8');
      if (!printed.includes('Ready to accept connections')) return;
      clearTimeout(deadline);
      child.off('exit', onExit);
      // The pipes stay open and are read to nowhere: a full pipe would stop the server.
      child.stdout.off('data', onOutput).resume();
      child.stderr.resume();
      resolve(child);
    };
    child.stdout.on('data', onOutput);
  });
}

function end(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return Promise.resolve();
  return new Promise((resolve) => {
    child.once('exit', () => resolve());
    child.kill('SIGKILL');
  });
}

function findFreePort(): Promise<number> {
  return new Promise((resolve, reject) => {
    const server = createServer();
    server.once('error', reject);
    server.listen(0, '127.0.0.1', () => {
      const address = server.address();
      server.close(() => (typeof address === 'object' && address !== null ? resolve(address.port) : reject(new Error('no port'))));
    });
  });
}
