/** Proves that a question outlives the instance that heard it, and is answered once, on either store, over HTTP alone. */
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { beforeEach, describe, expect, it } from 'vitest';
import type { Question, QuestionList } from '../../shared/question-contract.ts';
import { type ApiClient, clientOf } from '../support/api-client.ts';
import { type Door, startDoor } from '../support/door.ts';
import { at, takeExchanges, useSession } from '../support/fault-session.ts';
import { startKv } from '../support/kv.ts';
import { type BackendProcess, startBackend } from '../support/processes.ts';
import { type Exchange, type ScriptedServer, startScriptedServer } from '../support/scripted-server.ts';

const FORM = { message: 'Sure?', requestedSchema: { type: 'object', properties: {} } };
const ACCEPT = { action: 'accept', content: {} };
const DECLINE = { action: 'decline' };

const stores: Record<string, () => Promise<Record<string, string>>> = {
  KV: async () => (await startKv()).env,
  'a file': async () => ({ MOORING_DATA: join(tmpdir(), `mooring-questions-${crypto.randomUUID()}.db`) }),
};

describe.each(Object.entries(stores))('a question, with sessions in %s', (_name, start) => {
  let server: ScriptedServer;
  let door: Door;
  let backends: BackendProcess[];
  let apis: ApiClient[];
  let token: string;
  let id: string;
  beforeEach(async () => {
    const env = await start();
    server = await startScriptedServer();
    door = await startDoor(server.url);
    backends = await Promise.all([startBackend(env), startBackend(env)]);
    apis = backends.map(({ url }) => clientOf(url));
    token = await at(apis, 0).register();
    ({ id } = await at(apis, 0).connect(token, door.url));
  });

  const list = async (api: ApiClient): Promise<Question[]> =>
    ((await api.ask('GET', `/sessions/${id}/questions`, { token })).body as QuestionList).questions;
  const answer = async (api: ApiClient, question: Question | undefined, result: object = ACCEPT) =>
    ((await api.ask('POST', `/sessions/${id}/questions`, { token, body: { id: question?.id, result } })).body as { outcome?: string })
      .outcome;
  const answers = () => server.received.filter(({ method }) => method === undefined);
  async function ask(): Promise<Exchange> {
    const next = takeExchanges(server);
    // It ends with the instance that runs it.
    void useSession(at(apis, 0), token, id)
      .ask({ key: 'asks-something' })
      .catch(() => undefined);
    const exchange = await next();
    exchange.event({ id: 4, method: 'elicitation/create', params: FORM });
    return exchange;
  }

  it('is seen at every instance, and answered once by whoever is first', async () => {
    const exchange = await ask();
    await expect.poll(() => list(at(apis, 1)), { timeout: 10_000 }).toMatchObject([{ method: 'elicitation/create', params: FORM }]);
    const question = at(await list(at(apis, 1)), 0);
    const outcomes = await Promise.all([...apis, ...apis].map((api) => answer(api, question)));
    expect(outcomes.toSorted()).toEqual(['answered-before', 'answered-before', 'answered-before', 'taken']);
    expect(answers()).toMatchObject([{ id: 4, result: ACCEPT }]);
    await expect.poll(() => list(at(apis, 0)), { timeout: 10_000 }).toEqual([]);
    expect(await list(at(apis, 1))).toEqual([]);
    exchange.end();
  });

  it('waits on when the instance that heard it is killed, and is answered at another', async () => {
    await ask();
    await expect.poll(() => list(at(apis, 1)), { timeout: 10_000 }).toHaveLength(1);
    await at(backends, 0).kill();
    const [question] = await list(at(apis, 1));
    expect(question).toMatchObject({ params: FORM });
    expect(await answer(at(apis, 1), question)).toBe('taken');
    expect(await answer(at(apis, 1), question)).toBe('answered-before');
    expect(answers()).toMatchObject([{ id: 4, result: ACCEPT }]);
    expect(await list(at(apis, 1))).toEqual([]);
  });

  it('whose answer an instance had claimed, and died before a byte of it left, is answered at another', async () => {
    await ask();
    await expect.poll(() => list(at(apis, 1)), { timeout: 10_000 }).toHaveLength(1);
    const [question] = await list(at(apis, 1));
    // What comes to the server's door from now on is the answer: it goes no further, and the instance is gone.
    door.guard(() => {
      void at(backends, 0).kill();
      return 503;
    });
    const before = door.knocks.length;
    await answer(at(apis, 0), question).catch(() => undefined);
    expect([door.knocks.length - before, answers()]).toEqual([1, []]);
    door.guard(() => undefined);
    expect(await list(at(apis, 1))).toMatchObject([{ params: FORM }]);
    // Three at once, while nobody knows yet whether the first was sent: one of them counts, as soon as that is over.
    const outcomes = await Promise.all([ACCEPT, DECLINE, DECLINE].map((result) => answer(at(apis, 1), question, result)));
    expect(outcomes.toSorted()).toEqual(['answered-before', 'answered-before', 'taken']);
    expect(answers()).toMatchObject([{ id: 4 }]);
    await expect.poll(() => list(at(apis, 1)), { timeout: 10_000 }).toEqual([]);
  });

  it('whose answer reached the server from an instance that died at once is sent once more at most, under the same id', async () => {
    await ask();
    await expect.poll(() => list(at(apis, 1)), { timeout: 10_000 }).toHaveLength(1);
    const [question] = await list(at(apis, 1));
    // The server takes the answer, and the instance is gone before it could say so.
    server.on('answer', () => void at(backends, 0).kill());
    await answer(at(apis, 0), question).catch(() => undefined);
    expect(answers()).toMatchObject([{ id: 4, result: ACCEPT }]);
    server.on('answer');
    expect(await answer(at(apis, 1), question, DECLINE)).toBe('taken');
    expect(await answer(at(apis, 1), question, DECLINE)).toBe('answered-before');
    // A server knows the second by its id, which nobody waits for any more.
    expect(answers()).toMatchObject([
      { id: 4, result: ACCEPT },
      { id: 4, result: DECLINE },
    ]);
    await expect.poll(() => list(at(apis, 1)), { timeout: 10_000 }).toEqual([]);
  });

  it('is not answered a third time when two instances died in turn', async () => {
    await ask();
    await expect.poll(() => list(at(apis, 1)), { timeout: 10_000 }).toHaveLength(1);
    const [question] = await list(at(apis, 1));
    const dying = [...backends];
    server.on('answer', () => void dying.shift()?.kill());
    for (const api of apis) await answer(api, question).catch(() => undefined);
    server.on('answer');
    expect(answers()).toHaveLength(2);
    await at(backends, 0).restart();
    expect(await answer(at(apis, 0), question)).toBe('answered-before');
    expect(answers()).toHaveLength(2);
    await expect.poll(() => list(at(apis, 0)), { timeout: 10_000 }).toEqual([]);
  });
});
