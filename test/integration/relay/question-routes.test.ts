/** Proves that a question can be seen and answered over HTTP alone, once, whoever else listens; and who is not asked at all. */
import { beforeEach, describe, expect, it } from 'vitest';
import type { QuestionList } from '../../../shared/question-contract.ts';
import type { Exchange, RpcMessage } from '../../support/scripted-server.ts';
import { openScriptedSession, type ScriptedSession } from './scripted-session.ts';

const FORM = { message: 'Name?', requestedSchema: { type: 'object', properties: { name: { type: 'string' } } } };
const CALL = { id: 'call', method: 'tools/call', params: { name: 'act', arguments: {} } };

let session: ScriptedSession;
beforeEach(async () => {
  session = await openScriptedSession();
});

const questions = async () =>
  ((await session.api.ask('GET', `/sessions/${session.id}/questions`, { token: session.token })).body as QuestionList).questions;
const answer = (body: object) => session.api.ask('POST', `/sessions/${session.id}/questions`, { token: session.token, body });
const answersAtServer = (): RpcMessage[] => session.server.received.filter(({ method }) => method === undefined);

/** Runs a tool that asks something before it is done. */
async function ask(question: RpcMessage, connection?: string) {
  const asked = Promise.withResolvers<Exchange>();
  session.server.on('tools/call', (exchange) => {
    exchange.event(question);
    asked.resolve(exchange);
  });
  const stream = await session.follow(CALL, connection === undefined ? {} : { connection });
  return { exchange: await asked.promise, stream };
}
const finish = ({ message, event, end }: Exchange) => {
  event({ id: message.id ?? null, result: { content: [] } });
  end();
};

describe('a question', () => {
  it('is listed as the server asked it, and answered once', async () => {
    const { exchange } = await ask({ id: 5, method: 'elicitation/create', params: FORM });
    await expect.poll(questions, { timeout: 5000 }).toEqual([{ id: expect.any(String), method: 'elicitation/create', params: FORM }]);
    const [question] = await questions();
    const result = { action: 'accept', content: { name: 'Ada' } };
    expect(await answer({ id: question?.id, result })).toMatchObject({ status: 200, body: { outcome: 'taken' } });
    expect(await answer({ id: question?.id, result: { action: 'cancel' } })).toMatchObject({
      status: 200,
      body: { outcome: 'answered-before' },
    });
    expect(answersAtServer()).toMatchObject([{ id: 5, result }]);
    expect(await questions()).toEqual([]);
    finish(exchange);
  });

  it('is refused with an error, and heard to be answered by who listens', async () => {
    const { exchange, stream } = await ask({ id: 6, method: 'sampling/createMessage', params: { messages: [], maxTokens: 1 } });
    const asked = await stream.next();
    expect(await answer({ id: asked?.id, error: { code: -1, message: 'User rejected sampling request' } })).toMatchObject({
      body: { outcome: 'taken' },
    });
    expect(answersAtServer()).toMatchObject([{ id: 6, error: { code: -1 } }]);
    finish(exchange);
  });

  it('of a server session that is gone is said to be gone', async () => {
    expect(await answer({ id: 's:99::1', result: {} })).toMatchObject({ status: 200, body: { outcome: 'gone' } });
  });

  it('can be answered again when the server could not be told', async () => {
    const { exchange } = await ask({ id: 7, method: 'elicitation/create', params: FORM });
    await expect.poll(questions, { timeout: 5000 }).toHaveLength(1);
    const [question] = await questions();
    session.server.on('answer', ({ send }) => send(500, 'broken'));
    expect((await answer({ id: question?.id, result: { action: 'cancel' } })).status).toBeGreaterThanOrEqual(400);
    session.server.on('answer');
    expect(await answer({ id: question?.id, result: { action: 'cancel' } })).toMatchObject({ body: { outcome: 'taken' } });
    finish(exchange);
  });

  it('is gone with its call when that is cancelled', async () => {
    const { exchange } = await ask({ id: 8, method: 'elicitation/create', params: FORM });
    await expect.poll(questions, { timeout: 5000 }).toHaveLength(1);
    await session.tell({ method: 'notifications/cancelled', params: { requestId: 'call' } });
    const { body } = await session.api.ask('GET', `/sessions/${session.id}/calls`, { token: session.token });
    for (const { key } of (body as { calls: { key: string }[] }).calls)
      await session.api.ask('DELETE', `/sessions/${session.id}/calls/${key}`, { token: session.token });
    await expect.poll(questions, { timeout: 5000 }).toEqual([]);
    exchange.end();
  });

  it.each([{ id: 's:1::1' }, { id: 's:1::1', result: {}, error: { code: 1, message: '' } }, { result: {} }, { id: 1, result: {} }])(
    'is not answered by %j',
    async (body) => {
      expect(await answer(body)).toMatchObject({ status: 400, body: { code: 'BODY_INVALID' } });
    },
  );

  it('says that it answers nothing when the id is nobody’s', async () => {
    expect(await answer({ id: 'x', result: {} })).toMatchObject({ status: 400, body: { code: 'MESSAGE_INVALID' } });
  });
});

describe('a client that declared nothing', () => {
  it('is not asked on the stream of its own call: others are', async () => {
    const mute = await session.shakeHands({});
    const { exchange, stream } = await ask({ id: 9, method: 'elicitation/create', params: FORM }, mute);
    await expect.poll(questions, { timeout: 5000 }).toHaveLength(1);
    finish(exchange);
    expect(await stream.next()).toMatchObject({ id: 'call', result: {} });
  });

  it('is asked nothing on the stream that it listens to', async () => {
    const opened = Promise.withResolvers<Exchange>();
    session.server.on('GET', (exchange) => {
      exchange.raw(': open\n\n');
      opened.resolve(exchange);
    });
    const [mute, able] = await Promise.all([
      session.listen({ connection: await session.shakeHands({ sampling: {} }) }),
      session.listen({ connection: await session.shakeHands() }),
    ]);
    const { event } = await opened.promise;
    event({ id: 1, method: 'elicitation/create', params: FORM });
    event({ method: 'notifications/message', params: { level: 'info', data: 'after' } });
    const heard = async (stream: typeof mute) => {
      const methods: unknown[] = [];
      while (methods.at(-1) !== 'notifications/message') {
        const message = await stream.next();
        if (message?.method !== undefined) methods.push(message.method);
      }
      return methods;
    };
    expect(await heard(able)).toEqual(['elicitation/create', 'notifications/message']);
    expect(await heard(mute)).toEqual(['notifications/message']);
    await Promise.all([mute.cancel(), able.cancel()]);
  });
});
