/** Proves that a question of the server is counted for whoever looks, until it is answered, taken back, or nobody can answer it any more. */
import { beforeAll, expect, it } from 'vitest';
import { type ApiClient, startInProcess } from '../../support/api-client.ts';
import { type Everything, startEverything } from '../../support/everything.ts';
import { startKv } from '../../support/kv.ts';

let api: ApiClient;
let server: Everything;
let token: string;
let id: string;
beforeAll(async () => {
  const kv = await startKv();
  [api, server] = await Promise.all([startInProcess(kv.env), startEverything()]);
  token = await api.register();
  ({ id } = await api.connect(token, server.url));
});

const questions = async () => ((await api.ask('GET', `/sessions/${id}`, { token })).body as { questions: number }).questions;
const ask = () =>
  api.rpc(token, id, { id: crypto.randomUUID(), method: 'tools/call', params: { name: 'trigger-elicitation-request', arguments: {} } });
const askedIds = async (): Promise<string[]> => {
  const { body } = await api.ask('GET', `/sessions/${id}/activity`, { token });
  const { entries } = body as { entries: { method?: string; message?: { id?: string } }[] };
  return entries.flatMap(({ method, message }) => (method === 'elicitation/create' && message?.id !== undefined ? [message.id] : []));
};

it('counts a question until it is answered', async () => {
  const answer = ask();
  await expect.poll(questions, { timeout: 5000 }).toBe(1);
  const [question] = await askedIds();
  expect((await api.rpc(token, id, { id: question, result: { action: 'decline' } })).status).toBe(202);
  expect((await answer).body).toMatchObject({ result: { content: [{ text: expect.stringContaining('declined') }, expect.anything()] } });
  await expect.poll(questions, { timeout: 5000 }).toBe(0);
});

it('counts no question of a server session that is gone', async () => {
  const answer = ask();
  await expect.poll(questions, { timeout: 5000 }).toBe(1);
  await server.restart();
  await api.rpc(token, id, { id: 1, method: 'tools/list' });
  await expect.poll(questions, { timeout: 5000 }).toBe(0);
  expect((await answer).body).toMatchObject({ error: { data: { code: 'CALL_OUTCOME_UNKNOWN' } } });
});
