/** Proves what becomes of calls and sessions when time runs out: the platform's for a function, the session's, a lease's. */
import { beforeEach, expect, it } from 'vitest';
import { clientOf } from '../support/api-client.ts';
import { serveTimed, startFastBackend } from '../support/fault-backend.ts';
import { at, shareSession, takeExchanges, textResult, useSession } from '../support/fault-session.ts';
import { countHeartbeats, readText } from '../support/fault-stream.ts';
import { startKv } from '../support/kv.ts';
import { type ScriptedServer, startScriptedServer } from '../support/scripted-server.ts';
import { openV1Client, openV2Client } from '../support/sdk-clients.ts';

let server: ScriptedServer;
beforeEach(async () => {
  server = await startScriptedServer();
});

it.each([
  ['v1', openV1Client],
  ['v2', openV2Client],
])(
  'the time of a function ends three times during a call: the %s client carries on by itself, the call runs once',
  async (_name, openClient) => {
    const kv = await startKv();
    // Streams end 15 s before the function does: here after a second.
    const backend = await serveTimed(kv.env, 16_000);
    const api = clientOf(backend.url);
    const token = await api.register();
    const { id } = await api.connect(token, server.url);
    const client = await openClient({ url: `${backend.url}/api/mcp/${id}`, token });
    const next = takeExchanges(server);
    const calling = client.callTool('act');
    const exchange = await next();
    await expect.poll(() => backend.resumed(), { timeout: 30_000 }).toBeGreaterThanOrEqual(3);
    exchange.result(textResult('at last'));
    expect(await calling).toMatchObject(textResult('at last'));
    expect(server.ran('tools/call')).toBe(1);
  },
);

it('the session runs out while a call is under way: who waits gets its answer, afterwards the session has expired', async () => {
  const { kv, users } = await shareSession(server.url);
  const user = at(users, 0);
  const next = takeExchanges(server);
  const asked = user.ask({ key: 'outlives-session' });
  const exchange = await next();
  await kv.redis.moveClock(31 * 60_000);
  exchange.result(textResult('done'));
  expect(await asked).toMatchObject({ id: 1, result: textResult('done') });
  expect(await user.look('outlives-session')).toMatchObject({ code: 'SESSION_EXPIRED' });
  expect((await kv.redis.keys()).filter(({ ttlMs }) => ttlMs <= 0)).toEqual([]);
  expect(server.ran('tools/call')).toBe(1);
});

it('a call that takes longer than a session may be idle keeps its session alive', async () => {
  const kv = await startKv();
  const backend = await startFastBackend({ ...kv.env, SESSION_TTL_SECONDS: '3' });
  const api = clientOf(backend.url);
  const token = await api.register();
  const user = useSession(api, token, (await api.connect(token, server.url)).id);
  const next = takeExchanges(server);
  const opening = user.open({ key: 'longer-than-session' });
  const exchange = await next();
  exchange.raw(': at work\n\n');
  const until = readText(await opening);
  // A heartbeat is 150 ms here: these are twice the session's time.
  await until((text) => countHeartbeats(text) >= 40);
  expect(await user.look('longer-than-session')).toMatchObject({ state: 'sent' });
  exchange.event({ id: exchange.message.id ?? null, result: textResult('done') });
  exchange.end();
  await until((text) => text.includes('done'));
  await expect.poll(() => user.look('longer-than-session')).toMatchObject({ state: 'done' });
});
