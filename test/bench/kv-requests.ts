/**
 * Counts the KV requests of a tool call: those that its answer waits for, and all. The first is proved, not timed: from the moment the
 * server has the call, KV answers nothing any more, and the answer comes all the same.
 */
import { startKvRest } from '../support/kv-rest.ts';
import { startRedis } from '../support/redis.ts';
import { startMinimalServer } from './minimal-server.ts';
import type { Row } from './report.ts';
import { startDevice } from './surroundings.ts';

const CALLS = 20;
const TOKEN = 'bench';

/** Returns both rows. */
export async function measureKvRequests(): Promise<Row[]> {
  const redis = await startRedis();
  const front = await startKvRest({ redisUrl: redis.url, token: TOKEN });
  let onCall = () => {};
  const server = await startMinimalServer(() => onCall());
  const device = await startDevice({ KV_REST_API_URL: front.url, KV_REST_API_TOKEN: TOKEN });
  const { id } = await device.createSession(server.url);
  const caller = device.openCaller(id);
  await caller.initialize();
  const countEntries = async (): Promise<number> => Number(await redis.command('LLEN', `mooring:activity:${id}`));
  /** Waits until request and answer of one more call are in the activity: then nothing of it is still to be stored. */
  const callWhole = async (): Promise<void> => {
    const before = await countEntries();
    await caller.callEcho();
    while ((await countEntries()) < before + 2);
  };
  await callWhole();

  front.resetCounts();
  for (let call = 0; call < CALLS; call++) await callWhole();
  const inAll = front.requests() / CALLS;

  front.resetCounts();
  let before = Number.NaN;
  onCall = () => {
    before = front.requests();
    front.setFault({ kind: 'hang' });
  };
  await caller.callEcho();

  await caller.close();
  await device.backend.kill();
  await server.close();
  await front.close();
  await redis.close();
  const direct = { what: 'a direct call', value: 0 };
  return [
    { name: 'kv-requests-before', what: 'KV requests per call before the answer', unit: 'requests', value: before, direct, goal: 1 },
    {
      name: 'kv-requests-all',
      what: 'KV requests per call in all',
      unit: 'requests',
      value: inAll,
      direct,
      goal: 2,
      note: `${CALLS} calls, each waited for until its activity is stored.`,
    },
  ];
}
