/**
 * Proves that two instances behind an alternating proxy serve one session as one would, while they are killed and started again all the
 * time: every answer is the right one for its call, no call runs twice, and the server sees one handshake in all.
 */
import { expect, it } from 'vitest';
import { startAlternatingProxy } from '../../support/alternating-proxy.ts';
import { clientOf } from '../../support/api-client.ts';
import { startEverything } from '../../support/everything.ts';
import { startKv } from '../../support/kv.ts';
import { startBackend } from '../../support/processes.ts';
import { openV1Client, openV2Client } from '../../support/sdk-clients.ts';

const CALLS = 200;
const KILL_EVERY = 20;
/** Calls that each client has under way at a time. */
const PARALLEL = 2;

type Outcome = 'right' | 'unknown' | `wrong: ${string}` | `refused: ${string}`;
/** Sends one call and returns the text of its result. */
type Caller = (name: string, args: Record<string, unknown>) => Promise<unknown>;

/** What is asked for in the n-th call, with the only answer that is right for it. Some take a while, so that equal ids are under way at once. */
function question(n: number): { name: string; args: Record<string, unknown>; answer: string } {
  if (n % 4 === 0) return { name: 'echo', args: { message: `message ${n}` }, answer: `Echo: message ${n}` };
  if (n % 4 === 1) return { name: 'get-sum', args: { a: n, b: 100_000 }, answer: `The sum of ${n} and 100000 is ${100_000 + n}.` };
  const duration = 0.04 + n / 1e6;
  return {
    name: 'trigger-long-running-operation',
    args: { duration, steps: 1 },
    answer: `Long running operation completed. Duration: ${duration} seconds, Steps: 1.`,
  };
}

const textOf = (result: unknown): string => (result as { content: { text: string }[] }).content.map(({ text }) => text).join('');

it('every answer is the right one for its call, whatever is killed meanwhile', { timeout: 120_000 }, async () => {
  const [kv, server] = await Promise.all([startKv(), startEverything()]);
  const backends = await Promise.all([startBackend(kv.env), startBackend(kv.env)]);
  const proxy = await startAlternatingProxy(backends.map(({ port }) => port));
  const api = clientOf(proxy.url);
  const token = await api.register();
  const { id: sessionId } = await api.connect(token, server.url);

  const endpoint = { url: `${proxy.url}/api/mcp/${sessionId}`, token };
  // Both SDKs count their ids from 0.
  const [v1, v2] = [await openV1Client(endpoint), await openV2Client(endpoint)];
  /** Says nothing of who it is, and counts its ids as the SDKs do. */
  const openRaw = (): Caller => {
    let lastId = 0;
    return async (name, args) => {
      const id = ++lastId;
      const { body } = await api.rpc(token, sessionId, { id, method: 'tools/call', params: { name, arguments: args } });
      const { id: answered, result, error } = body as { id: number; result?: unknown; error?: unknown };
      if (answered !== id) throw Object.assign(new Error('an answer with another id'), { data: { code: 'FOREIGN_ID' } });
      if (result === undefined) throw Object.assign(new Error('an error'), error);
      return result;
    };
  };
  // A killed instance ends its streams without a response; the SDKs then wait for their own timeout.
  const bySdk =
    (client: typeof v1): Caller =>
    (name, args) =>
      client.callTool(name, args, { timeout: 5000 });

  let next = 0;
  let kills = 0;
  let restarting: Promise<void> = Promise.resolve();
  const outcomes = new Map<number, Outcome>();
  const pidsBefore = backends.map((backend) => backend.pid());
  const work = async (send: Caller): Promise<void> => {
    for (let n = next++; n < CALLS; n = next++) {
      if (n > 0 && n % KILL_EVERY === 0) {
        // One at a time: the other one serves meanwhile.
        await restarting;
        restarting = backends[kills++ % 2]?.restart() ?? Promise.resolve();
      }
      const { name, args, answer } = question(n);
      try {
        const text = textOf(await send(name, args));
        outcomes.set(n, text === answer ? 'right' : `wrong: ${text}`);
      } catch (error) {
        const { data, message } = error as { data?: { code?: string }; message: string };
        outcomes.set(n, data?.code === undefined ? 'unknown' : `refused: ${data.code} ${message}`);
      }
    }
  };
  const callers = Array.from({ length: PARALLEL }, () => [bySdk(v1), bySdk(v2), openRaw()]).flat();
  await Promise.all(callers.map(work));
  await restarting;

  const bad = [...outcomes].filter(([, outcome]) => outcome !== 'right' && outcome !== 'unknown');
  expect(bad).toEqual([]);
  expect(outcomes.size).toBe(CALLS);
  const unknown = [...outcomes.values()].filter((outcome) => outcome === 'unknown').length;
  expect(unknown).toBeLessThanOrEqual(kills * callers.length);

  const { handshakes, serverSessions, exchanges } = await server.seen();
  const sent = exchanges
    .filter(({ method }) => method === 'tools/call')
    .map(({ body }) => JSON.stringify(JSON.parse(body).params.arguments));
  expect(sent.length).toBe(new Set(sent).size);
  expect(sent.length).toBeGreaterThanOrEqual(CALLS - unknown);
  expect({ handshakes, serverSessions: serverSessions.length }).toEqual({ handshakes: 1, serverSessions: 1 });

  // That it was as hard as it says.
  expect(kills).toBe(CALLS / KILL_EVERY - 1);
  expect(backends.map((backend) => backend.pid())).not.toEqual(expect.arrayContaining(pidsBefore));
  for (const count of Object.values(proxy.taken())) expect(count).toBeGreaterThan(CALLS / 10);
  const view = await api.ask('GET', `/sessions/${sessionId}`, { token });
  expect(view.body).toMatchObject({ renewals: 0, coldStarts: expect.any(Number) });
  expect((view.body as { coldStarts: number }).coldStarts).toBeGreaterThan(1);
});
