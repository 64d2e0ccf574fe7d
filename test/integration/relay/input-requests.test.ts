/** Proves that what a stateless server wants to know reaches every device, is answered once, and is handed to the client whose call it is. */
import { beforeAll, describe, expect, it } from 'vitest';
import { MAX_INPUT_REQUEST_BYTES } from '../../../shared/limits.ts';
import type { InputRequestState, QuestionList } from '../../../shared/question-contract.ts';
import { type ApiClient, startInProcess } from '../../support/api-client.ts';
import { type AskingServer, startAskingServer } from '../../support/asking-server.ts';
import { startEverything } from '../../support/everything.ts';
import { startKv } from '../../support/kv.ts';

const FORM = { message: 'Name?', requestedSchema: { type: 'object', properties: { name: { type: 'string' } } } };
const ADA = { action: 'accept', content: { name: 'Ada' } };

let server: AskingServer;
beforeAll(async () => {
  server = await startAskingServer();
});

describe.each(['KV', 'the embedded store'])('an input request, with %s', (kind) => {
  let api: ApiClient;
  /** A second instance on the same storage; the embedded store has one alone. */
  let other: ApiClient;
  let token: string;
  let id: string;
  beforeAll(async () => {
    const env = kind === 'KV' ? (await startKv()).env : {};
    api = await startInProcess(env);
    other = kind === 'KV' ? await startInProcess(env) : api;
    token = await api.register();
    ({ id } = await api.connect(token, server.url));
  });

  const list = async (at = api) => ((await at.ask('GET', `/sessions/${id}/questions`, { token })).body as QuestionList).questions;
  const ask = (request: object, at = api) => at.ask('POST', `/sessions/${id}/input-requests`, { token, body: request });
  const asked = async (request: object, at = api) => (await ask(request, at)).body as InputRequestState;
  const answer = (body: object, at = api) => at.ask('POST', `/sessions/${id}/questions`, { token, body });
  const withdraw = (request: string) => api.ask('DELETE', `/sessions/${id}/input-requests/${encodeURIComponent(request)}`, { token });
  const counted = async () => ((await api.ask('GET', `/sessions/${id}`, { token })).body as { questions: number }).questions;
  const anId = () => crypto.randomUUID();

  it('is listed and counted until somebody answers, at another instance too, and then fetched by who handed it in', async () => {
    const request = { id: anId(), method: 'elicitation/create', params: FORM };
    const first = await asked(request);
    expect(first).toEqual({ id: expect.any(String) });
    expect(await list(other)).toEqual([{ id: first.id, method: 'elicitation/create', params: FORM }]);
    await expect.poll(counted, { timeout: 5000 }).toBe(1);
    expect(await answer({ id: first.id, result: ADA }, other)).toMatchObject({ status: 200, body: { outcome: 'taken' } });
    expect(await list()).toEqual([]);
    await expect.poll(counted, { timeout: 5000 }).toBe(0);
    expect(await asked(request)).toEqual({ id: first.id, answer: { result: ADA } });
    expect(await asked(request, other)).toEqual({ id: first.id, answer: { result: ADA } });
  });

  it('is one question however often it is handed in, and keeps the first of many answers', async () => {
    const request = { id: anId(), method: 'sampling/createMessage', params: { messages: [], maxTokens: 1 } };
    const states = await Promise.all([asked(request), asked(request, other), asked(request), asked(request, other)]);
    expect(new Set(states.map((state) => state.id)).size).toBe(1);
    expect(await list()).toHaveLength(1);
    const question = states[0]?.id;
    const answers = [1, 2, 3, 4, 5, 6].map((code) => ({ id: question, error: { code, message: 'No' } }));
    const outcomes = await Promise.all(answers.map((body, at) => answer(body, at % 2 === 0 ? api : other)));
    const taken = outcomes.flatMap(({ body }, at) => ((body as { outcome: string }).outcome === 'taken' ? [answers[at]?.error] : []));
    expect(taken).toHaveLength(1);
    expect(outcomes.filter(({ body }) => (body as { outcome: string }).outcome === 'answered-before')).toHaveLength(5);
    expect(await asked(request)).toEqual({ id: question, answer: { error: taken[0] } });
  });

  it('is gone when it is withdrawn, until it is handed in again', async () => {
    const request = { id: anId(), method: 'elicitation/create', params: FORM };
    const { id: question } = await asked(request);
    expect((await withdraw(request.id)).status).toBe(204);
    expect(await list()).toEqual([]);
    expect(await answer({ id: question, result: ADA })).toMatchObject({ body: { outcome: 'gone' } });
    expect((await withdraw(request.id)).status).toBe(204);
    expect(await asked(request)).toEqual({ id: question });
    expect(await list()).toHaveLength(1);
    await withdraw(request.id);
    await expect.poll(counted, { timeout: 5000 }).toBe(0);
  });

  it('keeps its answer though it is withdrawn after it', async () => {
    const request = { id: anId(), method: 'elicitation/create', params: FORM };
    const { id: question } = await asked(request);
    await answer({ id: question, result: ADA });
    await withdraw(request.id);
    expect(await asked(request)).toEqual({ id: question, answer: { result: ADA } });
  });

  it('is refused where it, or its answer, is too large to be kept beside others; smaller answers still count', async () => {
    const large = 'x'.repeat(MAX_INPUT_REQUEST_BYTES);
    expect(await ask({ id: anId(), method: 'elicitation/create', params: { message: large } })).toMatchObject({
      status: 413,
      body: { code: 'BODY_TOO_LARGE' },
    });
    const { id: question } = await asked({ id: anId(), method: 'elicitation/create', params: FORM });
    expect(await answer({ id: question, result: { action: 'accept', content: { name: large } } })).toMatchObject({ status: 413 });
    expect(await answer({ id: question, result: ADA })).toMatchObject({ body: { outcome: 'taken' } });
  });

  it.each([
    {},
    { id: '', method: 'elicitation/create' },
    { id: 'x'.repeat(257), method: 'elicitation/create' },
    { id: 'x', method: 'tools/call' },
    { id: 'x', method: 'elicitation/create', more: 1 },
  ])('is no %j', async (body) => {
    expect(await ask(body)).toMatchObject({ status: 400, body: { code: 'BODY_INVALID' } });
  });

  it('is nobody’s but the workspace’s', async () => {
    const request = { id: anId(), method: 'elicitation/create', params: FORM };
    const { id: question } = await asked(request);
    const stranger = await api.register();
    const asStranger = (method: 'POST' | 'DELETE', path: string, body?: object) =>
      api.ask(method, `/sessions/${id}${path}`, { token: stranger, ...(body && { body }) });
    expect((await asStranger('POST', '/input-requests', request)).status).toBe(404);
    expect((await asStranger('DELETE', `/input-requests/${request.id}`)).status).toBe(404);
    expect((await asStranger('POST', '/questions', { id: question, result: ADA })).status).toBe(404);
    expect(await list()).toHaveLength(1);
    await withdraw(request.id);
  });
});

it('is not taken for a stateful server, which asks by itself', async () => {
  const [api, everything] = await Promise.all([startInProcess(), startEverything()]);
  const token = await api.register();
  const { id } = await api.connect(token, everything.url);
  const body = { id: 'x', method: 'elicitation/create', params: FORM };
  expect(await api.ask('POST', `/sessions/${id}/input-requests`, { token, body })).toMatchObject({
    status: 405,
    body: { code: 'METHOD_NOT_ALLOWED' },
  });
});
