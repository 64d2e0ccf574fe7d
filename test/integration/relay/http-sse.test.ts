/** Proves what becomes of calls and questions over HTTP+SSE when the stream, which is the server session, breaks. */
import { beforeEach, describe, expect, it } from 'vitest';
import { startInProcess } from '../../support/api-client.ts';
import type { RpcMessage } from '../../support/scripted-server.ts';
import { type ScriptedSseServer, type ScriptedStream, startScriptedSseServer } from '../../support/scripted-server-sse.ts';
import { failedWith, type ScriptedSession, toScriptedSession } from './scripted-session.ts';

let session: ScriptedSession<ScriptedSseServer>;
beforeEach(async () => {
  const [server, api] = await Promise.all([startScriptedSseServer(), startInProcess()]);
  const token = await api.register();
  const { id } = await api.connect(token, server.url, { transport: 'sse' });
  session = toScriptedSession(server, api, token, id);
});

const act = { name: 'act', arguments: {} };
const call = (id: number | string = 1) => session.ask('tools/call', act, { id });
const done = (id: number | string = 1) => ({ body: { id, result: { content: [{ type: 'text', text: 'done' }] } } });

type Taken = { message: RpcMessage; stream: ScriptedStream };
/** Takes the next message of a method; the ones after it are answered again. */
function take(method: string): Promise<Taken> {
  return new Promise((resolve) => {
    session.server.on(method, (message, stream) => {
      session.server.on(method);
      resolve({ message, stream });
    });
  });
}

describe('a broken stream', () => {
  it('is opened anew with one handshake for many calls', async () => {
    session.server.cutAll();
    const answers = await Promise.all([1, 2, 3, 4, 5].map((id) => call(id)));
    expect(answers).toMatchObject([1, 2, 3, 4, 5].map((id) => done(id)));
    expect([session.server.streams(), session.server.ran('initialize'), session.server.ran('tools/call')]).toEqual([2, 2, 5]);
    await expect.poll(() => session.marks()).toEqual(['connected', 'server-stream-opened']);
  });

  it('leaves a call that was under way unknown, and it runs once', async () => {
    const taken = take('tools/call');
    const answer = call();
    (await taken).stream.cut();
    expect(await answer).toMatchObject(failedWith('CALL_OUTCOME_UNKNOWN'));
    expect(await call(2)).toMatchObject(done(2));
    expect([session.server.ran('tools/call'), session.server.streams()]).toEqual([2, 2]);
  });

  it.each([
    [502, 'SERVER_FAILED'],
    [404, 'SERVER_NOT_MCP'],
    [401, 'SERVER_SIGN_IN_REQUIRED'],
    [403, 'SERVER_REFUSED'],
  ])('that can not be opened anew (%i) is told as it is: nothing was sent', async (status, code) => {
    session.server.cutAll();
    session.server.refuseStreams(status);
    // The first may still find the old stream open: it has not been told of its end.
    await expect.poll(async () => (await call()).body).toMatchObject(failedWith(code).body);
    session.server.refuseStreams(undefined);
    const before = session.server.ran('tools/call');
    expect(await call()).toMatchObject(done());
    expect(session.server.ran('tools/call')).toBe(before + 1);
  });
});

describe('a message that is refused', () => {
  it.each([
    [401, 'SERVER_SIGN_IN_REQUIRED'],
    [403, 'SERVER_REFUSED'],
    [413, 'SERVER_FAILED'],
    [500, 'CALL_OUTCOME_UNKNOWN'],
  ])('with %i costs the stream nothing, and other calls under way go on', async (status, code) => {
    const taken = take('tools/call');
    const other = call('other');
    const { message, stream } = await taken;
    session.server.refuseMessages(status, 1);
    expect(await call()).toMatchObject(failedWith(code));
    stream.send({ id: message.id ?? null, result: { content: [{ type: 'text', text: 'done' }] } });
    expect(await other).toMatchObject(done('other'));
    expect([session.server.ran('tools/call'), session.server.streams()]).toEqual([1, 1]);
  });

  it.each([400, 404, 410])('with %i on a connection that looks alive gets a new one, and the call runs once', async (status) => {
    session.server.refuseMessages(status, 1);
    expect(await call()).toMatchObject(done());
    expect([session.server.ran('tools/call'), session.server.streams()]).toEqual([1, 2]);
  });

  it('again on the new connection is told, and nothing ran', async () => {
    session.server.on('notifications/initialized', () => session.server.refuseMessages(404, 1));
    session.server.refuseMessages(404, 1);
    expect(await call()).toMatchObject(failedWith('SERVER_FAILED'));
    expect(session.server.ran('tools/call')).toBe(0);
  });

  it('that only tells something is sent again on a new connection; a failure is told as one of the server', async () => {
    session.server.cutAll();
    expect(await session.tell({ method: 'notifications/roots/list_changed' })).toMatchObject({ status: 202 });
    expect(session.server.received.filter(({ method }) => method === 'notifications/roots/list_changed')).toHaveLength(1);
    session.server.refuseMessages(403, 1);
    expect(await session.tell({ method: 'notifications/roots/list_changed' })).toMatchObject({
      body: { error: { data: { code: 'SERVER_REFUSED' } } },
    });
  });
});

it('a flood on the stream reaches who listens whole and in order, and the answer of a call behind it', async () => {
  const listener = await session.listen();
  const taken = take('tools/call');
  const answer = call();
  const { message, stream } = await taken;
  for (let n = 0; n < 5000; n++) stream.send({ method: 'notifications/message', params: { level: 'info', data: n } });
  stream.send({ id: message.id ?? null, result: { content: [{ type: 'text', text: 'done' }] } });
  for (let n = 0; n < 5000; n++) expect((await listener.next())?.params?.['data']).toBe(n);
  expect(await answer).toMatchObject(done());
  await listener.cancel();
});

describe('a question', () => {
  /** Makes a call in which the server asks, with the first id that it uses on each stream. */
  async function ask(id: number): Promise<{ question: RpcMessage | undefined; stream: ScriptedStream; finish: () => Promise<void> }> {
    const taken = take('tools/call');
    const listener = await session.listen();
    const answer = call(id);
    const { message, stream } = await taken;
    stream.send({ id: 0, method: 'elicitation/create', params: { message: `Question of stream ${stream.number}` } });
    const question = await listener.next();
    return {
      question,
      stream,
      async finish() {
        stream.send({ id: message.id ?? null, result: { content: [{ type: 'text', text: 'done' }] } });
        expect(await answer).toMatchObject(done(id));
        await listener.cancel();
      },
    };
  }
  const reply = (question: RpcMessage | undefined, name: string) =>
    session.tell({ id: question?.id ?? null, result: { action: 'accept', content: { name } } });
  const answersTaken = () => session.server.received.filter(({ method }) => method === undefined);

  it('is answered on each stream anew, though the server counts from 0 again', async () => {
    const first = await ask(1);
    await reply(first.question, 'one');
    await first.finish();
    session.server.cutAll();
    await first.stream.closed;
    const second = await ask(2);
    await reply(second.question, 'two');
    await second.finish();
    expect(answersTaken()).toMatchObject([
      { id: 0, stream: 1, result: { content: { name: 'one' } } },
      { id: 0, stream: 2, result: { content: { name: 'two' } } },
    ]);
  });

  it('of a stream that broke is not answered on the next one, where another question has its number', async () => {
    const first = await ask(1);
    first.stream.cut();
    await expect.poll(() => session.marks(), { timeout: 5000 }).toContain('outcome-unknown');
    const second = await ask(2);
    expect(second.question).toMatchObject({ params: { message: 'Question of stream 2' } });
    expect(await reply(first.question, 'too late')).toMatchObject({ status: 202 });
    await reply(second.question, 'two');
    await second.finish();
    expect(answersTaken()).toMatchObject([{ id: 0, stream: 2, result: { content: { name: 'two' } } }]);
  });

  it('of a stream that broke opens no new one when it is answered', async () => {
    const first = await ask(1);
    first.stream.cut();
    await expect.poll(() => session.marks(), { timeout: 5000 }).toContain('outcome-unknown');
    expect(await reply(first.question, 'too late')).toMatchObject({ status: 202 });
    expect([session.server.streams(), answersTaken()]).toEqual([1, []]);
  });
});

it('progress reaches the call that it belongs to, and no listener', async () => {
  const taken = take('tools/call');
  const [mine, others] = [await session.shakeHands(), await session.shakeHands()];
  const listener = await session.listen({ connection: others });
  const answer = session.follow({ id: 0, method: 'tools/call', params: { ...act, _meta: { progressToken: 0 } } }, { connection: mine });
  const { message, stream } = await taken;
  const progressToken = (message.params?.['_meta'] as { progressToken?: string } | undefined)?.progressToken;
  stream.send({ method: 'notifications/progress', params: { progressToken, progress: 1 } });
  stream.send({ method: 'notifications/message', params: { level: 'info', data: 'for all' } });
  stream.send({ id: message.id ?? null, result: { content: [] } });
  const messages = await answer;
  expect(await messages.next()).toMatchObject({ method: 'notifications/progress', params: { progressToken: 0, progress: 1 } });
  expect(await messages.next()).toMatchObject({ id: 0, result: { content: [] } });
  expect(await listener.next()).toMatchObject({ params: { data: 'for all' } });
  await listener.cancel();
});
