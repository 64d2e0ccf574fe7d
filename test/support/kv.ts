/** Owns a KV as tests need it: a real Redis behind the REST front, and the variables that point a backend at it. */
import { endLater } from './at-end.ts';
import { type KvFront, startKvRest } from './kv-rest.ts';
import { type RedisServer, startRedis } from './redis.ts';
import { isWatching, searchLater } from './secret-search.ts';
import { learnSecret } from './secrets.ts';

export type Kv = { redis: RedisServer; front: KvFront; env: Record<string, string> };

export const KV_TOKEN = 'kv-token-of-the-tests';
export const KV_READ_ONLY_TOKEN = 'kv-read-only-token-of-the-tests';

export async function startKv(): Promise<Kv> {
  const redis = await startRedis();
  // What is stored only for a while is found in what came to be stored.
  const stored: string[] = [];
  const onCommand = (text: string): void => void (isWatching() && stored.push(text));
  const front = await startKvRest({ redisUrl: redis.url, token: KV_TOKEN, readOnlyToken: KV_READ_ONLY_TOKEN, onCommand });
  for (const token of [KV_TOKEN, KV_READ_ONLY_TOKEN]) learnSecret('storage token', token);
  searchLater({ kind: 'store', name: `Redis at ${redis.port}`, read: async () => [await redis.dump(), ...stored].join('\n') });
  endLater(async () => {
    await front.close();
    await redis.close();
  });
  return { redis, front, env: { KV_REST_API_URL: front.url, KV_REST_API_TOKEN: KV_TOKEN } };
}
