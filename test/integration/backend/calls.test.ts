/** What becomes of a call when its client, its instance or its network is lost: at most one execution, and the result for whoever asks next. */
import { beforeAll, describe, expect, it } from 'vitest';
import { type ApiClient, clientOf, startInProcess } from '../../support/api-client.ts';
import { type Everything, startEverything } from '../../support/everything.ts';
import { type Kv, startKv } from '../../support/kv.ts';
import { type BackendProcess, startBackend } from '../../support/processes.ts';

const STREAM = { accept: 'application/json, text/event-stream' };
const echo = (message: string, id: unknown = 1) => ({
  jsonrpc: '2.0',
  id,
  method: 'tools/call',
  params: { name: 'echo', arguments: { message } },
});
const slow = (seconds: number, id: unknown = 1) => ({
  jsonrpc: '2.0',
  id,
  method: 'tools/call',
  params: { name: 'trigger-long-running-operation', arguments: { duration: seconds, steps: seconds * 2 }, _meta: { progressToken: 'p' } },
});
const SLOW_TEXT = /Long running operation completed/;

type Event = { id: string | undefined; event: string; data: string };

/** Reads events of a stream until it ends or `until` is satisfied; then the stream is cancelled. */
async function readEvents(response: Response, until: (event: Event) => boolean = () => false): Promise<Event[]> {
  const events: Event[] = [];
  const decoder = new TextDecoder();
  let text = '';
  for await (const chunk of response.body ?? []) {
    text += decoder.decode(chunk, { stream: true });
    for (let end = text.indexOf('\n\n'); end >= 0; end = text.indexOf('\n\n')) {
      const fields = Object.fromEntries(
        text
          .slice(0, end)
          .split('\n')
          .map((line) => [line.slice(0, line.indexOf(':')), line.slice(line.indexOf(':') + 2)]),
      );
      text = text.slice(end + 2);
      if (fields[''] !== undefined) continue;
      const event = { id: fields['id'], event: fields['event'] ?? 'message', data: fields['data'] ?? '' };
      events.push(event);
      if (until(event)) return events;
    }
  }
  return events;
}
const messagesOf = (events: Event[]) => events.filter(({ data }) => data !== '').map(({ data }) => JSON.parse(data));

describe.each([
  ['one instance', 1],
  ['two instances', 2],
] as const)('on %s', (_name, instances) => {
  let kv: Kv;
  let server: Everything;
  let apis: ApiClient[];
  let token: string;
  let id: string;
  beforeAll(async () => {
    [kv, server] = await Promise.all([startKv(), startEverything()]);
    apis = await Promise.all(Array.from({ length: instances }, () => startInProcess(kv.env)));
    token = await (apis[0] as ApiClient).register();
    ({ id } = await (apis[0] as ApiClient).connect(token, server.url));
  });
  const first = (): ApiClient => apis[0] as ApiClient;
  const last = (): ApiClient => apis.at(-1) as ApiClient;
  const post = (api: ApiClient, body: unknown, key?: string) =>
    api.ask('POST', `/mcp/${id}`, { token, body, headers: { ...STREAM, ...(key !== undefined && { 'idempotency-key': key }) } });

  it('a request that comes again gets the answer of the first, and runs once', async () => {
    const before = (await server.seen()).executions('echo');
    const key = crypto.randomUUID();
    const answers = await Promise.all([post(first(), echo('once'), key), post(last(), echo('once'), key), post(last(), echo('once'), key)]);
    answers.push(await post(last(), echo('once'), key));
    for (const answer of answers) expect(answer.body).toMatchObject({ id: 1, result: { content: [{ text: 'Echo: once' }] } });
    expect((await server.seen()).executions('echo')).toBe(before + 1);
  });

  it('a key that is used for another request is refused, and so is one of the wrong form', async () => {
    const key = crypto.randomUUID();
    await post(first(), echo('one'), key);
    expect(await post(last(), echo('other'), key)).toMatchObject({ status: 409, body: { error: { data: { code: 'CALL_KEY_REUSED' } } } });
    expect(await post(first(), echo('x'), 'no good key!')).toMatchObject({
      status: 400,
      body: { error: { data: { code: 'CALL_KEY_INVALID' } } },
    });
  });

  it('a call whose client went away goes on, is listed with its progress, and its result waits', async () => {
    const before = (await server.seen()).executions('trigger-long-running-operation');
    const key = crypto.randomUUID();
    const gone = new AbortController();
    const response = await first().open('POST', `/mcp/${id}`, {
      token,
      body: slow(3),
      headers: { ...STREAM, 'idempotency-key': key },
      signal: gone.signal,
    });
    await readEvents(response, ({ data }) => data.includes('notifications/progress'));
    gone.abort();
    const list = async () =>
      ((await last().ask('GET', `/sessions/${id}/calls`, { token })).body as { calls: Record<string, unknown>[] }).calls;
    await expect.poll(async () => (await list()).find((call) => call['key'] === key)?.['progress'], { timeout: 5000 }).toBeTruthy();
    expect(await list()).toContainEqual(
      expect.objectContaining({ key, method: 'tools/call', label: 'trigger-long-running-operation', device: 'Laptop', state: 'sent' }),
    );
    expect((await last().ask('GET', `/sessions/${id}`, { token })).body).toMatchObject({ running: 1 });
    const one = async () => (await last().ask('GET', `/sessions/${id}/calls/${key}`, { token })).body;
    await expect.poll(one, { timeout: 8000 }).toMatchObject({
      key,
      state: 'done',
      response: { id: 1, result: { content: [{ text: expect.stringMatching(SLOW_TEXT) }] } },
    });
    expect((await last().ask('GET', `/sessions/${id}`, { token })).body).toMatchObject({ running: 0 });
    expect((await server.seen()).executions('trigger-long-running-operation')).toBe(before + 1);
  });

  it('a stream that broke goes on after the last event, without a gap and without a repetition', async () => {
    const key = crypto.randomUUID();
    const response = await first().open('POST', `/mcp/${id}`, { token, body: slow(3), headers: { ...STREAM, 'idempotency-key': key } });
    const begun = await readEvents(response, ({ data }) => data.includes('"progress":2'));
    const lastEventId = begun.at(-1)?.id ?? '';
    expect(lastEventId).toBe(`${key}.2`);
    const again = await last().open('GET', `/mcp/${id}`, { token, headers: { accept: 'text/event-stream', 'last-event-id': lastEventId } });
    const rest = await readEvents(again);
    const messages = [...messagesOf(begun), ...messagesOf(rest)];
    expect(messages.slice(0, -1).map(({ params }) => params.progress)).toEqual([1, 2, 3, 4, 5, 6]);
    expect(messages.at(-1)).toMatchObject({ id: 1, result: { content: [{ text: expect.stringMatching(SLOW_TEXT) }] } });
    expect(rest.map((event) => event.id)).toEqual([3, 4, 5, 6, 7].map((number) => `${key}.${number}`));
  });

  it('a call can be cancelled from anywhere, and the server is told', async () => {
    const key = crypto.randomUUID();
    const running = post(first(), slow(30), key);
    await expect.poll(async () => (await last().ask('GET', `/sessions/${id}/calls/${key}`, { token })).status).toBe(200);
    expect((await last().ask('DELETE', `/sessions/${id}/calls/${key}`, { token })).status).toBe(202);
    expect((await running).body).toMatchObject({ id: 1, error: { data: { code: 'CALL_CANCELLED' } } });
    await expect
      .poll(async () => (await last().ask('GET', `/sessions/${id}/calls/${key}`, { token })).body, { timeout: 8000 })
      .toMatchObject({ state: 'failed' });
    const cancellations = (await server.seen()).exchanges.filter(({ method }) => method === 'notifications/cancelled');
    expect(cancellations.length).toBeGreaterThan(0);
  });

  it('an unknown call, an unknown session and a stranger see nothing', async () => {
    expect(await first().ask('GET', `/sessions/${id}/calls/nothing-like-it`, { token })).toMatchObject({
      status: 404,
      body: { code: 'CALL_NOT_FOUND' },
    });
    const stranger = await first().register('Stranger');
    expect(await first().ask('GET', `/sessions/${id}/calls`, { token: stranger })).toMatchObject({
      status: 404,
      body: { code: 'SESSION_NOT_FOUND' },
    });
    expect(await first().ask('DELETE', `/sessions/${id}/calls/x`, { token: stranger })).toMatchObject({
      status: 404,
      body: { code: 'SESSION_NOT_FOUND' },
    });
  });
});

describe('when the instance that runs a call is killed', () => {
  let kv: Kv;
  let server: Everything;
  let backends: BackendProcess[];
  beforeAll(async () => {
    [kv, server] = await Promise.all([startKv(), startEverything()]);
    backends = await Promise.all([startBackend(kv.env), startBackend(kv.env)]);
  });

  it('another one takes up the stream at the server: the result arrives, and the call ran once', async () => {
    const [one, two] = backends as [BackendProcess, BackendProcess];
    const token = await clientOf(one.url).register();
    const { id } = await clientOf(one.url).connect(token, server.url);
    const key = crypto.randomUUID();
    const response = await clientOf(one.url).open('POST', `/mcp/${id}`, {
      token,
      body: slow(3),
      headers: { ...STREAM, 'idempotency-key': key },
    });
    const begun = await readEvents(response, ({ data }) => data.includes('"progress":2'));
    await one.kill();
    const again = await clientOf(two.url).open('GET', `/mcp/${id}`, {
      token,
      headers: { accept: 'text/event-stream', 'last-event-id': begun.at(-1)?.id ?? '' },
    });
    const rest = messagesOf(await readEvents(again));
    expect(rest.at(-1)).toMatchObject({ id: 1, result: { content: [{ text: expect.stringMatching(SLOW_TEXT) }] } });
    expect((await server.seen()).executions('trigger-long-running-operation')).toBe(1);
    await expect
      .poll(async () => (await clientOf(two.url).ask('GET', `/sessions/${id}/calls/${key}`, { token })).body)
      .toMatchObject({ state: 'done' });
    await one.restart();
  });

  it('and the server is gone too: the outcome is unknown, said so, and never repeated', async () => {
    const [one, two] = backends as [BackendProcess, BackendProcess];
    const token = await clientOf(one.url).register();
    const { id } = await clientOf(one.url).connect(token, server.url);
    const key = crypto.randomUUID();
    const before = (await server.seen()).executions('trigger-long-running-operation');
    const response = await clientOf(one.url).open('POST', `/mcp/${id}`, {
      token,
      body: slow(60),
      headers: { ...STREAM, 'idempotency-key': key },
    });
    await readEvents(response, ({ data }) => data.includes('notifications/progress'));
    await one.kill();
    await server.restart();
    const answer = await clientOf(two.url).ask('POST', `/mcp/${id}`, {
      token,
      body: slow(60),
      headers: { ...STREAM, 'idempotency-key': key },
    });
    expect(answer.body).toMatchObject({ id: 1, error: { data: { code: 'CALL_OUTCOME_UNKNOWN' } } });
    await expect
      .poll(async () => (await clientOf(two.url).ask('GET', `/sessions/${id}/calls/${key}`, { token })).body)
      .toMatchObject({ state: 'unknown' });
    expect((await server.seen()).executions('trigger-long-running-operation')).toBe(before + 1);
  });
});

it('keeps no lists, and reads again when the request for one comes again', async () => {
  const [kv, server] = await Promise.all([startKv(), startEverything()]);
  const api = await startInProcess(kv.env);
  const token = await api.register();
  const { id } = await api.connect(token, server.url);
  const key = crypto.randomUUID();
  const list = () => api.rpc(token, id, { id: 1, method: 'tools/list' }, { 'idempotency-key': key });
  const first = await list();
  expect(first.body).toMatchObject({ id: 1, result: { tools: expect.any(Array) } });
  const one = async () => (await api.ask('GET', `/sessions/${id}/calls/${key}`, { token })).body as Record<string, unknown>;
  await expect.poll(async () => (await one())['state']).toBe('done');
  expect(await one()).not.toHaveProperty('response');
  expect((await list()).body).toEqual(first.body);
});
