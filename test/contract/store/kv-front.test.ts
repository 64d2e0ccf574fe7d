/** Owns the proof that the REST front of the tests speaks the protocol that `@vercel/kv` expects, as a program of its own too. */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import { createClient } from '@vercel/kv';
import { afterAll, beforeAll, beforeEach, expect, it } from 'vitest';
import { type KvFront, startKvRest } from '../../support/kv-rest.ts';
import { type RedisServer, startRedis } from '../../support/redis.ts';

let redis: RedisServer;
let front: KvFront;
beforeAll(async () => {
  redis = await startRedis();
  front = await startKvRest({ redisUrl: redis.url, token: 'writer', readOnlyToken: 'reader' });
});
afterAll(async () => {
  await front.close();
  await redis.close();
});
beforeEach(() => redis.flush());
const connect = (token: string, url = front.url) => createClient({ url, token, retry: { retries: 0 }, enableAutoPipelining: false });

it.each(['base64', false] as const)('gives values back as they were stored, with encoding %s', async (responseEncoding) => {
  const kv = createClient({ url: front.url, token: 'writer', responseEncoding, enableAutoPipelining: false });
  const value = { text: 'é€😀\u0000\r\n"', list: [1, null, 'OK', 'abcd'] };
  expect(await kv.set('key', value, { px: 60_000 })).toBe('OK');
  expect(await kv.get('key')).toEqual(value);
  expect(await kv.get('missing')).toBeNull();
  await kv.hset('hash', { a: 'abcd', b: 2 });
  expect(await kv.hgetall('hash')).toEqual({ a: 'abcd', b: 2 });
  expect(await kv.eval(`return {1, KEYS[1], {ARGV[1], false}}`, ['k'], ['v'])).toEqual([1, 'k', ['v', null]]);
  await kv.set('large', 'x'.repeat(1_000_000));
  expect(await kv.get<string>('large')).toHaveLength(1_000_000);
});

it('runs pipelines, and transactions as one', async () => {
  const kv = connect('writer');
  expect(await kv.pipeline().set('a', 1).incr('a').get('a').exec()).toEqual(['OK', 2, 2]);
  const counted = await Promise.all(Array.from({ length: 10 }, () => kv.multi().incr('n').incr('n').exec<[number, number]>()));
  expect(counted.every(([first, second]) => second === first + 1)).toBe(true);
  expect(await kv.get('n')).toBe(20);
});

it('delivers what is published to who subscribes', async () => {
  const kv = connect('writer');
  const subscription = kv.subscribe<{ n: number }>('channel');
  const received = new Promise((resolve) => subscription.on('message', ({ message }) => resolve(message)));
  await new Promise<void>((resolve) => subscription.on('subscribe', () => resolve()));
  await kv.publish('channel', { n: 7 });
  expect(await received).toEqual({ n: 7 });
  await subscription.unsubscribe();
});

it('refuses what blocks or lives in a connection', async () => {
  const kv = connect('writer');
  for (const command of [
    ['SELECT', '1'],
    ['BLPOP', 'a', '0'],
    ['XREAD', 'BLOCK', '0', 'STREAMS', 's', '$'],
    ['WATCH', 'a'],
    ['CLIENT', 'LIST'],
  ] as const)
    await expect(kv.exec([...command])).rejects.toThrow(/not available/);
});

it('lets the read-only token read, and nothing else', async () => {
  await connect('writer').set('key', 'value');
  const reader = connect('reader');
  expect(await reader.get('key')).toBe('value');
  await expect(reader.set('key', 'x')).rejects.toThrow(/^NOPERM this user has no permissions to run the 'set' command/);
  await expect(reader.eval('return 1', [], [])).rejects.toThrow(/^NOPERM this user has no permissions to run the 'eval' command/);
  await expect(connect('wrong').get('key')).rejects.toThrow(/^WRONGPASS invalid or missing auth token/);
});

it('moves the clock for what expires, and for nothing else', async () => {
  await redis.command('SET', 'short', '1', 'PX', '10000');
  await redis.command('SET', 'long', '1', 'PX', '100000');
  await redis.command('SET', 'forever', '1');
  await redis.moveClock(20_000);
  const keys = await redis.keys();
  expect(keys.map(({ key }) => key)).toEqual(['forever', 'long']);
  expect(keys[0]?.ttlMs).toBe(-1);
  expect(keys[1]?.ttlMs).toBeGreaterThan(20_000);
  expect(keys[1]?.ttlMs).toBeLessThanOrEqual(80_000);
});

it('runs as a program that says where it listens', async () => {
  const script = fileURLToPath(new URL('../../support/kv-rest.ts', import.meta.url));
  const env = { ...process.env, REDIS_URL: redis.url, TOKEN: 'writer', READ_ONLY_TOKEN: 'reader', PORT: '0' };
  const child = spawn(process.execPath, [script], { env, stdio: ['ignore', 'pipe', 'inherit'] });
  const [line] = (await once(child.stdout, 'data')) as [Buffer];
  const kv = connect('writer', line.toString('utf8').trim());
  expect(await kv.set('key', 'value')).toBe('OK');
  const ended = once(child, 'exit');
  child.kill('SIGTERM');
  await ended;
});
