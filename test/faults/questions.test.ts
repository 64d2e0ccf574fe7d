/** Proves that a question outlives the instance that heard it, and is answered once, on either store, over HTTP alone. */
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { beforeEach, describe, expect, it } from 'vitest';
import type { Question, QuestionList } from '../../shared/question-contract.ts';
import { type ApiClient, clientOf } from '../support/api-client.ts';
import { at, takeExchanges, useSession } from '../support/fault-session.ts';
import { startKv } from '../support/kv.ts';
import { type BackendProcess, startBackend } from '../support/processes.ts';
import { type Exchange, type ScriptedServer, startScriptedServer } from '../support/scripted-server.ts';

const FORM = { message: 'Sure?', requestedSchema: { type: 'object', properties: {} } };
const ACCEPT = { action: 'accept', content: {} };

const stores: Record<string, () => Promise<Record<string, string>>> = {
  KV: async () => (await startKv()).env,
  'a file': async () => ({ MOORING_DATA: join(tmpdir(), `mooring-questions-${crypto.randomUUID()}.db`) }),
};

describe.each(Object.entries(stores))('a question, with sessions in %s', (_name, start) => {
  let server: ScriptedServer;
  let backends: BackendProcess[];
  let apis: ApiClient[];
  let token: string;
  let id: string;
  beforeEach(async () => {
    const env = await start();
    server = await startScriptedServer();
    backends = await Promise.all([startBackend(env), startBackend(env)]);
    apis = backends.map(({ url }) => clientOf(url));
    token = await at(apis, 0).register();
    ({ id } = await at(apis, 0).connect(token, server.url));
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

  it('that was answered at an instance which died at once is answered no second time, and waits for nobody', async () => {
    await ask();
    await expect.poll(() => list(at(apis, 1)), { timeout: 10_000 }).toHaveLength(1);
    const [question] = await list(at(apis, 1));
    // The server takes the answer, and the instance is gone before it could say so.
    server.on('answer', () => void at(backends, 0).kill());
    await answer(at(apis, 0), question).catch(() => undefined);
    expect(answers()).toHaveLength(1);
    expect(await answer(at(apis, 1), question, { action: 'cancel' })).toBe('answered-before');
    expect(answers()).toHaveLength(1);
    await expect.poll(() => list(at(apis, 1)), { timeout: 10_000 }).toEqual([]);
  });
});
